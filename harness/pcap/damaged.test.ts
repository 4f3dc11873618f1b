import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readCapture } from './capture-reader.ts';
import type { CapturedFrame } from './captured-frame.ts';
import { writePcapng } from './pcapng-writer.ts';
import { reassemble } from './reassemble.ts';
import { isCutAtGap, told, toldByTshark } from './testdata/tshark-follow.ts';

const onPath = (program: string) => spawnSync(program, ['-v']).error === undefined;
const hasWireshark = ['tshark', 'editcap'].every(onPath);
if (!hasWireshark) console.warn('skipped: tshark and editcap are not on PATH');

const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const SOURCES = {
  variants: path('../../pcaps/mysql-9.7.4-handshake-variants.pcap'),
  commands: path('../codec/recordings/mysql-9.7.4-commands.pcap'),
};
const framesOf = (file: string) => readCapture(new Uint8Array(readFileSync(file))).frames;

describe.skipIf(!hasWireshark)('captures that were damaged', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'mywire-damaged-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const every = (n: number, from: number, frames: readonly CapturedFrame[]) =>
    frames.map(({ number }) => number).filter((number) => number > from && (number - from) % n === 0);
  type Damage = (frames: readonly CapturedFrame[]) => { readonly options?: string[]; readonly without?: (number | string)[] };

  // 'same': tshark tells the same bytes and gaps. 'forgets': what stands behind a gap that nobody acknowledged, tshark leaves out at
  // the end; we tell of it. 'cut': of bytes that a snapshot length cut, tshark says nothing; we tell of a gap.
  test.each<[string, Damage, 'same' | 'forgets' | 'cut']>([
    ['each seventh frame lost', (frames) => ({ without: every(7, 0, frames) }), 'forgets'],
    ['each fifth frame lost', (frames) => ({ without: every(5, 1, frames) }), 'forgets'],
    ['the first third lost', (frames) => ({ without: [`1-${Math.floor(frames.length / 3)}`] }), 'same'],
    ['one bit in two hundred wrong behind the headers', () => ({ options: ['-E', '0.005', '-o', '54', '--seed', '7'] }), 'same'],
    ['a snapshot length of 90', () => ({ options: ['-s', '90'] }), 'cut'],
    ['three bytes cut off each frame', () => ({ options: ['-C', '-3'] }), 'cut'],
    ['times adjusted into disorder', () => ({ options: ['-t', '-1000'] }), 'same'],
  ])('%s: the bytes and gaps that tshark finds', { timeout: 60_000 }, (name, damage, tshark) => {
    for (const [source, from] of Object.entries(SOURCES)) {
      const file = join(folder, `${source}-${name.replaceAll(' ', '-')}.pcapng`);
      const { options = [], without = [] } = damage(framesOf(from));
      expect(spawnSync('editcap', ['-F', 'pcapng', ...options, from, file, ...without.map(String)]).status).toBe(0);
      const { connections } = reassemble(framesOf(file));
      const ours = told(connections, tshark !== 'cut');
      const theirs = toldByTshark(spawnSync, file, connections, tshark !== 'cut');
      expect(ours.length).toBeGreaterThan(15);
      const forgotten = ours.filter((line, i) => tshark === 'forgets' && isCutAtGap(line, theirs[i] as string));
      expect(ours.filter((line) => !forgotten.includes(line))).toEqual(theirs.filter((_, i) => !forgotten.includes(ours[i] as string)));
      expect(forgotten.length).toBeLessThan(ours.length / 4);
    }
  });

  const swap = (frames: readonly CapturedFrame[]) => {
    const mixed = [...frames];
    for (let i = 0; i + 1 < mixed.length; i += 3) [mixed[i], mixed[i + 1]] = [mixed[i + 1], mixed[i]] as [CapturedFrame, CapturedFrame];
    return mixed;
  };
  const reverse = (frames: readonly CapturedFrame[]) => {
    const mixed: CapturedFrame[] = [];
    for (let i = 0; i < frames.length; i += 4) mixed.push(...frames.slice(i, i + 4).reverse());
    return mixed;
  };
  const twice = (frames: readonly CapturedFrame[]) => frames.flatMap((frame) => [frame, frame]);

  // In order, the frames are 10 µs apart: no hole is given up for the time it takes. The truth is the capture as it was.
  test.each<[string, 'right' | 'wrong', (frames: readonly CapturedFrame[]) => CapturedFrame[]]>([
    ['pairs swapped', 'right', swap],
    ['each frame twice', 'right', twice],
    // The greeting and its ACK before the SYNs: tshark 4.0.17 loses what follows, or tells of a gap behind bytes that it has shown.
    ['fours reversed, SYNs behind the first bytes', 'wrong', reverse],
  ])('%s: the same bytes as in order; tshark is %s', { timeout: 60_000 }, (name, tshark, mix) => {
    for (const [source, from] of Object.entries(SOURCES)) {
      const frames = framesOf(from);
      const start = frames[0]?.timeNs ?? 0n;
      const mixed = mix(frames).map((frame, i) => ({
        timeNs: start + BigInt(i) * 10_000n,
        linkType: frame.linkType,
        bytes: frame.bytes,
      }));
      const file = join(folder, `${source}-${name.replaceAll(' ', '-')}.pcapng`);
      writeFileSync(file, writePcapng({ application: 'test' }, mixed));
      const { connections } = reassemble(framesOf(file));
      const truth = told(reassemble(frames).connections, true);
      expect(told(connections, true)).toEqual(truth);
      if (tshark === 'right') expect(toldByTshark(spawnSync, file, connections, true)).toEqual(truth);
      else expect(toldByTshark(spawnSync, file, connections, true)).not.toEqual(truth);
    }
  });
});
