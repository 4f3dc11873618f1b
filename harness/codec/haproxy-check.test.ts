import { describe, expect, test } from 'vitest';
import { checkMode } from './haproxy-check.ts';

const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
/** 23 bytes of filler. */
const filler = '0000000000000000000000000000000000000000000000';
/** mysql_native_password and its NUL. */
const native = '6d7973716c5f6e61746976655f70617373776f7264 00';

/** `option mysql-check` for the user "user", from HAProxy's reg-tests/checks/mysql-check.vtc (v3.4.0) and its sources. */
const pre41 = '0b000001 0080 000001 75736572 00 00 01000000 01';
const pre41of14 = '0b000001 0000 000001 75736572 00 00 01000000 01';
const post41 = `26000001 00820000 00800001 21 ${filler} 75736572 00 00 01000000 01`;
const post41of18 = `26000001 00820000 00000001 21 ${filler} 75736572 00 00 01000000 01`;
const post80 = `3c000001 00820800 00800001 21 ${filler} 75736572 00 00 ${native} 01000000 01`;

describe('checkMode knows the bytes of', () => {
  test.each([
    ['nothing at all', '', 0, 'no user'],
    ['pre-41', pre41, 20, 'pre-41'],
    ['pre-41 of HAProxy 1.4', pre41of14, 20, 'pre-41'],
    ['post-41 since 2.2', post41, 47, 'post-41'],
    ['post-41 until 2.1', post41of18, 47, 'post-41 (until 2.1)'],
    ['post-80', post80, 69, 'post-80'],
  ])('%s', (_what, hex, length, mode) => {
    expect(bytes(hex)).toHaveLength(length);
    expect(checkMode(bytes(hex))).toBe(mode);
  });

  test('another user: haproxy_check, as in a recording', () => {
    expect(checkMode(bytes(`2f000001 00820000 00800001 21 ${filler} 686170726f78795f636865636b 00 00 01000000 01`))).toBe('post-41');
    expect(checkMode(bytes('14000001 0080 000001 686170726f78795f636865636b 00 00 01000000 01'))).toBe('pre-41');
  });
});

describe('checkMode takes for no check', () => {
  test.each([
    ['COM_QUIT alone', '01000000 01'],
    ['a login without COM_QUIT', post41.slice(0, -'01000000 01'.length)],
    ['half a COM_QUIT', post41.slice(0, -3)],
    ['COM_PING in its place', post41.replace(/01$/, '0e')],
    ['COM_QUIT with sequence id 1', post41.replace(/01000000 01$/, '01000001 01')],
    ['COM_QUIT with a trailing byte', post41.replace(/01000000 01$/, '02000000 0100')],
    ['half a packet behind it', `${post41} 0100`],
    ['a third packet', `${post41} 01000000 01`],
    ['a login with sequence id 0', post41.replace('26000001', '26000000')],
    ['a login with sequence id 2', pre41.replace('0b000001', '0b000002')],
    ['other capabilities', post41.replace('00820000', '00820100')],
    ['those of an ordinary client', post41.replace('00820000', '05a20800')],
    ['a 320 packet that is too short', '05000001 0080 000001 01000000 01'],
    ['a 41 packet that is too short', '04000001 00820000 01000000 01'],
    // Found by damaging a capture.
    ['a 41 packet whose answer is longer than the packet', post41.replace('75736572 00 00', '75736572 00 7f')],
    ['a 41 packet whose user does not end', `22000001 00820000 00800001 21 ${filler} 7573 01000000 01`],
    ['an HTTP request', Buffer.from('GET / HTTP/1.0\r\n\r\n').toString('hex')],
    ['one byte', '26'],
  ])('%s', (_what, hex) => {
    expect(checkMode(bytes(hex))).toBeUndefined();
  });
});
