import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { flags } from '../codec/capability.ts';
import { Conversation } from '../codec/conversation.ts';
import { frame } from '../codec/frame.ts';
import { readCapture } from '../pcap/capture-reader.ts';
import { answersIn } from './answer-watch.ts';
import { Capturing } from './captured.ts';
import type { Channel } from './channel.ts';
import { Line } from './line.ts';
import { areSame, told } from './outcome.ts';

const capturing = new Capturing({ keepsEvents: true });
capturing.push(readCapture(readFileSync(new URL('../../pcaps/areas/mariadb-10.11.19.pcap', import.meta.url))).frames);
const { plan, connections } = capturing.end();
const { steps } = plan;

/** A step, and the bytes of its captured answer. */
interface Sample {
  readonly kind: string;
  readonly index: number;
  readonly bytes: Uint8Array;
}

/** Of each kind of answer (its first and last packet) some. */
function samples(most: number): Sample[] {
  const indexes = Array.from({ length: steps.length }, (_, i) => i).filter((i) => steps.hasBytes(i));
  const wanted = indexes.map((index) => ({ index, step: steps.step(index) }));
  const answers = answersIn(
    connections,
    plan,
    wanted.map(({ step }) => step),
    capturing.secrets,
  );
  const counts = new Map<string, number>();
  return wanted.flatMap(({ index, step }) => {
    const packets = answers.get(step) ?? [];
    const bytes = Buffer.concat(packets.map(({ payload = new Uint8Array(0), sequenceId = 0 }) => frame(payload, { sequenceId })));
    const kind = `${step.command}: ${packets[0]?.name} … ${packets.at(-1)?.name}`;
    const count = counts.get(kind) ?? 0;
    counts.set(kind, count + 1);
    return count < most && packets.length < 64 ? [{ kind, index, bytes }] : [];
  });
}

/** Behind the login; the bytes of the samples are those inside of compressed packets. */
function conversationOf(index: number): Conversation {
  const { capabilities, ...context } = steps.contextOf(steps.connection(index));
  return new Conversation({
    agreed: { ...context, capabilities: (capabilities & ~flags('COMPRESS', 'ZSTD_COMPRESSION_ALGORITHM')) >>> 0 },
  });
}

/** What a replay says of an answer: by bytes first, or read at once. `quick`: it was not read at all. */
function verdictOn({ index }: Sample, bytes: Uint8Array, byBytes: boolean): { readonly says: string; readonly quick: boolean } {
  const said: string[] = [];
  let quick = false;
  let take: (bytes: Uint8Array | undefined) => void = () => undefined;
  const channel = {
    conversation: conversationOf(index),
    isAsIn: () => byBytes,
    wrap: (packet: Uint8Array) => packet,
    send: () => undefined,
    onBytes: (taker: typeof take) => {
      take = taker;
    },
    authAnswer: () => undefined,
  } as unknown as Channel;
  const line = new Line(channel, steps, steps.connection(index), {
    same: () => {
      quick = true;
      said.push('same');
    },
    answered: (_, results) => said.push(areSame(steps.step(index).captured ?? [], results, true) ? 'same' : told(results)),
    lost: () => undefined,
    bare: () => undefined,
    foreign: () => undefined,
    taken: () => undefined,
  });
  line.say(index, 0);
  take(bytes);
  return { says: said.join() || 'no answer yet', quick };
}

/** Every byte of it changed, one at a time. */
const mutants = (bytes: Uint8Array): Uint8Array[] =>
  [...bytes].flatMap((byte, at) => [1, 0x80].map((bit) => Uint8Array.from(bytes, (one, i) => (i === at ? byte ^ bit : one))));

const all = samples(3);

test.each(['OK … OK', 'ERR … ERR', 'ColumnCount … EOF', 'ColumnCount … OK', 'ColumnCount … ERR'])('the recording has %s', (kind) => {
  expect(all.some((one) => one.kind.endsWith(`: ${kind}`))).toBe(true);
});

describe.each(all)('$kind, step $index', (sample) => {
  test('the captured bytes are the same answer, and are not read', () => {
    expect(verdictOn(sample, sample.bytes, true)).toEqual({ says: 'same', quick: true });
    expect(verdictOn(sample, sample.bytes, false)).toEqual({ says: 'same', quick: false });
  });

  test('with any byte changed it is read, and judged as if it had been read at once', () => {
    for (const mutant of mutants(sample.bytes))
      expect(verdictOn(sample, mutant, true)).toEqual({ says: verdictOn(sample, mutant, false).says, quick: false });
  });

  test.each([1, 4, 6])('cut into pieces of %i bytes it is the same', (size) => {
    const told = verdictOn(sample, sample.bytes.subarray(0, size), true);
    expect(told).toEqual({ says: 'no answer yet', quick: false });
  });
});

/** What of each packet is compared. */
const compared: Readonly<Record<string, readonly string[]>> = {
  OK: ['affectedRows', 'lastInsertId'],
  ERR: ['errorCode', 'sqlState'],
  TextRow: ['values'],
};

test.each(Object.keys(compared))('%s with a byte of a compared field changed is another answer', (name) => {
  let tried = 0;
  for (const sample of all) {
    const conversation = conversationOf(sample.index);
    conversation.fromClient(steps.packet(sample.index));
    const labels = conversation.fromServer(sample.bytes);
    // The OK behind rows ends them; what it counts is not compared.
    for (const label of labels.filter((one) => one.name === name && (name !== 'OK' || labels[0] === one)))
      for (const { field, off, len } of label.spans ?? [])
        for (let i = 0; compared[name]?.includes(field) && i < len; i++) {
          const mutant = Uint8Array.from(sample.bytes);
          const at = label.offset + 4 + off + i;
          mutant[at] = (mutant[at] as number) ^ 1;
          expect(verdictOn(sample, mutant, true).says, `${sample.kind}, ${field}`).not.toBe('same');
          tried++;
        }
  }
  expect(tried).toBeGreaterThan(0);
});

test.each([
  ['in front', 'PROTOCOL_41', '0353'],
  ['behind the counts of query attributes, where those were agreed on', 'QUERY_ATTRIBUTES', '03000153'],
] as const)('SET insert_id: the statement stands %s', (_where, flag, begins) => {
  const sent: Uint8Array[] = [];
  const channel = {
    conversation: new Conversation({ agreed: { capabilities: flags('PROTOCOL_41', flag) } }),
    isAsIn: () => false,
    wrap: (packet: Uint8Array) => packet,
    send: (bytes: Uint8Array) => sent.push(bytes),
    onBytes: () => undefined,
  } as unknown as Channel;
  const index = all.find(({ kind }) => kind.startsWith('COM_QUERY'))?.index as number;
  new Line(channel, steps, steps.connection(index), {} as never).say(index, 0, '7');
  const [packet] = sent as [Uint8Array];
  expect(Buffer.from(packet.subarray(4, 4 + (packet[0] as number))).toString('latin1')).toBe(
    `${Buffer.from(begins.slice(0, -2), 'hex').toString('latin1')}SET insert_id = 7`,
  );
});
