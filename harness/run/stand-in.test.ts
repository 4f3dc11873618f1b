import { createServer, type Server } from 'node:net';
import { afterAll, describe, expect, test } from 'vitest';
import { suites } from '../../suites/index.ts';
import {
  withAnonymous,
  withFewErrors,
  withFewRows,
  withOpenTransaction,
  withoutAccounts,
  withoutDoor,
  withoutGrants,
  withoutSql,
  withProxyHeaders,
  withWideStrings,
  withWideText,
} from '../case/asks.ts';
import type { Case } from '../case/case.ts';
import { sqlOf } from '../case/sql-word.ts';
import { frame } from '../codec/frame.ts';
import { startReference } from '../reference/index.ts';
import type { Endpoint, RunningTarget } from '../target/target.ts';
import { probe } from './profile.ts';
import { runTarget } from './run-target.ts';
import { atAddress } from './testing/at-address.ts';
import { greeting, hex } from './testing/bare-packets.ts';

const limits = { connectMs: 5000, answerMs: 1000, quietMs: 300, afterFinMs: 5 };
const cases = [
  'command/ping',
  'command/select',
  'command/two-selects',
  'login/unknown-user',
  'login/proof-of-19-bytes',
  'auth/switch-counts-on',
  'early-data/half-a-packet',
  'command/init-db-unknown',
  'prepared/fetch-unknown-id',
].map((id) => suites.find((one) => one.id === id) as Case);

const stops: (() => void)[] = [];
afterAll(() => {
  for (const stop of stops) stop();
});

const ok = hex('00 00 00 0200 0000');
/** One column "1" of type BIGINT, one row "1". */
const one = [
  hex('01'),
  hex('03 646566 00 00 00 01 31 00 0c 3f00 02000000 08 8100 00 0000'),
  hex('fe 0000 0200'),
  hex('01 31'),
  hex('fe 0000 0200'),
];

const err = hex(`ff 2804 23 ${Buffer.from('42000no such function').toString('hex')}`);

const blocked = hex(`ff 6904 ${Buffer.from("Host 'h' is blocked").toString('hex')}`);

