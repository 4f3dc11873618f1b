import { describe, expect, test } from 'vitest';
import type { RunReport } from '../run/result.ts';
import { reportAsText } from './terminal.ts';
import {
  bytes,
  connected,
  failing,
  gotPacketsOutOfOrder,
  login,
  manual,
  mariadbGreeting,
  received,
  result,
  run,
  sent,
  target,
} from './testdata/reports.ts';

const text = (report: RunReport, columns = 100): string => reportAsText(report, { color: false, columns });
const lines = (report: RunReport, columns = 100): string[] => text(report, columns).split('\n');

describe('the matrix', () => {
  const report = run([
    target([result(), result(), failing(), result({ case: 'greeting/comes-first', verdict: 'skipped', reason: 'x' })], {
      target: 'local:proxysql+mariadb',
    }),
    target([result({ target: 'local:mariadb', case: 'greeting/comes-first' })], { target: 'local:mariadb' }),
  ]);

  test('area by target, aligned, without columns that are empty everywhere', () => {
    const all = lines(report);
    const at = all.findIndex((line) => line.startsWith('area'));
    expect(all.slice(at - 1, at + 4)).toEqual([
      '             local:proxysql+mariadb   local:mariadb',
      'area         pass  fail  skip         pass  fail  skip',
      'early-data      2     1     0            0     0     0',
      'greeting        0     0     1            1     0     0',
      'total           2     1     1            1     0     0',
    ]);
  });

  test('on a narrow terminal the targets stand below each other', () => {
    const all = lines(report, 44);
    const headings = all.filter((line) => line.startsWith('area'));
    expect(headings).toHaveLength(2);
    const matrix = all.slice(
      all.findIndex((line) => line.startsWith('area')),
      all.findIndex((line) => line.startsWith('FAIL')),
    );
    expect(Math.max(...matrix.map((line) => line.length))).toBeLessThanOrEqual(44);
  });
});

