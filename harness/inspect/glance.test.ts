import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { lintRules } from '../../suites/lint.ts';
import { type Capture, readCapture } from '../pcap/capture-reader.ts';
import { tcpSegment } from '../pcap/tcp-segment.ts';
import type { Inspected } from './inspected.ts';
import { Inspection } from './inspection.ts';

/** Where nobody asks for packets, most are counted without being looked at (codec/glance.ts): what is told of a connection must not change. */
const MUTANTS = Number(process.env['MYWIRE_MUTANTS'] ?? 15);

const root = new URL('../../', import.meta.url);
const captures = ['pcaps', 'harness/codec/recordings'].flatMap((folder) =>
  readdirSync(new URL(folder, root), { recursive: true })
    .map(String)
    .filter((name) => /\.pcap(ng)?$/.test(name))
    .map((name) => `${folder}/${name}`),
);

function inspected(frames: Capture['frames'], packets: boolean): Inspected[] {
  const found: Inspected[] = [];
  const onPacket = packets ? (): void => {} : undefined;
  const inspection = new Inspection({ rules: lintRules, onConnection: (one) => found.push(one), onPacket });
  for (const frame of frames) inspection.push(frame);
  inspection.end();
  return found;
}

/** Sets bytes of TCP payloads to others; the number is the seed. */
function mutated(bytes: Uint8Array, seed: number): Capture['frames'] {
  const copy = Uint8Array.from(bytes);
  const { frames } = readCapture(copy);
  const payloads = frames
    .map(tcpSegment)
    .flatMap((segment) => (typeof segment !== 'string' && segment.payload.length > 0 ? [segment.payload] : []));
  let state = seed;
  const random = (below: number): number => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return (state >>> 8) % below;
  };
  for (let left = 1 + random(8); left > 0 && payloads.length > 0; left--) {
    const payload = payloads[random(payloads.length)] as Uint8Array;
    const other = [random(256), 0, 1, 0xfb, 0xfc, 0xfe, 0xff][random(7)] as number;
    // The header and the beginning of a packet, more often than not.
    payload[random(random(2) === 0 ? payload.length : Math.min(12, payload.length))] = other;
  }
  return frames;
}

describe('counting a packet says of its connection what looking at it says', () => {
  test.each(captures)('%s', (name) => {
    const { frames } = readCapture(readFileSync(new URL(name, root)));
    expect(inspected(frames, false)).toEqual(inspected(frames, true));
  });

  test.each(captures.filter((name) => /commands|clients|areas\/[^/]*\.pcap$/.test(name)))('%s with other bytes in it', (name) => {
    const bytes = readFileSync(new URL(name, root));
    for (let seed = 1; seed <= MUTANTS; seed++) {
      const frames = mutated(bytes, seed);
      expect(inspected(frames, false), `seed ${seed}`).toEqual(inspected(frames, true));
    }
  });
});
