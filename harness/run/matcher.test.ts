import { describe, expect, test } from 'vitest';
import type { Alternative, Step, Stimulus } from '../case/step.ts';
import type { Ending } from '../case/verdict.ts';
import { compose } from './compose.ts';
import { type Attempt, Matcher, type Situation } from './matcher.ts';
import { Session } from './session.ts';

const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
const accounts = { check: { user: 'haproxy_check', password: '', plugin: 'mysql_native_password' } } as const;

/** Of MariaDB 10.11.19: pcaps/mariadb-10.11.19-handshake-variants.pcap, the first one, without its 4-byte header. */
const greetingPayload =
  '0a352e352e352d31302e31312e31392d4d6172696144422d302b64656231327531005cb604003f69742c7c4c486200fef7080200ff8115' +
  '0000000000001d000000372b6d673c342e2d3668282d006d7973716c5f6e61746976655f70617373776f726400';
const greeting = `64000000 ${greetingPayload}`;
const ok = '07000002 00000002000000';
/** Of MySQL 9.7.4: ERR 1156 #08S01. */
const err1156 = '19000001 ff8404 23 3038533031 476f74207061636b657473206f75744f66';
/** mysql/page_protocol_connection_phase_packets_protocol_auth_switch_request: name, NUL, 20 bytes and a NUL. */
const authSwitch = `2c000002 fe 6d7973716c5f6e61746976655f70617373776f7264 00 0102030405060708090a0b0c0d0e0f1011121314 00`;

const over = (how: Ending): Situation => ({ over: true, how });
const waiting: Situation = { over: false };
const silent: Situation = { over: false, silentForMs: 700 };
const login: Stimulus = { message: 'HandshakeResponse41', account: 'check' };

function fed(...hex: string[]): Matcher {
  const matcher = new Matcher(new Session(accounts));
  for (const chunk of hex) matcher.feed(bytes(chunk));
  return matcher;
}

/** A matcher whose conversation has come so far: greeting read, login sent. */
function loggingIn(...hex: string[]): Matcher {
  const matcher = fed(greeting, ...hex);
  expect(matcher.expect({ expect: [{ packet: 'HandshakeV10' }] }, 0, waiting).is).toBe('matched');
  matcher.sent(compose(login, matcher.session));
  return matcher;
}

/** And logged in, with this command sent. */
function asking(command: Stimulus, ...hex: string[]): Matcher {
  const matcher = loggingIn(ok);
  expect(matcher.expect({ expect: [{ packet: 'OK' }] }, 2, waiting).is).toBe('matched');
  matcher.sent(compose(command, matcher.session));
  for (const chunk of hex) matcher.feed(bytes(chunk));
  return matcher;
}

const want = (matcher: Matcher, now: Situation, ...wanted: [Alternative, ...Alternative[]]): Attempt =>
  matcher.expect({ expect: wanted }, 2, now);
const end = (matcher: Matcher, how: Ending, ...wanted: [Ending, ...Ending[]]): Attempt =>
  matcher.end({ end: wanted } satisfies Step, 3, how);
const got = (attempt: Attempt): string => (attempt.is === 'deviates' ? `${attempt.deviation.axis}: ${attempt.deviation.got}` : attempt.is);

test('the OK of a login is seen without its warnings, that of a command with them', () => {
  const matcher = loggingIn('07000002 00000002000300');
  expect(want(matcher, waiting, { packet: 'OK', where: { warnings: 3 } }).is).toBe('matched');
  expect(matcher.seen.at(-1)).toBe('2:OK 0/0/0x2/0');
  matcher.sent(compose({ message: 'COM_PING' }, matcher.session));
  matcher.feed(bytes('07000001 00000002000300'));
  expect(want(matcher, waiting, { packet: 'OK' }).is).toBe('matched');
  expect(matcher.seen.at(-1)).toBe('1:OK 0/0/0x2/3');
});

