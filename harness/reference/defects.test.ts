/** Each defect changes what its title says, and the clean server does not do that. */
import { Buffer } from 'node:buffer';
import { beforeAll, describe, expect, test } from 'vitest';
import { nativePasswordScramble } from '../auth/native-password.ts';
import { type DefectName, type Dialect, defects, localhostCertificate, type ReferenceServer, startReference } from './index.ts';
import { authShows } from './testing/auth-shows.ts';
import { BareClient, hex, LOGIN, LOGIN_320, PING, packet, QUIT, query, response41, SILENCE_MS, z } from './testing/bare-client.ts';
import { commandShows, mariadbCommandShows } from './testing/command-shows.ts';
import { compressionShows, mariadbCompressionShows } from './testing/compression-shows.ts';
import { infileShows } from './testing/infile-shows.ts';
import { limitsShows } from './testing/limits-shows.ts';
import { multiShows } from './testing/multi-shows.ts';
import { preparedMariadbShows, preparedShows } from './testing/prepared-shows.ts';
import { proxyShows } from './testing/proxy-shows.ts';
import { regressionOtherMariadbShows, regressionOtherShows } from './testing/regression-other-shows.ts';
import { brokenAnswerShows, regressionShows } from './testing/regression-shows.ts';
import { replicationShows } from './testing/replication-shows.ts';
import { answerEndShows, columnShows, valueShows } from './testing/resultset-shows.ts';
import { mariadbSessionShows, sessionShows, trackingShows } from './testing/session-shows.ts';
import {
  ATTRS,
  afterLogin,
  answerTo,
  behindVersion,
  check,
  code,
  DB,
  DEPRECATE_EOF,
  early,
  F,
  field,
  gone,
  greeting,
  hangs,
  isOk,
  LENENC,
  native,
  OK,
  on,
  PLUGIN,
  refused,
  reset,
  type Shows,
  text,
} from './testing/shows.ts';
import { tlsShows } from './testing/tls-shows.ts';

const passwordLogin = async (c: BareClient, password: string, user = 'mywire'): Promise<string | undefined> => {
  const first = (await c.next())?.payload ?? Buffer.alloc(0);
  const at = behindVersion(first);
  const scramble = Buffer.concat([first.subarray(at + 4, at + 12), first.subarray(at + 31, at + 43)]);
  c.send(response41(PLUGIN, `${z(user)}14${Buffer.from(nativePasswordScramble(password, scramble)).toString('hex')}${native}`));
  return (await c.next())?.hex;
};

/** PROTOCOL_41, SECURE_CONNECTION, SSL. */
const sslRequest = (): Buffer => response41(0x8a00, '');
const sha2 = z('caching_sha2_password');
const unknownPlugin = z('nobody_knows_this');

/** Asked of the server that speaks like MariaDB; all others of the one that speaks like MySQL. */
const onMariadb: Partial<Record<DefectName, Shows>> = {
  ...mariadbCommandShows,
  ...regressionOtherMariadbShows,
  ...preparedMariadbShows,
  ...mariadbCompressionShows,
  ...mariadbSessionShows,
};

