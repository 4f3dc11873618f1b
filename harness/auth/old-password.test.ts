import { describe, expect, test } from 'vitest';
import { oldPasswordHash, oldPasswordScramble, verifyOldPassword } from './old-password.ts';

const bytes = (hex: string): Uint8Array => Buffer.from(hex, 'hex');
const hex = (b: Uint8Array): string => Buffer.from(b).toString('hex');
const password = 'S3cret!pass';

// SELECT OLD_PASSWORD(…) of MariaDB 11.8.9.
test.each([
  [password, '797ce0c219f03535'],
  ['pässwörd€', '6d72ec59517a0ef0'],
  ['a b\tc', '7cd2b5942be28759'],
  ['', ''],
])('MariaDB stores %j as %s', (plain, stored) => {
  expect(hex(oldPasswordHash(plain))).toBe(stored);
});

describe('the answer', () => {
  // Each was accepted by MariaDB 11.8.9 (secure_auth=0, an account with the hash above), behind a lone 0xFE.
  test.each([
    ['2b4868555070637e', '47594c4e5d58504200'],
    ['444f40337b363a5e', '5a464b5d445e5e5500'],
    ['4a654256692f4b6a', '59505b55555d455700'],
  ])('to %s is %s', (nonce, response) => {
    expect(hex(oldPasswordScramble(password, bytes(nonce)))).toBe(response);
    expect(verifyOldPassword(bytes(response), bytes(nonce), oldPasswordHash(password))).toBe(true);
    expect(verifyOldPassword(bytes(response).subarray(0, 8), bytes(nonce), oldPasswordHash(password))).toBe(true);
  });

  test('of a wrong password was refused by the server', () => {
    const [nonce, response] = [bytes('79687b52652a3b2d'), bytes('484e4d554e424a5900')];
    expect(hex(oldPasswordScramble('wrong', nonce))).toBe(hex(response));
    expect(verifyOldPassword(response, nonce, oldPasswordHash(password))).toBe(false);
  });

  test('takes only the first 8 bytes of a nonce', () => {
    expect(oldPasswordScramble(password, bytes('2b4868555070637e4d32332b2d455a56'))).toEqual(
      oldPasswordScramble(password, bytes('2b4868555070637e')),
    );
  });

  test('without a password is empty, and a NUL is taken as well', () => {
    expect(hex(oldPasswordScramble('', bytes('2b4868555070637e')))).toBe('');
    expect(verifyOldPassword(bytes(''), bytes('2b4868555070637e'), oldPasswordHash(''))).toBe(true);
    expect(verifyOldPassword(bytes('00'), bytes('2b4868555070637e'), oldPasswordHash(''))).toBe(true);
    expect(verifyOldPassword(bytes('00'), bytes('2b4868555070637e'), oldPasswordHash(password))).toBe(false);
  });
});