describe('the greeting', () => {
  test('is decoded, however it is cut', () => {
    const matcher = fed(...[...bytes(greeting)].map((b) => b.toString(16).padStart(2, '0')));
    const attempt = want(matcher, waiting, {
      packet: 'HandshakeV10',
      where: { serverVersion: '5.5.5-10.11.19-MariaDB-0+deb12u1', threadId: 308828 },
    });
    expect(attempt.is).toBe('matched');
    expect(matcher.session.scramble).toEqual(bytes('3f69742c7c4c4862 372b6d673c342e2d3668282d'));
  });

  test('may have a fault where a case is not about it', () => {
    expect(got(want(fed(greeting.replace('64000000', '64000001')), waiting, { packet: 'HandshakeV10' }))).toBe('matched');
    expect(got(want(fed(`66000000 ${greetingPayload} abcd`), waiting, { packet: 'HandshakeV10' }))).toBe('matched');
  });

  test('may have none where a case is about it', () => {
    const trailing = want(fed(`66000000 ${greetingPayload} abcd`), waiting, { packet: 'HandshakeV10', where: {} });
    expect(got(trailing)).toMatch(/^answer: HandshakeV10 .*2 bytes stand behind its last field/);
    const numbered = want(fed(greeting.replace('64000000', '64000001')), waiting, { packet: 'HandshakeV10', sequenceId: 0 });
    expect(got(numbered)).toMatch(/its sequence id must be 0/);
  });

  test('must be one all the same', () => {
    expect(got(want(fed('05000000 0b 00000000'), waiting, { packet: 'HandshakeV10' }))).toMatch(
      /first byte 0x0b starts no packet of this phase/,
    );
    expect(got(want(fed('00000000'), waiting, { packet: 'HandshakeV10' }))).toMatch(/an empty packet/);
  });
});

