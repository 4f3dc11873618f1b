import { expect, test } from 'vitest';
import { asciiJson, type JsonReport, jsonReport, reportAsJson, reportAsJsonParts, resultAsJson } from './json.ts';
import {
  bytes,
  connected,
  failing,
  HOSTILE,
  haproxyResponse,
  joined,
  login,
  quit,
  received,
  result,
  run,
  sent,
  target,
} from './testdata/reports.ts';

const parse = (text: string): JsonReport => JSON.parse(text);

test('schema, totals, exit code', () => {
  const report = parse(reportAsJson(run([target([result(), failing()])])));
  expect(report).toMatchObject({
    schema: 'mywire.report/1',
    mywire: '0.1.0',
    startedAt: '2026-11-21T04:00:00.000Z',
    exit: { code: 1, reason: '1 check fails' },
    totals: { pass: 1, fail: 1, known: 0, unsupported: 0, skipped: 0, inconclusive: 0 },
    untested: [],
    problems: [],
  });
});

test('a deviating result, its transcript in hex', () => {
  const [one] = parse(reportAsJson(run([target([failing()])]))).targets[0]?.results ?? [];
  expect(one).toMatchObject({
    case: 'early-data/response-and-quit',
    verdict: 'fail',
    deviation: { axis: 'answer', step: 1, expected: 'HandshakeV10', got: 'FIN followed by RST without an answer' },
    repeat: 'mywire run local:proxysql+mariadb --case early-data/response-and-quit --delivery early',
    known: null,
    link: null,
    tally: null,
    transcript: {
      ending: 'fin+rst',
      events: [
        { at: 0.2, kind: 'connected' },
        {
          at: 0.25,
          kind: 'sent',
          label: 'HandshakeResponse41 as check + COM_QUIT',
          segments: [56],
          length: 56,
          hex: Buffer.from(joined(haproxyResponse, quit)).toString('hex'),
        },
        { at: 1.25, kind: 'fin' },
        { at: 6.5, kind: 'rst' },
      ],
    },
  });
});

test('every result has the same fields, whatever applies', () => {
  const full = failing({ link: 'x', tally: { a: 1 }, known: { reason: 'r', link: 'l' } });
  const { transcript: _, ...bare } = result();
  const results = parse(reportAsJson(run([target([full, bare])]))).targets[0]?.results ?? [];
  expect(Object.keys(results[1] ?? {})).toEqual(Object.keys(results[0] ?? {}));
  expect(results[1]?.transcript).toBeNull();
});

test('a passed result keeps no transcript in the report of the run, but has one of its own', () => {
  const passed = result({ transcript: login });
  expect(parse(reportAsJson(run([target([passed])]))).targets[0]?.results[0]?.transcript).toBeNull();
  expect(JSON.parse(resultAsJson(passed, 'mywire run')).transcript.events).toHaveLength(login.events.length);
});

test('a Buffer is hex too', () => {
  const transcript = { startedAt: 0, events: [connected, received(1, Buffer.from('ff00', 'hex'))], ending: 'open' } as const;
  expect(JSON.parse(resultAsJson(failing({ transcript }), 'mywire run')).transcript.events[1]).toEqual({
    at: 1,
    kind: 'received',
    length: 2,
    hex: 'ff00',
  });
});

test('what is too large is cut, and its length told', () => {
  const flood = new Uint8Array(1 << 20);
  const transcript = {
    startedAt: 0,
    events: [connected, received(1, flood), received(2, flood), sent(3, 'x', bytes('aa'))],
    ending: 'open',
  } as const;
  const text = reportAsJson(run([target([failing({ transcript })])]));
  const events = parse(text).targets[0]?.results[0]?.transcript?.events ?? [];
  expect(events.slice(1)).toMatchObject([
    { length: 1 << 20, hex: '00'.repeat(16 * 1024) },
    { length: 1 << 20, hex: '' },
    { length: 1, hex: '' },
  ]);
  expect(text.length).toBeLessThan(50_000);
});

test('hostile text comes through unchanged, and as ASCII', () => {
  const text = reportAsJson(run([target([failing({ reason: HOSTILE, title: HOSTILE })], { versions: HOSTILE })]));
  expect(text).toMatch(/^[\x20-\x7e\n]*$/);
  expect(parse(text).targets[0]?.results[0]?.reason).toBe(HOSTILE);
});

test('health checks and recordings', () => {
  const state = { mode: 'user u post-41', by: '2.6.12', status: 'DOWN', check: 'L7RSP', code: undefined, description: '', transitions: 3 };
  const recorded = [{ file: 'a.pcap', server: 'MariaDB', mode: 'post-41', outcome: 'OK', count: 2, verdict: 'OK' }] as const;
  const report = parse(reportAsJson(run([target([], { healthChecks: [state] })], { recorded })));
  expect(report.targets[0]?.healthChecks).toEqual([{ ...state, code: null, seen: [] }]);
  expect(report.recorded).toEqual(recorded);
});

test('part by part it is the text that it is at once, a result at a time', () => {
  const odd = { ...failing(), observation: `"results": [] ${HOSTILE}`, title: '      "results": []' };
  for (const targets of [[], [target([])], [target([result()])], [target([result(), odd]), target([]), target([failing()])]]) {
    const report = { ...run(targets), command: 'mywire "results": []', problems: ['"results": []'] };
    for (const telling of ['everything', 'what did not pass'] as const) {
      const parts = [...reportAsJsonParts(report, telling)];
      expect(parts.join('')).toBe(asciiJson(jsonReport(report, telling)));
      expect(parts.length).toBeGreaterThan(targets.flatMap(({ results }) => results).length);
    }
  }
});
