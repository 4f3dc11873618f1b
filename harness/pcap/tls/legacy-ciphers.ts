import type { Side } from '../tcp-connection.ts';
import type { CipherSuite } from './cipher-suite.ts';
import type { ClientHello, ServerHello } from './hello.ts';
import { oldPrf, prf } from './key-derivation.ts';
import { Aead12, Cbc, type DirectionKeys, type RecordCipher } from './record-cipher.ts';

/** The ciphers of both directions that follow from the master secret: RFC 5246 section 6.3 (TLS 1.0 to 1.2). */
export function legacyCiphers(
  suite: CipherSuite,
  masterSecret: Uint8Array,
  { random: clientRandom }: ClientHello,
  { random: serverRandom, version, encryptThenMac }: ServerHello,
): Record<Side, RecordCipher> {
  const { kind, keyLength, blockLength } = suite.sealedBy;
  const macLength = kind === 'cbc' ? { md5: 16, sha1: 20, sha256: 32, sha384: 48 }[suite.mac] : 0;
  const ivLength = kind === 'cbc' ? blockLength : kind === 'chacha20' ? 12 : 4;
  const length = 2 * (macLength + keyLength + ivLength);
  const seed = Buffer.concat([serverRandom, clientRandom]);
  const block =
    version >= 0x0303 ? prf(suite.hash, masterSecret, 'key expansion', seed, length) : oldPrf(masterSecret, 'key expansion', seed, length);
  let at = 0;
  const take = (size: number) => {
    at += size;
    return block.subarray(at - size, at);
  };
  const [clientMac, serverMac] = [take(macLength), take(macLength)];
  const [clientKey, serverKey] = [take(keyLength), take(keyLength)];
  const [clientIv, serverIv] = [take(ivLength), take(ivLength)];
  const cipher = (keys: DirectionKeys): RecordCipher =>
    kind === 'cbc' ? new Cbc(suite, keys, version, encryptThenMac) : new Aead12(suite.sealedBy, keys);
  return {
    client: cipher({ macKey: clientMac, key: clientKey, iv: clientIv }),
    server: cipher({ macKey: serverMac, key: serverKey, iv: serverIv }),
  };
}