describe('an answer', () => {
  test('matches the alternative that it is', () => {
    const attempt = want(loggingIn(ok), waiting, { packet: 'ERR' }, { packet: 'OK', where: { statusFlags: 2 } });
    expect(attempt).toMatchObject({ is: 'matched', by: { packet: 'OK' } });
  });

  test('with a wrong sequence id deviates', () => {
    expect(got(want(loggingIn(ok.replace('07000002', '07000003')), waiting, { packet: 'OK' }))).toBe(
      'answer: OK (affected rows 0, status 0x2), sequence id 3 (its sequence id must be 2)',
    );
    expect(got(want(loggingIn(ok.replace('07000002', '07000003')), waiting, { packet: 'OK', sequenceId: 'any' }))).toBe('matched');
  });

  test('that is an ERR about a limit of the server is none', () => {
    // 1040, 08004, "Too many connections"
    const full = '1d000002 ff1004 23 3038303034 546f6f206d616e7920636f6e6e656374696f6e73';
    const asked = (...packets: string[]) => loggingIn(...packets).expect({ expect: [{ packet: 'OK' }] }, 2, waiting);
    expect(asked(full)).toMatchObject({
      is: 'at-limit',
      says: 'the server is at a limit: ERR 1040 "Too many connections". Its connections are used up: raise max_connections, or lower --concurrency.',
    });
    expect(got(asked(full.replace('000002', '000003')))).toMatch(/^answer: ERR 1040 .*sequence id 3$/);
    // MySQL Router with client_ssl_mode=REQUIRED, and another fault of TLS under the same code.
    const said = (code: string, text: string): string => {
      const payload = `ff${code} 23 4859303030 ${Buffer.from(text).toString('hex')}`;
      return `${bytes(payload).length.toString(16)}000002 ${payload}`;
    };
    const err2026 = (says: string): string => said('ea07', `SSL connection error: ${says}`);
    expect(asked(err2026('SSL is required from client'))).toMatchObject({
      is: 'at-limit',
      says: expect.stringContaining('client_ssl_mode'),
    });
    expect(got(asked(err2026('unknown error')))).toMatch(/^answer: ERR 2026 /);
    expect(asked(said('a004', 'Aborted connection 8 (init_connect command failed)'))).toMatchObject({ is: 'at-limit' });
    expect(got(asked(said('a004', 'Aborted connection 8 (closed)')))).toMatch(/^answer: ERR 1184 /);
    expect(asked(said('5004', 'The SELECT would examine more than MAX_JOIN_SIZE rows'))).toMatchObject({
      is: 'at-limit',
      says: expect.stringContaining('raise max_join_size'),
    });
    expect(
      asked(said('8106', 'Cannot execute statement: impossible to write to binary log since BINLOG_FORMAT = STATEMENT')),
    ).toMatchObject({
      is: 'at-limit',
      says: expect.stringContaining('binlog_format=ROW'),
    });
    expect(asked(said('c900', 'Local temporary space limit reached'))).toMatchObject({
      is: 'at-limit',
      says: expect.stringContaining('raise max_tmp_session_space_usage'),
    });
    expect(got(asked(said('c900', 'another error of an engine')))).toMatch(/^answer: ERR 201 /);
    expect(asked(said('0e04', 'Out of sort memory'))).toMatchObject({ is: 'at-limit', says: expect.stringContaining('sort_buffer_size') });
    const ofMemory = (setting: string): string => said('620c', `Memory capacity of 10000000 bytes for '${setting}' exceeded.`);
    expect(asked(ofMemory('parser_max_mem_size'))).toMatchObject({ is: 'at-limit' });
    expect(got(asked(ofMemory('another')))).toMatch(/^answer: ERR 3170 /);
    // Another error in MariaDB.
    expect(asked(said('f20f', 'Connection closed. Connection memory limit 2097152 bytes exceeded.'))).toMatchObject({
      is: 'at-limit',
      says: expect.stringContaining('connection_memory_limit'),
    });
    expect(asked(said('9c05', 'Thread stack overrun:  12224 bytes used of a 131072 byte stack'))).toMatchObject({
      is: 'at-limit',
      says: expect.stringContaining('thread_stack'),
    });
    expect(asked(said('2200', 'Memory capacity exceeded (capacity 1 bytes)'))).toMatchObject({
      is: 'at-limit',
      says: expect.stringContaining('range_optimizer_max_mem_size'),
    });
    expect(got(asked(said('f20f', 'Something else')))).toMatch(/^answer: ERR 4082 /);
  });

  test('of another kind deviates', () => {
    expect(got(want(loggingIn(err1156.replace('19000001', '19000002')), waiting, { packet: 'OK' }))).toMatch(
      /^answer: ERR 1156 \(08S01\) "/,
    );
  });

  test('with another field says which', () => {
    expect(got(want(loggingIn(ok), waiting, { packet: 'OK', where: { affectedRows: 1 } }))).toMatch(/\(affectedRows is 0, not 1\)$/);
  });

  test('must have a SQLSTATE once the client has said PROTOCOL_41', () => {
    const bare = '09000002 ff1504 416363657373';
    expect(got(want(loggingIn(bare), waiting, { packet: 'ERR' }))).toMatch(/^answer: ERR 1045 .*no '#' and SQLSTATE/);
    // Before the login there is no such flag (mysql/page_protocol_basic_err_packet).
    expect(got(want(fed(bare.replace('09000002', '09000000')), waiting, { packet: 'ERR' }))).toBe('matched');
    // Nor is it known to a server that refuses a client who sent its response before the greeting.
    const early = new Matcher(new Session(accounts));
    early.sent(compose(login, early.session));
    early.feed(bytes(bare.replace('09000002', '09000000')));
    expect(got(want(early, waiting, { packet: 'ERR' }))).toBe('matched');
  });

  test('must have a SQLSTATE of five characters that may stand in one', () => {
    expect(got(want(loggingIn('0a000002 ff1504 23 32382d3030 41'), waiting, { packet: 'ERR' }))).toMatch(
      /SQLSTATE "28-00" is not five characters/,
    );
  });

  test('is waited for while it can come', () => {
    expect(got(want(loggingIn(), waiting, { packet: 'OK' }))).toBe('needs-more');
    expect(got(want(loggingIn('07000002 0000'), waiting, { packet: 'OK' }))).toBe('needs-more');
  });

  test('that is cut short by the end deviates', () => {
    expect(got(want(loggingIn('07000002 0000'), over('fin'), { packet: 'OK' }, { closes: true }))).toMatch(
      /^answer: \d+ bytes of an unfinished packet, then FIN without an answer$/,
    );
  });

  test('that never comes deviates, by what happened instead', () => {
    expect(got(want(loggingIn(), over('fin'), { packet: 'OK' }))).toBe('answer: FIN without an answer');
    expect(got(want(loggingIn(), over('fin+rst'), { packet: 'OK' }))).toBe('answer: FIN followed by RST without an answer');
    expect(got(want(loggingIn(), silent, { packet: 'OK' }))).toBe('answer: silence for 700 ms on an open connection');
  });

  test('need not come where a case allows that', () => {
    expect(got(want(loggingIn(), silent, { packet: 'OK' }, { waits: true }))).toBe('matched');
    expect(got(want(loggingIn(), over('rst'), { packet: 'OK' }, { closes: true }))).toBe('matched');
    expect(got(want(loggingIn(), over('rst'), { packet: 'OK' }, { waits: true }))).toBe('answer: RST without an answer');
    expect(got(want(loggingIn(), silent, { packet: 'OK' }, { closes: true }))).toBe('answer: silence for 700 ms on an open connection');
  });
});

