import { generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  cachingSha2Hash,
  cachingSha2Scramble,
  cleartextPassword,
  decryptPassword,
  encryptPassword,
  verifyCachingSha2,
} from './caching-sha2.ts';
import { AuthError } from './error.ts';

const bytes = (hex: string): Uint8Array => Buffer.from(hex, 'hex');
const hex = (b: Uint8Array): string => Buffer.from(b).toString('hex');
const password = 'S3cret!pass';
/** 01 02 … 14 */
const counting = Uint8Array.from({ length: 20 }, (_, i) => i + 1);

describe('the fast exchange', () => {
  // Sent by the MySQL 9.7.4 client, accepted by the server from its cache: ../codec/recordings/mysql-9.7.4-clients.pcap.
  test.each([
    ['frames 52, 54', '10284c1d406842057336175150165e72503c256a', 'a55cc633552dd486bc3fa278c0acbfbe626df047cd0b45eb981a7cf8b9b38ad7'],
    ['frames 182, 184', '36082c1d5823280d7616470c6f020c4b3043167c', '5cf28859d2e8cd0e47889de65f203c3386d06ad34069dde2d58f11cde99bdd73'],
  ])('captured: %s', (_, nonce, response) => {
    expect(hex(cachingSha2Scramble(password, bytes(nonce)))).toBe(response);
    expect(verifyCachingSha2(bytes(response), bytes(nonce), cachingSha2Hash(password))).toBe(true);
  });

  test('captured: a wrong password (frames 72, 74), which the server did not take', () => {
    const [nonce, response] = [
      bytes('0b1e6e60323c3b2b64126637532966793103732c'),
      bytes('37b694382bbecc28620ba97bca400636330701db13227bf8527edbed8619a28b'),
    ];
    expect(verifyCachingSha2(response, nonce, cachingSha2Hash(password))).toBe(false);
    expect(verifyCachingSha2(response, nonce, cachingSha2Hash('wrong'))).toBe(true);
  });

  test('computed with Python hashlib from the manual’s formula', () => {
    expect(hex(cachingSha2Scramble(password, counting))).toBe('a9589effbfdf3580d3242135da6a531e7da10c6504696b8b237e3acb90d9c85a');
    expect(hex(cachingSha2Hash(password))).toBe('a20e493a8aa691d7d80d8e666063b9fed9f6bba95e39a8e4fd868fc9eb1c4b90');
    expect(hex(cachingSha2Scramble('pässwörd€', counting))).toBe('401db947f5a31744854313ffaadb3a08a15809d3e643f5d1f60b894d642ce4de');
  });

  test('an empty password: no byte, or the one NUL of the MySQL client (frame 89)', () => {
    expect(cachingSha2Scramble('', counting).length).toBe(0);
    const none = cachingSha2Hash('');
    expect(verifyCachingSha2(new Uint8Array(0), counting, none)).toBe(true);
    expect(verifyCachingSha2(bytes('00'), counting, none)).toBe(true);
    expect(verifyCachingSha2(bytes('01'), counting, none)).toBe(false);
    expect(verifyCachingSha2(new Uint8Array(32), counting, none)).toBe(false);
    expect(verifyCachingSha2(new Uint8Array(0), counting, cachingSha2Hash(password))).toBe(false);
  });

  test('any changed bit and another nonce are refused', () => {
    const stored = cachingSha2Hash(password);
    const right = cachingSha2Scramble(password, counting);
    for (let bit = 0; bit < right.length * 8; bit++) {
      const wrong = right.slice();
      wrong[bit >> 3] = (wrong[bit >> 3] as number) ^ (1 << (bit & 7));
      expect(verifyCachingSha2(wrong, counting, stored)).toBe(false);
    }
    expect(verifyCachingSha2(right, counting.slice().reverse(), stored)).toBe(false);
  });
});

