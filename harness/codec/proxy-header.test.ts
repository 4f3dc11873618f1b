import { describe, expect, test } from 'vitest';
import { CodecError } from './error.ts';
import { addressOf, proxyCommand, proxyFamily, proxyHeaderV1, proxyHeaderV2 } from './proxy-header.ts';
import { bytes, greeting, ok, response41, script } from './scripted-conversation.ts';

const hex = (b: Uint8Array): string => Buffer.from(b).toString('hex');
const none = { capabilities: 0 };
const line = (text: string): Uint8Array => Buffer.from(`${text}\r\n`, 'latin1');
const signature = '0d0a0d0a000d0a515549540a';

describe('version 1: the examples of the specification', () => {
  test.each([
    [
      'PROXY TCP4 255.255.255.255 255.255.255.255 65535 65535',
      { family: 'TCP4', sourceAddress: '255.255.255.255', destinationPort: '65535' },
    ],
    [
      'PROXY TCP6 ffff:f...f:ffff ffff:f...f:ffff 65535 65535',
      { family: 'TCP6', destinationAddress: 'ffff:f...f:ffff', sourcePort: '65535' },
    ],
    ['PROXY UNKNOWN', { family: 'UNKNOWN', sourceAddress: undefined }],
    ['PROXY UNKNOWN ffff:f...f:ffff ffff:f...f:ffff 65535 65535', { family: 'UNKNOWN ffff:f...f:ffff ffff:f...f:ffff 65535 65535' }],
  ])('%s', (text, values) => {
    const { value, left } = proxyHeaderV1.decode(line(text), none);
    expect(value).toMatchObject({ signature: 'PROXY ', ...values });
    expect(left).toBe(0);
    expect(hex(proxyHeaderV1.encode(value, none))).toBe(hex(line(text)));
  });
  test('a line without its end', () => {
    expect(() => proxyHeaderV1.decode(Buffer.from('PROXY TCP4 1.2.3.4 5.6.7.8 1 2\n'), none)).toThrow(CodecError);
  });
});

describe('version 2', () => {
  // As HAProxy 2.6 sends it with send-proxy-v2, for a client 127.0.0.1:36034 of 127.0.0.1:13306 (written by hand from the specification's struct).
  const tcp4 = `${signature}2111000c7f0000017f0000018cc233fa`;
  test('TCP4', () => {
    const { value, left } = proxyHeaderV2.decode(bytes(tcp4), none);
    expect(left).toBe(0);
    expect(value).toMatchObject({
      command: proxyCommand.PROXY,
      family: proxyFamily.TCP4,
      length: 12,
      sourcePort: 36034,
      destinationPort: 13306,
      tlvs: [],
    });
    expect(hex(value.sourceAddress as Uint8Array)).toBe('7f000001');
    expect(hex(proxyHeaderV2.encode(value, none))).toBe(tcp4);
    const given = {
      sourceAddress: addressOf('127.0.0.1'),
      destinationAddress: addressOf('127.0.0.1'),
      sourcePort: 36034,
      destinationPort: 13306,
    };
    expect(hex(proxyHeaderV2.encode(given, none))).toBe(tcp4);
  });
  test('TCP6 with TLVs', () => {
    const address = '20010db8000000000000000000000001';
    const wire = `${signature}2121002b${address}${address}000104d2${'04000100'}${'020000'}`;
    const { value, left } = proxyHeaderV2.decode(bytes(wire), none);
    expect(left).toBe(0);
    expect(value.tlvs).toEqual([
      { type: 4, value: bytes('00') },
      { type: 2, value: bytes('') },
    ]);
    expect(hex(addressOf('2001:db8::1'))).toBe(address);
    expect(hex(proxyHeaderV2.encode({ ...value, length: undefined as unknown as number }, none, { length: bytes('002b') }))).toBe(wire);
  });
  test('LOCAL has no addresses; a receiver skips what its length covers', () => {
    expect(hex(proxyHeaderV2.encode({ command: proxyCommand.LOCAL }, none))).toBe(`${signature}20000000`);
    expect(proxyHeaderV2.decode(bytes(`${signature}20110000`), none)).toMatchObject({
      value: { sourceAddress: undefined, tlvs: [] },
      left: 0,
    });
  });
  test('a TLV that reaches past the header', () => {
    expect(() => proxyHeaderV2.decode(bytes(`${signature}20000004 04000500 0000000000`), none)).toThrow(/a TLV of 5 bytes, 1 left/);
  });
  test.each(['1.2.3', '1.2.3.256', '::1::', 'a:b', '12345::', 'x'])('%s is no address', (address) => {
    expect(() => addressOf(address)).toThrow(CodecError);
  });
  test.each([
    ['::1', `${'00'.repeat(15)}01`],
    ['::', '00'.repeat(16)],
    ['fe80::', `fe80${'00'.repeat(14)}`],
  ])('%s', (address, wire) => {
    expect(hex(addressOf(address))).toBe(wire);
  });
});

test('a conversation decodes it', () => {
  for (const header of [
    line('PROXY TCP4 192.0.2.1 192.0.2.2 56324 3306'),
    bytes(`${signature}2111000cc0000201c0000202dc0400cea`.slice(0, 56)),
  ]) {
    const s = script().client(header, response41).server(greeting, ok(2));
    expect(s.problems).toEqual([]);
    expect(s.packets[0]).toMatchObject({ name: 'PROXY header', size: header.length, value: { sourcePort: expect.anything() } });
  }
});