describe('an auth exchange', () => {
  test('is followed when a case asks only for the outcome', () => {
    const matcher = loggingIn(authSwitch);
    const attempt = want(matcher, waiting, { packet: 'OK' });
    expect(attempt).toMatchObject({
      is: 'continues',
      packet: { name: 'AuthSwitchRequest', value: { pluginName: 'mysql_native_password' } },
    });
    matcher.sent({ bytes: bytes('00000003'), cuts: [], label: '', answered: true, answerSequenceId: 4, said: () => undefined });
    matcher.feed(bytes(ok.replace('07000002', '07000004')));
    expect(got(want(matcher, waiting, { packet: 'OK' }))).toBe('matched');
  });

  test('is not, when a case asks for the request itself', () => {
    expect(want(loggingIn(authSwitch), waiting, { packet: 'AuthSwitchRequest' })).toMatchObject({
      is: 'matched',
      by: { packet: 'AuthSwitchRequest' },
    });
  });

  test('ends where the client has not set PLUGIN_AUTH: it knows no AuthSwitchRequest', () => {
    const old = fed(greeting, authSwitch);
    expect(want(old, waiting, { packet: 'HandshakeV10' }).is).toBe('matched');
    old.sent(compose({ ...login, capabilities: { drop: ['PLUGIN_AUTH'] } }, old.session));
    expect(got(want(old, waiting, { packet: 'OK' }, { packet: 'ERR' }))).toBe(
      'answer: AuthSwitchRequest to mysql_native_password, sequence id 2 (the client has not set PLUGIN_AUTH)',
    );
  });

  test('must count on', () => {
    expect(got(want(loggingIn(authSwitch.replace('2c000002', '2c000003')), waiting, { packet: 'OK' }))).toMatch(
      /its sequence id must be 2/,
    );
  });
});

