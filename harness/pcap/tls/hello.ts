import { type ByteCursor, parsed } from './byte-cursor.ts';

/** RFC 8446 section 4.1.2. */
export interface ClientHello {
  readonly random: Uint8Array;
  /** SNI. */
  readonly serverName: string | undefined;
}

/** RFC 8446 section 4.1.3, RFC 5246 section 7.4.1.3. */
export interface ServerHello {
  readonly random: Uint8Array;
  /** The one that is spoken: 0x0303 is TLS 1.2, 0x0304 TLS 1.3. */
  readonly version: number;
  readonly suite: number;
  readonly compression: number;
  /** RFC 7366. */
  readonly encryptThenMac: boolean;
  /** TLS 1.3: a session is taken up again. */
  readonly resumed: boolean;
  /** HelloRetryRequest: another ClientHello and another ServerHello follow. */
  readonly retry: boolean;
}

const Extension = { serverName: 0, encryptThenMac: 22, preSharedKey: 41, supportedVersions: 43 } as const;

/** SHA-256 of "HelloRetryRequest", which stands where the server's random would. */
const RETRY = 'cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c';

export function clientHello(body: Uint8Array): ClientHello | undefined {
  return parsed(body, (cursor) => {
    cursor.take(2);
    const random = cursor.take(32).slice();
    cursor.vector(1);
    cursor.vector(2);
    cursor.vector(1);
    return { random, serverName: hostName(extensions(cursor).get(Extension.serverName)) };
  });
}

export function serverHello(body: Uint8Array): ServerHello | undefined {
  return parsed(body, (cursor) => {
    const version = cursor.uint(2);
    const random = cursor.take(32).slice();
    cursor.vector(1);
    const suite = cursor.uint(2);
    const compression = cursor.uint(1);
    const found = extensions(cursor);
    return {
      random,
      version: found.get(Extension.supportedVersions)?.uint(2) ?? version,
      suite,
      compression,
      encryptThenMac: found.has(Extension.encryptThenMac),
      resumed: found.has(Extension.preSharedKey),
      retry: Buffer.from(random).toString('hex') === RETRY,
    };
  });
}

/** Before TLS 1.3 there may be none. */
function extensions(cursor: ByteCursor): Map<number, ByteCursor> {
  const found = new Map<number, ByteCursor>();
  if (cursor.left === 0) return found;
  const all = cursor.vector(2);
  while (all.left > 0) found.set(all.uint(2), all.vector(2));
  return found;
}

/** RFC 6066 section 3: a list of names, of which only host names (type 0) exist. */
function hostName(extension: ByteCursor | undefined): string | undefined {
  if (!extension || extension.left === 0) return undefined;
  const list = extension.vector(2);
  return list.uint(1) === 0 ? Buffer.from(list.vector(2).rest()).toString('latin1') : undefined;
}
