import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { readCapture } from '../../pcap/capture-reader.ts';
import type { CapturedFrame } from '../../pcap/captured-frame.ts';
import { reassemble } from '../../pcap/reassemble.ts';
import { redactedInWords, redactFile } from './redact-file.ts';
import { Redactor } from './redactor.ts';

/** A client whose statement the kernel of a router cut: 9 pieces of 3 packets. */
const KERNEL = fileURLToPath(new URL('../../pcap/testdata/fragments-mariadb-10.11.19.pcap', import.meta.url));
const hasTshark = spawnSync('tshark', ['-v']).status === 0;
const folder = mkdtempSync(join(tmpdir(), 'mywire-redact-fragments-'));
afterAll(() => rmSync(folder, { recursive: true }));

const framesOf = (path: string) => readCapture(new Uint8Array(readFileSync(path))).frames;
const lengths = (frames: readonly CapturedFrame[]) =>
  reassemble(frames).connections.map(({ events }) =>
    events.map((event) => [event.kind, event.from, event.kind === 'data' && event.bytes.length]),
  );
const out = join(folder, 'out.pcapng');

test('IP packets in pieces are there whole, with nothing of what they said, and that is told', async () => {
  const told = await redactFile(KERNEL, out, '9.9.9');
  expect(redactedInWords(told)).toContain('9 frames with pieces of IP packets joined to 3 whole ones');
  expect(lengths(framesOf(out))).toEqual(lengths(framesOf(KERNEL)));
  const [connection] = reassemble(framesOf(KERNEL)).connections;
  const cut = connection?.events.filter((event) => event.kind === 'data' && event.from === 'client' && event.bytes.length > 1000) ?? [];
  expect(cut).toHaveLength(3);
  const file = readFileSync(out);
  for (const event of cut) {
    const said = event.kind === 'data' ? Buffer.from(event.bytes) : Buffer.alloc(0);
    for (let at = 16; at + 16 <= said.length; at += 16) expect(file.includes(said.subarray(at, at + 16))).toBe(false);
  }
});

test.skipIf(!hasTshark)('tshark finds the checksums of the headers right, and no piece', () => {
  const args = ['-r', out, '-o', 'ip.check_checksum:TRUE', '-Y', 'ip.checksum.status == 0 || ip.flags.mf == 1 || ip.frag_offset > 0'];
  const { status, stdout } = spawnSync('tshark', args, { encoding: 'utf8' });
  expect([status, stdout]).toEqual([0, '']);
});

test('a packet of which a piece is missing is left out, and told of', () => {
  const frames = framesOf(KERNEL);
  const redactor = new Redactor();
  const lost = frames.filter(({ number }) => number !== 13);
  const made = [...lost.flatMap((frame) => redactor.push(frame)), ...redactor.end()];
  expect(redactor.told).toMatchObject({ pieces: 8, joined: 2, unfinished: 1 });
  expect(made.length).toBe(frames.length - 9 + 2);
});