describe('a resultset', () => {
  /** SELECT 1, after mysql/page_protocol_com_query_response_text_resultset. */
  const count = '01000001 01';
  const definition = '17000002 03646566 00 00 00 0131 00 0c 3f00 01000000 08 8100 00 0000';
  const rows = '05000003 fe00000200 02000004 0131 05000005 fe00000200';
  const query: Stimulus = { message: 'COM_QUERY', with: { query: 'SELECT 1' } };

  test('is read as one answer', () => {
    const attempt = want(asking(query, count, definition, rows), waiting, {
      packet: 'TextResultset',
      where: { columns: 1, rows: 1, first: '1' },
    });
    expect(got(attempt)).toBe('matched');
  });

  test.each([
    [{ columns: 1, rows: 1 }, '1:resultset 1x1'],
    [{ columns: 1, rows: { min: 1 } }, '1:resultset 1x*'],
  ])('is seen without the number of its rows where a case leaves it open: %j', (where, seen) => {
    const matcher = asking(query, count, definition, rows);
    expect(got(want(matcher, waiting, { packet: 'TextResultset', where }))).toBe('matched');
    expect(matcher.seen.at(-1)).toBe(seen);
  });

  test('is waited for to its last packet', () => {
    expect(got(want(asking(query, count, definition), waiting, { packet: 'TextResultset' }))).toBe('needs-more');
    expect(got(want(asking(query, count, definition), over('fin'), { packet: 'TextResultset' }))).toMatch(
      /^answer: 2 packets of an unfinished answer, then FIN/,
    );
  });

  test.each([
    ['trailing bytes behind the column count', '03000001 01aabb', definition, rows, /2 bytes stand behind the column count/],
    [
      'a gap in the sequence ids',
      count,
      definition.replace('17000002', '17000003'),
      rows,
      /packet 2 of the answer has sequence id 3, not 2/,
    ],
    ['no EOF behind the definitions', count, definition, '02000003 0131 05000004 fe00000200', /no EOF behind the column definitions/],
    [
      'trailing bytes behind a row',
      count,
      definition,
      rows.replace('02000004 0131', '03000004 013100'),
      /1 bytes stand behind the last value of row 1/,
    ],
    ['an ERR among the rows', count, definition, `05000003 fe00000200 09000004 ff2505 23 484259 303030`, /ends after 0 rows with ERR/],
  ])('with %s deviates', (_what, first, second, third, says) => {
    expect(got(want(asking(query, first, second, third), waiting, { packet: 'TextResultset' }))).toMatch(says);
  });
});

test('an ERR about a limit of the server among the rows is none, also where MariaDB leaves out the EOF before it', () => {
  // 1290 (HY000), "the --max-session-mem-used option"
  const limit = 'ff0a05 23 4859303030 746865202d2d6d61782d73657373696f6e2d6d656d2d75736564206f7074696f6e';
  const count = '01000001 01';
  const column = '17000002 03646566 00 00 00 01 31 00 0c 3f00 01000000 03 8100 00 0000';
  for (const [first, second] of [
    [`${(bytes(limit).length).toString(16)}000003 ${limit}`, undefined],
    ['05000003 fe00000200', `${(bytes(limit).length).toString(16)}000004 ${limit}`],
  ] as const) {
    const asked = asking({ message: 'COM_QUERY', with: { query: 'SELECT 1' } }, count, column, first, ...(second ? [second] : []));
    expect(want(asked, waiting, { packet: 'TextResultset' })).toMatchObject({ is: 'at-limit' });
  }
});

describe('the end', () => {
  const quitting = (...hex: string[]): Matcher => asking({ message: 'COM_QUIT' }, ...hex);

  test.each<[Ending, [Ending, ...Ending[]], string]>([
    ['fin', ['fin'], 'matched'],
    ['rst', ['fin'], 'ending: RST'],
    ['fin+rst', ['fin'], 'ending: FIN followed by RST'],
    ['fin+rst', ['fin', 'fin+rst', 'rst'], 'matched'],
    ['timeout', ['fin'], 'ending: still open at the limit'],
    ['timeout', ['timeout'], 'matched'],
    ['open', ['fin'], 'ending: open'],
  ])('%s where %j is due: %s', (how, wanted, result) => {
    expect(got(end(quitting(), how, ...wanted))).toBe(result);
  });

  test('behind a packet that nobody asked for deviates', () => {
    expect(got(end(quitting('07000001 00000002000000'), 'fin', 'fin'))).toBe(
      'answer: another packet: OK (affected rows 0, status 0x2), sequence id 1',
    );
  });

  test('behind bytes that form no packet deviates', () => {
    expect(got(end(quitting('0700'), 'fin', 'fin'))).toMatch(/^answer: \d+ bytes that form no whole packet$/);
  });

  test('counts as closed, FIN or RST, on a path that hides it', () => {
    const hidden = new Matcher(new Session(accounts), { endingsHidden: true });
    expect(got(end(hidden, 'rst', 'fin'))).toBe('matched');
    expect(got(end(hidden, 'timeout', 'fin'))).toBe('ending: still open at the limit');
  });
});
