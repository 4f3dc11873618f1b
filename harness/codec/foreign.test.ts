import { describe, expect, test } from 'vitest';
import { recogniseClient, recogniseServer, startsTls } from './foreign.ts';

const bytes = (hex: string): Uint8Array => Buffer.from(hex.replaceAll(' ', ''), 'hex');
const latin1 = (text: string): Uint8Array => Buffer.from(text, 'latin1');

/** The shortest beginning that is told from MySQL, and what is undecided before it. */
function told(recognise: typeof recogniseClient, stream: Uint8Array): unknown {
  for (let n = 0; n <= stream.length; n++) {
    const verdict = recognise(stream.subarray(0, n));
    if (verdict !== undefined) return verdict === 'mysql' ? `mysql after ${n}` : [verdict.name, verdict.size, n];
  }
  return undefined;
}

describe('a client that does not speak MySQL', () => {
  test.each([
    // HAProxy's and curl's first line; the recordings have this one.
    ['GET / HTTP/1.0', latin1('GET / HTTP/1.0\r\n\r\n'), ['HTTP request', Infinity, 4]],
    ['OPTIONS', latin1('OPTIONS / HTTP/1.0\r\n'), ['HTTP request', Infinity, 8]],
    ['HTTP/2', latin1('PRI * HTTP/2.0\r\n'), ['HTTP request', Infinity, 4]],
    ['SSH', latin1('SSH-2.0-OpenSSH_9.2\r\n'), ['SSH banner', Infinity, 4]],
    // openssl s_client, the beginning of its record (512 bytes of ClientHello)
    ['TLS ClientHello', bytes('16 0301 0200 01 0001fc 0303'), ['TLS ClientHello', Infinity, 9]],
    ['TLS ClientHello over two records', bytes('16 0301 4000 01 004010 0303'), ['TLS ClientHello', Infinity, 9]],
    // psql: SSLRequest, StartupMessage (protocol 3.0)
    ['PostgreSQL SSLRequest', bytes('00000008 04d2162f'), ['PostgreSQL SSLRequest', Infinity, 8]],
    ['PostgreSQL StartupMessage', bytes('00000029 00030000 7573657200'), ['PostgreSQL StartupMessage', Infinity, 8]],
  ])('%s', (_, stream, expected) => {
    expect(told(recogniseClient, stream)).toEqual(expected);
  });

  test('a PROXY header is told with its size: MySQL follows', () => {
    const v1 = 'PROXY TCP4 192.0.2.1 192.0.2.2 56324 3306\r\n';
    expect(told(recogniseClient, latin1(`${v1}....`))).toEqual(['PROXY header', v1.length, v1.length]);
    const v2 = '0d0a0d0a000d0a515549540a 21 11 000c c0000201c0000202dc040cea';
    expect(told(recogniseClient, bytes(`${v2}0100000001`))).toEqual(['PROXY header', 28, 28]);
  });

  test('a PROXY line that does not end is given up at 107 bytes', () => {
    expect(told(recogniseClient, latin1(`PROXY ${'x'.repeat(200)}`))).toEqual(['PROXY header', Infinity, 107]);
  });
});

describe('MySQL is told from them by its first bytes', () => {
  test.each([
    ['COM_QUIT', '01000000 01', 1],
    ['an empty packet', '00000000', 4],
    ['an empty packet with sequence id 9', '00000009 01', 5],
    ['HandshakeResponse41 of HAProxy', '2f000001 00820000', 1],
    ['HandshakeResponse of 0x16 bytes', '16000001', 2],
    ['HandshakeResponse of 0x47 bytes (G)', '47000001', 2],
    ['a packet of 0x010316 bytes', '16030101 8df7ff81 00000001', 6],
    ['a packet of 8 MiB', '00008000', 3],
  ])('%s', (_, wire, after) => {
    expect(told(recogniseClient, bytes(wire))).toBe(`mysql after ${after}`);
  });
});

describe('a server that does not speak MySQL', () => {
  test.each([
    ['HTTP', latin1('HTTP/1.1 400 Bad Request\r\n'), ['HTTP response', Infinity, 5]],
    ['SSH', latin1('SSH-2.0-OpenSSH_9.2\r\n'), ['SSH banner', Infinity, 4]],
    ['TLS alert', bytes('15 0301 0002 0228'), ['TLS alert', Infinity, 5]],
    ['PostgreSQL', bytes('45 00000077 53 464154414c00'), ['PostgreSQL ErrorResponse', Infinity, 6]],
  ])('%s', (_, stream, expected) => {
    expect(told(recogniseServer, stream)).toEqual(expected);
  });

  test('a greeting', () => {
    expect(told(recogniseServer, bytes('4a000000 0a'))).toBe('mysql after 1');
    // 0x45 and 0x15 bytes long
    expect(told(recogniseServer, bytes('45000000 0a'))).toBe('mysql after 5');
    expect(told(recogniseServer, bytes('15000000 ff'))).toBe('mysql after 2');
  });
});

test('a TLS record begins with its type and version', () => {
  expect(startsTls(bytes('160301'))).toBe(true);
  expect(startsTls(bytes('150303'))).toBe(true);
  expect(startsTls(bytes('1603'))).toBeUndefined();
  expect(startsTls(bytes(''))).toBeUndefined();
  expect(startsTls(bytes('160003'))).toBe(false);
  expect(startsTls(bytes('0a0301'))).toBe(false);
});
