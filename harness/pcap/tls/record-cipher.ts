import { type CipherCCMTypes, type CipherGCMTypes, createDecipheriv, timingSafeEqual } from 'node:crypto';
import type { CipherSuite, Hash } from './cipher-suite.ts';
import { expandLabel, hmac } from './key-derivation.ts';
import type { SealedBy } from './sealed-by.ts';
import type { TlsRecord } from './tls-record.ts';

/** What a record holds once it is opened. */
export interface Opened {
  /** The true type: TLS 1.3 says 23 outside. */
  readonly type: number;
  readonly content: Uint8Array;
}

/** Opens the records of one direction, one after the other, under one key. */
export interface RecordCipher {
  /** Undefined when the record does not authenticate: another key, or bytes that are missing before it. */
  open(record: TlsRecord): Opened | undefined;
}

/** What the key block of TLS 1.2 and before has for one direction. */
export interface DirectionKeys {
  readonly macKey: Uint8Array;
  readonly key: Uint8Array;
  readonly iv: Uint8Array;
}

const EXPLICIT_NONCE = 8;

/** RFC 5288, RFC 6655: the nonce is half secret, half in the record; RFC 7905: as in TLS 1.3. */
export class Aead12 implements RecordCipher {
  readonly #sealedBy: SealedBy;
  readonly #keys: DirectionKeys;
  #sequence = 0n;

  constructor(sealedBy: SealedBy, keys: DirectionKeys) {
    this.#sealedBy = sealedBy;
    this.#keys = keys;
  }

