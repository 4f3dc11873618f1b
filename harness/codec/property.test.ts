import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { flags } from './capability.ts';
import { columnType } from './column-type.ts';
import { compressedFrame } from './compressed-frame.ts';
import { Conversation, type LabelledPacket } from './conversation.ts';
import { CodecError } from './error.ts';
import { frame, PacketReader } from './frame.ts';
import { type Context, type Message, rawFields } from './message.ts';
import { binaryRow, capabilityHalves, messages, textRow } from './messages/index.ts';
import { proxyHeaderV1, proxyHeaderV2 } from './proxy-header.ts';

/** What holds for every input. A failure prints the seed and the path that repeat it. */
const hex = (b: Uint8Array): string => Buffer.from(b).toString('hex');
const everyType = [...Object.values(columnType), 99].map((type) => ({ type }));
const everyMessage: readonly Message[] = [
  ...Object.values(messages),
  textRow(3),
  binaryRow(everyType),
  proxyHeaderV1,
  proxyHeaderV2,
] as readonly unknown[] as Message[];
const u32 = fc.integer({ min: 0, max: 0xffffffff });
const type = fc.oneof(fc.constantFrom(...everyType.map((one) => one.type)), fc.constantFrom(0x8001, 0x8008));
const statement = fc.record({
  parameters: fc.integer({ min: 0, max: 3 }),
  types: fc.option(fc.array(type, { minLength: 3, maxLength: 3 }), { nil: undefined }),
  longData: fc.subarray([0, 1, 2]),
});
const context: fc.Arbitrary<Context> = fc.record({
  capabilities: u32,
  mariadbCapabilities: u32,
  statement: fc.option(statement, { nil: undefined }),
});
/** Bytes that often are lengths, NULs and markers. */
const byte = fc.oneof(fc.integer({ min: 0, max: 255 }), fc.constantFrom(0, 1, 2, 3, 5, 0xfa, 0xfb, 0xfc, 0xfd, 0xfe, 0xff));
const payload = fc.array(byte, { maxLength: 120 }).map((list) => Uint8Array.from(list));

describe('any bytes under any capabilities', () => {
  test.each(everyMessage.map((m) => [m.name, m] as const))('%s: decodes or throws a CodecError inside the payload', (_, message) => {
    fc.assert(
      fc.property(payload, context, (bytes, under) => {
        let decoded: ReturnType<Message['decode']>;
        try {
          decoded = message.decode(bytes, under);
        } catch (error) {
          if (!(error instanceof CodecError)) throw error;
          expect(error.offset).toBeGreaterThanOrEqual(0);
          expect(error.offset).toBeLessThanOrEqual(bytes.length);
          return;
        }
        const claimed = bytes.subarray(0, bytes.length - decoded.left);
        expect(decoded.spans.reduce((sum, { len }) => sum + len, 0)).toBe(claimed.length);
        expect(hex(message.encode({}, under, rawFields(bytes, decoded)))).toBe(hex(claimed));
        // Values that were read can be written, and are read again as they were.
        const again = message.encode(decoded.value, under);
        expect(message.decode(again, under).value).toEqual(decoded.value);
      }),
      { numRuns: 300 },
    );
  });
});

// Found by the property above: more parameters than the statement has types of.
test('a parameter without a type, where types are known of others, is written as it was read', () => {
  const under = { capabilities: 0x28000000, mariadbCapabilities: 0, statement: { parameters: 0, types: [0, 0, 0x8001], longData: [1, 2] } };
  const comQuery = everyMessage.find(({ name }) => name === 'COM_QUERY') as Message;
  const decoded = comQuery.decode(Uint8Array.from([0, 4, 0, 81, 0]), under);
  const again = comQuery.encode(decoded.value, under);
  expect(comQuery.decode(again, under).value).toEqual(decoded.value);
});