/** Lets anybody in and answers every query with the same row, like a mock; with ERR 1064 what it gives no answer to. Behind a COM_PING it may block this host. */
async function mock(answers: (query: string) => string | undefined = () => '1', refusal = err, behindPing?: 'blocks'): Promise<Endpoint> {
  const answer = (query: string): Uint8Array => {
    const text = answers(query);
    if (text === undefined) return frame(refusal, { sequenceId: 1 });
    const value = Buffer.from(text);
    const packets = [...one.slice(0, 3), Uint8Array.of(value.length, ...value), ...one.slice(4)];
    return Buffer.concat(packets.map((payload, at) => frame(payload, { sequenceId: at + 1 })));
  };
  let pinged = false;
  const server: Server = createServer((socket) => {
    let loggedIn = false;
    socket.on('error', () => undefined);
    if (pinged && behindPing) return void socket.end(frame(blocked, { sequenceId: 0 }));
    socket.write(frame(greeting, { sequenceId: 0 }));
    socket.on('data', (data: Buffer) => {
      const command = data[4];
      pinged ||= loggedIn && command === 14;
      if (!loggedIn) socket.write(frame(ok, { sequenceId: 2 }));
      else if (command === 1) socket.end();
      else if (command === 3) socket.write(answer(data.toString('latin1', 5)));
      else socket.write(frame(ok, { sequenceId: 1 }));
      loggedIn = true;
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  stops.push(() => server.close());
  return { host: '127.0.0.1', port: (server.address() as { port: number }).port };
}

const verdicts = async (target: RunningTarget): Promise<Record<string, string>> => {
  const { results } = await runTarget(target, cases, { limits, deliveries: ['whole'] });
  return Object.fromEntries(results.map((r) => [r.case, r.verdict === 'skipped' ? `${r.verdict}: ${r.reason}` : r.verdict]));
};

describe.concurrent('a server with another SQL', () => {
  const asked = ['command/two-selects', 'connection/max-packet-size-tiny', 'session/reset-locks', 'connection/transactions-are-apart'];
  const some = asked.map((id) => suites.find((one) => one.id === id) as Case);

  test('is not asked about something else in words that it does not know', async () => {
    const server = await mock((query) => (/REPEAT|@@/.test(query) ? undefined : String(query.length)));
    const { results } = await runTarget(atAddress(server), some, { limits, deliveries: ['whole'] });
    expect(Object.fromEntries(results.map((r) => [r.case, r.verdict === 'fail' ? r.verdict : `${r.verdict}: ${r.reason}`]))).toEqual({
      'command/two-selects': 'fail',
      'connection/max-packet-size-tiny': `skipped: the server has another SQL: it answers SELECT REPEAT('x', 3) with ERR 1064 "no such function"`,
      'session/reset-locks': 'fail',
      'connection/transactions-are-apart': expect.stringMatching(/skipped: autocommit is off.*; or it cannot be asked: ERR 1064 "no such/),
    });
  });

  test('whose ERR is malformed (mysql2 writes "_____" for the SQLSTATE) is not told what it lacks, and its ERR fails', async () => {
    const malformed = Buffer.from(err);
    malformed.write('_____', 4);
    const server = await mock((query) => (/GET_LOCK|@@/.test(query) ? undefined : String(query.length)), malformed);
    const { results } = await runTarget(atAddress(server), some.slice(2), { limits, deliveries: ['whole'] });
    expect(results.map((r) => (r.verdict === 'fail' ? `${r.verdict}: ${r.deviation?.got}` : `${r.verdict}: ${r.reason}`))).toEqual([
      expect.stringMatching(/^fail: .*SQLSTATE "_____" is not five characters/),
      expect.stringMatching(/skipped: autocommit is off.*; or it cannot be asked: ERR 1064 \(_____\) .*is not five characters/),
    ]);
  });

  test('of a proxy with a catalogue of its own: what information_schema has, and its SELECT and CREATE do not', async () => {
    const ids = ['command/error-of-an-unknown-column', 'resultset/insert-of-one-row', 'resultset/column-names'];
    const tables = ids.map((id) => suites.find((one) => one.id === id) as Case);
    const server = await mock((query) =>
      /FROM mywire\.|TEMPORARY TABLE \w/.test(query) ? undefined : query === 'SELECT 40 + 2' ? '42' : '1',
    );
    const { results } = await runTarget({ ...atAddress(server), database: 'mywire' }, tables, { limits, deliveries: ['whole'] });
    const other = 'skipped: the server has another SQL: it answers';
    expect(Object.fromEntries(results.map((r) => [r.case, `${r.verdict}: ${r.reason}`]))).toEqual({
      'command/error-of-an-unknown-column': `${other} SELECT * FROM mywire.numbers with ERR 1064 "no such function"`,
      'resultset/insert-of-one-row': `${other} CREATE TEMPORARY TABLE mywire_word (id INT) with ERR 1064 "no such function"`,
      'resultset/column-names': `${other} SELECT * FROM mywire.numbers with ERR 1064 "no such function"`,
    });
  });

  test('is asked for a table in text, too, where a case prepares: some prepare any text', () => {
    const one = suites.find(({ id }) => id === 'prepared/rows-of-dates') as Case;
    const ofTables = sqlOf(one).filter((asked) => asked.includes('mywire.'));
    expect(ofTables).toEqual(['COM_STMT_PREPARE SELECT id FROM mywire.types', 'COM_QUERY SELECT id FROM mywire.types']);
  });

  test.each(['mysql', 'mariadb'] as const)('is not what a server with that of %s is taken for', async (dialect) => {
    const server = await startReference({ dialect });
    stops.push(() => void server.stop());
    const { front: endpoint, accounts } = atAddress(server.endpoint);
    const ofDialect = suites.filter(
      ({ needs = [] }) => !needs.some((need) => typeof need === 'object' && 'dialect' in need && need.dialect !== dialect),
    );
    const { refusedSql } = await probe('there', { endpoint, accounts, limits, database: 'mywire' }, ofDialect, ['unknown']);
    const sql = new Set(ofDialect.flatMap(sqlOf));
    expect(sql.size).toBeGreaterThan(30);
    expect([...refusedSql].filter(([statement]) => sql.has(statement))).toEqual([]);
  });
});

test('a server that dies of being asked what it has is told of, and is no run of refused connections', async () => {
  const start = (port = 0) => startReference({ dialect: 'mariadb', defects: ['unknown-user-without-password-stops-server'], port });
  let server = await start();
  stops.push(() => void server.stop());
  const { endpoint } = server;
  const target: RunningTarget = {
    ...atAddress(endpoint),
    nodes: [
      {
        ...{ name: 'there', product: 'unknown', version: '', endpoint, log: () => '' },
        state: async () => (server.alive ? 'running' : 'it closed its port'),
      },
    ],
  };
  const restart = async (): Promise<void> => {
    server = await start(endpoint.port);
  };
  const asked = ['command/ping', 'regression/proxysql-1893-unknown-user-without-a-password'];
  const some = asked.map((id) => suites.find((one) => one.id === id) as Case);
  const told = /^it died: it closed its port\. That was before the first case, while the target was asked what it has/;

  const started = await runTarget({ ...target, restart }, some, {
    limits,
    deliveries: ['whole'],
  });
  expect(started.expectationProblems).toEqual([expect.stringMatching(told)]);
  expect(started.results.map(({ verdict }) => verdict)).toEqual(['pass', 'fail']);

  await server.stop();
  await restart();
  const gone = await runTarget(target, some, { limits, deliveries: ['whole'] });
  expect(gone.expectationProblems).toEqual([expect.stringMatching(told)]);
  expect(gone.results.map(({ verdict, reason }) => `${verdict}: ${reason}`)).toEqual(
    Array(2).fill('inconclusive: the target stopped answering as it did at first, and did not recover within 10000 ms'),
  );
}, 40_000);

test.each([
  ['signal-warning-fails', 'command/signal-a-warning'],
  ['unknown-thread-code-of-the-client', 'command/kill-an-unknown-id'],
] as const)('a wrong answer to a word that is known is no other SQL: %s', async (defect, id) => {
  const server = await startReference({ dialect: 'mariadb', defects: [defect] });
  stops.push(() => void server.stop());
  const some = [suites.find((one) => one.id === id) as Case];
  const { results } = await runTarget(atAddress(server.endpoint), some, { limits, deliveries: ['whole'] });
  expect(results.map(({ verdict }) => verdict)).toEqual(['fail']);
});

describe.concurrent('a stand-in without a server behind it', () => {
  test('is asked nothing that needs SQL or accounts, and all that needs only the protocol', async () => {
    expect(await verdicts(atAddress(await mock()))).toEqual({
      'command/ping': 'pass',
      'command/select': 'pass',
      'command/two-selects': `skipped: ${withoutSql}`,
      'login/unknown-user': `skipped: ${withoutAccounts}`,
      'login/proof-of-19-bytes': `skipped: ${withoutAccounts}`,
      'auth/switch-counts-on': `skipped: ${withoutAccounts}`,
      'early-data/half-a-packet': `skipped: ${withoutAccounts}`,
      'command/init-db-unknown': `skipped: ${withoutSql}`,
      'prepared/fetch-unknown-id': `skipped: ${withoutSql}`,
    });
  });

  const wide = (text: string): string => [...text].map((letter) => `\0${letter}`).join('');
  test.each([
    [
      'init_connect',
      (query: string) => wide(query.includes('init_connect') ? 'mywire' : String(query.length)),
      'command/select',
      withWideText,
    ],
    [
      'collation_connection',
      (query: string) => (query.includes('wide strings') ? 'wide strings: 1' : String(query.length)),
      'command/signal',
      withWideStrings,
    ],
    [
      'sql_select_limit',
      (query: string) => (query.includes('sql_select_limit') ? 'few: 1' : String(query.length)),
      'prepared/fetch-no-rows',
      withFewRows,
    ],
    [
      'init_connect',
      (query: string) => (query.includes('begins: ') ? 'begins: 1' : String(query.length)),
      'command/ping',
      withOpenTransaction,
    ],
    [
      'skip-grant-tables',
      (query: string) => (query === 'SELECT CURRENT_USER()' ? '@' : String(query.length)),
      'login/wrong-password',
      withoutGrants,
    ],
    [
      'max_connect_errors',
      (query: string) => (query.includes('max_connect_errors') ? 'blocks behind 24' : String(query.length)),
      'early-data/quit',
      withFewErrors,
    ],
  ] as const)('a server with a certain %s is not asked what that changes', async (_setting, answers, id, why) => {
    const some = ['quit/after-login', id].map((one) => suites.find((of) => of.id === one) as Case);
    const { results } = await runTarget(atAddress(await mock(answers), 'mysql'), some, { limits, deliveries: ['whole', 'early'] });
    const said = results.map((one) => [one.case, one.verdict === 'skipped' ? `skipped: ${one.reason}` : one.verdict]);
    expect(Object.fromEntries(said)).toEqual({ 'quit/after-login': 'pass', [id]: `skipped: ${why}` });
  });

  test.each([
    ['blocks behind 24', [], /run FLUSH HOSTS/],
    ['blocks behind 100', [expect.stringContaining('did not come back')], /did not come back/],
  ] as const)('a server that says "%s" and has blocked this host is to blame for %j', async (says, problems, why) => {
    const server = await mock((query) => (query.includes('max_connect_errors') ? says : '1'), err, 'blocks');
    const some = ['command/ping', 'command/select'].map((id) => suites.find((one) => one.id === id) as Case);
    const { results, expectationProblems } = await runTarget(atAddress(server, 'mysql'), some, { limits, deliveries: ['whole'] });
    expect(expectationProblems).toEqual(problems);
    expect(results.map(({ verdict }) => verdict)).toEqual(['inconclusive', 'inconclusive']);
    for (const { reason } of results) expect(reason).toMatch(why);
  });

  const interrupted = hex(`ff 2505 23 ${Buffer.from('70100Query execution was interrupted').toString('hex')}`);
  test.each([
    ['ends SELECTs behind 5', 'inconclusive', /ERR 1317, as of a KILL: raise max_execution_time for a target under test$/],
    ['ends SELECTs behind 10000', 'fail', /^ERR 1317/],
    ['ends SELECTs behind 0', 'fail', /^ERR 1317/],
  ] as const)('of an ERR 1317 that nobody has asked for: a server that says "%s", %s', async (says, verdict, why) => {
    const server = await mock((query) => (query.includes('max_execution_time') ? says : /nnn/.test(query) ? undefined : '1'), interrupted);
    const some = [suites.find(({ id }) => id === 'resultset/column-name-of-255-bytes') as Case];
    const { results } = await runTarget(atAddress(server, 'mysql'), some, { limits, deliveries: ['whole'] });
    expect(results).toMatchObject([{ verdict }]);
    expect(results[0]?.reason).toMatch(why);
  });

  test.each([
    ['8.0.11-TiDB-v8.5.0', /^skipped: idle sessions end without a word/],
    ['8.0.23', /^skipped: idle sessions end without a word/],
    ['8.0.24', /^fail$/],
    ['9.7.4', /^fail$/],
  ] as const)('a server that carries out comments of every version and says that it is %s', async (version, verdict) => {
    const server = await mock((query) => {
      const without = /VERSION\(\) NOT REGEXP '(.+?)'/.exec(query)?.[1];
      return without !== undefined && new RegExp(without).test(version) ? '0' : '1';
    });
    const some = [suites.find(({ id }) => id === 'limits/idle-session-is-told') as Case];
    const { results } = await runTarget(atAddress(server, 'mysql'), some, { limits, deliveries: ['whole'] });
    expect(results.map((one) => (one.verdict === 'skipped' ? `skipped: ${one.reason}` : one.verdict))).toEqual([
      expect.stringMatching(verdict),
    ]);
  });

  test('a server with an anonymous account is not asked who nobody is', async () => {
    const server = await mock((query) => (query === 'SELECT CURRENT_USER()' ? '@localhost' : String(query.length)));
    expect(await verdicts(atAddress(server))).toMatchObject({ 'command/ping': 'pass', 'login/unknown-user': `skipped: ${withAnonymous}` });
  });

  test.each([
    ['unknown', [], 'pass'],
    ['unknown', ['proxy-header-of-anyone-counts'], `skipped: ${withProxyHeaders}`],
    ['proxysql', ['proxy-header-of-anyone-counts'], `skipped: ${withProxyHeaders}`],
    ['mysql', ['proxy-header-of-anyone-counts'], 'fail'],
  ] as const)('at an address as %s with the defects %j PROXY headers from here: %s', async (product, defects, verdict) => {
    const server = await startReference({ defects });
    stops.push(() => void server.stop());
    const some = [suites.find(({ id }) => id === 'proxy-protocol/header-and-login-of-anyone') as Case];
    const { results } = await runTarget(atAddress(server.endpoint, product), some, { limits, deliveries: ['whole'] });
    expect(results.map((one) => (one.verdict === 'skipped' ? `skipped: ${one.reason}` : one.verdict))).toEqual([verdict]);
  });

  test('is wrong where it is said to be a server', async () => {
    expect(await verdicts(atAddress(await mock(), 'mysql'))).toMatchObject({ 'command/two-selects': 'fail', 'login/unknown-user': 'fail' });
  });

  test.each([
    [[], 'pass', 'pass'],
    [['accepts-unknown-user'], 'fail', `skipped: ${withoutDoor}`],
  ] as const)('is not what a server with the defects %j is taken for', async (defects, ofUnknownUser, ofEarlyData) => {
    const server = await startReference({ defects });
    stops.push(() => void server.stop());
    const got = await verdicts(atAddress(server.endpoint));
    expect(got).toMatchObject({
      'command/two-selects': 'pass',
      'login/unknown-user': ofUnknownUser,
      'early-data/half-a-packet': ofEarlyData,
    });
  });
});
