/** How the defects of defects/auth-exchange.ts show. */
import { Buffer } from 'node:buffer';
import { cachingSha2Scramble, cleartextPassword, encryptPassword } from '../../auth/caching-sha2.ts';
import { ed25519Signature } from '../../auth/client-ed25519.ts';
import { nativePasswordScramble } from '../../auth/native-password.ts';
import { parsecResponse, readExtSalt } from '../../auth/parsec.ts';
import type { authExchange } from '../defects/auth-exchange.ts';
import { PING, packet, query, response41, z } from './bare-client.ts';
import { Exchange, exchanging, SSL } from './exchange.ts';
import { code, type Shows } from './shows.ts';

const NATIVE = 'mysql_native_password';
const SHA2 = 'caching_sha2_password';
const secret = 'mywire-secret';
const OTHER = 'nobody_knows_this';
const MFA = 0x10000000;
const EXPIRED = 0x400000;

const nativeProof = (nonce: Buffer): Uint8Array => nativePasswordScramble(secret, nonce);
const sha2Proof = (nonce: Buffer): Uint8Array => cachingSha2Scramble(secret, nonce);
const wrongSha2 = (): Uint8Array => Buffer.alloc(32, 0x41);
const isOk = (answer: string): boolean => answer.startsWith('00');
const denied = (answer: string): boolean => code(answer) === 1045;
const bytes = (answer: string): Buffer => Buffer.from(answer, 'hex');
const nul = Buffer.of(0);

/** The AuthSwitchRequest that another plugin's name brings. */
const switched = (x: Exchange, user = 'mywire', flags = 0): Promise<string> => x.login(user, OTHER, undefined, flags);
/** caching_sha2_password under the key, from a wrong fast proof on. */
async function underKey(x: Exchange, password = secret): Promise<string> {
  await x.login('mywire_sha2', SHA2, wrongSha2);
  const key = await x.say('02');
  return x.say(encryptPassword(password, x.nonce, bytes(key).subarray(1)));
}
/** So that the account is in the cache. */
const cached = async (dial: Parameters<Shows>[0]): Promise<void> => {
  await underKey(await new Exchange(dial()).greeted());
};
const sha256 = async (x: Exchange, password = secret): Promise<string> => {
  await x.login('mywire_sha256', 'sha256_password');
  const key = await x.say('01');
  return x.say(encryptPassword(password, x.nonce, bytes(key).subarray(1)));
};
const ed25519 = async (x: Exchange, answer: (right: Buffer) => Uint8Array, user = 'mywire_ed25519', password = secret): Promise<string> => {
  await x.login(user, 'client_ed25519');
  return x.say(answer(Buffer.from(ed25519Signature(password, x.nonce))));
};
const salt = async (x: Exchange, user = 'mywire_parsec'): Promise<string> => {
  await x.login(user, 'parsec');
  return x.say('');
};
const parsec = async (x: Exchange, change: (right: Buffer) => Uint8Array, user = 'mywire_parsec', password = secret): Promise<string> => {
  const ext = readExtSalt(bytes(await salt(x, user)).subarray(1));
  return x.say(change(Buffer.from(parsecResponse(password, x.nonce, ext, Buffer.alloc(32, 0x37)))));
};
const turned = (right: Buffer, at: number): Buffer => Buffer.from(right.map((byte, i) => (i === at ? byte ^ 1 : byte)));
/** The first answers of two connections. */
const both = async (dial: Parameters<Shows>[0], ask: (x: Exchange) => Promise<string>): Promise<[string, string]> => {
  const answers = [dial(), dial()].map(async (c) => ask(await new Exchange(c).greeted()));
  return [await (answers[0] as Promise<string>), await (answers[1] as Promise<string>)];
};
const same =
  (ask: (x: Exchange) => Promise<string>): Shows =>
  async (dial) => {
    const [first, second] = await both(dial, ask);
    return first === second;
  };
const differs =
  (ask: (x: Exchange) => Promise<string>): Shows =>
  async (dial) => {
    const [first, second] = await both(dial, ask);
    return first !== second;
  };
