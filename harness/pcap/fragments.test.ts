import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { readCapture } from './capture-reader.ts';
import { LinkType } from './link-type.ts';
import { type FrameToWrite, writePcapng } from './pcapng-writer.ts';
import { reassemble } from './reassemble.ts';
import { fragmented } from './testdata/fragment.ts';
import { told, toldByTshark } from './testdata/tshark-follow.ts';

const read = (path: string) => readCapture(new Uint8Array(readFileSync(new URL(path, import.meta.url)))).frames;
/** A client behind a router whose next link takes 572 bytes, path MTU discovery off: the kernel of the router cut its statement. */
const KERNEL = 'testdata/fragments-mariadb-10.11.19.pcap';
const variants = read('../../pcaps/mysql-9.7.4-handshake-variants.pcap');
const ipv6 = read('testdata/lo-ipv6-nano.pcap');
const onPath = (program: string) => spawnSync(program, ['-v']).error === undefined;

const folder = mkdtempSync(join(tmpdir(), 'mywire-fragments-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('what a kernel cut: the bytes that tshark 4.0.17 has of it, and the frames that complete them', () => {
  const { connections, fragments } = reassemble(read(KERNEL));
  const [one] = connections;
  // tshark -Y 'ip.fragments' -e frame.number -e tcp.len: 14 1448, 17 1448, 20 1128.
  expect(
    one?.events.flatMap((event) => (event.kind === 'data' && event.from === 'client' ? [[event.frame, event.bytes.length]] : [])),
  ).toEqual([
    [6, 209],
    [9, 30],
    [14, 1448],
    [17, 1448],
    [20, 1128],
    [23, 156],
    [30, 5],
  ]);
  expect(fragments).toEqual({ frames: 9, joined: 3, unfinished: 0, overlaps: 0, overlapFrames: [] });
});

/** In order 10 µs apart, so that no hole is given up for the time that it takes. */
function inOrder(frames: readonly FrameToWrite[]): Uint8Array {
  const start = frames[0]?.timeNs ?? 0n;
  return writePcapng(
    { application: 'test' },
    frames.map((frame, i) => ({ ...frame, timeNs: start + BigInt(i) * 10_000n })),
  );
}

type Mix = (packets: readonly (readonly FrameToWrite[])[]) => readonly FrameToWrite[];
const mixes: Readonly<Record<string, Mix>> = {
  'in order': (packets) => packets.flat(),
  'last piece first': (packets) => packets.flatMap((pieces) => [...pieces].reverse()),
  'each piece twice': (packets) => packets.flatMap((pieces) => pieces.flatMap((piece) => [piece, piece])),
  'each packet twice': (packets) => packets.flatMap((pieces) => [...pieces, ...pieces]),
  'pieces of two packets by turns': (packets) => {
    const mixed: FrameToWrite[] = [];
    for (let i = 0; i < packets.length; i += 2) {
      const [a = [], b = []] = packets.slice(i, i + 2);
      for (let j = 0; j < Math.max(a.length, b.length); j++) mixed.push(...a.slice(j, j + 1), ...b.slice(j, j + 1));
    }
    return mixed;
  },
};

describe.skipIf(!onPath('tshark'))('packets in pieces: the bytes of the whole ones, and of tshark', () => {
  const sources = { IPv4: variants, IPv6: ipv6 };
  test.each(
    Object.entries(sources).flatMap(([source, frames]) =>
      Object.entries(mixes).flatMap(([name, mix]) => [8, 32].map((size) => ({ source, frames, name, mix, size }))),
    ),
  )('$source, $size bytes a piece, $name', { timeout: 60_000 }, ({ source, frames, name, mix, size }) => {
    const bytes = inOrder(mix(fragmented(frames, size)));
    const file = join(folder, `${source}-${size}-${name.replaceAll(' ', '-')}.pcapng`);
    writeFileSync(file, bytes);
    const { connections, fragments, skipped } = reassemble(readCapture(bytes).frames);
    const truth = told(reassemble(frames).connections, true);
    expect(truth.length).toBeGreaterThan(5);
    expect(told(connections, true)).toEqual(truth);
    expect(toldByTshark(spawnSync, file, connections, true)).toEqual(truth);
    expect(fragments).toMatchObject({ unfinished: 0, overlaps: 0, overlapFrames: [] });
    expect(fragments?.joined).toBe(
      size === 8 ? frames.length : frames.filter((_, i) => (fragmented(frames, size)[i]?.length ?? 0) > 1).length,
    );
    expect([...skipped.keys()]).toEqual(['fragment']);
  });

  test('a piece in forty lost: the bytes and gaps that tshark finds', { timeout: 60_000 }, () => {
    const bytes = inOrder(
      fragmented(variants, 32)
        .flat()
        .filter((_, i) => i % 40 !== 39),
    );
    const file = join(folder, 'lost.pcapng');
    writeFileSync(file, bytes);
    const { connections, fragments } = reassemble(readCapture(bytes).frames);
    const ours = told(connections, true);
    expect(ours).toEqual(toldByTshark(spawnSync, file, connections, true));
    expect(ours.join()).toContain('bytes missing in capture file');
    expect(fragments?.unfinished).toBeGreaterThan(3);
  });
});

