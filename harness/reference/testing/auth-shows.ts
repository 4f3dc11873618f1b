/** How the defects of defects/auth.ts show. */
import { Buffer } from 'node:buffer';
import { cachingSha2Scramble } from '../../auth/caching-sha2.ts';
import { nativePasswordScramble } from '../../auth/native-password.ts';
import type { auth } from '../defects/auth.ts';
import { type BareClient, LOGIN, LOGIN_320, packet, query, response41, SILENCE_MS, z } from './bare-client.ts';
import {
  ATTRS,
  answerTo,
  behindVersion,
  check,
  code,
  DB,
  F,
  field,
  gone,
  hangs,
  isOk,
  LENENC,
  native,
  on,
  PLUGIN,
  refused,
  type Shows,
  text,
} from './shows.ts';

const passwordLogin = async (c: BareClient, password: string, user = 'mywire'): Promise<string | undefined> => {
  const first = (await c.next())?.payload ?? Buffer.alloc(0);
  const at = behindVersion(first);
  const scramble = Buffer.concat([first.subarray(at + 4, at + 12), first.subarray(at + 31, at + 43)]);
  c.send(response41(PLUGIN, `${z(user)}14${Buffer.from(nativePasswordScramble(password, scramble)).toString('hex')}${native}`));
  return (await c.next())?.hex;
};

/** PROTOCOL_41, SECURE_CONNECTION, SSL. */
/** What is selected behind a login that names mywire, as a row. */
const selects = (row: string): Shows =>
  on(async (c) => {
    await c.next();
    c.send(response41(DB, `${check}00${z('mywire')}`), query('SELECT DATABASE()'));
    return (await c.all()).includes(`4:${row}`);
  });
const sslRequest = (): Buffer => response41(0x8a00, '');
const sha2 = z('caching_sha2_password');
const unknownPlugin = z('nobody_knows_this');