const twoFactor = (x: Exchange, flags = MFA, proof = nativeProof): Promise<string> => x.login('mywire_two_factor', NATIVE, proof, flags);
/** What a command gets in the sandbox. */
const inSandbox = (command: Buffer, shows: (answer: string, x: Exchange) => boolean | Promise<boolean>): Shows =>
  exchanging(async (x, c) => {
    if (!isOk(await x.login('mywire_expired', NATIVE, nativeProof, EXPIRED))) return false;
    c.send(command);
    return shows(await x.hear(), x);
  });
export const authExchangeShows: Record<keyof typeof authExchange, Shows> = {
  'auth-switch-response-cut-at-nul': exchanging(async (x) => {
    await switched(x);
    return code(await x.say(nativeProof(x.nonce))) !== 0;
  }),
  'auth-switch-scramble-repeats': same((x) => switched(x)),
  'auth-switch-scramble-with-nul': exchanging(async (x) =>
    bytes(await switched(x))
      .subarray(23, 43)
      .includes(0),
  ),
  'auth-switch-scramble-unterminated': exchanging(async (x) => bytes(await switched(x)).length === 1 + NATIVE.length + 1 + 20),
  'auth-switch-names-server-plugin': exchanging(async (x) => (await switched(x)).startsWith(`fe${z('ed25519')}`)),
  'auth-switch-names-plugin-of-client': exchanging(async (x) => (await switched(x)).startsWith(`fe${z(OTHER)}`)),
  'auth-switch-sequence-restarts': exchanging(async (_x, c) => {
    c.send(response41(0x88200, `${z('mywire')}00${z(OTHER)}`));
    return (await c.next())?.sequenceId === 0;
  }),
  'auth-switch-checks-greeting-scramble': exchanging(async (x) => {
    await switched(x);
    return denied(await x.say(nativeProof(x.nonce)));
  }),
  'auth-switch-loses-capabilities': exchanging(async (x, c) => {
    await switched(x, 'haproxy_check', 0x10000);
    await x.say('');
    c.send(query('SELECT 1; SELECT 2'));
    return code(await x.hear()) === 1064;
  }),
  'auth-switch-loses-deprecate-eof': exchanging(async (x, c) => {
    await switched(x, 'haproxy_check', 0x1000000);
    await x.say('');
    c.send(query('SELECT 1'));
    // Count, definition, EOF, row, EOF.
    return (await c.all()).length === 5;
  }),
  'auth-switch-loses-attributes': exchanging(async (x, c) => {
    c.send(response41(0x188200, `${z('haproxy_check')}00${z(OTHER)}0401610162`));
    await x.hear();
    await x.say('');
    const from = 'performance_schema.session_account_connect_attrs';
    c.send(query(`SELECT ATTR_VALUE FROM ${from} WHERE PROCESSLIST_ID = CONNECTION_ID() AND ATTR_NAME = 'a'`));
    const all = await c.all();
    return all.length > 3 && !all.join().includes('0162');
  }),
  'auth-switch-loses-database': exchanging(async (x, c) => {
    c.send(response41(0x88208, `${z('haproxy_check')}00${z('mywire')}${z(OTHER)}`));
    await x.hear();
    await x.say('');
    c.send(query('SELECT DATABASE()'));
    return (await c.all()).includes('4:fb');
  }),
  'auth-switch-answered-with-a-query-runs': exchanging(async (x) => {
    await switched(x);
    return (await x.say(`03${Buffer.from('SELECT 1').toString('hex')}`)) === '01';
  }),
  'client-without-plugin-auth-let-in': exchanging(async (x, c) => {
    c.send(response41(0x8200, `${z('mywire_ed25519')}00`));
    return isOk(await x.hear());
  }),
  'auth-more-data-sequence-skips': exchanging(async (x, c) => {
    c.send(response41(0x88200, `${z('mywire_sha2')}20${'41'.repeat(32)}${z(SHA2)}`));
    return (await c.next())?.sequenceId === 3 && x.nonce.length === 20;
  }),
  'auth-more-data-unwrapped': exchanging(async (x) => (await x.login('mywire_sha2', SHA2, wrongSha2)) === '04'),
  'auth-more-data-after-ok': exchanging(async (x) => isOk(await x.login('haproxy_check', NATIVE)) && (await x.hear()) === '0103'),
  'short-proof-accepted': exchanging(async (x) => isOk(await x.login('mywire', NATIVE, (nonce) => nativeProof(nonce).subarray(0, 1)))),
  'long-proof-accepted': exchanging(async (x) =>
    isOk(await x.login('mywire', NATIVE, (nonce) => Buffer.concat([nativeProof(nonce), nul]))),
  ),
  'proof-of-another-length-accepted': exchanging(async (x) => isOk(await x.login('mywire', NATIVE, () => Buffer.alloc(21, 0x41)))),
  'last-byte-of-proof-unchecked': exchanging(async (x) =>
    isOk(await x.login('mywire', NATIVE, (nonce) => turned(Buffer.from(nativeProof(nonce)), 19))),
  ),
  'nul-proof-accepted': exchanging(async (x) => isOk(await x.login('mywire', NATIVE, () => Buffer.alloc(20)))),
  'unknown-user-says-password-not-used': exchanging(async (x) =>
    bytes(await x.login('nobody', NATIVE, nativeProof)).includes('password: NO'),
  ),
  'unknown-user-in-other-words': exchanging(async (x) => !bytes(await x.login('nobody', NATIVE)).includes('Access denied')),

  'sha2-never-fast': async (dial) => {
    await cached(dial);
    return (await (await new Exchange(dial()).greeted()).login('mywire_sha2', SHA2, sha2Proof)) === '0104';
  },
  'sha2-fast-success-for-any-proof': exchanging(async (x) => (await x.login('mywire_sha2', SHA2, wrongSha2)) === '0103'),
  'sha2-fast-success-unsaid': async (dial) => {
    await cached(dial);
    return isOk(await (await new Exchange(dial()).greeted()).login('mywire_sha2', SHA2, sha2Proof));
  },
  'compresses-behind-fast-success': async (dial) => {
    await cached(dial);
    const x = await new Exchange(dial()).greeted();
    await x.login('mywire_sha2', SHA2, sha2Proof, 0x20);
    // Behind length and sequence id of the compressed packet: 0, for not compressed, and the header of the OK.
    return (await x.hear()).startsWith('00000007000003');
  },
  'sha2-wrong-proof-asks-nothing': async (dial) => {
    await cached(dial);
    return denied(await (await new Exchange(dial()).greeted()).login('mywire_sha2', SHA2, wrongSha2));
  },
  'undecipherable-password-accepted': exchanging(async (x) => {
    await x.login('mywire_sha2', SHA2, wrongSha2);
    return isOk(await x.say(Buffer.alloc(256, 0x41)));
  }),
  'undecipherable-password-hangs': exchanging(async (x) => {
    await x.login('mywire_sha2', SHA2, wrongSha2);
    return (await x.say(Buffer.alloc(256, 0x41))) === '';
  }),
  'sha2-result-unknown': exchanging(async (x) => (await x.login('mywire_sha2', SHA2, wrongSha2)) === '0105'),
  'sha2-fast-proof-cut': async (dial) => {
    await cached(dial);
    const nearly = (nonce: Buffer): Uint8Array => sha2Proof(nonce).map((byte, i) => (i === 31 ? byte ^ 1 : byte));
    return (await (await new Exchange(dial()).greeted()).login('mywire_sha2', SHA2, nearly)) === '0103';
  },
  'sha2-full-takes-longer-password': exchanging(async (x) => isOk(await underKey(x, `${secret}_`))),
  'sha2-full-takes-shorter-password': exchanging(async (x) => isOk(await underKey(x, secret.slice(0, -1)))),
  'sha2-full-takes-password-in-any-case': exchanging(async (x) => isOk(await underKey(x, secret.toUpperCase()))),
  'sha2-full-accepts-any-password': exchanging(async (x) => isOk(await underKey(x, 'wrong'))),
  'change-user-clear-password-refused': exchanging(async (x, c) => {
    await (await x.secure()).login('haproxy_check', NATIVE, undefined, SSL);
    c.send(packet(`11${z('mywire_sha2')}00${z('')}2d00${z(SHA2)}`));
    await x.hear();
    await x.say(wrongSha2());
    return denied(await x.say(cleartextPassword(secret)));
  }),
  'sha2-clear-password-refused': exchanging(async (x) => {
    await (await x.secure()).login('mywire_sha2', SHA2, wrongSha2, SSL);
    return denied(await x.say(cleartextPassword(secret)));
  }),
  'sha2-full-refuses-right-password': exchanging(async (x) => denied(await underKey(x))),
  'public-key-withheld': exchanging(async (x) => {
    await x.login('mywire_sha2', SHA2, wrongSha2);
    return denied(await x.say('02'));
  }),
  'public-key-malformed': exchanging(async (x) => {
    await x.login('mywire_sha2', SHA2, wrongSha2);
    return bytes(await x.say('02')).includes('BEGIN PRIVATE KEY');
  }),
  'public-key-cut': exchanging(async (x) => {
    await x.login('mywire_sha2', SHA2, wrongSha2);
    return bytes(await x.say('02')).length === 121;
  }),
  'any-key-request-answered': exchanging(async (x) => {
    await x.login('mywire_sha2', SHA2, wrongSha2);
    return (await x.say('01')).startsWith('012d2d');
  }),
  'clear-password-without-tls-accepted': exchanging(async (x) => {
    await x.login('mywire_sha2', SHA2, wrongSha2);
    return isOk(await x.say(cleartextPassword(secret)));
  }),
  'encrypted-password-nonce-ignored': exchanging(async (x) => denied(await sha256(x))),
  'sha256-accepts-any-password': exchanging(async (x) => isOk(await sha256(x, 'wrong'))),
  'sha256-empty-password-refused': exchanging(async (x) => {
    await x.login('mywire_sha256_empty', 'sha256_password');
    return denied(await x.say('00'));
  }),
  'sha256-empty-password-let-in': exchanging(async (x) => {
    await x.login('mywire_sha256', 'sha256_password');
    return isOk(await x.say('00'));
  }),
  'sha256-clear-password-refused': exchanging(async (x) => {
    await (await x.secure()).login('mywire_sha256', 'sha256_password', undefined, SSL);
    return denied(await x.say(cleartextPassword(secret)));
  }),

  'ed25519-nonce-repeats': same((x) => x.login('mywire_ed25519', 'client_ed25519')),
  'ed25519-nonce-repeats-on-a-connection': exchanging(async (x, c) => {
    await ed25519(x, (right) => right);
    const { nonce } = x;
    c.send(packet(`11 ${z('mywire_ed25519')} 00 00 2d00 ${z('client_ed25519')}`));
    await x.hear();
    return x.nonce.equals(nonce);
  }),
  'ed25519-nonce-missing': exchanging(async (x) => (await x.login('mywire_ed25519', 'client_ed25519')) === `fe${z('client_ed25519')}`),
  'ed25519-nonce-of-20-bytes': exchanging(async (x) => bytes(await x.login('mywire_ed25519', 'client_ed25519')).length === 16 + 20),
  'ed25519-nonce-with-nul': exchanging(async (x) => bytes(await x.login('mywire_ed25519', 'client_ed25519')).length === 16 + 33),
  'ed25519-accepts-any-signature': exchanging(async (x) => isOk(await ed25519(x, () => Buffer.alloc(64)))),
  'ed25519-empty-response-accepted': exchanging(async (x) => isOk(await ed25519(x, () => Buffer.alloc(0)))),
  'ed25519-second-half-unchecked': exchanging(async (x) => isOk(await ed25519(x, (right) => turned(right, 63)))),
  'ed25519-short-signature-accepted': exchanging(async (x) => isOk(await ed25519(x, (right) => right.subarray(0, 63)))),
  'ed25519-long-signature-accepted': exchanging(async (x) => isOk(await ed25519(x, (right) => Buffer.concat([right, nul])))),
  'ed25519-empty-password-refused': exchanging(async (x) => denied(await ed25519(x, (right) => right, 'mywire_ed25519_empty', ''))),
  'ed25519-checks-another-nonce': exchanging(async (x) => denied(await ed25519(x, (right) => right))),

  'parsec-nonce-repeats': same((x) => x.login('mywire_parsec', 'parsec')),
  'parsec-nonce-of-20-bytes': exchanging(async (x) => bytes(await x.login('mywire_parsec', 'parsec')).length === 8 + 20),
  'parsec-ext-salt-withheld': exchanging(async (x) => (await salt(x)) === ''),
  'parsec-salt-differs': differs((x) => salt(x)),
  'parsec-salt-missing': exchanging(async (x) => (await salt(x)) === '015000'),
  'parsec-wrong-kdf': exchanging(async (x) => (await salt(x)).startsWith('0153')),
  'parsec-iterations-enormous': exchanging(async (x) => (await salt(x)).startsWith('01501f')),
  'parsec-empty-packet-logs-in': exchanging(async (x) => isOk(await salt(x))),
  'parsec-accepts-any-signature': exchanging(async (x) => isOk(await parsec(x, () => Buffer.alloc(3)))),
  'parsec-short-answer-accepted': exchanging(async (x) => isOk(await parsec(x, (right) => right.subarray(0, -1)))),
  'parsec-long-answer-accepted': exchanging(async (x) => isOk(await parsec(x, (right) => Buffer.concat([right, nul])))),
  'parsec-checks-another-nonce': exchanging(async (x) => denied(await parsec(x, (right) => right))),
  'parsec-client-nonce-ignored': exchanging(async (x) => denied(await parsec(x, (right) => right))),
  'parsec-client-nonce-unchecked': exchanging(async (x) => isOk(await parsec(x, (right) => turned(right, 0)))),
  'parsec-empty-password-refused': exchanging(async (x) => denied(await parsec(x, (right) => right, 'mywire_parsec_empty', ''))),
  'parsec-salt-sent-again': exchanging(async (x) => (await salt(x)) === (await x.say(''))),
  'parsec-any-packet-asks-for-salt': exchanging(async (x) => {
    await x.login('mywire_parsec', 'parsec');
    return (await x.say('41')).startsWith('0150');
  }),

  'next-factor-missing': exchanging(async (x) => isOk(await twoFactor(x))),
  'next-factor-not-checked': exchanging(async (x) => (await twoFactor(x)).startsWith('02') && isOk(await x.say('41'))),
  'next-factor-checks-another-nonce': exchanging(async (x) => {
    await twoFactor(x);
    await x.say(cachingSha2Scramble('mywire-second', x.nonce));
    const key = await x.say('02');
    return denied(await x.say(encryptPassword('mywire-second', x.nonce, bytes(key).subarray(1))));
  }),
  'next-factor-takes-first-password': exchanging(async (x) => {
    await twoFactor(x);
    await x.say(cachingSha2Scramble(secret, x.nonce));
    const key = await x.say('02');
    return code(await x.say(encryptPassword('wrong', x.nonce, bytes(key).subarray(1)))) === 0;
  }),
  'next-factor-behind-wrong-first': exchanging(async (x) => (await twoFactor(x, MFA, () => Buffer.alloc(20, 0x41))).startsWith('02')),
  'wrong-first-factor-told-at-the-end': exchanging(async (x) => {
    if (!(await twoFactor(x, MFA, () => Buffer.alloc(20, 0x41))).startsWith('02')) return false;
    await x.say(cachingSha2Scramble('mywire-second', x.nonce));
    const key = await x.say('02');
    return denied(await x.say(encryptPassword('mywire-second', x.nonce, bytes(key).subarray(1))));
  }),
  'next-factor-without-data': exchanging(async (x) => (await twoFactor(x)) === `02${z(SHA2)}`),
  'next-factor-name-without-nul': exchanging(async (x) => bytes(await twoFactor(x)).length === 1 + SHA2.length + 21),
  'next-factor-skipped-for-old-client': exchanging(async (x) => isOk(await twoFactor(x, 0))),

  'expiry-told-to-everybody': exchanging(
    async (x) => code(await x.login('mywire_expired', NATIVE, () => Buffer.alloc(20, 0x41), EXPIRED)) === 1862,
  ),
  'expired-password-unnoticed': inSandbox(query('SELECT 1'), (answer) => answer === '01'),
  'expired-password-let-in': exchanging(async (x) => isOk(await x.login('mywire_expired', NATIVE, nativeProof))),
  'expired-password-flag-ignored': exchanging(async (x) => code(await x.login('mywire_expired', NATIVE, nativeProof, EXPIRED)) === 1862),
  'sandbox-lets-statements-through': inSandbox(query('SELECT 1'), (answer) => answer === '01'),
  'sandbox-lets-commands-through': inSandbox(packet(`02${Buffer.from('mywire').toString('hex')}`), isOk),
  'sandbox-lets-prepared-statements-through': inSandbox(packet(`16${Buffer.from('DO 1').toString('hex')}`), (answer) =>
    answer.startsWith('00'),
  ),
  'sandbox-lets-statistics-through': inSandbox(packet('09'), (answer) => bytes(answer).toString('latin1').startsWith('Uptime')),
  'sandbox-lets-set-option-through': inSandbox(packet('1b0000'), (answer) => answer.startsWith('fe')),
  'sandbox-lets-field-list-through': inSandbox(packet('0474 00'), (answer) => code(answer) === 1046),
  'sandbox-lets-change-user-through': inSandbox(
    packet(`11${z('haproxy_check')}00${z('')}2d00${z(NATIVE)}`),
    (answer) => code(answer) !== 1820 && answer !== '',
  ),
  'sandbox-ends-with-reset-connection': inSandbox(packet('1f'), async (_, x) => {
    x.c.send(query('SELECT 1'));
    return (await x.hear()) === '01';
  }),
  'sandbox-refuses-quit': inSandbox(packet('01'), (answer) => code(answer) === 1820),
  'sandbox-refuses-ping': inSandbox(PING, (answer) => code(answer) === 1820),
  'sandbox-set-like-the-other': inSandbox(query('SET @a = 1'), isOk),
  'sandbox-ends-with-set': inSandbox(query('SET @a = 1'), async (_, x) => {
    x.c.send(query('SELECT 1'));
    return (await x.hear()) === '01';
  }),
  'sandbox-error-code-wrong': inSandbox(query('SELECT 1'), denied),
  'tls-requirement-ignored': exchanging(async (x) => isOk(await x.login('mywire_tls', NATIVE, nativeProof))),
  'tls-requirement-forgotten-after-switch': exchanging(async (x) => {
    await switched(x, 'mywire_tls');
    return isOk(await x.say(nativeProof(x.nonce)));
  }),
  'change-user-forgets-tls': exchanging(async (x, c) => {
    await (await x.secure()).login('haproxy_check', NATIVE, undefined, SSL);
    c.send(packet(`11 ${z('mywire_tls')} 00 00 2d00 ${z(NATIVE)}`));
    await x.hear();
    return denied(await x.say(nativeProof(x.nonce)));
  }),
  'change-user-ignores-tls-requirement': exchanging(async (x, c) => {
    await x.login('haproxy_check', NATIVE);
    c.send(packet(`11 ${z('mywire_tls')} 00 00 2d00 ${z(NATIVE)}`));
    await x.hear();
    return isOk(await x.say(nativeProof(x.nonce)));
  }),
  'tls-requirement-met-by-flag': exchanging(async (x) => isOk(await x.login('mywire_tls', NATIVE, nativeProof, SSL))),
  'tls-requirement-refuses-tls': exchanging(async (x) => denied(await (await x.secure()).login('mywire_tls', NATIVE, nativeProof, SSL))),
};
