import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readCapture } from '../pcap/capture-reader.ts';
import { reassemble } from '../pcap/reassemble.ts';
import { columnType } from './column-type.ts';
import { Conversation, type LabelledPacket } from './conversation.ts';
import { CodecError } from './error.ts';
import type { Context, Decoded, Fields, Message } from './message.ts';
import { binaryRow, messages, textRow } from './messages/index.ts';
import { proxyHeaderV1, proxyHeaderV2 } from './proxy-header.ts';

/** The short way over a payload against the long one: what skim says, decode must say too. */
const everyType = [...Object.values(columnType), 99].map((type) => ({ type }));
const everyMessage: readonly Message[] = [
  ...Object.values(messages),
  textRow(0),
  textRow(3),
  binaryRow([]),
  ...everyType.map((one, i) => binaryRow([one, everyType[(i * 7 + 3) % everyType.length] as { type: number }])),
  proxyHeaderV1,
  proxyHeaderV2,
] as readonly unknown[] as Message[];

const type = fc.oneof(fc.constantFrom(...everyType.map((one) => one.type)), fc.constantFrom(0x8001, 0x8008));
const statement = fc.record({
  parameters: fc.integer({ min: 0, max: 3 }),
  types: fc.option(fc.array(type, { minLength: 3, maxLength: 3 }), { nil: undefined }),
  longData: fc.subarray([0, 1, 2]),
});
const u32 = fc.integer({ min: 0, max: 0xffffffff });
const context: fc.Arbitrary<Context> = fc.record({
  capabilities: u32,
  mariadbCapabilities: u32,
  statement: fc.option(statement, { nil: undefined }),
});
const byte = fc.oneof(fc.integer({ min: 0, max: 255 }), fc.constantFrom(0, 1, 2, 3, 5, 0xfa, 0xfb, 0xfc, 0xfd, 0xfe, 0xff));
/** Lengths above all: of 300 arbitrary payloads too few are a row of three texts, in some runs none. */
const fewBytes = fc.array(fc.constantFrom(0, 1, 2, 3, 0xfb), { minLength: 3, maxLength: 12 });
const someBytes = fc.oneof(fc.array(byte, { maxLength: 120 }), fewBytes).map((list) => Uint8Array.from(list));
/** What stands around a payload in its segment must not count. */
const around = fc.tuple(fc.constantFrom(0, 1, 7), fc.constantFrom(0, 1, 9), fc.constantFrom(0x00, 0x01, 0x23, 0xfb, 0xff));

describe.each(everyMessage.map((m) => [m.name, m] as const))('%s', (_, message) => {
  test('any bytes: skim holds exactly where decode succeeds and leaves nothing, and sees the same values', () => {
    fc.assert(
      fc.property(someBytes, context, around, (payload, under, place) => {
        agree(message, payload, under, place);
      }),
      { numRuns: 300 },
    );
  });

  test('bytes that are the message: the same, whole, cut short and continued', () => {
    let whole = 0;
    fc.assert(
      fc.property(someBytes, context, around, fc.constantFrom(-1, 0, 1), (seed, under, place, more) => {
        const payload = message.encode(decoded(message, seed, under)?.value ?? {}, under);
        if (agree(message, payload, under, place)) whole++;
        agree(message, more < 0 ? payload.subarray(0, -1) : Uint8Array.of(...payload, ...new Uint8Array(more)), under, place);
      }),
      { numRuns: 300 },
    );
    expect(whole).toBeGreaterThan(0);
  });
});

describe('every packet of every recording', () => {
  const folders = [new URL('../../pcaps/', import.meta.url), new URL('./recordings/', import.meta.url)];
  const files = folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' }).flatMap((name) =>
      /\.pcap(ng)?$/.test(name) ? [new URL(name, folder)] : [],
    ),
  );

  test('there are some', () => {
    expect(files.length).toBeGreaterThan(60);
  });

  test.each(files.map((file) => [file.pathname.split('/').slice(-2).join('/'), file] as const))(
    '%s, as it is and with a byte changed',
    (_, file) => {
      const random = fc.sample(fc.integer({ min: 0, max: 0xffff }), 997);
      let i = 0;
      const next = (below: number): number => (random[i++ % random.length] as number) % below;
      for (const { message, context: under, payload } of packetsOf(file)) {
        if (!message || !under || payload.length > 10_000) continue;
        agree(message, payload, under, [0, 1, 0xff]);
        if (payload.length === 0) continue;
        for (const change of [(b: number): number => b ^ (1 << next(8)), (): number => next(256), (): number => 0xfb + next(5)]) {
          const changed = Uint8Array.from(payload);
          const at = next(payload.length);
          changed[at] = change(changed[at] as number);
          agree(message, changed, under, [3, 2, 0x00]);
        }
      }
    },
  );
});

function packetsOf(file: URL): LabelledPacket[] {
  const packets: LabelledPacket[] = [];
  for (const { events } of reassemble(readCapture(readFileSync(file)).frames).connections) {
    const conversation = new Conversation();
    for (const event of events)
      if (event.kind === 'data')
        packets.push(...(event.from === 'client' ? conversation.fromClient(event.bytes) : conversation.fromServer(event.bytes)));
  }
  return packets;
}

function decoded(message: Message, payload: Uint8Array, under: Context): Decoded<Fields> | undefined {
  try {
    return message.decode(payload, under);
  } catch (error) {
    if (error instanceof CodecError) return undefined;
    throw error;
  }
}

function agree(
  message: Message,
  payload: Uint8Array,
  under: Context,
  [before, behind, filled]: readonly [number, number, number],
): boolean {
  const bytes = new Uint8Array(before + payload.length + behind).fill(filled);
  bytes.set(payload, before);
  const full = decoded(message, bytes.slice(before, before + payload.length), under);
  const seen = message.skim(bytes, before, before + payload.length, under);
  expect(seen !== undefined).toBe(full?.left === 0);
  if (seen) expect({ ...seen }).toEqual(full?.value);
  return seen !== undefined;
}
