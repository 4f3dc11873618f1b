/** Other protocols on our port, told by the first bytes of the stream. */
export interface Foreign {
  readonly name: string;
  /** Bytes of the stream that are not MySQL; Infinity when nothing of it is. */
  readonly size: number;
}
/** 'mysql' when nothing foreign begins like this, undefined when more bytes are needed. */
export type Verdict = Foreign | 'mysql' | undefined;

/** What the first bytes must be; what is looked at then, where that is not enough. */
interface Signature {
  readonly tests: readonly ByteTest[];
  readonly name: string;
  readonly then?: (b: Uint8Array) => Verdict;
}
type ByteTest = (byte: number) => boolean;
const is =
  (wanted: number): ByteTest =>
  (byte) =>
    byte === wanted;
const any: ByteTest = () => true;

const PROXY = 'PROXY header';
/** Bytes of the longest header of version 1. */
const V1_MAX = 107;

const request = (word: string): Signature => prefix(`${word} `, 'HTTP request');

const clientSignatures: readonly Signature[] = [
  ...['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'CONNECT', 'TRACE', 'PATCH', 'PRI'].map(request),
  prefix('SSH-', 'SSH banner'),
  // The length (8) and code of SSLRequest, and the code of StartupMessage behind any short length.
  prefix('\x00\x00\x00\x08\x04\xd2\x16\x2f', 'PostgreSQL SSLRequest'),
  // int<4> length, big-endian (no client needs 256 bytes), then the version, 3.0, as two int<2>.
  { tests: [is(0), is(0), is(0), (x) => x > 8, is(0), is(3), is(0), is(0)], name: 'PostgreSQL StartupMessage' },
  { tests: [is(0x16), is(3), (x) => x <= 4, any, any, is(1), any, any, any], name: 'TLS ClientHello', then: clientHello },
  { ...prefix('PROXY ', PROXY), then: proxyV1 },
  { ...prefix('\r\n\r\n\0\r\nQUIT\n', PROXY), then: proxyV2 },
];

const serverSignatures: readonly Signature[] = [
  prefix('HTTP/', 'HTTP response'),
  prefix('SSH-', 'SSH banner'),
  { tests: [is(0x15), is(3), any, is(0), is(2)], name: 'TLS alert' },
  // 'E', a length, then the severity: "SFATAL" or "SERROR". The length is more than the 10 that stands here in a greeting.
  { tests: [is(0x45), is(0), is(0), any, (x) => x > 10, is(0x53)], name: 'PostgreSQL ErrorResponse' },
];

export const recogniseClient = asker(clientSignatures);
export const recogniseServer = asker(serverSignatures);
const tlsRecord: readonly ByteTest[] = [(x) => x >= 0x14 && x <= 0x17, is(3), (x) => x <= 4];

/** Does a TLS record begin here (types 20 to 23 of version 3.x)? Undefined with fewer than 3 bytes. */
export function startsTls(b: Uint8Array): boolean | undefined {
  const verdict = matches(b, tlsRecord, 'TLS');
  return verdict && verdict !== 'mysql';
}

/** Asked of each connection: the first byte of nearly all of them fits no signature. */
function asker(signatures: readonly Signature[]): (start: Uint8Array) => Verdict {
  const mayBegin = Array.from({ length: 256 }, (_, byte) => signatures.some(({ tests }) => tests[0]?.(byte)));
  return (start) => {
    const [first] = start;
    return first !== undefined && !mayBegin[first] ? 'mysql' : ask(signatures, start);
  };
}

function ask(signatures: readonly Signature[], start: Uint8Array): Verdict {
  let open = false;
  for (const { tests, name, then } of signatures) {
    const begins = matches(start, tests, name);
    const verdict = then && begins !== undefined && begins !== 'mysql' ? then(start) : begins;
    if (verdict === undefined) open = true;
    else if (verdict !== 'mysql') return verdict;
  }
  return open ? undefined : 'mysql';
}

/** All tests pass: found; one fails: MySQL; else more bytes are needed. */
function matches(b: Uint8Array, tests: readonly ByteTest[], name: string): Verdict {
  // Asked of each connection, a dozen times: an iterator would cost more than the tests.
  for (let i = 0; i < tests.length; i++) {
    const byte = b[i];
    if (byte === undefined) return undefined;
    if (!(tests[i] as ByteTest)(byte)) return 'mysql';
  }
  return { name, size: Number.POSITIVE_INFINITY };
}

function prefix(text: string, name: string): Signature {
  return { tests: Array.from(text, (char) => is(char.charCodeAt(0))), name };
}

/** A handshake record whose length agrees with the ClientHello in it: as a MySQL header it would announce 64 KiB and more. */
function clientHello(b: Uint8Array): Verdict {
  const view = new DataView(b.buffer, b.byteOffset);
  const record = view.getUint16(3);
  const hello = view.getUint32(5) & 0xffffff;
  // A large hello continues in the next record.
  return hello + 4 >= record ? { name: 'TLS ClientHello', size: Number.POSITIVE_INFINITY } : 'mysql';
}

/** HAProxy's PROXY protocol, version 1: one line of text; MySQL follows. */
function proxyV1(b: Uint8Array): Verdict {
  const end = b.indexOf(0x0a);
  if (end >= 0) return { name: PROXY, size: end + 1 };
  return b.length < V1_MAX ? undefined : { name: PROXY, size: Number.POSITIVE_INFINITY };
}

/** Version 2: signature, int<1> command, int<1> family, int<2> length (big-endian), addresses; MySQL follows. */
function proxyV2(b: Uint8Array): Verdict {
  if (b.length < 16) return undefined;
  const size = 16 + (((b[14] as number) << 8) | (b[15] as number));
  return b.length < size ? undefined : { name: PROXY, size };
}
