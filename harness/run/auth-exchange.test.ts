import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { decryptPassword } from '../auth/caching-sha2.ts';
import type { Account } from '../target/target.ts';
import { answerOf, follow, isAuthQuestion, isOnTheWayTo } from './auth-exchange.ts';
import type { ServerPacket } from './server-packet.ts';
import { Session } from './session.ts';

const bytes = (hex: string): Uint8Array => Buffer.from(hex, 'hex');
const hex = (b: Uint8Array | undefined): string | undefined => b && Buffer.from(b).toString('hex');
/** What the servers of the recordings asked for: ../auth/recordings, ../codec/recordings. */
const asked = (name: ServerPacket['name'], value: Record<string, unknown>): ServerPacket => ({
  name,
  value,
  sequenceId: 2,
  lastSequenceId: 2,
  packets: 1,
});
const switchTo = (pluginName: string, data: string): ServerPacket => asked('AuthSwitchRequest', { pluginName, data: bytes(data) });
const more = (data: string): ServerPacket => asked('AuthMoreData', { data: bytes(data) });

function loggingIn(plugin: Account['plugin'], { tls = false, password = 'S3cret!pass', second = '' } = {}): Session {
  const session = new Session({});
  session.login = { account: { user: 'u', password, plugin, secondPassword: second }, password };
  session.scramble = bytes('2b4868555070637e4d32332b2d455a562b486855');
  session.tls = tls;
  return session;
}
/** What a client answers to each packet in turn. */
const answers = (session: Session, ...packets: readonly ServerPacket[]): (string | undefined)[] =>
  packets.map((packet) => {
    follow(session, packet);
    return hex(answerOf(session));
  });

describe('captured answers of real clients', () => {
  test('client_ed25519 (mariadb-11.8.9-logins.pcap, frames 8, 9)', () => {
    const nonce = 'a736f0437e9cb42929dc3f81bc3cb6a899e87e9857b5fb49c4237584096c4ec8';
    expect(answers(loggingIn('client_ed25519'), switchTo('client_ed25519', nonce))).toEqual([
      'e51853da007ecd27be57b4d299949ee1417c09d529fbd313a083a97f8baff74e0707f4e832da46a90350a32495adc5d4de88f3cb8c66e7294602984c9a7a4203',
    ]);
  });

  test('parsec: an empty packet, then 96 bytes (frames 82 to 85)', () => {
    const session = loggingIn('parsec');
    const [first, signed] = answers(
      session,
      switchTo('parsec', '469800513a427d3f578bf4c2ab679f773355aadb724472e37bd5b0ae739af7c8'),
      more('50009993df2b5dfec3c17d5c3d72dab2fe45b0b4'),
    );
    expect(first).toBe('');
    expect(signed?.length).toBe(192);
  });

  test('mysql_native_password behind ed25519: the second plugin of an account (frames 221 to 224)', () => {
    const [, native] = answers(
      loggingIn('client_ed25519', { password: 'wrong' }),
      switchTo('client_ed25519', 'df7728f064a889c66e0a9efb9bfc0ef65f4a1b4f846d1d6072f31499872b151b'),
      switchTo('mysql_native_password', '5e4d4965435d2b5d7249513e7e2433736b3f383d00'),
    );
    expect(native).toBe('aef06b357c0b380289319d0080eaf0161209050a');
  });

  test('sha256_password asks for the key, and encrypts with the nonce of the request (mysql-9.7.4-logins.pcap, frames 8 to 11)', () => {
    const nonce = '440e0e68121c4d01052e663926421b05305f1c05';
    const privateKey = readFileSync(new URL('../auth/recordings/mysql-9.7.4-sha256-private-key.pem', import.meta.url), 'utf8');
    const publicKey = Buffer.from(readPublicKey(), 'latin1').toString('hex');
    const [ask, secret] = answers(loggingIn('sha256_password'), switchTo('sha256_password', `${nonce}00`), more(publicKey));
    expect(ask).toBe('01');
    expect(Buffer.from(decryptPassword(bytes(secret ?? ''), bytes(nonce), privateKey)).toString()).toBe('S3cret!pass');
  });

  test('a second factor by mysql_clear_password (mysql-9.7.4-two-factors.pcap, frames 12, 13), which we give over TLS only', () => {
    const next = asked('AuthNextFactor', { pluginName: 'mysql_clear_password', data: new Uint8Array(0) });
    const secured = loggingIn('caching_sha2_password', { tls: true, second: 'mywire-second' });
    expect(answers(secured, next)).toEqual([Buffer.from('mywire-second\0').toString('hex')]);
    expect(answers(loggingIn('caching_sha2_password', { second: 'mywire-second' }), next)).toEqual([undefined]);
  });

  test('dialog and mysql_old_password (mariadb-11.8.9-dialog.pcap, frame 39; accepted by MariaDB 11.8.9)', () => {
    expect(answers(loggingIn('mysql_native_password'), switchTo('dialog', ''))).toEqual(['533363726574217061737300']);
    expect(answers(loggingIn('mysql_native_password'), asked('OldAuthSwitchRequest', {}))).toEqual(['47594c4e5d58504200']);
  });
});

