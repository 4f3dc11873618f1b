import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readCapture } from './capture-reader.ts';
import { tcpSegment } from './tcp-segment.ts';

const recording = (name: string) => new Uint8Array(readFileSync(new URL(`../../pcaps/${name}`, import.meta.url)));
const testdata = (name: string) => new Uint8Array(readFileSync(new URL(`testdata/${name}`, import.meta.url)));

const hex = (text: string) => Uint8Array.from(Buffer.from(text.replaceAll(/\s/g, ''), 'hex'));

// 192.0.2.1:40000 -> 192.0.2.2:3306, seq 1, ack 2, PSH ACK, window 512, payload "hi"; lengths and headers by hand.
const TCP = '9c40 0cea 00000001 00000002 5018 0200 0000 0000';
const IPV4 = '4500 002a 0001 4000 4006 0000 c0000201 c0000202';
const IPV6_ENDS = '20010db8000000000000000000000001 fe800000000000000000000000000002';
const MACS = '020000000001 020000000002';

function decode(linkType: number, text: string) {
  const bytes = hex(text);
  return tcpSegment({ number: 7, timeNs: 99n, linkType, bytes, originalLength: bytes.length });
}

/** The payload, or the reason why there is none. */
function outcome(linkType: number, text: string): string {
  const segment = decode(linkType, text);
  return typeof segment === 'string' ? segment : `"${Buffer.from(segment.payload).toString('latin1')}" of ${segment.length}`;
}

describe('real captures, against what tshark 4.0.17 prints', () => {
  const rows = new TextDecoder()
    .decode(testdata('tshark-frames.tsv'))
    .trim()
    .split('\n')
    .map((line) => line.split('\t'));
  const files = [...new Set(rows.map(([file]) => file as string))];

  test.each(files)('%s: ports, sequence numbers, flags, window, payload length', (file) => {
    const bytes = file.includes('variants') ? recording(file) : testdata(file);
    const printed = readCapture(bytes).frames.map((frame) => {
      const segment = tcpSegment(frame);
      if (typeof segment === 'string') return [segment];
      const { src, dst, seq, ack, flags, window, length } = segment;
      expect(segment.timeNs).toBe(frame.timeNs);
      expect(segment.frame).toBe(frame.number);
      expect(segment.payload).toHaveLength(length);
      const bits =
        Number(flags.fin) | (Number(flags.syn) << 1) | (Number(flags.rst) << 2) | (Number(flags.psh) << 3) | (Number(flags.ack) << 4);
      return [src.port, dst.port, seq, ack, `0x${bits.toString(16).padStart(4, '0')}`, window, length].map(String);
    });
    const expected = rows.filter(([name]) => name === file).map((row) => row.slice(5));
    expect(expected.length).toBeGreaterThan(20);
    expect(printed).toEqual(expected);
  });
});

test('all fields of a segment', () => {
  expect(decode(101, `${IPV4} ${TCP} 6869`)).toMatchObject({
    frame: 7,
    timeNs: 99n,
    src: { address: '192.0.2.1', port: 40_000, text: '192.0.2.1:40000' },
    dst: { address: '192.0.2.2', port: 3306, text: '192.0.2.2:3306' },
    seq: 1,
    ack: 2,
    flags: { fin: false, syn: false, rst: false, psh: true, ack: true },
    window: 512,
    length: 2,
    payload: hex('6869'),
  });
  expect(decode(101, `6000 0000 0016 0640 ${IPV6_ENDS} ${TCP} 6869`)).toMatchObject({
    src: { address: '2001:db8::1', port: 40_000, text: '[2001:db8::1]:40000' },
    dst: { address: 'fe80::2', port: 3306, text: '[fe80::2]:3306' },
    payload: hex('6869'),
  });
});

