import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { ed25519PublicKey, ed25519Signature, verifyEd25519 } from './client-ed25519.ts';
import { publicKeyOf, signExpanded, verifySignature } from './ed25519.ts';

const bytes = (hex: string): Uint8Array => Buffer.from(hex, 'hex');
const hex = (b: Uint8Array): string => Buffer.from(b).toString('hex');
const password = 'S3cret!pass';

describe('the curve', () => {
  // RFC 8032, section 7.1: seed, public key, message, signature. The seed's SHA-512 is the expanded secret.
  test.each([
    [
      'test 1',
      '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60',
      'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
      '',
      'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
    ],
    [
      'test 2',
      '4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb',
      '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c',
      '72',
      '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
    ],
    [
      'test 3',
      'c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7',
      'fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025',
      'af82',
      '6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a',
    ],
  ])('RFC 8032, %s', (_, seed, publicKey, message, signature) => {
    const expanded = createHash('sha512').update(bytes(seed)).digest();
    expect(hex(publicKeyOf(expanded))).toBe(publicKey);
    expect(hex(signExpanded(bytes(message), expanded))).toBe(signature);
    expect(verifySignature(bytes(message), bytes(signature), bytes(publicKey))).toBe(true);
  });

  test('what is no key and no signature proves nothing', () => {
    expect(verifySignature(bytes('72'), new Uint8Array(64), new Uint8Array(32).fill(0xff))).toBe(false);
    expect(verifySignature(bytes('72'), new Uint8Array(63), new Uint8Array(32))).toBe(false);
    expect(verifySignature(bytes('72'), new Uint8Array(64), new Uint8Array(31))).toBe(false);
  });
});

describe('client_ed25519', () => {
  // Sent by MariaDB's own client, accepted by MariaDB 11.8.9: recordings/mariadb-11.8.9-logins.pcap.
  test.each([
    [
      'frames 8, 9',
      password,
      'a736f0437e9cb42929dc3f81bc3cb6a899e87e9857b5fb49c4237584096c4ec8',
      'e51853da007ecd27be57b4d299949ee1417c09d529fbd313a083a97f8baff74e0707f4e832da46a90350a32495adc5d4de88f3cb8c66e7294602984c9a7a4203',
    ],
    [
      'frames 37, 38: without a password',
      '',
      '2255064fec1122ce43499f66dc2c832673b154f4bb2800622292551f8dd19f47',
      '4c7bc1991100c2375bb49b2b5235d7be2f52574353148460c660df2b814c31082c317ae39378479ece8f7ce9921493fac7d933f90644f9016cf92d5167b30d03',
    ],
  ])('captured: %s', (_, plain, nonce, response) => {
    expect(hex(ed25519Signature(plain, bytes(nonce)))).toBe(response);
    expect(verifyEd25519(bytes(response), bytes(nonce), ed25519PublicKey(plain))).toBe(true);
  });

  test('captured: a wrong password (frames 24, 25), which the server did not take', () => {
    const nonce = bytes('2a34cdc665f69506499a5bde4720e5a8e8efdf0691c9a523e816064a0ae67d9c');
    const response = bytes(
      '986c129e982445eb7d6bc0463fedc1570a1fa432b0ce53a2bc02a0b3ddf8038dd0ca089e1f6aca86e9c8c1fcc66081faf5fdb8c7264412bf804fa16f6564a703',
    );
    expect(verifyEd25519(response, nonce, ed25519PublicKey(password))).toBe(false);
    expect(verifyEd25519(response, nonce, ed25519PublicKey('wrong'))).toBe(true);
  });

  test('the public keys are those of mysql.user, in base64', () => {
    expect(Buffer.from(ed25519PublicKey(password)).toString('base64')).toBe('4I0rhaeBZ50pxSrwaL8bK5zE6DocRibmUQWbz+eDv5g=');
    expect(Buffer.from(ed25519PublicKey('')).toString('base64')).toBe('4LH+dBF+G5W2CKTyId8xR3SyDqZoQjUNUVNxx8aWbG4=');
  });
});