/** A topic with many rows has a table of its own in testing/<topic>-shows.ts, spread in here. */
const table: Record<DefectName, Shows> = {
  ...compressionShows,
  ...mariadbCompressionShows,
  ...infileShows,
  ...proxyShows,
  ...preparedShows,
  ...preparedMariadbShows,
  ...limitsShows,
  ...regressionOtherShows,
  ...regressionShows,
  ...brokenAnswerShows,
  ...replicationShows,
  ...authShows,
  ...tlsShows,
  ...commandShows,
  ...mariadbCommandShows,
  ...regressionOtherMariadbShows,
  ...columnShows,
  ...valueShows,
  ...answerEndShows,
  ...multiShows,
  ...sessionShows,
  ...mariadbSessionShows,
  ...trackingShows,
  'greeting-sequence-one': on(async (c) => (await c.next())?.sequenceId === 1),
  'greeting-twice': greeting(async (_, c) => (await c.next(SILENCE_MS)) !== undefined),
  'greeting-header-too-long': greeting((payload, c) => payload.length === 0 && c.rest.length > 70),
  'greeting-header-too-short': greeting((payload, c) => payload.at(-1) !== 0 && c.rest.length === 1),
  'greeting-trailing-bytes': greeting((payload) => payload.toString('hex').endsWith('002a2a')),
  'greeting-protocol-11': greeting((payload) => payload[0] === 11),
  'greeting-protocol-9': greeting((payload) => payload[0] === 9 && payload.length === 1 + 14 + 4 + 9),
  'version-without-nul': greeting((payload) => payload.toString('latin1', 1, 14) === '8.4.99-mywire' && payload[14] !== 0),
  'version-empty': greeting((payload) => payload[1] === 0),
  'stale-thread-id': async (dial) => {
    const ids = await Promise.all([dial(), dial()].map(async (c) => field((await c.next())?.payload ?? Buffer.alloc(0), 0, 4)));
    return ids[0] === ids[1];
  },
  'short-scramble': greeting((payload) => payload.length === behindVersion(payload) + 31 + 22),
  'scramble-with-nul': greeting((payload) => `${field(payload, 4, 8)}${field(payload, 31, 12)}`.match(/../g)?.includes('00') === true),
  'scramble-with-high-bit': greeting((payload) => /^(..)*[89a-f]/.test(`${field(payload, 4, 8)}${field(payload, 31, 12)}`)),
  'scramble-repeats': async (dial) => {
    const both = await Promise.all([dial(), dial()].map(async (c) => field((await c.next())?.payload ?? Buffer.alloc(0), 4, 8)));
    return both[0] === both[1];
  },
  'scramble-without-final-nul': greeting((payload) => field(payload, 43, 1) !== '00'),
  'auth-data-length-wrong': greeting((payload) => field(payload, 20, 1) === '14'),
  'auth-data-length-zero': greeting((payload) => field(payload, 20, 1) === '00'),
  'plugin-name-without-nul': greeting((payload) => payload.at(-1) !== 0),
  'plugin-name-empty': greeting((payload) => payload.length === behindVersion(payload) + 44 + 1),
  'plugin-name-unknown': greeting((payload) => payload.toString('latin1').endsWith('\0mywire_no_such_password\0')),
  'greeting-filler-nonzero': greeting((payload) => field(payload, 12, 1) === '20'),
  'greeting-reserved-nonzero': greeting((payload) => field(payload, 21, 6) === '202020202020'),
  'mariadb-capabilities-with-long-password': greeting((payload) => field(payload, 27, 4) === '1d000000'),
  'greeting-without-protocol-41': greeting((payload) => (Number(`0x${field(payload, 14, 1)}`) & 0x02) === 0),
  'greeting-without-secure-connection': greeting((payload) => (Number(`0x${field(payload, 14, 1)}`) & 0x80) === 0),
  'greeting-without-plugin-auth': greeting((payload) => (Number(`0x${field(payload, 18, 1)}`) & 0x08) === 0),
  'greeting-charset-zero': greeting((payload) => field(payload, 15, 1) === '00'),
  'greeting-status-zero': greeting((payload) => field(payload, 16, 2) === '0000'),

  'no-greeting-before-data': on(async (c) => {
    const before = await c.next(SILENCE_MS);
    c.send(LOGIN);
    return before === undefined && (await c.all()).length === 2;
  }),
  'early-data-resets-without-greeting': early(LOGIN, async (packets, c) => packets.length === 0 && (await reset(c))),
  'early-data-closes-without-greeting': early(LOGIN, async (packets, c) => packets.length === 0 && (await c.ending()) === 'fin'),
  'early-quit-resets-without-greeting': early(QUIT, async (packets, c) => packets.length === 0 && (await reset(c))),
  'drops-early-data': early(LOGIN, (packets) => packets.length === 1),
  'early-data-loses-second-packet': early(Buffer.concat([LOGIN, PING]), (packets) => packets.length === 2),
  'early-data-answered-before-greeting': early(LOGIN, ([first = '', second = '']) => first === `2:${OK}` && second.startsWith('0:0a')),

  'garbage-hangs': hangs(Buffer.from('GET / HTTP/1.0\r\n\r\n')),
  'garbage-closes-silently': answerTo(packet('ffff', 1), gone),
  'garbage-takes-server-down': async (dial) => {
    const c = dial();
    await c.next();
    c.send(packet('ffff', 1));
    await c.ending();
    return (await dial().ending(SILENCE_MS)) === 'rst';
  },
  'http-gets-answered': on(async (c) => {
    await c.next();
    c.send(Buffer.from('GET / HTTP/1.0\r\n\r\n'));
    await c.ending();
    return c.rest.toString().startsWith('HTTP/1.1 400');
  }),
  'tls-hello-hangs': hangs(hex(`16030100c8 010000c40303 ${'00'.repeat(194)}`)),
  'proxy-header-swallowed': on(async (c) => {
    await c.next();
    c.send(Buffer.from('PROXY TCP4 10.0.0.1 10.0.0.2 1111 3306\r\n'), LOGIN);
    return isOk((await c.next())?.hex);
  }),
  'bad-handshake-takes-login': answerTo(packet('0082', 1), isOk),

  'accepts-any-password': on(async (c) => isOk(await passwordLogin(c, 'wrong'))),
  'user-name-in-any-case': answerTo(response41(F, `${z('HAPROXY_check')}00`), isOk),
  'user-name-cut-short': answerTo(response41(F, `${z('haproxy_che')}00`), isOk),
  'user-name-with-anything-behind': answerTo(response41(F, `${z('haproxy_checks')}00`), isOk),
  'user-name-trimmed': answerTo(response41(F, `${z('haproxy_check ')}00`), isOk),
  'accepts-unknown-user': answerTo(response41(F, `${z('nobody')}00`), isOk),
  'refuses-right-password': on(async (c) => code(await passwordLogin(c, 'mywire-secret')) === 1045),
  'refuses-empty-password': answerTo(LOGIN, (answer) => code(answer) === 1045),
  'wrong-err-code-for-bad-password': on(async (c) => code(await passwordLogin(c, 'wrong')) === 1044),
  'wrong-sqlstate-for-bad-password': on(async (c) => text(await passwordLogin(c, 'wrong')).slice(3, 9) === '#HY000'),
  'says-password-not-used': on(async (c) => text(await passwordLogin(c, 'wrong')).endsWith('(using password: NO)')),
  'unknown-user-told-apart': answerTo(response41(F, `${z('nobody')}00`), (answer) => code(answer) !== 1045),
  'rejects-long-user-name': answerTo(response41(F, `${z('u'.repeat(33))}00`), gone),
  'rejects-empty-user-name': answerTo(response41(F, '0000'), gone),
  'overreads-auth-length': answerTo(response41(F, `${check}ff`), isOk),
  'overreads-lenenc-auth': answerTo(response41(LENENC, `${check}fe01`), isOk),
  'echoes-memory-past-user': answerTo(response41(F, '7573'), (answer) => text(answer).includes("'uscanary-of-another-session'")),
  'auth-response-cut-at-nul': on(async (c) => refused(await passwordLogin(c, 'mywire-secret'))),
  'trailing-bytes-refused': answerTo(response41(F, `${check}00deadbeef`), refused),
  'attributes-break-login': answerTo(response41(ATTRS, `${check}00${native}0401610162`), refused),
  'attributes-overread': answerTo(response41(ATTRS, `${check}00${native}fcffff0161`), isOk),
  'attributes-past-end-hang': hangs(response41(ATTRS, `${check}00${native}0401610962`)),
  'large-attributes-close': answerTo(response41(ATTRS, `${check}00${native}fc0413 0161 fcff12 ${'62'.repeat(0x12ff)}`), gone),
  'lenenc-auth-refused': answerTo(response41(LENENC, `${check}00`), refused),
  'filler-must-be-zero': answerTo(response41(F, `${check}00`, { filler: '20'.repeat(23) }), refused),
  'max-packet-size-zero-refused': answerTo(packet(`00820000 00000000 21 ${'00'.repeat(23)} ${check} 00`, 1), refused),
  'unknown-capability-closes': answerTo(response41(F | 0x20000000, `${check}00`), gone),
  'unknown-database-accepted': answerTo(response41(DB, `${check}00${z('nodb')}`), isOk),
  'unknown-database-closes': answerTo(response41(DB, `${check}00${z('nodb')}`), gone),
  'ignores-database': on(async (c) => {
    await c.next();
    c.send(response41(DB, `${check}00${z('mywire')}`), query('SELECT DATABASE()'));
    return (await c.all()).includes('4:fb');
  }),
  'empty-database-refused': answerTo(response41(DB, `${check}0000`), refused),
  'database-without-nul-refused': answerTo(response41(DB, `${check}00${Buffer.from('mywire').toString('hex')}`), refused),
  'unknown-collation-closes': answerTo(response41(F, `${check}00`, { collation: 'ff' }), gone),
  'collation-zero-closes': answerTo(response41(F, `${check}00`, { collation: '00' }), gone),
  'auth-switch-loops': on(async (c) => {
    await c.next();
    c.send(response41(PLUGIN, `${check}00${unknownPlugin}`));
    await c.next();
    c.send(packet('', 3));
    const again = await c.next();
    return again?.sequenceId === 4 && again.hex.startsWith('fe');
  }),
  'auth-switch-missing': answerTo(response41(PLUGIN, `${check}00${unknownPlugin}`), isOk),
  'auth-switch-without-scramble': answerTo(response41(PLUGIN, `${check}00${unknownPlugin}`), (a) => a === `fe${native}`),
  'auth-switch-name-without-nul': answerTo(
    response41(PLUGIN, `${check}00${unknownPlugin}`),
    (a) => a?.startsWith(`fe${native.slice(0, -2)}`) === true && !a.startsWith(`fe${native}`),
  ),
  'auth-switch-short-scramble': answerTo(response41(PLUGIN, `${check}00${unknownPlugin}`), (a) => a?.length === (1 + 22 + 9) * 2),
  'auth-switch-empty-response-refused': on(async (c) => {
    await c.next();
    c.send(response41(PLUGIN, `${check}00${unknownPlugin}`));
    await c.next();
    c.send(packet('', 3));
    return refused((await c.next())?.hex);
  }),
  'sends-auth-switch-to-client-without-plugin-auth': answerTo(LOGIN, (answer) => answer?.startsWith('fe') === true),
  'empty-plugin-name-refused': answerTo(response41(PLUGIN, `${check}0000`), refused),
  'unknown-plugin-closes': answerTo(response41(PLUGIN, `${check}00${unknownPlugin}`), gone),
  'sha2-empty-response-asks-more': answerTo(response41(PLUGIN, `${z('mywire_sha2')}00${sha2}`), (answer) => answer === '0104'),
  'sha2-fast-auth-without-ok': async (dial) => {
    const cache = dial();
    await cache.next();
    cache.send(sslRequest());
    await cache.startTls();
    cache.send(response41(PLUGIN | 0x800, `${z('mywire_sha2')}20${'41'.repeat(32)}${sha2}`, { sequenceId: 2 }));
    await cache.next();
    cache.send(packet(z('mywire-secret'), 4));
    await cache.next();
    const { cachingSha2Scramble } = await import('../auth/caching-sha2.ts');
    const c = dial();
    const first = (await c.next())?.payload ?? Buffer.alloc(0);
    const scramble = Buffer.from(`${field(first, 4, 8)}${field(first, 31, 12)}`, 'hex');
    const proof = Buffer.from(cachingSha2Scramble('mywire-secret', scramble)).toString('hex');
    c.send(response41(PLUGIN, `${z('mywire_sha2')}20${proof}${sha2}`));
    return (await c.all()).join() === '2:0103';
  },
  'keeps-open-after-disorder': answerTo(
    packet('0e', 0),
    async (answer, c) => code(answer) === 1156 && (await c.ending(SILENCE_MS)) === 'open',
  ),
  'quit-as-first-command-keeps-open': on(async (c) => {
    await c.login();
    c.send(QUIT);
    return (await c.ending(SILENCE_MS)) === 'open';
  }),
  'flags-of-no-library-refused': answerTo(LOGIN, gone),
  'handshake-320-closes': answerTo(LOGIN_320, gone),
  'handshake-320-read-as-41': answerTo(LOGIN_320, (answer) => text(answer).includes("for user ''@")),
  'ssl-request-closes': on(async (c) => {
    await c.next();
    c.send(sslRequest());
    return (await c.ending(SILENCE_MS)) === 'fin';
  }),
  'ssl-request-answered-in-clear': on(async (c) => {
    await c.next();
    c.send(sslRequest());
    return code((await c.next(SILENCE_MS))?.hex) === 1043;
  }),
  'ssl-flag-taken-for-tls': on(async (c) => {
    await c.next();
    c.send(response41(0x8a00, `${check}00`));
    return isOk((await c.next(SILENCE_MS))?.hex);
  }),
  'tls-sequence-restarts': on(async (c) => {
    await c.next();
    c.send(sslRequest());
    await c.startTls();
    c.send(response41(F | 0x800, `${check}00`, { sequenceId: 1 }));
    const answer = await c.next();
    return answer?.sequenceId === 2 && isOk(answer.hex);
  }),

  'err-without-sqlstate': answerTo(response41(F, `${z('nobody')}00`), (a) => text(a).slice(3, 9) === 'Access'),
  'err-without-marker': answerTo(response41(F, `${z('nobody')}00`), (a) => text(a).slice(3, 14) === '28000Access'),
  'err-doubled-marker': answerTo(response41(F, `${z('nobody')}00`), (a) => text(a).slice(3, 15) === '##2800Access'),
  'err-without-message': answerTo(response41(F, `${z('nobody')}00`), (a) => text(a).slice(3) === '#28000'),
  'err-code-of-the-client': answerTo(response41(F, `${z('nobody')}00`), (a) => code(a) === 2013),
  'handshake-320-err-with-sqlstate': answerTo(packet(`0080 000001 ${z('nobody')} 00`, 1), (a) => text(a)[3] === '#'),
  'handshake-320-gets-41-ok': answerTo(LOGIN_320, isOk),
  'three-byte-ok-to-41-client': answerTo(LOGIN, (a) => a === '000000'),
  'ok-trailing-bytes': answerTo(LOGIN, (a) => a === `${OK}deadbeef`),
  'ok-truncated': answerTo(LOGIN, (a) => a === '0000000200'),
  'ok-starts-with-fe': answerTo(LOGIN, (a) => a === 'fe000002000000'),
  'ok-session-state-missing': answerTo(response41(F | 0x800000, `${check}00`), (a) => a === '00000002400000'),
  'ok-affected-rows-wrong': afterLogin(PING, ([a]) => a === '1:00010002000000'),
  'status-flags-zero': answerTo(LOGIN, (a) => a === '00000000000000'),
  'transaction-flag-missing': afterLogin(query('START TRANSACTION'), ([a]) => a === `1:${OK}`),

  'answer-sequence-off-by-one': afterLogin(PING, ([a]) => a === `2:${OK}`),
  'answer-sequence-zero': afterLogin(PING, ([a]) => a === `0:${OK}`),
  'err-sequence-zero': afterLogin(packet('ff'), ([a]) => a?.startsWith('0:ff1704') === true),
  'resultset-sequence-stuck': afterLogin(query('SELECT 1'), (all) => all.length === 5 && all.every((a) => a.startsWith('1:'))),
  'sequence-not-reset-by-commands': afterLogin(PING, ([a]) => a === `3:${OK}`),
  'accepts-wrong-sequence-id': answerTo(response41(F, `${check}00`, { sequenceId: 5 }), isOk),
  'accepts-wrong-command-sequence-id': afterLogin(packet('0e', 5), ([a]) => a === `6:${OK}`),
  'wrong-sequence-id-closes-silently': afterLogin(packet('0e', 5), async (all, c) => all.length === 0 && (await c.ending()) === 'fin'),

  'loses-second-half-of-split-header': on(async (c) => {
    await c.login();
    await c.sendApart('0100', '00000e', PING);
    return (await c.all()).filter((a) => a === `1:${OK}`).length < 2;
  }),
  'segment-is-packet': on(async (c) => {
    await c.login();
    c.send(PING, PING);
    return (await c.all()).length === 1;
  }),
  'needs-whole-packet-in-one-segment': on(async (c) => {
    await c.login();
    await c.sendApart(PING.subarray(0, 4), PING.subarray(4));
    return (await c.ending(SILENCE_MS)) !== 'open';
  }),
  'byte-by-byte-resets': on(async (c) => {
    await c.login();
    await c.sendApart(...[...PING].map((byte) => Uint8Array.of(byte)));
    return reset(c, SILENCE_MS);
  }),
  'coalesced-packets-lost': on(async (c) => {
    await c.login();
    c.send(PING, PING);
    return (await c.all()).length === 1;
  }),
  'ignores-continued-payload': on(async (c) => {
    await c.login();
    const padded = Buffer.alloc(0xffffff, ' ');
    padded.write('\x03SELECT 1', 'latin1');
    c.send(packet(padded), packet('20', 1), PING);
    const all = await c.all();
    return all.at(-1) !== `1:${OK}`;
  }),
  'large-packet-closes': on(async (c) => {
    await c.login();
    c.send(query(`SELECT 1 /*${'x'.repeat(0x100000)}*/`));
    return (await c.next()) === undefined;
  }),
  'answer-header-too-long': on(async (c) => {
    await c.next();
    c.send(LOGIN);
    return (await c.next(SILENCE_MS)) === undefined && c.rest.toString('hex') === `08000002${OK}`;
  }),
  'empty-packet-hangs': hangs(packet('', 1)),
  'empty-command-closes': afterLogin(packet(''), async (all, c) => all.length === 0 && (await c.ending()) === 'fin'),

  'ping-answers-eof': afterLogin(PING, ([a]) => a === '1:fe00000200'),
  'ping-answers-twice': afterLogin(PING, (all) => all.join() === `1:${OK},2:${OK}`),
  'ping-unanswered': afterLogin(PING, (all) => all.length === 0),
  'unknown-command-closes-silently': afterLogin(packet('ff'), async (all, c) => all.length === 0 && (await c.ending()) === 'fin'),
  'unknown-command-ok': afterLogin(packet('ff'), ([a]) => a === `1:${OK}`),
  'unknown-command-hangs': afterLogin(packet('ff'), async (all, c) => all.length === 0 && (await c.ending(1)) === 'open'),
  'syntax-error-closes': afterLogin(query('what'), async ([a], c) => code(a?.slice(2)) === 1064 && (await c.ending(SILENCE_MS)) === 'fin'),
  'empty-query-closes': afterLogin(packet('03'), async (all, c) => all.length === 0 && (await c.ending()) === 'fin'),
  'empty-query-hangs': afterLogin(packet('03'), async (all, c) => all.length === 0 && (await c.ending(1)) === 'open'),
  'init-db-unknown-accepted': afterLogin(packet(`02${Buffer.from('nodb').toString('hex')}`), ([a]) => a === `1:${OK}`),
  'init-db-ignored': afterLogin(
    Buffer.concat([packet(`02${Buffer.from('mywire').toString('hex')}`), query('SELECT DATABASE()')]),
    (all) => all[0] === `1:${OK}` && all.includes('4:fb'),
  ),
  'statistics-with-nul': afterLogin(packet('09'), ([a]) => a?.endsWith('00') === true),
  'statistics-answers-ok': afterLogin(packet('09'), ([a]) => a === `1:${OK}`),
  'connection-id-differs': on(async (c) => {
    const id = Buffer.from(field((await c.next())?.payload ?? Buffer.alloc(0), 0, 4), 'hex').readUInt32LE();
    c.send(LOGIN, query('SELECT CONNECTION_ID()'));
    return !(await c.all()).some(
      (a) => a === `4:${Buffer.of(String(id).length).toString('hex')}${Buffer.from(String(id)).toString('hex')}`,
    );
  }),
  'closes-after-first-pipelined': afterLogin(
    Buffer.concat([PING, PING]),
    async (all, c) => all.length === 1 && (await c.ending(SILENCE_MS)) === 'fin',
  ),
  'drops-commands-behind-login': on(async (c) => {
    await c.next();
    c.send(LOGIN, PING);
    return (await c.all()).length === 1;
  }),
  'merges-two-answers-losing-one': afterLogin(Buffer.concat([query('what'), PING]), (all) => all.join() === `1:${OK}`),
  'swaps-pipelined-answers': afterLogin(
    Buffer.concat([query('what'), PING]),
    ([first, second]) => first === `1:${OK}` && code(second?.slice(2)) === 1064,
  ),
  'backend-faults-reach-the-client': afterLogin(query('SELECT /* mywire:defect=resultset-column-count-wrong */ 1'), ([a]) => a === '1:02'),
  'slow-login': hangs(LOGIN),
  'slow-answer': afterLogin(PING, async (all, c) => all.length === 0 && (await c.ending(1)) === 'open'),

  'resultset-column-count-wrong': afterLogin(query('SELECT 1'), ([a]) => a === '1:02'),
  'resultset-without-column-eof': afterLogin(query('SELECT 1'), (all) => all[2] === '3:0131'),
  'resultset-column-eof-unasked': afterLogin(query('SELECT 1'), (all) => all[2] === '3:fe00000200', DEPRECATE_EOF),
  'resultset-without-final-eof': afterLogin(query('SELECT 1'), (all) => all.at(-1) === '4:0131'),
  'resultset-eof-for-ok': afterLogin(query('SELECT 1'), (all) => all.at(-1) === '4:fe00000200', DEPRECATE_EOF),
  'resultset-metadata-unasked': afterLogin(query('SELECT 1'), ([, a]) => a?.startsWith('2:0364656600000001310000') === true),
  'resultset-fixed-length-wrong': afterLogin(query('SELECT 1'), ([, a]) => a?.startsWith('2:036465660000000131000d') === true),
  'row-after-eof': afterLogin(query('SELECT 1'), (all) => all.at(-1) === '6:0131'),
  'row-too-long': afterLogin(query('SELECT 1'), (all) => all[3] === '4:0231'),
  'rows-lost': afterLogin(query('SELECT 1'), (all) => all.length === 4 && all[3] === '4:fe00000200'),
  'null-as-empty-string': afterLogin(query('SELECT NULL'), (all) => all[3] === '4:00'),

  'rst-instead-of-answer': answerTo(LOGIN, async (answer, c) => gone(answer) && (await reset(c))),
  'close-instead-of-answer': answerTo(LOGIN, async (answer, c) => gone(answer) && (await c.ending()) === 'fin'),
  'close-without-err': answerTo(response41(F, `${z('nobody')}00`), async (answer, c) => gone(answer) && (await c.ending()) === 'fin'),
  'never-closes-after-err': answerTo(
    response41(F, `${z('nobody')}00`),
    async (a, c) => code(a) === 1045 && (await c.ending(SILENCE_MS)) === 'open',
  ),
  'rst-after-err': answerTo(response41(F, `${z('nobody')}00`), async (a, c) => code(a) === 1045 && (await reset(c))),
  'closes-after-login': answerTo(LOGIN, async (answer, c) => isOk(answer) && (await c.ending(SILENCE_MS)) === 'fin'),
  'answers-com-quit': afterLogin(QUIT, ([a]) => a === `1:${OK}`),
  'quit-ends-with-rst': afterLogin(QUIT, async (_, c) => await reset(c)),
  'quit-keeps-open': afterLogin(QUIT, async (_, c) => (await c.ending(SILENCE_MS)) === 'open'),
  'fin-then-rst-at-end': afterLogin(QUIT, async (_, c) => (await c.ending()) === 'fin+rst'),
  'half-close-drops-answers': on(async (c) => {
    await c.login();
    c.send(PING);
    c.halfClose();
    return (await c.all()).length === 0;
  }),
  'half-close-keeps-open': on(async (c) => {
    await c.login();
    c.halfClose();
    return (await c.ending(SILENCE_MS)) === 'open';
  }),
};