describe('link layers', () => {
  const packet = `${IPV4} ${TCP} 6869`;
  const packet6 = `6000 0000 0016 0640 ${IPV6_ENDS} ${TCP} 6869`;

  test.each([
    ['Ethernet', 1, `${MACS} 0800 ${packet}`],
    ['Ethernet, IPv6', 1, `${MACS} 86dd ${packet6}`],
    ['Ethernet, VLAN', 1, `${MACS} 8100 0064 0800 ${packet}`],
    ['Ethernet, VLAN in VLAN', 1, `${MACS} 88a8 0001 8100 0064 0800 ${packet}`],
    ['Ethernet, SNAP', 1, `${MACS} 0032 aaaa03000000 0800 ${packet}`],
    ['Linux cooked v1', 113, `0000 0304 0006 000000000000 0000 0800 ${packet}`],
    ['Linux cooked v1, VLAN', 113, `0000 0001 0006 000000000000 0000 8100 0064 0800 ${packet}`],
    ['Linux cooked v2', 276, `0800 0000 00000001 0304 00 06 0000000000000000 ${packet}`],
    ['Linux cooked v2, VLAN', 276, `8100 0000 00000001 0001 00 06 0000000000000000 0064 0800 ${packet}`],
    ['BSD loopback, little-endian', 0, `02000000 ${packet}`],
    ['BSD loopback, big-endian', 0, `00000002 ${packet}`],
    ['BSD loopback, IPv6 of macOS', 0, `1e000000 ${packet6}`],
    ['OpenBSD loopback', 108, `00000002 ${packet}`],
    ['raw IP', 101, packet],
    ['raw IP, IPv6', 101, packet6],
    ['raw IP as DLT 12', 12, packet],
    ['raw IP as DLT 14', 14, packet],
    ['raw IPv4', 228, packet],
    ['raw IPv6', 229, packet6],
  ])('%s', (_, linkType, text) => {
    expect(outcome(linkType, text)).toBe('"hi" of 2');
  });

  test.each([
    ['an unknown link type', 147, packet, 'unknown-link'],
    ['ARP', 1, `${MACS} 0806 0001 0800 0604 0001`, 'not-ip'],
    ['Ethernet cut in the header', 1, MACS, 'cut'],
    ['VLAN cut', 1, `${MACS} 8100 00`, 'cut'],
    ['cooked v1 cut', 113, '0000 0304', 'cut'],
    ['cooked v2 cut', 276, '0800 0000', 'cut'],
    ['loopback of another family', 0, `07000000 ${packet}`, 'not-ip'],
    ['nothing at all', 101, '', 'cut'],
  ])('%s', (_, linkType, text, reason) => {
    expect(outcome(linkType, text)).toBe(reason);
  });
});