describe('a deviation reads like a bug report', () => {
  const raced = failing({
    tries: 500,
    deviatingTries: 298,
    tally: { '0:HandshakeV10 | 2:OK 0/0/0x2/0 | FIN': 202, 'FIN followed by RST': 298 },
    link: 'https://github.com/sysown/proxysql/issues/3342',
  });

  test('every part of it', () => {
    const evidence = new Map([[raced, 'mywire-out/x/early']]);
    const told = reportAsText(run([target([raced])]), { color: false, columns: 100, evidence });
    expect(told).toContain(
      [
        'FAIL  MUST  early-data/response-and-quit',
        '  a check that is sent before the greeting gets the greeting and OK',
        '  target     local:proxysql+mariadb',
        '  delivery   early',
        '  tries      500, of which 298 deviated; the first that did is shown',
        '             298 x FIN followed by RST',
        '             202 x 0:HandshakeV10 | 2:OK 0/0/0x2/0 | FIN',
        '  sent       HandshakeResponse41 as check + COM_QUIT',
        '             0.3 ms    HandshakeResponse41, sequence id 1, 51 bytes, before the greeting',
        '                       capabilities 0x00008200, maxPacketSize 16809984, characterSet 33,',
        '                       mariadbCapabilities 0x00000000, user "haproxy_check", authResponse empty',
        '                       2f 00 00 01 00 82 00 00 00 80 00 01 21 00 00 00 00 00 00 00 00 00 00 00',
        '                       00 00 00 00 00 00 00 00 00 00 00 00 68 61 70 72 6f 78 79 5f 63 68 65 63',
        '                       6b 00 00',
        '             0.3 ms    COM_QUIT, sequence id 0, 5 bytes, before the greeting',
        '                       01 00 00 00 01',
        '  received   nothing',
        '  ended      FIN followed by RST, 1.3 ms after the connection was asked for',
        '  expected   HandshakeV10',
        '  got        FIN followed by RST without an answer',
        '  manual     per MySQL manual, Connection Phase: the server sends its greeting first',
        '             https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_connection_phase.html',
        '  link       https://github.com/sysown/proxysql/issues/3342',
        '  evidence   mywire-out/x/early',
        '  repeat     mywire run local:proxysql+mariadb --case early-data/response-and-quit --delivery early',
      ].join('\n'),
    );
  });

  test('what came back is decoded field by field, with times', () => {
    const transcript = {
      events: [connected, received(0.5, mariadbGreeting), sent(0.9, 'COM_QUIT', bytes('0100000001')), received(1.7, gotPacketsOutOfOrder)],
      startedAt: 0,
      ending: 'rst',
    } as const;
    const told = text(run([target([failing({ transcript })])]), 160);
    expect(told).toContain('  received   0.5 ms    HandshakeV10, sequence id 0, 104 bytes\n');
    expect(told).toContain('serverVersion "5.5.5-10.11.19-MariaDB-0+deb12u1", threadId 308830,');
    expect(told).toContain('             1.7 ms    ERR, sequence id 1, 37 bytes\n');
    expect(told).toContain('errorCode 1156, sqlStateMarker "#", sqlState "08S01", errorMessage "Got packets out of order"');
  });

  test('bytes that are no whole packet are shown as they are', () => {
    const transcript = { startedAt: 0, events: [connected, received(0.5, bytes('0a000000ff'))], ending: 'timeout' } as const;
    const told = text(run([target([failing({ transcript })])]));
    expect(told).toContain('incomplete packet, 5 bytes\n');
    expect(told).toContain('                       0a 00 00 00 ff\n');
    expect(told).toContain('  ended      still open at the limit\n');
  });

  test('a long packet is cut, a long answer too', () => {
    const row = bytes('05000001 ff8404 4142');
    const transcript = {
      events: [
        connected,
        sent(0.3, 'padded', bytes(`00100001${'61'.repeat(4096)}`)),
        ...Array.from({ length: 40 }, (_, i) => received(i, row)),
      ],
      startedAt: 0,
      ending: 'open',
    } as const;
    const told = text(run([target([failing({ transcript })])]));
    expect(told).toContain('… (4100 bytes)');
    expect(told).toContain('and 28 more packets');
    expect(told.split('\n').length).toBeLessThan(120);
  });

  test('a case under three deliveries is told once', () => {
    const report = run([target((['whole', 'bytes', 'fields'] as const).map((delivery) => failing({ delivery })))]);
    expect(text(report).match(/^FAIL/gm)).toHaveLength(1);
    expect(text(report)).toContain('  delivery   whole, bytes, fields\n');
  });

  test('the same case on two targets is told twice', () => {
    const report = run([target([failing()]), target([failing({ target: 'local:proxysql' })])]);
    expect(text(report).match(/^FAIL/gm)).toHaveLength(2);
  });

  test('two sources, both manuals', () => {
    const mariadb = { ...manual, manual: 'mariadb', page: 'Connecting', url: 'https://mariadb.com/docs' };
    const told = text(run([target([failing({ source: [manual, mariadb] })])]));
    expect(told).toContain(
      '             per MariaDB manual, Connecting: the server sends its greeting first\n             https://mariadb.com/docs\n',
    );
  });

  test('the command is safe to paste', () => {
    const told = text(run([target([failing({ target: "reference?defect=a';reboot" })])]));
    expect(told).toContain(String.raw`mywire run 'reference?defect=a'\'';reboot' --case early-data/response-and-quit --delivery early`);
  });
});

