/** Other protocols on our port, told by the first bytes of the stream. */
export interface Foreign {
  readonly name: string;
  /** Bytes of the stream that are not MySQL; Infinity when nothing of it is. */
  readonly size: number;
}
/** 'mysql' when nothing foreign begins like this, undefined when more bytes are needed. */
export type Verdict = Foreign | 'mysql' | undefined;

type Signature = (b: Uint8Array) => Verdict;
type ByteTest = (byte: number) => boolean;
const is =
  (wanted: number): ByteTest =>
  (byte) =>
    byte === wanted;
const any: ByteTest = () => true;

const request = (word: string): Signature => prefix(`${word} `, 'HTTP request');

const clientSignatures: readonly Signature[] = [
  ...['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'CONNECT', 'TRACE', 'PATCH', 'PRI'].map(request),
  prefix('SSH-', 'SSH banner'),
  // The length (8) and code of SSLRequest, and the code of StartupMessage behind any short length.
  prefix('\x00\x00\x00\x08\x04\xd2\x16\x2f', 'PostgreSQL SSLRequest'),
  postgresStartup,
  clientHello,
  proxyV1,
  proxyV2,
];

const serverSignatures: readonly Signature[] = [prefix('HTTP/', 'HTTP response'), prefix('SSH-', 'SSH banner'), tlsAlert, postgresError];

export const recogniseClient = (start: Uint8Array): Verdict => ask(clientSignatures, start);
export const recogniseServer = (start: Uint8Array): Verdict => ask(serverSignatures, start);

/** Does a TLS record begin here (types 20 to 23 of version 3.x)? Undefined with fewer than 3 bytes. */
export function startsTls(b: Uint8Array): boolean | undefined {
  const verdict = matches(b, [(x) => x >= 0x14 && x <= 0x17, is(3), (x) => x <= 4], 'TLS');
  return verdict && verdict !== 'mysql';
}

function ask(signatures: readonly Signature[], start: Uint8Array): Verdict {
  let open = false;
  for (const signature of signatures) {
    const verdict = signature(start);
    if (verdict === undefined) open = true;
    else if (verdict !== 'mysql') return verdict;
  }
  return open ? undefined : 'mysql';
}

/** All tests pass: found; one fails: MySQL; else more bytes are needed. */
function matches(b: Uint8Array, tests: readonly ByteTest[], name: string, size: number = Number.POSITIVE_INFINITY): Verdict {
  // Asked of each connection, a dozen times: an iterator would cost more than the tests.
  for (let i = 0; i < tests.length; i++) {
    const byte = b[i];
    if (byte === undefined) return undefined;
    if (!(tests[i] as ByteTest)(byte)) return 'mysql';
  }
  return { name, size };
}

function prefix(text: string, name: string, size?: number): Signature {
  const tests = Array.from(text, (char) => is(char.charCodeAt(0)));
  return (b) => matches(b, tests, name, size);
}

/** A handshake record whose length agrees with the ClientHello in it: as a MySQL header it would announce 64 KiB and more. */
function clientHello(b: Uint8Array): Verdict {
  const begins = matches(b, [is(0x16), is(3), (x) => x <= 4, any, any, is(1), any, any, any], 'TLS ClientHello');
  if (begins === undefined || begins === 'mysql') return begins;
  const view = new DataView(b.buffer, b.byteOffset);
  const record = view.getUint16(3);
  const hello = view.getUint32(5) & 0xffffff;
  // A large hello continues in the next record.
  return hello + 4 >= record ? begins : 'mysql';
}

function tlsAlert(b: Uint8Array): Verdict {
  return matches(b, [is(0x15), is(3), any, is(0), is(2)], 'TLS alert');
}

/** int<4> length, big-endian (no client needs 256 bytes), then the version, 3.0, as two int<2>. */
function postgresStartup(b: Uint8Array): Verdict {
  return matches(b, [is(0), is(0), is(0), (x) => x > 8, is(0), is(3), is(0), is(0)], 'PostgreSQL StartupMessage');
}

/** 'E', a length, then the severity: "SFATAL" or "SERROR". The length is more than the 10 that stands here in a greeting. */
function postgresError(b: Uint8Array): Verdict {
  return matches(b, [is(0x45), is(0), is(0), any, (x) => x > 10, is(0x53)], 'PostgreSQL ErrorResponse');
}

const V1_MAX = 107;
const beginsV1 = prefix('PROXY ', 'PROXY header');

/** HAProxy's PROXY protocol, version 1: one line of text; MySQL follows. */
function proxyV1(b: Uint8Array): Verdict {
  const begins = beginsV1(b);
  if (begins === undefined || begins === 'mysql') return begins;
  const end = b.indexOf(0x0a);
  if (end >= 0) return { name: 'PROXY header', size: end + 1 };
  return b.length < V1_MAX ? undefined : { name: 'PROXY header', size: Infinity };
}

const beginsV2 = prefix('\r\n\r\n\0\r\nQUIT\n', 'PROXY header');

/** Version 2: signature, int<1> command, int<1> family, int<2> length (big-endian), addresses; MySQL follows. */
function proxyV2(b: Uint8Array): Verdict {
  const begins = beginsV2(b);
  if (begins === undefined || begins === 'mysql') return begins;
  if (b.length < 16) return undefined;
  const size = 16 + (((b[14] as number) << 8) | (b[15] as number));
  return b.length < size ? undefined : { name: 'PROXY header', size };
}
