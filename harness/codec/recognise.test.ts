import { describe, expect, test } from 'vitest';
import { isMysql, wasMysql } from './recognise.ts';

const none = new Uint8Array(0);
const text = (value: string): Uint8Array => Uint8Array.from(Buffer.from(value, 'latin1'));
const hex = (value: string): Uint8Array => Uint8Array.from(Buffer.from(value.replaceAll(' ', ''), 'hex'));
const filler = '00'.repeat(23);

describe('what a server says first', () => {
  test.each([
    ['a greeting of MySQL', hex('4b0000000a392e372e342d3200e81201005f795618385b6521'), true],
    ['a greeting of MariaDB 10.11', hex('640000000a352e352e352d31302e31312e31392d4d61726961444200'), true],
    ['a greeting of version 9', hex('1e00000009332e32302e333200010000006162636465666768'), true],
    ['a greeting whose version has not ended', hex('4b0000000a392e37'), undefined],
    ['ERR 1040 in its place, without SQLSTATE', hex('17000000ff1004546f6f206d616e7920636f6e6e656374696f6e73'), true],
    ['ERR 1129 with SQLSTATE', hex('45000000ff6904234859303030486f7374'), true],
    ['one byte', hex('4b'), undefined],
    ['an SSH banner', text('SSH-2.0-OpenSSH_9.2p1 Debian\r\n'), false],
    ['an SMTP banner', text('220 mail.example.org ESMTP Postfix\r\n'), false],
    ['an FTP banner', text('220 (vsFTPd 3.0.3)\r\n'), false],
    ['an HTTP response', text('HTTP/1.1 200 OK\r\n'), false],
    ['a ServerHello', hex('160303007a020000760303'), false],
    ['a PostgreSQL error', hex('450000006b53464154414c00'), false],
    ['a greeting of the X protocol: its client has not spoken', hex('050000000b08051a00'), undefined],
    ['an empty line', text('\n'), undefined],
  ])('%s', (_what, server, verdict) => {
    expect(isMysql(none, server)).toBe(verdict);
  });
});

describe('what a client says before the server does', () => {
  test.each([
    ["HAProxy's check", hex(`2f000001 00820000 00800001 21 ${filler} 686170726f78795f636865636b 00 00 01000000 01`), true],
    ["HAProxy's check of before 4.1", hex('14000001 0080 000001 686170726f78795f636865636b 00 00 01000000 01'), true],
    ['a COM_QUIT', hex('01000000 01'), true],
    ['an HTTP request', text('GET / HTTP/1.0\r\n\r\n'), false],
    ['a ClientHello', hex('16030100c8010000c40303'), false],
    ['an SSH banner', text('SSH-2.0-OpenSSH_9.2p1 Debian\r\n'), false],
    ['a Redis command', text('*1\r\n$4\r\nPING\r\n'), false],
    ['five bytes of another protocol (raft)', hex('0100000000'), false],
    ['nothing', none, false],
  ])('%s', (_what, client, verdict) => {
    expect(wasMysql(client, none)).toBe(verdict);
  });

  test('an HTTP request to a server that greets is a MySQL connection', () => {
    expect(isMysql(text('GET / HTTP/1.0\r\n\r\n'), hex('4b0000000a392e372e342d3200e812'))).toBe(true);
  });
  test('a client of the X protocol ends the doubt', () => {
    expect(isMysql(hex('0100000001'), hex('050000000b08051a00'))).toBe(false);
    expect(isMysql(hex('0f000000021a0d0a0b0a03746c7312'), hex('050000000b08051a00'))).toBe(false);
  });
  test('a login to a server that answers something else is one too', () => {
    expect(isMysql(hex(`2f000001 00820000 00800001 21 ${filler} 686170726f78795f636865636b 00 00`), text('HTTP/1.1 400 Bad Request'))).toBe(
      true,
    );
  });
});