describe('any stream, cut anywhere', () => {
  const chunks = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 40 });
  function cut(bytes: Uint8Array, sizes: readonly number[]): Uint8Array[] {
    const out: Uint8Array[] = [];
    for (let at = 0, i = 0; at < bytes.length; i++) {
      const size = sizes[i % sizes.length] as number;
      out.push(bytes.subarray(at, at + size));
      at += size;
    }
    return out;
  }

  test('PacketReader gives the packets that were framed', () => {
    const packets = fc.array(fc.record({ payload, sequenceId: fc.integer({ min: 0, max: 255 }) }), { maxLength: 12 });
    fc.assert(
      fc.property(packets, chunks, (list, sizes) => {
        const stream = Buffer.concat(list.map((p) => frame(p.payload, { sequenceId: p.sequenceId })));
        const reader = new PacketReader();
        const got = cut(stream, sizes).flatMap((chunk) => reader.push(chunk));
        expect(got.map((p) => [p.sequenceId, hex(p.payload)])).toEqual(list.map((p) => [p.sequenceId, hex(p.payload)]));
        expect(got.reduce((sum, p) => sum + p.size, 0)).toBe(stream.length);
      }),
      { numRuns: 300 },
    );
  });

  /** Packets that look like MySQL more often than bytes do, and bytes. */
  const stream = fc
    .array(
      fc.oneof(
        payload.chain((p) => fc.integer({ min: 0, max: 4 }).map((sequenceId) => frame(p, { sequenceId }))),
        fc.constantFrom(
          ...[
            '0700000200000002000000',
            '05000003fe00000200',
            '0100000101',
            '2f0000010082000000800001210000000000000000000000000000000000000000000000686170726f78795f636865636b0000',
            '640000000a352e352e352d31302e31312e31392d4d6172696144422d302b64656231327531005cb604003f69742c7c4c486200fef7080200ff81150000000000001d000000372b6d673c342e2d3668282d006d7973716c5f6e61746976655f70617373776f726400',
            '0900000003 73656c6563742031'.replace(' ', ''),
            '010000000e',
            '0100000001',
          ].map((text) => Uint8Array.from(Buffer.from(text, 'hex'))),
        ),
        payload,
      ),
      { maxLength: 10 },
    )
    .map((parts) => Uint8Array.from(Buffer.concat(parts)));
  const turns = fc.array(fc.record({ from: fc.constantFrom('client', 'server'), bytes: stream }), { maxLength: 8 });

  function run(list: readonly { from: string; bytes: Uint8Array }[], sizes?: readonly number[]): LabelledPacket[] {
    const conversation = new Conversation({ limit: 1 << 20 });
    const out: LabelledPacket[] = [];
    for (const { from, bytes } of list)
      for (const chunk of sizes ? cut(bytes, sizes) : [bytes])
        out.push(...(from === 'client' ? conversation.fromClient(chunk) : conversation.fromServer(chunk)));
    return [...out, ...conversation.finish()];
  }

  /** Every byte is in one packet or run; where packets share a compressed one, its bytes are of each. */
  function expectEachByteTold(list: readonly { from: string; bytes: Uint8Array }[]): void {
    const out = run(list);
    for (const from of ['client', 'server']) {
      const total = list.filter((turn) => turn.from === from).reduce((sum, turn) => sum + turn.bytes.length, 0);
      let begins = 0;
      let off = 0;
      for (const packet of out.filter((p) => p.from === from)) {
        if (!packet.carrier || packet.offset > off || packet.offset < begins) expect(packet.offset).toBe(off);
        begins = packet.offset;
        off = packet.offset + packet.size;
      }
      expect(off).toBe(total);
    }
  }
  const hexTurn = (from: string, bytes: string) => ({ from, bytes: Uint8Array.from(Buffer.from(bytes, 'hex')) });

  test('a conversation never throws, and every byte is in one packet or run', () => {
    fc.assert(fc.property(turns, expectEachByteTold), { numRuns: 500 });
  });

  // The first was found by the property above, the others beside it: 0xfe76 and 0xfa57 are capabilities with COMPRESS.
  test.each([
    ['an empty compressed packet, then a part of one', ['090000017691e21623d5ff5a02', '0700000200000002000000', '0000000000000000']],
    ['an empty compressed packet at the end', ['04000001fa572ed2', '0700000200000002000000', '00000000000000']],
    [
      'an empty compressed packet before another',
      ['04000001fa572ed2', '0700000200000002000000', '00000000000000', '050000010000000100000300'],
    ],
    ['a compressed packet with a part of a packet', ['04000001fa572ed2', '0700000200000002000000', '02000000000000ffff', '0300']],
    ['a part of a packet, then no zlib', ['04000001fa572ed2', '0700000200000002000000', '02000000000000ffff', '01000000000001ff', '01']],
    ['two packets in one', ['04000001fa572ed2', '0700000200000002000000', '080000000000000000000000000001']],
  ])('every byte is told of: %s', (_, [login = '', ...server]) => {
    expectEachByteTold([hexTurn('client', login), ...server.map((bytes) => hexTurn('server', bytes))]);
  });

  test('how the bytes are cut changes nothing', () => {
    const packets = (list: readonly LabelledPacket[]): string[] =>
      list
        .filter((p) => p.sequenceId !== undefined)
        .map((p) => [p.from, p.name, p.sequenceId, p.offset, p.size, p.early, p.problem, p.answers?.offset].join(' '));
    fc.assert(
      fc.property(turns, chunks, (list, sizes) => {
        expect(packets(run(list, sizes))).toEqual(packets(run(list)));
      }),
      { numRuns: 500 },
    );
  });

  /** A logged-in conversation that compresses, then compressed packets (of packets, or of anything), and bytes. */
  const frames = fc.array(
    fc.record({
      from: fc.constantFrom('client', 'server'),
      bytes: fc.oneof(
        fc
          .record({
            content: fc.array(
              payload.chain((p) => fc.integer({ min: 0, max: 3 }).map((sequenceId) => frame(p, { sequenceId }))),
              { maxLength: 3 },
            ),
            algorithm: fc.constantFrom('zlib' as const, 'zstd' as const, 'plain' as const),
            sequenceId: fc.integer({ min: 0, max: 3 }),
          })
          .map(({ content, algorithm, sequenceId }) => compressedFrame(Uint8Array.from(Buffer.concat(content)), { algorithm, sequenceId })),
        payload,
      ),
    }),
    { maxLength: 8 },
  );
  test.each(['COMPRESS', 'ZSTD_COMPRESSION_ALGORITHM'] as const)('nor in a connection with %s', (capability) => {
    const greeting = messages.HandshakeV10.encode({ ...capabilityHalves(0xffffffff), serverVersion: '9.7.4' }, { capabilities: 0 });
    const response = messages.HandshakeResponse41.encode({ user: 'u', zstdLevel: 3 }, { capabilities: flags('PROTOCOL_41', capability) });
    const login = [
      { from: 'server', bytes: frame(greeting) },
      { from: 'client', bytes: frame(response, { sequenceId: 1 }) },
      { from: 'server', bytes: frame(messages.OK.encode({}, { capabilities: flags('PROTOCOL_41') }), { sequenceId: 2 }) },
    ];
    const told = (list: readonly LabelledPacket[]): string[] =>
      list
        .filter((p) => p.sequenceId !== undefined)
        .map((p) => [p.from, p.name, p.offset, p.size, p.carrier?.sequenceId, hex(p.payload), p.problem].join(' '));
    fc.assert(
      fc.property(frames, chunks, (list, sizes) => {
        const whole = run([...login, ...list]);
        expect(whole.slice(0, 3).map((p) => p.problem)).toEqual([undefined, undefined, undefined]);
        expect(told(run([...login, ...list], sizes))).toEqual(told(whole));
        expectEachByteTold([...login, ...list]);
      }),
      { numRuns: 300 },
    );
  });
});
