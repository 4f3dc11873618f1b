import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { lintRules } from '../../suites/lint.ts';
import { readCapture } from '../pcap/capture-reader.ts';
import type { CapturedFrame } from '../pcap/captured-frame.ts';
import { reassemble } from '../pcap/reassemble.ts';
import { inspectFrames } from './inspect-capture.ts';
import { isBroken } from './totals.ts';
import { isBlanked } from './veil.ts';

const framesOf = (path: string) => readCapture(new Uint8Array(readFileSync(new URL(path, import.meta.url)))).frames;

/** The frames of one connection from so far on: 0.5 is the middle of what was sent. */
function late(frames: readonly CapturedFrame[], stream: number, share: number): CapturedFrame[] {
  const connection = reassemble(frames).connections[stream];
  const sent = connection?.events.filter(({ kind }) => kind === 'data') ?? [];
  const first = sent[Math.floor(sent.length * share)]?.frame ?? 0;
  const own = new Set(connection?.frames);
  return frames.filter(({ number }) => own.has(number) && number >= first);
}

const accused = ({ connections }: ReturnType<typeof inspectFrames>) => connections.flatMap(({ findings }) => findings.filter(isBroken));

describe('compressed since before the capture began', () => {
  const sources = ['mysql-9.7.4-compressed', 'mariadb-11.8.9-compressed'].flatMap((name) => {
    const frames = framesOf(`../codec/recordings/${name}.pcap`);
    return inspectFrames(frames, lintRules)
      .connections.filter(({ compression, login, packets }) => compression !== undefined && login === 'accepted' && packets > 20)
      .map((one) => ({ name, frames, one, stream: one.stream, compression: one.compression }));
  });

  test('there are connections of both algorithms and products', () => {
    expect(new Set(sources.map(({ name, compression }) => `${name} ${compression}`))).toEqual(
      new Set(['mysql-9.7.4-compressed zlib', 'mysql-9.7.4-compressed zstd', 'mariadb-11.8.9-compressed zlib']),
    );
  });

  test.each(sources)(
    '$name #$stream, $compression: its commands and rows are read from the middle on, or it is said',
    ({ frames, one }) => {
      for (const share of [0.4, 0.5, 0.6, 0.8]) {
        const from = late(frames, one.stream, share);
        if (from.length < 8) continue;
        const found = inspectFrames(from, lintRules);
        expect(accused(found)).toEqual([]);
        const [told] = found.connections;
        if (!told) continue;
        expect(told.beginning).toBe('missing');
        for (const [command, n] of Object.entries(told.commands)) expect(n, command).toBeLessThanOrEqual(one.commands[command] ?? 0);
        if (told.decodedFrom === undefined) expect(told.undecoded).toBe('compressed since before the capture began: cannot be decoded');
        else expect(told).toMatchObject({ compression: one.compression, packets: expect.toSatisfy((n) => n > 0) });
      }
    },
  );

  test('most of them can be read', () => {
    const read = sources.filter(
      ({ frames, stream }) => inspectFrames(late(frames, stream, 0.5), lintRules).connections[0]?.decodedFrom !== undefined,
    );
    expect(read.length).toBeGreaterThan(sources.length / 2);
  });
});

test('in TLS since before the capture began: counted by server, and nobody is accused', () => {
  const frames = framesOf('../pcap/testdata/tls/mysql-9.7.4.pcapng');
  const whole = inspectFrames(frames, lintRules).connections.filter(({ tls }) => tls);
  let hidden = 0;
  for (const { stream } of whole) {
    const found = inspectFrames(late(frames, stream, 0.7), lintRules);
    expect(found.connections).toEqual([]);
    hidden += Object.values(found.totals.hidden).reduce((a, b) => a + b, 0);
  }
  expect(hidden).toBeGreaterThan(whole.length / 2);
});

test.each([
  ['a command of zeros, as a redaction leaves it', '0500000000000000000000 00', true],
  ['what was compressed, of zeros', '0c000000400000 000000000000', true],
  ['one empty packet', '04000000000000 00000000', false],
  ['a command', '05000000000000 0100000001', false],
  ['a command cut short', '0500000000000001', false],
  ['a header alone, its body in the next segment', '05000000000000', undefined],
  ['a header and four zeros of a body of five', '0500000000000000000000', undefined],
  ['no whole header', '000000', undefined],
])('%s', (_what, hex, blanked) => {
  expect(isBlanked(Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex')))).toBe(blanked);
});

describe('TLS behind a greeting that is missing', () => {
  const frames = framesOf('../pcap/testdata/tls/mysql-9.7.4.pcapng');
  const whole = inspectFrames(frames, lintRules).connections.filter(({ tls, packets }) => tls !== undefined && packets >= 2);
  /** Without the frame of the greeting, or with nothing before the SSLRequest. */
  const lacking = { 'its frame is lost': false, 'the capture began behind it': true };

  test.each(Object.entries(lacking))('%s: it is MySQL, says since when it is in TLS, and accuses nobody', (_, late) => {
    let told = 0;
    for (const { stream, client } of whole) {
      const connection = reassemble(frames).connections[stream];
      const greeting = connection?.events.find(({ kind, from }) => kind === 'data' && from === 'server')?.frame ?? 0;
      const request = connection?.events.find(({ kind, from }) => kind === 'data' && from === 'client')?.frame ?? 0;
      if (greeting > request) continue;
      const own = new Set(connection?.frames);
      const left = frames.filter(({ number }) => own.has(number) && number !== greeting && (!late || number >= request));
      const found = inspectFrames(left, lintRules);
      expect(accused(found), `#${stream}`).toEqual([]);
      expect(found.totals.hidden, `#${stream}`).toEqual({});
      expect(found.connections[0], `#${stream}`).toMatchObject({
        client,
        undecoded: `in TLS since frame ${request}, and the greeting before it is missing: cannot be decoded`,
      });
      told++;
    }
    expect(told).toBeGreaterThan(3);
  });
});