  open({ type, version, fragment }: TlsRecord): Opened | undefined {
    const explicit = this.#sealedBy.kind === 'chacha20' ? 0 : EXPLICIT_NONCE;
    const length = fragment.length - explicit - this.#sealedBy.tagLength;
    if (length < 0) return undefined;
    const { iv, key } = this.#keys;
    const nonce = explicit === 0 ? nonceOf(iv, this.#sequence) : Buffer.concat([iv, fragment.subarray(0, explicit)]);
    const content = openAead(this.#sealedBy, key, nonce, macHeader(this.#sequence, type, version, length), fragment.subarray(explicit));
    this.#sequence += 1n;
    return content && { type, content };
  }
}

/** RFC 8446 section 5.2. */
export class Aead13 implements RecordCipher {
  readonly #suite: CipherSuite;
  readonly #secret: Uint8Array;
  readonly #key: Uint8Array;
  readonly #iv: Uint8Array;
  #sequence = 0n;

  constructor(suite: CipherSuite, secret: Uint8Array) {
    this.#suite = suite;
    this.#secret = secret;
    this.#key = expandLabel(suite.hash, secret, 'key', suite.sealedBy.keyLength);
    this.#iv = expandLabel(suite.hash, secret, 'iv', 12);
  }

  /** After a KeyUpdate (section 7.2). */
  updated(): Aead13 {
    return new Aead13(this.#suite, expandLabel(this.#suite.hash, this.#secret, 'traffic upd', this.#secret.length));
  }

  open({ header, fragment }: TlsRecord): Opened | undefined {
    if (fragment.length < this.#suite.sealedBy.tagLength) return undefined;
    const inner = openAead(this.#suite.sealedBy, this.#key, nonceOf(this.#iv, this.#sequence), header, fragment);
    this.#sequence += 1n;
    if (!inner) return undefined;
    // The type stands behind the content, zeros for padding behind the type.
    let end = inner.length - 1;
    while (end >= 0 && inner[end] === 0) end -= 1;
    return end < 0 ? undefined : { type: inner[end] as number, content: inner.subarray(0, end) };
  }
}

/** RFC 5246 section 6.2.3.2, RFC 7366 (encrypt-then-MAC); before TLS 1.1 the IV is the end of the record before. */
export class Cbc implements RecordCipher {
  readonly #suite: CipherSuite;
  readonly #mac: Hash;
  readonly #keys: DirectionKeys;
  readonly #encryptThenMac: boolean;
  readonly #chained: boolean;
  #iv: Uint8Array;
  #sequence = 0n;

  constructor(suite: CipherSuite, keys: DirectionKeys, version: number, encryptThenMac: boolean) {
    this.#suite = suite;
    this.#mac = suite.mac;
    this.#keys = keys;
    this.#encryptThenMac = encryptThenMac;
    this.#chained = version < 0x0302;
    this.#iv = keys.iv;
  }

  open({ type, version, fragment }: TlsRecord): Opened | undefined {
    const { macKey, key } = this.#keys;
    const { algorithm, blockLength } = this.#suite.sealedBy;
    const sequence = this.#sequence;
    this.#sequence += 1n;
    const mac = macLength(this.#mac);
    const sealed = this.#encryptThenMac ? fragment.subarray(0, Math.max(0, fragment.length - mac)) : fragment;
    const iv = this.#chained ? this.#iv : sealed.subarray(0, blockLength);
    const blocks = this.#chained ? sealed : sealed.subarray(blockLength);
    if (iv.length < blockLength || blocks.length === 0 || blocks.length % blockLength !== 0) return undefined;
    this.#iv = blocks.slice(-blockLength);
    if (this.#encryptThenMac) {
      const due = hmac(this.#mac, macKey, macHeader(sequence, type, version, sealed.length), sealed);
      if (!same(due, fragment.subarray(sealed.length))) return undefined;
    }
    const decipher = createDecipheriv(algorithm, key, iv).setAutoPadding(false);
    const plain = Buffer.concat([decipher.update(blocks), decipher.final()]);
    const padded = (plain.at(-1) as number) + 1;
    const end = plain.length - padded - (this.#encryptThenMac ? 0 : mac);
    if (end < 0) return undefined;
    const content = plain.subarray(0, end);
    if (this.#encryptThenMac) return { type, content };
    const due = hmac(this.#mac, macKey, macHeader(sequence, type, version, end), content);
    return same(due, plain.subarray(end, end + mac)) ? { type, content } : undefined;
  }
}

/** What is authenticated beside the content: int<8> sequence number, type, version, length. */
function macHeader(sequence: bigint, type: number, version: number, length: number): Uint8Array {
  const made = Buffer.alloc(13);
  made.writeBigUInt64BE(sequence, 0);
  made[8] = type;
  made.writeUInt16BE(version, 9);
  made.writeUInt16BE(length, 11);
  return made;
}

/** The sequence number as twelve bytes, xor the IV. */
function nonceOf(iv: Uint8Array, sequence: bigint): Uint8Array {
  const nonce = Buffer.from(iv);
  const low = nonce.length - 8;
  nonce.writeBigUInt64BE(nonce.readBigUInt64BE(low) ^ sequence, low);
  return nonce;
}

function openAead(
  { algorithm, kind, tagLength }: SealedBy,
  key: Uint8Array,
  nonce: Uint8Array,
  about: Uint8Array,
  sealed: Uint8Array,
): Uint8Array | undefined {
  const end = sealed.length - tagLength;
  try {
    // Both kinds of authenticated cipher are one to node:crypto, its types apart.
    const decipher =
      kind === 'ccm'
        ? createDecipheriv(algorithm as CipherCCMTypes, key, nonce, { authTagLength: tagLength })
        : createDecipheriv(algorithm as CipherGCMTypes, key, nonce, { authTagLength: tagLength });
    decipher.setAuthTag(sealed.subarray(end));
    decipher.setAAD(about, { plaintextLength: end });
    const content = decipher.update(sealed.subarray(0, end));
    decipher.final();
    return content;
  } catch {
    // It throws for a tag that is wrong, and has no code for it.
    return undefined;
  }
}

function macLength(hash: Hash): number {
  return { md5: 16, sha1: 20, sha256: 32, sha384: 48 }[hash];
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}
