import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { columnType } from './column-type.ts';
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
const someBytes = fc.array(byte, { maxLength: 120 }).map((list) => Uint8Array.from(list));
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
  const full = decoded(message, payload, under);
  const seen = message.skim(bytes, before, before + payload.length, under);
  expect(seen !== undefined).toBe(full?.left === 0);
  if (seen) expect({ ...seen }).toEqual(full?.value);
  return seen !== undefined;
}