describe('the table of defects', () => {
  test('has words for names, one sentence each, and an area', () => {
    for (const { name, title, area } of defects) {
      expect(name).toMatch(/^[a-z0-9]+(-[a-z0-9]+)+$/);
      expect(title).toMatch(/^[a-z][^.]*[^.\s]/);
      expect(area).not.toBe('');
    }
    expect(new Set(defects.map(({ name }) => name)).size).toBe(defects.length);
    expect(defects.length).toBeGreaterThanOrEqual(45);
  });

  test('an unknown name is refused', async () => {
    await expect(startReference({ defects: ['no-such-thing' as DefectName] })).rejects.toMatchObject({ code: 'REFERENCE_UNKNOWN_DEFECT' });
  });
});

const usual = { certificate: localhostCertificate, proxiesFrom: '127.0.0.2' } as const;

/** Defects tried at the same time: so few that the machine keeps up, so many that the silences overlap. */
const AT_ONCE = 40;

describe('each defect shows, and the clean server does not', () => {
  const outcomes = new Map<DefectName, { broken: boolean; clean: boolean }>();

  async function tryOut(name: DefectName, cleanOnes: Readonly<Record<Dialect, ReferenceServer>>): Promise<void> {
    const dialect = name in onMariadb ? 'mariadb' : 'mysql';
    const clean = cleanOnes[dialect];
    const broken = await startReference({ ...usual, dialect, defects: [name] });
    try {
      const [shown, cleanShown] = await Promise.all([ask(broken, table[name]), ask(clean, table[name])]);
      outcomes.set(name, { broken: shown, clean: cleanShown });
    } finally {
      await broken.stop();
    }
  }

  // Many at once: most of the time goes by in listening to silence.
  beforeAll(async () => {
    const clean = {
      mysql: await startReference(usual),
      mariadb: await startReference({ ...usual, dialect: 'mariadb' }),
    };
    try {
      for (let at = 0; at < defects.length; at += AT_ONCE)
        await Promise.all(defects.slice(at, at + AT_ONCE).map(({ name }) => tryOut(name, clean)));
    } finally {
      await Promise.all([clean.mysql.stop(), clean.mariadb.stop()]);
    }
  }, 120_000);

  test.each(defects)('$name', ({ name, title }) => {
    expect(outcomes.get(name)?.broken, `the server ${title}`).toBe(true);
    expect(outcomes.get(name)?.clean, `the clean server ${title}`).toBe(false);
  });
});

async function ask(server: ReferenceServer, shows: Shows): Promise<boolean> {
  const clients: BareClient[] = [];
  const dial = (from?: string): BareClient => {
    const client = new BareClient(server.endpoint.port, from);
    clients.push(client);
    return client;
  };
  try {
    return await shows(dial);
  } finally {
    for (const client of clients) client.close();
  }
}
