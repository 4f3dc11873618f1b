import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { inspectFrames } from '../harness/inspect/inspect-capture.ts';
import { isBroken } from '../harness/inspect/totals.ts';
import { readCapture } from '../harness/pcap/capture-reader.ts';
import type { CapturedFrame } from '../harness/pcap/captured-frame.ts';
import { lintRules } from './lint.ts';

/** Captures that lack frames, begin late, end early, are out of order or cut: a peer must not be accused of what the capture does. */
const damages: Readonly<Record<string, (frames: readonly CapturedFrame[], random: () => number) => readonly CapturedFrame[]>> = {
  'one frame of fifty is lost': (frames, random) => frames.filter(() => random() > 0.02),
  'one frame of ten is lost': (frames, random) => frames.filter(() => random() > 0.1),
  'the beginning is missing': (frames, random) => frames.slice(Math.floor(random() * frames.length)),
  'the end is missing': (frames, random) => frames.slice(0, Math.floor(random() * frames.length)),
  'neighbours have changed places': (frames, random) => {
    const list = [...frames];
    for (let i = 1; i < list.length; i++)
      if (random() < 0.1) [list[i - 1], list[i]] = [list[i] as CapturedFrame, list[i - 1] as CapturedFrame];
    return list;
  },
  'frames were captured twice': (frames, random) => frames.flatMap((frame) => (random() < 0.1 ? [frame, frame] : [frame])),
  'a snapshot length has cut them': (frames, random) => {
    const most = 60 + Math.floor(random() * 200);
    return frames.map(({ number, timeNs, linkType, originalLength, interfaceId, bytes }) => ({
      ...{ number, timeNs, linkType, originalLength, interfaceId },
      bytes: bytes.subarray(0, most),
    }));
  },
};

/** Numbers from 0 to 1, the same ones each time (Numerical Recipes' generator). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 0x1_0000_0000;
  };
}

function accusations(frames: readonly CapturedFrame[]): string[] {
  const { connections } = inspectFrames([...frames], lintRules);
  return connections.flatMap(({ findings }) =>
    findings.filter(isBroken).map(({ rule, side, frame }) => `${side} ${rule} at frame ${frame}`),
  );
}

describe.each(['mariadb-11.8.9', 'mysql-9.7.4', 'proxysql-2.7.1'])('pcaps/areas/%s', (name) => {
  const { frames } = readCapture(readFileSync(new URL(`../pcaps/areas/${name}.pcap`, import.meta.url)));
  const whole = new Set(accusations(frames));

  test.each(Object.entries(damages))('%s', (_what, damage) => {
    for (const seed of [1, 2, 3]) {
      const more = accusations(damage(frames, seeded(seed))).filter((one) => !whole.has(one));
      expect(more, `seed ${seed}`).toEqual([]);
    }
  });
});
