import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { decryptPassword } from './caching-sha2.ts';
import { readPrompt } from './dialog.ts';
import { authPlugins } from './plugin.ts';

const bytes = (hex: string): Uint8Array => Buffer.from(hex, 'hex');
const hex = (b: Uint8Array | undefined): string => Buffer.from(b ?? []).toString('hex');
const password = 'S3cret!pass';
const counting = (length: number): Uint8Array => Uint8Array.from({ length }, (_, i) => i + 1);
const firstOf = (plugin: string, plain: string, secure = false): string =>
  hex(authPlugins[plugin]?.scramble(plain, counting(authPlugins[plugin]?.nonceBytes ?? 0), secure));

test('the plugins are found under their name on the wire', () => {
  for (const [name, plugin] of Object.entries(authPlugins)) expect(plugin.name).toBe(name);
  expect(Object.keys(authPlugins).sort()).toEqual([
    'caching_sha2_password',
    'client_ed25519',
    'dialog',
    'mysql_clear_password',
    'mysql_native_password',
    'mysql_old_password',
    'parsec',
    'sha256_password',
  ]);
});

describe.each(Object.values(authPlugins).flatMap((plugin) => (plugin.oneAnswer ? [[plugin.name, plugin, plugin.oneAnswer] as const] : [])))(
  '%s',
  (_, plugin, { hash, verify }) => {
    const nonce = counting(plugin.nonceBytes);

    test('takes its own proof, and no other', () => {
      const right = plugin.scramble(password, nonce);
      expect(verify(right, nonce, hash(password))).toBe(true);
      expect(verify(right, nonce, hash('another'))).toBe(false);
      expect(verify(right, nonce.slice().reverse(), hash(password))).toBe(false);
      expect(verify(new Uint8Array(right.length), nonce, hash(password))).toBe(false);
      expect(verify(new Uint8Array(0), nonce, hash(password))).toBe(false);
    });
  },
);

describe('the first answers', () => {
  // recordings/mysql-9.7.4-logins.pcap and mariadb-11.8.9-*.pcap, by MySQL's and MariaDB's own clients.
  test('captured: sha256_password asks for the key (frame 9), and sends one NUL for no password (frame 68)', () => {
    expect(firstOf('sha256_password', password)).toBe('01');
    expect(firstOf('sha256_password', '')).toBe('00');
    expect(firstOf('sha256_password', password, true)).toBe('533363726574217061737300');
  });

  test('captured: sha256_password under the server’s key (frames 8, 11 and 52, 55)', () => {
    const key = readFileSync(new URL('./recordings/mysql-9.7.4-sha256-private-key.pem', import.meta.url), 'utf8');
    for (const [nonce, ciphertext, plain] of [
      [
        '440e0e68121c4d01052e663926421b05305f1c05',
        '4ae7e70023c9e3c5ef64d7dc68e45ee01b10a2bd8507d5668ad1574bc834088f699ca2e8ba09650fae45240755fd60ddf702d734fb79c33cae5fbcdf9d393facfc1f2d4d73c68b0bffc7e71269db211d9822b5ac50d19fb8837521daf2bfa691111bbcb3df20e7b341ed2ca747607cf7b8cc828738a3608164fd93808dd1ae6b564d27f0e44f6baaff0dbf96ecb8c4774fd4320d26ad48aa2f31ada4c686045726bcf0addd9730721d776cf799c4d6c17b56450f9d0dc15d203dbd0bf3e010958b2ee9948a8222a481c4d80e9ce8a510281b5e093ffdfc3f608cc282a2b4ba14238c7012ed719d90723bfd4d4b59f4509284f75d88d2be96c98b0240d90aa24e',
        password,
      ],
      [
        '11077b5704033368397d2951464709226f7a3302',
        '49f71e61c9e2caceaef6bb706be660a0142ceed09b962580154f1ec5c5e54f85b7b38fe3b895db540c6ea5aa6741fd7e0a8ec198c809b18d9a14c99c6c03a78ed416e9b97781c6811f14adcdf450b487baa626900d8b41a45bacdb48b0ef08cdf2260f033b851159f9ee72bcedd32bcda3e1cf98e4f137fac0b323389508926ed64267a409f4b0e88d64de091f2fbde39745a957caa0be516bd98555ffa0ebb2250e762bb116fa1b44e27a7faa6cba44da361f8d30fe90c99623876b0a41ca700ab6b5ec89ab2b1fbbec42e4bea43fd20f04fc88376cedaa2c57c967cb7d2414c3980adac7736fa70efeae7eaadc3ec2d6bf82ab05d312c536c02eb02d7f32b9',
        'wrong',
      ],
    ] as const)
      expect(Buffer.from(decryptPassword(bytes(ciphertext), bytes(nonce), key)).toString()).toBe(plain);
  });

  test('captured: mysql_clear_password (frame 131) and dialog (mariadb-11.8.9-dialog.pcap, frame 39) send the password and a NUL', () => {
    expect(firstOf('mysql_clear_password', password)).toBe('533363726574217061737300');
    expect(firstOf('dialog', password)).toBe('533363726574217061737300');
  });

  test('captured: parsec asks for the ext-salt with an empty packet (frame 83)', () => {
    expect(firstOf('parsec', password)).toBe('');
    expect(firstOf('parsec', '')).toBe('');
  });
});

test('a prompt of dialog: type and text (mariadb/connection, dialog Plugin); the first may be empty', () => {
  expect(readPrompt(Buffer.from('\x04Password: ', 'latin1'))).toEqual({ echo: false, last: false, text: 'Password: ' });
  expect(readPrompt(Buffer.from('\x03Token: ', 'latin1'))).toEqual({ echo: true, last: true, text: 'Token: ' });
  expect(readPrompt(new Uint8Array(0))).toBeUndefined();
  expect(readPrompt(Buffer.from('Password: ', 'latin1'))).toBeUndefined();
});
