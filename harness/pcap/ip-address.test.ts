import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatIpv6, parseAddress } from './ip-address.ts';
import { PcapError } from './pcap-error.ts';

const format = (hex: string) => formatIpv6(new DataView(Uint8Array.from(Buffer.from(hex, 'hex')).buffer), 0);

describe('IPv6 as RFC 5952 writes it', () => {
  test.each([
    ['00000000000000000000000000000000', '::'],
    ['00000000000000000000000000000001', '::1'],
    ['20010db8000000000000000000000001', '2001:db8::1'],
    ['20010db8000000010001000100010001', '2001:db8:0:1:1:1:1:1'],
    ['20010000000000010000000000000001', '2001:0:0:1::1'],
    ['20010db8000000000001000000000001', '2001:db8::1:0:0:1'],
    ['fe800000000000000000000000000000', 'fe80::'],
    ['00000000000000000000ffff7f000001', '::ffff:127.0.0.1'],
  ])('%s is %s', (hex, text) => {
    expect(format(hex)).toBe(text);
  });

  test('what is written is read back (but an IPv4-mapped address as IPv4)', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), fc.nat(0xff), (bytes, mask) => {
        const sparse = bytes.map((byte, i) => (mask & (1 << (i >> 1)) ? 0 : byte));
        fc.pre(!format(Buffer.from(sparse).toString('hex')).startsWith('::ffff:'));
        expect(parseAddress(format(Buffer.from(sparse).toString('hex')))).toEqual(Uint8Array.from(sparse));
      }),
    );
  });
});

describe('addresses in text', () => {
  test.each([
    ['127.0.0.1', '7f000001'],
    ['255.255.255.255', 'ffffffff'],
    ['::ffff:192.0.2.1', 'c0000201'],
    ['::', '00000000000000000000000000000000'],
    ['FE80::1%eth0', 'fe800000000000000000000000000001'],
    ['1:2:3:4:5:6:7::', '00010002000300040005000600070000'],
    ['64:ff9b::192.0.2.33', '0064ff9b0000000000000000c0000221'],
  ])('%s', (text, hex) => {
    expect(Buffer.from(parseAddress(text)).toString('hex')).toBe(hex);
  });

  test.each([
    '',
    'localhost',
    '1.2.3',
    '1.2.3.256',
    '1.2.3.4.5',
    ':',
    ':::',
    '1::2::3',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '12345::',
    'g::',
    '1.2.3.4::',
    '::1.2.3',
  ])('"%s" is none', (text) => {
    expect(() => parseAddress(text)).toThrow(PcapError);
    expect(() => parseAddress(text)).toThrow(expect.objectContaining({ code: 'PCAP_BAD_ADDRESS' }));
  });
});