describe('the full exchange', () => {
  test('over TLS the password goes as it is, with a NUL', () => {
    expect(hex(cleartextPassword('ab'))).toBe('616200');
    expect(hex(cleartextPassword(''))).toBe('00');
  });

  // The key is that of the throwaway container of the recording; the ciphertexts are those of its MySQL 9.7.4 clients.
  const serverKey = readFileSync(new URL('./recordings/mysql-9.7.4-private-key.pem', import.meta.url), 'utf8');
  const captured = [
    [
      'right',
      password,
      '29583e14173555220e0a0d0f515001065e634a4d',
      '4a7297022f4442075ca2800bf28512b1aea923709066873d6a819702d6fa5e79bfc49f5987fd1cded0f80c2f913b17dc0172ec719fbabe820ec178f345532937fd463358f634fb84e39427bdf1e9a0d036e0742c6e928d18de0fe32d7ebe50f06c35d6c61132590dfc263c99110b6c3e9542387cb5814840a2c9c44a5615536d695650aa4f083af29b63cf707f43256517d942f13d6432d06a1f0c3d23fd8633e2ee933dfaeb1e636d42bd496fbe13754565ec3a61ff6f06b4e0c7eee8a5b61596586990afea1e9f6ccd363138b6af51d036c1ef3d1d4bdc5f9cab5e02ac3c04affe76212e734dfcba638b01d10681782af9b8297bd9611ecd95c8d2ce3aaa9a',
    ],
    [
      'wrong',
      'wrong',
      '0b1e6e60323c3b2b64126637532966793103732c',
      '27aae49c99b354d768f01070970114d92b8aaab5645868fe0b933b3795dcff108b823dddac7e8adadf50d7fe1bdad9011a2a9ba7e757c818b50ba159fb7f260e976c65f5e71b1a428f56b936daea0d2256f7b4919a91eec694194c5941da6271c0294565d061ed8ed8d35eedf3b57209ea243c1b2b3e46f23557f038843bda887d2b584ab1045d84832235220cdad13b1b54f1ff85ba59ca41aa5b7b001e1ebbfbced5af9ad46214a880a2ad5ebf0434b2d1786ffd84e70a2d257658f991689f02c1b09160275679a2b28882b85e083c85ef3ecdbd6d2168344cadcc80c8b896f4eb45c9a480e7734ef56d0e2e313bdb59652326dda14427733785a0420595cb',
    ],
  ] as const;
  test.each(captured)('captured: the %s password is decrypted', (_, expected, nonce, ciphertext) => {
    expect(Buffer.from(decryptPassword(bytes(ciphertext), bytes(nonce), serverKey)).toString()).toBe(expected);
  });

  const pair = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const pem = pair.publicKey.export({ type: 'spki', format: 'pem' }) as string;

  test('what we encrypt is decrypted, as text or bytes, longer than the nonce, empty', () => {
    for (const plain of [password, 'pässwörd€', 'x'.repeat(213), '']) {
      const ciphertext = encryptPassword(plain, counting, Buffer.from(pem));
      expect(ciphertext.length).toBe(256);
      expect(Buffer.from(decryptPassword(ciphertext, counting, pair.privateKey)).toString()).toBe(plain);
    }
  });

  const code = (run: () => unknown): string | undefined => {
    try {
      run();
    } catch (error) {
      return error instanceof AuthError ? error.code : String(error);
    }
    return undefined;
  };

  test('a password that does not fit the key', () => {
    expect(code(() => encryptPassword('x'.repeat(214), counting, pem))).toBe('AUTH_PASSWORD_TOO_LONG');
    expect(() => encryptPassword('x'.repeat(214), counting, pem)).toThrow('213 at most');
  });

  test('no key, half a key, a key of another kind', () => {
    const ed25519 = generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'pem' }) as string;
    for (const wrong of ['', 'hello', pem.slice(0, 100), ed25519])
      expect(code(() => encryptPassword(password, counting, wrong))).toBe('AUTH_BAD_PUBLIC_KEY');
  });

  test('a ciphertext for another key, cut short, or under another nonce', () => {
    const ciphertext = encryptPassword(password, counting, pem);
    expect(code(() => decryptPassword(ciphertext, counting, serverKey))).toBe('AUTH_BAD_CIPHERTEXT');
    expect(code(() => decryptPassword(ciphertext.subarray(1), counting, pair.privateKey))).toBe('AUTH_BAD_CIPHERTEXT');
    // As a number it is the same without its leading zero.
    let zero = ciphertext;
    for (let i = 0; i < 10_000 && zero[0] !== 0; i++) zero = encryptPassword(password, counting, pem);
    expect(code(() => decryptPassword(zero, counting, pair.privateKey))).toBeUndefined();
    expect(code(() => decryptPassword(zero.subarray(1), counting, pair.privateKey))).toBe('AUTH_BAD_CIPHERTEXT');
    expect(code(() => decryptPassword(ciphertext, new Uint8Array(20).fill(7), pair.privateKey))).toBe('AUTH_BAD_CIPHERTEXT');
  });
});