describe('caching_sha2_password', () => {
  test('says nothing to 03, asks for the key at 04, sends the password over TLS', () => {
    expect(answers(loggingIn('caching_sha2_password'), more('03'))).toEqual([undefined]);
    expect(answers(loggingIn('caching_sha2_password'), more('04'))).toEqual(['02']);
    expect(answers(loggingIn('caching_sha2_password', { tls: true }), more('04'))).toEqual(['533363726574217061737300']);
  });

  test('what is no key cannot be answered', () => {
    const session = loggingIn('caching_sha2_password');
    expect(() => answers(session, more('2d2d2d2d2d'))).toThrow(expect.objectContaining({ code: 'AUTH_BAD_PUBLIC_KEY' }));
  });
});

test('a plugin that nobody knows gets an empty packet; nobody is answered before a login', () => {
  expect(answers(loggingIn('mysql_native_password'), switchTo('mywire_no_such_plugin', ''))).toEqual(['']);
  const nobody = new Session({});
  follow(nobody, more('04'));
  expect(answerOf(nobody)).toBeUndefined();
});

test('which packets ask', () => {
  expect(
    ['OK', 'ERR', 'AuthMoreData', 'AuthSwitchRequest', 'AuthNextFactor'].map((name) => isAuthQuestion(asked(name as 'OK', {}))),
  ).toEqual([false, false, true, true, true]);
});

test('what is answered on the way to an outcome: a second factor only where the first may be right', () => {
  const on = (name: 'AuthSwitchRequest' | 'AuthNextFactor', ...outcomes: ('OK' | 'ERR' | 'AuthSwitchRequest' | 'AuthNextFactor')[]) =>
    isOnTheWayTo(
      outcomes.map((packet) => ({ packet })),
      { name },
    );
  expect(on('AuthSwitchRequest', 'OK')).toBe(true);
  expect(on('AuthSwitchRequest', 'ERR')).toBe(true);
  expect(on('AuthSwitchRequest', 'AuthNextFactor')).toBe(true);
  expect(on('AuthSwitchRequest', 'AuthSwitchRequest', 'ERR')).toBe(false);
  expect(on('AuthNextFactor', 'OK', 'ERR')).toBe(true);
  expect(on('AuthNextFactor', 'ERR')).toBe(false);
  expect(on('AuthNextFactor', 'AuthNextFactor', 'OK')).toBe(false);
});

/** The key that the server of the recording sent. */
function readPublicKey(): string {
  const capture = readFileSync(new URL('../auth/recordings/mysql-9.7.4-logins.pcap', import.meta.url)).toString('latin1');
  return /-----BEGIN PUBLIC KEY-----[^-]+-----END PUBLIC KEY-----\n/.exec(capture)?.[0] ?? '';
}