describe('pieces that do not fit', () => {
  const client = variants.filter((frame) => frame.bytes.length > 100).slice(0, 1);
  const [pieces = []] = fragmented(client, 32);
  const whole = (frames: readonly FrameToWrite[]) => {
    const { connections, fragments } = reassemble(readCapture(inOrder(frames)).frames);
    return { fragments, told: told(connections, true) };
  };
  const truth = told(reassemble(client).connections, true);
  const changed = (piece: FrameToWrite | undefined): FrameToWrite => ({
    ...(piece as FrameToWrite),
    bytes: piece?.bytes.with(40, 0x5a) as Uint8Array,
  });

  test('other bytes where some had come before: the first count, and the frame is named', () => {
    expect(whole([...pieces.slice(0, 2), changed(pieces[1]), ...pieces.slice(2)])).toEqual({
      told: truth,
      fragments: { frames: pieces.length + 1, joined: 1, unfinished: 0, overlaps: 1, overlapFrames: [3] },
    });
  });
  test('two ends: the first that was seen is the end', () => {
    const early = { ...(pieces[1] as FrameToWrite), bytes: (pieces[1] as FrameToWrite).bytes.with(20, 0) };
    const { fragments, told: says } = whole([...pieces.slice(2), early, ...pieces.slice(0, 1)]);
    expect(says).toEqual(truth);
    expect(fragments).toMatchObject({ joined: 1, overlaps: 1, overlapFrames: [pieces.length - 1] });
  });
  test('pieces of 30 seconds ago are not joined with new ones', () => {
    const late = pieces.map((piece, i) => ({ ...piece, timeNs: i === 0 ? 0n : 31_000_000_000n }));
    const { connections, fragments } = reassemble(readCapture(writePcapng({ application: 'test' }, late)).frames);
    expect(connections).toEqual([]);
    expect(fragments).toMatchObject({ joined: 0, unfinished: 2 });
  });
  test('first pieces without end are bounded', () => {
    const [first, last] = [pieces[0], pieces.at(-1)] as [FrameToWrite, FrameToWrite];
    const alone = Array.from({ length: 3000 }, (_, i) => {
      const bytes = Buffer.from(first.bytes);
      bytes.writeUInt16BE(i + 100, 18);
      return { ...first, bytes: new Uint8Array(bytes) };
    });
    const { fragments } = whole([...pieces.slice(0, -1), ...alone, last]);
    // The packet whose last piece comes at the end had to go.
    expect(fragments).toMatchObject({ joined: 0, unfinished: 3002 });
  });
  test('a snapshot length that cuts each piece leaves gaps', () => {
    const cut = pieces.map((piece) => ({ ...piece, originalLength: piece.bytes.length, bytes: piece.bytes.subarray(0, 60) }));
    const { told: says, fragments } = whole(cut);
    expect(fragments).toMatchObject({ joined: 1, unfinished: 0, overlaps: 0 });
    expect(says).toEqual(truth.map(() => expect.stringMatching(/"\[?\d* ?/)));
  });
});

test('a fragment of UDP is not waited for', () => {
  const [[first] = []] = fragmented(variants.slice(0, 1), 8);
  const bytes = (first as FrameToWrite).bytes.with(23, 17);
  const { skipped, fragments } = reassemble([{ number: 1, timeNs: 0n, linkType: LinkType.ethernet, bytes, originalLength: bytes.length }]);
  expect([...skipped]).toEqual([['not-tcp', [1]]]);
  expect(fragments).toBeUndefined();
});
