import { describe, expect, test } from 'vitest';
import { extSalt, keysWithin, parsecPublicKey, parsecResponse, readExtSalt, verifyParsec } from './parsec.ts';

const bytes = (hex: string): Uint8Array => Buffer.from(hex, 'hex');
const hex = (b: Uint8Array): string => Buffer.from(b).toString('hex');
const password = 'S3cret!pass';

/** What SHOW CREATE USER had for it: 'P0', salt and public key in base64 without '='. */
const stored = (of: string): { salt: Uint8Array; key: string } => {
  const [, salt = '', key = ''] = of.split(':');
  return { salt: Buffer.from(salt, 'base64'), key: hex(Buffer.from(key, 'base64')) };
};
const withPassword = stored('P0:mZPfK13+w8F9XD1y2rL+RbC0:APvg7EB4/dC118FVHVkzas1tiUwQiYQDTTkowjji7Fc');
const without = stored('P0:ZXGcDR4jE+bVFWZ2knhvQP7H:aAac7DRsHZcELqECNvW082OvEqukZniVK2+CV3qNGSY');

// Between MariaDB's own client and MariaDB 11.8.9: recordings/mariadb-11.8.9-logins.pcap.
const captured = [
  [
    'frames 82 to 85',
    password,
    withPassword,
    '469800513a427d3f578bf4c2ab679f773355aadb724472e37bd5b0ae739af7c8',
    '50009993df2b5dfec3c17d5c3d72dab2fe45b0b4',
    '6b1496b4f69ffb477d012296c48e43e9f447c368b823d3256a70c65edaba76d81542679549d797650462f5af9fdddc0f16ed8fcbf4c640f6fa7f1d1cc0da6c8cef4083d557d4bacda3c0d6c0c3bb0584e52689a063733d61af3e32ca2f4ad00b',
  ],
  [
    'frames 115 to 118: without a password',
    '',
    without,
    'f1502be7a16843bf6612c5e5e4886d71a680005add1de66b122539e02f27021f',
    '500065719c0d1e2313e6d515667692786f40fec7',
    '2ae9eec28f044d3d2af810d12843acbe21f3ff190bde130ec97d679bf804ed40d1330f528e4572b71435dacb0c00bd003189bdf4b9cb7167b8fdc0166d4b01049a6678b6e32964b6a266c8116d940ac7f36e2bec00aaf4b059a3a5e9f839de00',
  ],
] as const;

test.each(captured)('captured: %s', (_, plain, account, serverNonce, salt, response) => {
  const ext = readExtSalt(bytes(salt));
  expect(ext).toEqual({ iterations: 1024, salt: account.salt });
  expect(hex(extSalt(account.salt))).toBe(salt);
  expect(hex(parsecPublicKey(plain, ext))).toBe(account.key);
  expect(hex(parsecResponse(plain, bytes(serverNonce), ext, bytes(response).subarray(0, 32)))).toBe(response);
  expect(verifyParsec(bytes(response), bytes(serverNonce), bytes(account.key))).toBe(true);
});

test('captured: a wrong password (frames 100 to 103), which the server did not take', () => {
  const serverNonce = bytes('58bfdc0a052950f21ef1b4ab2b1cc4a3bafb5e3971f4c7dba0a936ea73a4f4de');
  const response = bytes(
    'bf5048bb698e23568d111548b10f1b67ce979eb9b0f9d066785a540b3dfd038f6dd2afc112f067813ed66f3615b2dc671e0458e80d3b1e0fadd0e42150d4582a7e83d0068915e6ae9aa7e440e747ccce52a47ba3a0faf0ff3e9ba217f73b6e02',
  );
  const salt = readExtSalt(extSalt(withPassword.salt));
  expect(verifyParsec(response, serverNonce, bytes(withPassword.key))).toBe(false);
  expect(verifyParsec(response, serverNonce, parsecPublicKey('wrong', salt))).toBe(true);
});

test('a server that asks for much work with ever another salt is refused, one that repeats itself is not', () => {
  const keyOf = keysWithin(3 * 1024);
  const ask = (factor: number, salt: number) => keyOf(password, readExtSalt(Buffer.of(0x50, factor, salt)));
  for (let n = 0; n < 9; n++) expect(ask(0, n)).toBeDefined();
  const first = ask(1, 9);
  expect(ask(1, 9)).toBe(first);
  expect(ask(1, 10)).not.toBe(first);
  ask(1, 11);
  expect(() => ask(1, 12)).toThrow(expect.objectContaining({ code: 'AUTH_BAD_EXT_SALT' }));
  expect(ask(1, 11)).toBeDefined();
  expect(ask(0, 12)).toBeDefined();
});

describe('what proves nothing', () => {
  const [, plain, account, serverNonce, salt] = captured[0];
  const response = parsecResponse(plain, bytes(serverNonce), readExtSalt(bytes(salt)), new Uint8Array(32).fill(7));
  const key = bytes(account.key);

  test('another nonce of either side, another length', () => {
    expect(verifyParsec(response, bytes(serverNonce), key)).toBe(true);
    expect(verifyParsec(response, bytes(serverNonce).reverse(), key)).toBe(false);
    expect(verifyParsec(Buffer.concat([new Uint8Array(32).fill(8), response.subarray(32)]), bytes(serverNonce), key)).toBe(false);
    expect(verifyParsec(response.subarray(1), bytes(serverNonce), key)).toBe(false);
    expect(verifyParsec(new Uint8Array(0), bytes(serverNonce), key)).toBe(false);
  });

  test('an ext-salt that is none, or that would keep the client busy', () => {
    for (const wrong of ['', '50', '5000', '5100aabb', '500baabb', '50ffaabb'])
      expect(() => readExtSalt(bytes(wrong))).toThrow(expect.objectContaining({ code: 'AUTH_BAD_EXT_SALT' }));
    expect(() => readExtSalt(new Uint8Array(300).fill(0x50, 0, 1))).toThrow(expect.objectContaining({ code: 'AUTH_BAD_EXT_SALT' }));
    expect(readExtSalt(bytes('5003aabb')).iterations).toBe(8192);
    expect(readExtSalt(bytes('500aaabb')).iterations).toBe(1 << 20);
  });
});
