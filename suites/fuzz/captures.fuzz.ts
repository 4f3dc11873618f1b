/** Captures of execs, written and then damaged: the reader says what is wrong, reassembly and inspection go on with what is left. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Chance } from '../../harness/fuzz/arbitrary/chance.ts';
import { changed } from '../../harness/fuzz/arbitrary/recorded.ts';
import { inspectCapture } from '../../harness/inspect/inspect-capture.ts';
import { readCapture } from '../../harness/pcap/capture-reader.ts';
import { PcapError } from '../../harness/pcap/pcap-error.ts';
import { reassemble } from '../../harness/pcap/reassemble.ts';
import type { ReferenceServer } from '../../harness/reference/index.ts';
import { transcriptAsPcapng } from '../../harness/report/transcript-capture.ts';
import { lintRules } from '../lint.ts';
import { contextAt, execs, playAll, reference } from './peers.ts';

/** Larger ones take their time and say nothing else. */
const MOST_BYTES = 60_000;
const about = { mywire: 'test', startedAt: '2026-11-26T00:00:00Z', comment: 'an exec' };

let server: ReferenceServer;
let captures: readonly Buffer[];
beforeAll(async () => {
  server = await reference();
  const played = await playAll(execs(2, 1), contextAt(server.endpoint, { keepsTranscript: true }));
  captures = played
    .flatMap(({ clients }) => clients.map(({ transcript }) => transcriptAsPcapng(transcript, about)))
    .flatMap((one) => (one && one.length < MOST_BYTES ? [Buffer.from(one)] : []));
}, 30_000);
afterAll(() => server.stop());

/** A capture with bytes changed; never shorter than its first block. */
function damaged(which: number, seed: number): Uint8Array {
  const chance = new Chance(seed);
  const capture = captures[which % captures.length] as Buffer;
  const other = captures[chance.below(captures.length)] as Buffer;
  // The front is left alone mostly: else most are no captures, and nothing else is tried.
  const front = chance.oneIn(8) ? 0 : 200;
  return new Uint8Array(Buffer.concat([capture.subarray(0, front), changed(chance, capture.subarray(front), other)]));
}

/** Reads it, or says in a PcapError why not; in less than two seconds of the processor. */
const survives = (read: (bytes: Uint8Array) => unknown) =>
  fc.property(fc.nat(), fc.nat(), (which, seed) => {
    const started = process.cpuUsage();
    try {
      read(damaged(which, seed));
    } catch (error) {
      if (!(error instanceof PcapError)) throw error;
    }
    expect(process.cpuUsage(started).user).toBeLessThan(2_000_000);
  });

describe('damaged captures', () => {
  test('are reassembled as far as they go', () => {
    fc.assert(
      survives((bytes) => reassemble(readCapture(bytes).frames)),
      { numRuns: 600, seed: 2 },
    );
  });

  test('are inspected, with all rules of the lint', () => {
    fc.assert(
      survives((bytes) => inspectCapture(bytes, lintRules)),
      { numRuns: 400, seed: 3 },
    );
  });

  test('a reader that trusts the length of a block is found out', () => {
    const trusting = (bytes: Uint8Array): void => {
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      for (let at = 0; at < bytes.length; at += Math.max(12, view.getUint32(at + 4, true))) view.getUint32(at, true);
    };
    expect(fc.check(survives(trusting), { numRuns: 600, seed: 2 }).failed).toBe(true);
  });
});
