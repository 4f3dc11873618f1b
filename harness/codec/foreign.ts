/** Other protocols on our port, told by the first bytes of the stream. */

export interface Foreign {
  readonly name: string;
  /** Bytes of the stream that are not MySQL; Infinity when nothing of it is. */
  readonly size: number;
}
/** 'mysql' when nothing foreign begins like this, undefined when more bytes are needed. */
export type Verdict = Foreign | 'mysql' | undefined;

type Signature = (b: Uint8Array) => Verdict;

const request = (word: string): Signature => prefix(`${word} `, { name: 'HTTP request', size: Infinity });

const clientSignatures: readonly Signature[] = [
  ...['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'CONNECT', 'TRACE', 'PATCH', 'PRI'].map(request),
  prefix('SSH-', { name: 'SSH banner', size: Infinity }),
  // The length (8) and code of SSLRequest, and the code of StartupMessage behind any short length.
  prefix('\x00\x00\x00\x08\x04\xd2\x16\x2f', { name: 'PostgreSQL SSLRequest', size: Infinity }),
  postgresStartup,
  clientHello,
  proxyV1,
  proxyV2,
];

const serverSignatures: readonly Signature[] = [
  prefix('HTTP/', { name: 'HTTP response', size: Infinity }),
  prefix('SSH-', { name: 'SSH banner', size: Infinity }),
  tlsAlert,
  postgresError,
];

export const recogniseClient = (start: Uint8Array): Verdict => ask(clientSignatures, start);
export const recogniseServer = (start: Uint8Array): Verdict => ask(serverSignatures, start);

/** Does a TLS record begin here? Undefined with fewer than 3 bytes. Types 20 to 23 of version 3.x. */
export function startsTls(b: Uint8Array): boolean | undefined {
  const like = [
    (x: number) => x >= 0x14 && x <= 0x17,
    (x: number) => x === 3,
    (x: number) => x <= 4,
  ];
  for (const [i, test] of like.entries()) {
    const byte = b[i];
    if (byte === undefined) return undefined;
    if (!test(byte)) return false;
  }
  return true;
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

function prefix(text: string, found: Foreign): Signature {
  const wanted = Buffer.from(text, 'latin1');
  return (b) => {
    const n = Math.min(b.length, wanted.length);
    for (let i = 0; i < n; i++) if (b[i] !== wanted[i]) return 'mysql';
    return b.length >= wanted.length ? found : undefined;
  };
}

/** A handshake record whose length agrees with the ClientHello in it: as a MySQL header it would announce 64 KiB and more. */
function clientHello(b: Uint8Array): Verdict {
  const at = (i: number): number => b[i] as number;
  if (b.length > 0 && at(0) !== 0x16) return 'mysql';
  if (b.length > 1 && at(1) !== 3) return 'mysql';
  if (b.length > 2 && at(2) > 4) return 'mysql';
  if (b.length > 5 && at(5) !== 1) return 'mysql';
  if (b.length < 9) return undefined;
  const record = (at(3) << 8) | at(4);
  const hello = (at(6) << 16) | (at(7) << 8) | at(8);
  // A large hello continues in the next record.
  return hello + 4 >= record ? { name: 'TLS ClientHello', size: Infinity } : 'mysql';
}

function tlsAlert(b: Uint8Array): Verdict {
  const wanted = [0x15, 3, undefined, 0, 2];
  for (const [i, byte] of wanted.entries()) {
    if (i >= b.length) return undefined;
    if (byte !== undefined && b[i] !== byte) return 'mysql';
  }
  return { name: 'TLS alert', size: Infinity };
}

/** int<4> length, big-endian, then 3.0 as two int<2>. */
function postgresStartup(b: Uint8Array): Verdict {
  if (b.length > 2 && (b[0] !== 0 || b[1] !== 0)) return 'mysql';
  for (let i = 0; i < Math.min(b.length, 2); i++) if (b[i] !== 0) return 'mysql';
  if (b.length > 3 && (b[3] as number) < 8 && b[2] === 0) return 'mysql';
  const code = [0, 3, 0, 0];
  for (let i = 4; i < Math.min(b.length, 8); i++) if (b[i] !== code[i - 4]) return 'mysql';
  return b.length < 8 ? undefined : { name: 'PostgreSQL StartupMessage', size: Infinity };
}

/** 'E', a length, then the severity: "SFATAL" or "SERROR". */
function postgresError(b: Uint8Array): Verdict {
  const wanted = [0x45, 0, 0, undefined, 0x53];
  for (const [i, byte] of wanted.entries()) {
    if (i >= b.length) return undefined;
    if (byte !== undefined && b[i] !== byte) return 'mysql';
  }
  return { name: 'PostgreSQL ErrorResponse', size: Infinity };
}

const V1_MAX = 107;

/** HAProxy's PROXY protocol, version 1: one line of text; MySQL follows. */
function proxyV1(b: Uint8Array): Verdict {
  const begins = prefix('PROXY ', { name: 'PROXY header', size: 0 })(b);
  if (begins === undefined || begins === 'mysql') return begins;
  const end = b.indexOf(0x0a);
  if (end >= 0) return { name: 'PROXY header', size: end + 1 };
  return b.length < V1_MAX ? undefined : { name: 'PROXY header', size: Infinity };
}

const V2_SIGNATURE = '\r\n\r\n\0\r\nQUIT\n';

/** Version 2: signature, int<1> command, int<1> family, int<2> length (big-endian), addresses; MySQL follows. */
function proxyV2(b: Uint8Array): Verdict {
  const begins = prefix(V2_SIGNATURE, { name: 'PROXY header', size: 0 })(b);
  if (begins === undefined || begins === 'mysql') return begins;
  if (b.length < 16) return undefined;
  const size = 16 + (((b[14] as number) << 8) | (b[15] as number));
  return b.length < size ? undefined : { name: 'PROXY header', size };
}