describe('the other sections', () => {
  test('known deviations: one line each, no report', () => {
    const known = { reason: 'closes without a byte until 2.0.17', link: 'https://example.org/3342' };
    const told = text(run([target([failing({ known }), failing({ known, delivery: 'whole' })])]), 200);
    expect(told).toContain(
      'Known deviations\n  local:proxysql+mariadb  early-data/response-and-quit (early, whole): closes without a byte until 2.0.17 (https://example.org/3342)\n',
    );
    expect(told).not.toMatch(/^FAIL/m);
  });

  test('skipped and unsupported by reason, inconclusive each', () => {
    const tls = { verdict: 'skipped', reason: 'the greeting does not offer SSL' } as const;
    const report = run([
      target([
        result({ ...tls, case: 'tls/one' }),
        result({ ...tls, case: 'tls/two' }),
        result({ ...tls, case: 'tls/two', delivery: 'bytes' }),
        result({ verdict: 'unsupported', reason: 'refused: ERR 1251' }),
        result({ case: 'quit/now', verdict: 'inconclusive', reason: 'no connection: ECONNREFUSED' }),
      ]),
    ]);
    const told = text(report);
    expect(told).toContain('Skipped\n  local:proxysql+mariadb  3 checks of 2 cases: the greeting does not offer SSL\n');
    expect(told).toContain('Unsupported\n  local:proxysql+mariadb  1 check of 1 case: refused: ERR 1251\n');
    expect(told).toContain('Inconclusive\n  local:proxysql+mariadb  quit/now (early): no connection: ECONNREFUSED\n');
  });

  test('health checks as HAProxy sees them', () => {
    const state = { by: '2.6.12', check: 'L7OK', code: 0, description: '5.5.5-10.11.19', transitions: 0 } as const;
    const healthChecks = [
      { ...state, mode: 'user u post-41', status: 'UP' },
      {
        ...state,
        mode: 'user u pre-41',
        status: 'DOWN',
        check: 'L7STS',
        code: 1251,
        description: 'Client does not support',
        transitions: 2,
        seen: ['L7OK 0', 'L7STS 1251'],
      },
    ];
    const told = text(run([target([result()], { healthChecks })]));
    expect(told).toContain('local:proxysql+mariadb  2.6.12  user u post-41  UP     L7OK      0        0  5.5.5-10.11.19\n');
    expect(told).toContain(
      'local:proxysql+mariadb  2.6.12  user u pre-41   DOWN   L7STS  1251        2  seen in turn: L7OK 0, L7STS 1251\n',
    );
  });

  test('notes, a target that could not be judged, stale expectations, untested, problems', () => {
    const report = run(
      [
        target([result()], { notes: ['the path is not transparent'], expectationProblems: ['x/y passes now: remove it'] }),
        target([], {
          target: '10.0.0.1:3306',
          versions: '',
          failure: { code: 'TARGET_UNREACHABLE', says: '10.0.0.1:3306: connection refused. Start it.' },
        }),
      ],
      { untested: ['ProxySQL: no binary on PATH'], problems: ['unknown case z/z'] },
    );
    const told = text(report);
    expect(told).toContain('  the path is not transparent\n');
    expect(told).toContain('10.0.0.1:3306\n  could not be judged: connection refused. Start it. (TARGET_UNREACHABLE)\n');
    expect(told).toContain('Problems beside the checks\n  local:proxysql+mariadb: x/y passes now: remove it\n');
    expect(told).toContain('Not tested\n  ProxySQL: no binary on PATH\n');
    expect(told).toContain('Problems of the run\n  unknown case z/z\n');
  });
});

describe('the last line', () => {
  test('totals, time, and what the exit code means', () => {
    expect(lines(run([target([result(), failing()])])).at(-2)).toBe(
      '2 checks on 1 target in 1.5 s: 1 pass, 1 fail. Exit code 1, deviates: 1 check fails.',
    );
    expect(lines(run([target([result()])])).at(-2)).toBe('1 check on 1 target in 1.5 s: 1 pass, 0 fail. Exit code 0, good: no deviation.');
  });

  test('a run without results', () => {
    expect(text(run([]))).toBe('0 checks on 0 targets in 1.5 s: 0 pass, 0 fail. Exit code 1, deviates: no case was executed.\n');
  });
});

test('no escapes without colours, escapes with them', () => {
  const report = run([target([result(), failing()])]);
  expect(text(report)).not.toContain('\x1b');
  const painted = reportAsText(report, { color: true, columns: 100 });
  expect(painted).toContain('\x1b[31mFAIL\x1b[39m');
  expect(painted.replaceAll(/\x1b\[\d+m/g, '')).toBe(text(report));
});

test('5,000 results, half of them deviating, are told in seconds', () => {
  const results = Array.from({ length: 5000 }, (_, i) =>
    i % 2 === 0
      ? result({ case: `area-${i % 12}/c${i}` })
      : failing({
          case: `area-${i % 12}/c${i}`,
          transcript: login,
          title: `${i}`,
          deviation: { axis: 'answer', step: 1, expected: 'OK', got: `ERR ${i}` },
        }),
  );
  const from = performance.now();
  expect(text(run([target(results)])).match(/^FAIL/gm)).toHaveLength(2500);
  expect(performance.now() - from).toBeLessThan(8000);
});
