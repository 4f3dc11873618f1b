import { describe, expect, test } from 'vitest';
import { nativePasswordHash, nativePasswordScramble, verifyNativePassword } from './native-password.ts';

const bytes = (hex: string): Uint8Array => Buffer.from(hex, 'hex');
const hex = (b: Uint8Array): string => Buffer.from(b).toString('hex');
const password = 'S3cret!pass';
/** 01 02 … 14 */
const counting = Uint8Array.from({ length: 20 }, (_, i) => i + 1);

describe('mysql_native_password', () => {
  // Sent by real clients, accepted by MariaDB 11.8.6: ../codec/recordings/mariadb-11.8.6-clients.pcap, frames 4+6, 48+50, 178+179.
  test.each([
    ['mariadb 11.8 client', '5f5c2e6e64283a2b66446035265c212d5f755172', '4b84feaefd3c5948fc211a844f4a6f004742a8bb'],
    ['mariadb 10.11 client', '3e6e304139374846654a226761357e4064545941', '0f24a5794d5248991d2f1c20c5f52468f808f5b9'],
    ['after AuthSwitchRequest', '75463c38442f5c6256692f4b6c5d6c2a292e4a6c', '1ec8085d1d87a4b41095792eeea55497a8d40db1'],
  ])('captured: %s', (_, nonce, response) => {
    expect(hex(nativePasswordScramble(password, bytes(nonce)))).toBe(response);
    expect(verifyNativePassword(bytes(response), bytes(nonce), nativePasswordHash(password))).toBe(true);
  });

  test('captured: a wrong password, which MariaDB refused with 1045', () => {
    const [nonce, response] = [bytes('38547d3a483a2b64392f7e525c5928596b2e423f'), bytes('9bc0c8a67047cf74f173501db5dd512e98c07394')];
    expect(verifyNativePassword(response, nonce, nativePasswordHash(password))).toBe(false);
    expect(verifyNativePassword(response, nonce, nativePasswordHash('wrong'))).toBe(true);
  });

  test('computed with Python hashlib from the manual’s formula', () => {
    expect(hex(nativePasswordScramble(password, counting))).toBe('07804c361a79b6edbdfa9f6101a5ff776867f0ef');
    expect(hex(nativePasswordScramble('pässwörd€', counting))).toBe('9a8eb1a817c9dd1fff9617c068dade3ba93165bb');
    expect(hex(nativePasswordScramble(Buffer.from('pässwörd€'), counting))).toBe('9a8eb1a817c9dd1fff9617c068dade3ba93165bb');
  });

  test("the stored hash is what MariaDB's PASSWORD() gives", () => {
    expect(hex(nativePasswordHash(password)).toUpperCase()).toBe('5E849BC2BEF2320E7FAFEEF67F156FD7C200DFF3');
    expect(hex(nativePasswordHash('pässwörd€')).toUpperCase()).toBe('FED46D72D7952705140F447BC06DE1DA643766E7');
  });

  test('the NUL behind the nonce of an AuthSwitchRequest is no part of it', () => {
    expect(hex(nativePasswordScramble(password, Uint8Array.of(...counting, 0)))).toBe('07804c361a79b6edbdfa9f6101a5ff776867f0ef');
  });

  test('an empty password: no response, and nothing else is right', () => {
    expect(nativePasswordScramble('', counting).length).toBe(0);
    const none = nativePasswordHash('');
    expect(verifyNativePassword(new Uint8Array(0), counting, none)).toBe(true);
    expect(verifyNativePassword(new Uint8Array(20), counting, none)).toBe(false);
    expect(verifyNativePassword(new Uint8Array(0), counting, nativePasswordHash(password))).toBe(false);
  });

  test('any changed bit, another nonce, another length are refused', () => {
    const stored = nativePasswordHash(password);
    const right = nativePasswordScramble(password, counting);
    for (let bit = 0; bit < right.length * 8; bit++) {
      const wrong = right.slice();
      wrong[bit >> 3] = (wrong[bit >> 3] as number) ^ (1 << (bit & 7));
      expect(verifyNativePassword(wrong, counting, stored)).toBe(false);
    }
    expect(verifyNativePassword(right, counting.slice().reverse(), stored)).toBe(false);
    expect(verifyNativePassword(right.subarray(1), counting, stored)).toBe(false);
  });
});
