import { describe, expect, test } from 'vitest';
import { CodecError } from './error.ts';
import { frame, MAX_PAYLOAD, type Packet, PacketReader } from './frame.ts';

const hex = (b: Uint8Array): string => Buffer.from(b).toString('hex');
const bytes = (text: string): Uint8Array => Buffer.from(text.replaceAll(' ', ''), 'hex');
const seen = (packet: Packet): unknown[] => [packet.sequenceId, hex(packet.payload), packet.offset, packet.size];

describe('frame', () => {
  test('COM_QUIT as HAProxy sends it', () => {
    expect(hex(frame(bytes('01')))).toBe('0100000001');
  });
  test('a length that lies', () => {
    expect(hex(frame(bytes('01'), { sequenceId: 3, length: 0x123456 }))).toBe('5634120301');
  });
  test('an empty packet', () => {
    expect(hex(frame(new Uint8Array(0), { sequenceId: 2 }))).toBe('00000002');
  });
  test('a sequence id beyond 255 wraps', () => {
    expect(hex(frame(bytes('01'), { sequenceId: 256 }))).toBe('0100000001');
  });
});

describe('a payload of 0xFFFFFF bytes and more is continued', () => {
  // mysql/page_protocol_basic_packets: 16777215 bytes are sent as ff ff ff 00 … and 00 00 00 01.
  test.each([
    [MAX_PAYLOAD - 1, ['feffff00']],
    [MAX_PAYLOAD, ['ffffff00', '00000001']],
    [MAX_PAYLOAD + 1, ['ffffff00', '01000001']],
    [MAX_PAYLOAD * 2, ['ffffff00', 'ffffff01', '00000002']],
  ])('%i bytes', (size, headers) => {
    const payload = new Uint8Array(size);
    for (let i = 0; i < size; i += 4099) payload[i] = i & 0xff;
    const wire = frame(payload);
    const starts = headers.map((_, i) => i * (MAX_PAYLOAD + 4));
    expect(starts.map((at) => hex(wire.subarray(at, at + 4)))).toEqual(headers);

    const [packet, ...more] = new PacketReader().push(wire);
    expect(more).toEqual([]);
    expect(Buffer.compare(packet?.payload as Uint8Array, payload)).toBe(0);
    expect(packet).toMatchObject({ sequenceId: 0, lastSequenceId: headers.length - 1, offset: 0, size: wire.length });
  });

  test('the sequence id of the parts wraps at 255', () => {
    const wire = frame(new Uint8Array(MAX_PAYLOAD), { sequenceId: 255 });
    expect(hex(wire.subarray(MAX_PAYLOAD + 4))).toBe('00000000');
    expect(new PacketReader().push(wire)[0]).not.toHaveProperty('outOfTurn');
  });

  test('a part that is not numbered on is told', () => {
    const wire = frame(new Uint8Array(MAX_PAYLOAD), { sequenceId: 4 });
    wire[MAX_PAYLOAD + 7] = 4;
    const reader = new PacketReader();
    expect(reader.push(wire)).toMatchObject([{ lastSequenceId: 4, outOfTurn: { is: 4, wanted: 5 } }]);
    expect(reader.push(frame(Uint8Array.of(1), { sequenceId: 5 }))[0]).not.toHaveProperty('outOfTurn');
  });
});

describe('PacketReader', () => {
  const stream = Buffer.concat([
    frame(bytes('01')),
    frame(bytes('aabbcc'), { sequenceId: 1 }),
    frame(new Uint8Array(0), { sequenceId: 2 }),
    frame(new Uint8Array(300).fill(7), { sequenceId: 3 }),
  ]);
  const expected = [
    [0, '01', 0, 5],
    [1, 'aabbcc', 5, 7],
    [2, '', 12, 4],
    [3, '07'.repeat(300), 16, 304],
  ];

  test.each([1, 2, 3, 4, 5, 7, 11, 64, 1000])('chunks of %i bytes give the same packets', (size) => {
    const reader = new PacketReader();
    const packets: Packet[] = [];
    for (let at = 0; at < stream.length; at += size) packets.push(...reader.push(stream.subarray(at, at + size)));
    expect(packets.map(seen)).toEqual(expected);
    expect(reader.pending.length).toBe(0);
    expect(reader.offset).toBe(stream.length);
  });

  test('two chunks, cut anywhere', () => {
    for (let at = 0; at <= stream.length; at++) {
      const reader = new PacketReader();
      const packets = [...reader.push(stream.subarray(0, at)), ...reader.push(stream.subarray(at))];
      expect(packets.map(seen)).toEqual(expected);
    }
  });

  test('payloads stay as they are when more bytes come', () => {
    const reader = new PacketReader();
    const kept = [...reader.push(stream.subarray(0, 8)), ...reader.push(stream.subarray(8, 20))];
    for (const byte of stream.subarray(20)) reader.push(Uint8Array.of(byte));
    expect(kept.map(seen)).toEqual(expected.slice(0, 3));
  });

  test('what is left over is told', () => {
    const reader = new PacketReader();
    expect(reader.push(bytes('0500000061'))).toEqual([]);
    expect(hex(reader.pending)).toBe('0500000061');
    expect(hex(reader.take(4))).toBe('05000000');
    expect(hex(reader.take())).toBe('61');
    expect(reader.offset).toBe(5);
    expect(reader.take().length).toBe(0);
  });

  test('a continued packet whose last part is missing is told too', () => {
    const reader = new PacketReader();
    expect(reader.push(frame(new Uint8Array(MAX_PAYLOAD)).subarray(0, MAX_PAYLOAD + 4))).toEqual([]);
    expect(reader.pending.length).toBe(0);
    expect(reader.continued).toBe(MAX_PAYLOAD);
  });

  test('a packet above the limit is refused when its header comes, not when its bytes do', () => {
    const reader = new PacketReader({ limit: 1000 });
    expect(reader.push(frame(new Uint8Array(1000)))).toHaveLength(1);
    let thrown: unknown;
    try {
      reader.push(bytes('e9030000'));
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(CodecError);
    expect(thrown).toMatchObject({ code: 'CODEC_TOO_LONG', offset: 1004 });
  });

  test('a peer that continues for ever is stopped at 64 MiB', () => {
    const reader = new PacketReader();
    const part = frame(new Uint8Array(MAX_PAYLOAD)).subarray(0, MAX_PAYLOAD + 4);
    expect(() => {
      for (let i = 0; i < 10; i++) reader.push(part);
    }).toThrow(expect.objectContaining({ code: 'CODEC_TOO_LONG' }));
  });

  test('16 MiB in small chunks take linear time', () => {
    const size = MAX_PAYLOAD - 1;
    const wire = frame(new Uint8Array(size));
    const steps = (total: number, chunk: number): number => {
      const reader = new PacketReader();
      const started = process.cpuUsage().user;
      for (let at = 0; at < total; at += chunk) reader.push(wire.subarray(at, Math.min(at + chunk, total)));
      return process.cpuUsage().user - started;
    };
    steps(1 << 20, 512);
    // Quadratic joining of 32,768 chunks would copy 256 GiB; linear copies at most 48 MiB.
    expect(steps(wire.length, 512)).toBeLessThan(5_000_000);
  });
});