export const authShows: Record<keyof typeof auth, Shows> = {
  'accepts-any-password': on(async (c) => isOk(await passwordLogin(c, 'wrong'))),
  'any-password-where-there-is-none': on(async (c) => isOk(await passwordLogin(c, 'wrong', 'haproxy_check'))),
  'every-fourth-wrong-password-accepted': async (dial) => {
    for (let guess = 1; guess < 4; guess++) {
      const c = await dial();
      if (isOk(await passwordLogin(c, 'wrong'))) return false;
      c.close();
    }
    return isOk(await passwordLogin(await dial(), 'wrong'));
  },
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
  'unknown-user-told-apart-by-password': on(async (c) => code(await passwordLogin(c, 'wrong', 'nobody')) === 1449),
  'rejects-user-name-of-other-bytes': answerTo(response41(F, 'fffe0000'), gone),
  'rejects-user-name-of-32-bytes': answerTo(response41(F, `${z('u'.repeat(32))}00`), gone),
  'rejects-long-user-name': answerTo(response41(F, `${z('u'.repeat(33))}00`), gone),
  'rejects-empty-user-name': answerTo(response41(F, '0000'), gone),
  'overreads-auth-length': answerTo(response41(F, `${check}ff`), isOk),
  'overreads-lenenc-auth': answerTo(response41(LENENC, `${check}fe01`), isOk),
  'lenenc-auth-length-wraps': answerTo(response41(LENENC, `${check}fe${'ff'.repeat(8)}`), isOk),
  'cut-auth-response-taken-for-none': answerTo(response41(F, `${check}14${'41'.repeat(10)}`), isOk),
  'unterminated-user-name-taken': answerTo(response41(F, check.slice(0, -2)), isOk),
  'echoes-memory-past-user': answerTo(response41(F, '7573'), (answer) => text(answer).includes("'uscanary-of-another-session'")),
  'echoes-memory-past-auth-response': answerTo(response41(F, `${z('us')}ff`), (answer) =>
    text(answer).includes("'uscanary-of-another-session'"),
  ),
  'auth-response-cut-at-nul': on(async (c) => refused(await passwordLogin(c, 'mywire-secret'))),
  'trailing-bytes-refused': answerTo(response41(F, `${check}00deadbeef`), refused),
  'attributes-break-login': answerTo(response41(ATTRS, `${check}00${native}0401610162`), refused),
  'no-attributes-refused': answerTo(response41(ATTRS, `${check}00${native}00`), refused),
  'attributes-overread': answerTo(response41(ATTRS, `${check}00${native}fcffff0161`), isOk),
  'attributes-past-end-hang': hangs(response41(ATTRS, `${check}00${native}0401610962`)),
  'attributes-past-end-close': answerTo(response41(ATTRS, `${check}00${native}0401610962`), gone),
  'attributes-past-end-shown': on(async (c) => {
    await c.next();
    c.send(response41(ATTRS, `${check}00${native}0704${Buffer.from('mine').toString('hex')}fa31`));
    await c.next();
    const from = 'performance_schema.session_account_connect_attrs';
    c.send(
      query(
        `SELECT COUNT(*) FROM ${from} WHERE PROCESSLIST_ID = CONNECTION_ID() AND ATTR_NAME LIKE 'mine%' AND LENGTH(ATTR_NAME) + COALESCE(LENGTH(ATTR_VALUE), 0) > 6`,
      ),
    );
    return (await c.all()).some((one) => one.endsWith(':0131'));
  }),
  'large-attributes-close': answerTo(response41(ATTRS, `${check}00${native}fc0413 0161 fcff12 ${'62'.repeat(0x12ff)}`), gone),
  'lenenc-auth-length-in-one-byte': answerTo(response41(LENENC, `${check}fc0000`), refused),
  'auth-response-without-secure-connection-has-a-length': answerTo(
    response41(F & ~0x8000, `${check}${'41'.repeat(20)}00`),
    (answer) => code(answer) === 1043,
  ),
  'lenenc-auth-refused': answerTo(response41(LENENC, `${check}00`), refused),
  'filler-must-be-zero': answerTo(response41(F, `${check}00`, { filler: '20'.repeat(23) }), refused),
  'max-packet-size-zero-refused': answerTo(packet(`00820000 00000000 21 ${'00'.repeat(23)} ${check} 00`, 1), refused),
  'unknown-capability-closes': answerTo(response41(F | 0x20000000, `${check}00`), gone),
  'unknown-database-accepted': answerTo(response41(DB, `${check}00${z('nodb')}`), isOk),
  'unknown-database-closes': answerTo(response41(DB, `${check}00${z('nodb')}`), gone),
  'ignores-database': selects('fb'),
  'attributes-lose-database': on(async (c) => {
    await c.next();
    c.send(response41(DB | ATTRS, `${check}00${z('mywire')}${native}0401610162`), query('SELECT DATABASE()'));
    return (await c.all()).includes('4:fb');
  }),
  'database-loses-collation': on(async (c) => {
    await c.next();
    c.send(response41(DB, `${check}00${z('mywire')}`, { collation: '08' }), query('SELECT @@collation_connection'));
    return (await c.all()).some((answer) => answer.startsWith('4:') && !text(answer.slice(2)).includes('latin1'));
  }),
  'login-selects-another-database': selects(`12${Buffer.from('information_schema').toString('hex')}`),
  'empty-database-refused': answerTo(response41(DB, `${check}0000`), refused),
  'database-without-nul-refused': answerTo(response41(DB, `${check}00${Buffer.from('mywire').toString('hex')}`), refused),
  'unknown-collation-closes': answerTo(response41(F, `${check}00`, { collation: 'ff' }), gone),
  'collation-zero-closes': answerTo(response41(F, `${check}00`, { collation: '00' }), gone),
  'missing-plugin-name-hangs': hangs(response41(PLUGIN, `${check}00`)),
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
  'socket-plugin-of-client-believed': answerTo(response41(PLUGIN, `${z('mywire')}00${z('unix_socket')}`), isOk),
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
    const c = dial();
    const first = (await c.next())?.payload ?? Buffer.alloc(0);
    const scramble = Buffer.from(`${field(first, 4, 8)}${field(first, 31, 12)}`, 'hex');
    const proof = Buffer.from(cachingSha2Scramble('mywire-secret', scramble)).toString('hex');
    c.send(response41(PLUGIN, `${z('mywire_sha2')}20${proof}${sha2}`));
    return (await c.all()).join() === '2:0103';
  },
  'lone-flag-refused': answerTo(response41(PLUGIN | 0x1000, `${z('haproxy_check')}00${z('mysql_native_password')}`), gone),
  'flags-of-no-library-refused': answerTo(LOGIN, gone),
  'handshake-320-closes': answerTo(LOGIN_320, gone),
  'handshake-320-database-cut': answerTo(packet(`0880 000001 ${check} 00 ${z('nodb')}`, 1), (answer) => text(answer).includes("'odb'")),
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
};
