import { describe, expect, test } from 'vitest';
import { reportAsJunit } from './junit.ts';
import { all, parseXml } from './testdata/parse-xml.ts';
import { bytes, connected, failing, HOSTILE, login, manual, received, result, run, sent, target } from './testdata/reports.ts';

const known = { reason: 'closes until 2.0.17', link: 'https://example.org/3342' };

describe('JUnit', () => {
  const report = run(
    [
      target(
        [
          result({ ms: 12.4 }),
          failing({ transcript: login }),
          failing({ delivery: 'whole', known }),
          result({ delivery: 'bytes', verdict: 'skipped', reason: 'no TLS' }),
          result({ delivery: 'fields', verdict: 'unsupported', reason: 'refused: ERR 1251' }),
          result({ delivery: 'coalesced', verdict: 'inconclusive', reason: 'no connection' }),
        ],
        { expectationProblems: ['x/y passes now'], notes: ['the path is not transparent'] },
      ),
      target([], { target: '10.0.0.1:3306', failure: { code: 'TARGET_UNREACHABLE', says: 'connection refused' } }),
    ],
    { problems: ['unknown case z/z'] },
  );
  const document = parseXml(reportAsJunit(report));
  const suites = all(document, 'testsuite');

  test('one testsuite per target, and counts that agree', () => {
    expect(
      suites.map((suite) => [
        suite.attributes['name'],
        suite.attributes['tests'],
        suite.attributes['failures'],
        suite.attributes['errors'],
        suite.attributes['skipped'],
      ]),
    ).toEqual([
      ['local:proxysql+mariadb', '7', '2', '1', '3'],
      ['10.0.0.1:3306', '1', '0', '1', '0'],
      ['mywire', '1', '1', '0', '0'],
    ]);
    expect(document.attributes).toMatchObject({ tests: '9', failures: '3', errors: '2', skipped: '3', time: '1.500' });
    for (const suite of suites) {
      expect(all(suite, 'testcase')).toHaveLength(Number(suite.attributes['tests']));
      expect(all(suite, 'failure')).toHaveLength(Number(suite.attributes['failures']));
      expect(all(suite, 'error')).toHaveLength(Number(suite.attributes['errors']));
      expect(all(suite, 'skipped')).toHaveLength(Number(suite.attributes['skipped']));
    }
  });

  test('a testcase has area, case, delivery, time, level and source', () => {
    const first = all(document, 'testcase')[0];
    expect(first?.attributes).toEqual({ classname: 'early-data', name: 'early-data/response-and-quit [early]', time: '0.012' });
    expect(all(first as never, 'property').map((property) => property.attributes)).toEqual([
      { name: 'level', value: 'MUST' },
      { name: 'source', value: `mysql: Connection Phase ${manual.url}` },
    ]);
  });

  test('a failure has expected, got, sent, received and the command', () => {
    const failure = all(document, 'failure')[0];
    expect(failure?.attributes).toEqual({ type: 'answer', message: 'FIN followed by RST without an answer' });
    expect(failure?.text).toContain('  expected   HandshakeV10\n  got        FIN followed by RST without an answer\n');
    expect(failure?.text).toContain('  sent       HandshakeResponse41 as check, then COM_QUERY');
    expect(failure?.text).toContain('serverVersion "5.5.5-10.11.19-MariaDB-0+deb12u1"');
    expect(failure?.text).toContain('  repeat     mywire run local:proxysql+mariadb --case early-data/response-and-quit --delivery early');
  });

  test('known, skipped and unsupported are skipped, with the reason', () => {
    expect(all(document, 'skipped').map((skipped) => skipped.attributes['message'])).toEqual([
      'known deviation: closes until 2.0.17 https://example.org/3342',
      'skipped: no TLS',
      'unsupported: refused: ERR 1251',
    ]);
  });

  test('inconclusive and a target that could not be judged are errors', () => {
    expect(all(document, 'error').map((error) => [error.attributes['type'], error.attributes['message']])).toEqual([
      ['inconclusive', 'no connection'],
      ['TARGET_UNREACHABLE', 'connection refused'],
    ]);
  });

  test('stale expectations and problems of the run are failures', () => {
    expect(
      all(document, 'failure')
        .map((failure) => failure.attributes['message'])
        .slice(1),
    ).toEqual(['x/y passes now', 'unknown case z/z']);
  });
});

test('a hostile server cannot break the document', () => {
  const transcript = {
    events: [connected, sent(1, HOSTILE, bytes('00')), received(2, Uint8Array.from(Buffer.from(`\x60\0\0\0\x0a${HOSTILE}`, 'latin1')))],
    startedAt: 0,
    ending: 'rst',
  } as const;
  const evil = {
    case: `a/${HOSTILE}`,
    area: HOSTILE,
    title: HOSTILE,
    reason: HOSTILE,
    transcript,
    deviation: { axis: 'answer', step: 0, expected: HOSTILE, got: HOSTILE },
  } as const;
  const document = parseXml(
    reportAsJunit(
      run(
        [
          target([failing(evil), result({ verdict: 'skipped', reason: HOSTILE }), result({ verdict: 'inconclusive', reason: HOSTILE })], {
            target: HOSTILE,
            versions: HOSTILE,
            notes: [HOSTILE],
            expectationProblems: [HOSTILE],
            failure: { code: HOSTILE, says: HOSTILE },
          }),
        ],
        { problems: [HOSTILE], mywire: HOSTILE, startedAt: HOSTILE },
      ),
    ),
  );
  expect(all(document, 'script')).toEqual([]);
  expect(all(document, 'skipped')[0]?.attributes['message']).toContain('<script>alert(1)</script>..PASS]]>&');
});

test('an empty run is a document', () => {
  expect(parseXml(reportAsJunit(run([]))).attributes).toMatchObject({ tests: '0' });
});

test('the reader of this test refuses what is not well-formed', () => {
  const xml = (body: string): string => `<?xml version="1.0" encoding="UTF-8"?>\n${body}`;
  for (const body of [
    '<a>',
    '<a></b>',
    '<a b="1" b="2"/>',
    '<a>&</a>',
    '<a>&x;</a>',
    '<a>\u0001</a>',
    '<a>]]></a>',
    '<a/><a/>',
    '<a b="<"/>',
    '<a>\uffff</a>',
  ])
    expect(() => parseXml(xml(body)), body).toThrow();
});