describe('IP', () => {
  test.each([
    ['IPv4 options are passed over', `4600 002e 0001 4000 4006 0000 c0000201 c0000202 01010100 ${TCP} 6869`, '"hi" of 2'],
    ['Ethernet padding is no payload', `${IPV4} ${TCP} 6869 000000000000`, '"hi" of 2'],
    [
      'a total length of 0 (segmentation offload) means the whole frame',
      `4500 0000 0001 4000 4006 0000 c0000201 c0000202 ${TCP} 6869`,
      '"hi" of 2',
    ],
    ['a snapshot length may cut the payload', `4500 0064 0001 4000 4006 0000 c0000201 c0000202 ${TCP} 6869`, '"hi" of 60'],
    ['a snapshot length may cut the TCP header', `${IPV4} 9c40 0cea 0000`, 'cut'],
    [
      'a snapshot length may cut the TCP options',
      `4500 0064 0001 4000 4006 0000 c0000201 c0000202 9c40 0cea 00000001 00000002 8018 0200 0000 0000 0101`,
      '"" of 48',
    ],
    ['the first fragment', `4500 002a 0001 2000 4006 0000 c0000201 c0000202 ${TCP} 6869`, 'fragment'],
    ['a later fragment', `4500 002a 0001 0003 4006 0000 c0000201 c0000202 ${TCP} 6869`, 'fragment'],
    ['UDP', `4500 002a 0001 4000 4011 0000 c0000201 c0000202 ${TCP} 6869`, 'not-tcp'],
    ['GRE', `4500 002a 0001 4000 402f 0000 c0000201 c0000202 ${TCP} 6869`, 'tunnel'],
    ['IP in IP', `4500 002a 0001 4000 4004 0000 c0000201 c0000202 ${TCP} 6869`, 'tunnel'],
    ['VXLAN', '4500 0024 0001 4000 4011 0000 c0000201 c0000202 c001 12b5 0010 0000 0800 0000 0000 2a00', 'tunnel'],
    ['UDP between ports that only look like it', '4500 001c 0001 4000 4011 0000 c0000201 c0000202 12b5 0035 0008 0000', 'not-tcp'],
    ['a later piece of UDP', '4500 0024 0001 0010 4011 0000 c0000201 c0000202 c001 12b5 0010 0000 0800 0000 0000 2a00', 'not-tcp'],
    ['a header length below 20', `4400 002a 0001 4000 4006 0000 c0000201 c0000202 ${TCP} 6869`, 'malformed'],
    ['a total length below the header', `4500 0010 0001 4000 4006 0000 c0000201 c0000202 ${TCP} 6869`, 'malformed'],
    ['no room for a TCP header', `4500 001e 0001 4000 4006 0000 c0000201 c0000202 ${TCP} 6869`, 'malformed'],
    ['a TCP header longer than its packet', `${IPV4} 9c40 0cea 00000001 00000002 f018 0200 0000 0000 6869`, 'malformed'],
    ['a TCP header below 20', `${IPV4} 9c40 0cea 00000001 00000002 4018 0200 0000 0000 6869`, 'malformed'],
    ['version 5', `5500 002a ${TCP} ${TCP}`, 'not-ip'],
    ['IPv6 cut', '6000 0000 0016 0640', 'cut'],
    [
      'IPv6 hop-by-hop and destination options',
      `6000 0000 002e 0040 ${IPV6_ENDS} 3c00010400000000 0601010c00000000 0000000000000000 ${TCP} 6869`,
      '"hi" of 2',
    ],
    ['IPv6 routing header', `6000 0000 001e 2b40 ${IPV6_ENDS} 0600000000000000 ${TCP} 6869`, '"hi" of 2'],
    [
      'IPv6 authentication header',
      `6000 0000 002e 3340 ${IPV6_ENDS} 0604000000000000 00000000000000000000000000000000 ${TCP} 6869`,
      '"hi" of 2',
    ],
    ['IPv6 atomic fragment is whole', `6000 0000 001e 2c40 ${IPV6_ENDS} 0600000000000001 ${TCP} 6869`, '"hi" of 2'],
    ['IPv6 first fragment', `6000 0000 001e 2c40 ${IPV6_ENDS} 0600000100000001 ${TCP} 6869`, 'fragment'],
    ['IPv6 later fragment', `6000 0000 001e 2c40 ${IPV6_ENDS} 0600000800000001 ${TCP} 6869`, 'fragment'],
    ['GRE in IPv6', `6000 0000 0016 2f40 ${IPV6_ENDS} ${TCP} 6869`, 'tunnel'],
    ['ICMPv6', `6000 0000 0016 3a40 ${IPV6_ENDS} ${TCP} 6869`, 'not-tcp'],
    ['an extension header cut', `6000 0000 001e 2b40 ${IPV6_ENDS} 0600`, 'cut'],
    ['an extension header longer than its packet', `6000 0000 001e 2b40 ${IPV6_ENDS} 06ff000000000000 ${TCP} 6869`, 'malformed'],
  ])('%s', (_, text, expected) => {
    expect(outcome(101, text)).toBe(expected);
  });
});

test('no bytes make it throw, on any link', () => {
  const links = fc.constantFrom(0, 1, 12, 14, 101, 108, 113, 147, 228, 229, 276);
  const starts = fc.constantFrom('', `${MACS} 0800 4500`, `${MACS} 86dd 6000 0000 0016 0040`, '4500', '6000 0000 ffff 0040', IPV4);
  fc.assert(
    fc.property(links, starts, fc.uint8Array({ maxLength: 120 }), (linkType, start, garbage) => {
      const bytes = Uint8Array.from([...hex(start), ...garbage]);
      const segment = tcpSegment({ number: 1, timeNs: 0n, linkType, bytes, originalLength: bytes.length });
      if (typeof segment === 'string') return;
      expect(segment.payload.length).toBeLessThanOrEqual(segment.length);
      expect(segment.payload.length).toBeLessThanOrEqual(bytes.length);
    }),
    { numRuns: 2000 },
  );
});
