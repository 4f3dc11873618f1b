import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { valuesAs } from '../harness/codec/identified.ts';
import type { LabelledPacket } from '../harness/codec/labelled-packet.ts';
import { inspectFrames } from '../harness/inspect/inspect-capture.ts';
import { readCapture } from '../harness/pcap/capture-reader.ts';
import { sessionStateOf } from './lint-reading.ts';

const recordings = ['mysql-9.7.4-commands', 'mariadb-11.8.9-commands', 'mysql-9.7.4-clients', 'mariadb-11.8.6-clients'];

function oksOf(recording: string): LabelledPacket[] {
  const bytes = readFileSync(fileURLToPath(new URL(`../harness/codec/recordings/${recording}.pcap`, import.meta.url)));
  return inspectFrames(readCapture(bytes).frames).packets.flatMap(({ packet }) => (packet.name === 'OK' ? [packet] : []));
}

test.each(recordings)('the session state of an OK is what decoding it gives: %s', (recording) => {
  const oks = oksOf(recording);
  const states = oks.map((ok) => ok.value?.['sessionState'] as Uint8Array | undefined);
  expect(oks.map(sessionStateOf)).toEqual(states);
  expect(states.some((state) => state !== undefined && state.length > 0)).toBe(true);
  expect(states.some((state) => state === undefined)).toBe(true);
});

test('one that is cut, or longer than 250 bytes', () => {
  const ok = oksOf('mysql-9.7.4-commands').find(({ value }) => (value?.['sessionState'] as Uint8Array | undefined)?.length);
  const { payload, message, context } = ok as LabelledPacket;
  const state = ok?.value?.['sessionState'] as Uint8Array;
  const before = payload.subarray(0, payload.length - state.length - 1);
  const of = (bytes: Uint8Array): Uint8Array | undefined =>
    sessionStateOf({ ...(ok as LabelledPacket), payload: bytes, context, value: message && context && valuesAs(message, bytes, context) });
  expect(of(payload.subarray(0, -1))).toBeUndefined();
  const long = new Uint8Array(300).fill(1);
  expect(of(Buffer.concat([before, Uint8Array.of(0xfc, 300 & 0xff, 300 >> 8), long]))).toEqual(Buffer.from(long));
});
