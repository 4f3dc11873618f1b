import { expect, test } from 'vitest';
import { ACTIVE, bytes, connected, droppedEarly, HOSTILE, login, received, sent } from './testdata/reports.ts';
import { transcriptAsText } from './transcript-text.ts';

test('events with times and directions, packets with their fields', () => {
  const text = transcriptAsText(login);
  expect(text.split('\n').slice(0, 5)).toEqual([
    '       0.200      connected, 127.0.0.1:40001 to 127.0.0.1:13406',
    '       0.500  <-  104 bytes',
    '              <-  HandshakeV10, sequence id 0, 104 bytes, at offset 0',
    '                        0     1  protocolVersion      10',
    '                        1    33  serverVersion        "5.5.5-10.11.19-MariaDB-0+deb12u1"',
  ]);
  expect(text).toContain('       0.600      waited 0.400 ms for HandshakeV10: it came\n');
  expect(text).toContain('                        0     4  capabilities         0x00008200 (PROTOCOL_41, SECURE_CONNECTION)\n');
  expect(text).toContain('                       32    14  user                 "haproxy_check"\n');
  expect(text).toContain(
    '       1.000  ->  13 bytes in 2 segments: COM_QUERY\n              ->  COM_QUERY, sequence id 0, 13 bytes, at offset 51\n',
  );
  expect(text).toContain('                        1     8  query    "select 1"\n');
  expect(text.split('\n').slice(-4)).toEqual([
    '                        0     1  command  1',
    '       1.600  <-  FIN',
    '              ending: FIN',
    '',
  ]);
});

test('early data is named by what it is, which Wireshark does not do', () => {
  const text = transcriptAsText(droppedEarly);
  expect(text).toContain('->  HandshakeResponse41, sequence id 1, 51 bytes, before the greeting, at offset 0\n');
  expect(text).toContain('->  COM_QUIT, sequence id 0, 5 bytes, before the greeting, at offset 51\n');
  expect(text).toContain('       1.250  <-  FIN\n       6.500  <-  RST\n              ending: FIN followed by RST\n');
});

test('a packet that came in pieces stands where its last byte came', () => {
  const events = [connected, received(1, bytes('0700')), received(2, bytes('00000200000002000000'.slice(2)))];
  const text = transcriptAsText({ startedAt: 0, events, ending: 'open' });
  expect(text.indexOf('<-  2 bytes')).toBeGreaterThan(0);
  expect(text.indexOf('at offset 0')).toBeGreaterThan(text.indexOf('       2.000'));
});

test('what is wrong with a packet is said, and its bytes shown', () => {
  const text = transcriptAsText({ startedAt: 0, events: [connected, received(1, bytes('0a000000ff'))], ending: 'rst' });
  expect(text).toContain(
    'incomplete packet, 5 bytes, at offset 0  PROBLEM: the stream ends inside a packet: 5 bytes are left\n                    bytes 0a 00 00 00 ff\n',
  );
});

test('TLS, half-close, reset and failures are events', () => {
  const events = [
    connected,
    { at: 1, kind: 'tls', version: 'TLSv1.3', cipher: 'TLS_AES_256_GCM_SHA384' },
    { at: 2, kind: 'half-closed' },
    { at: 3, kind: 'reset-sent' },
    { at: 4, kind: 'failed', detail: 'EHOSTUNREACH' },
    { at: 5, kind: 'waited', name: 'OK', ms: 700, outcome: 'limit' },
  ] as const;
  const text = transcriptAsText({ startedAt: 0, events, ending: 'open' });
  expect(text).toContain('1.000      TLS is on: TLSv1.3, TLS_AES_256_GCM_SHA384\n');
  expect(text).toContain('2.000  ->  FIN (we read on)\n');
  expect(text).toContain('3.000  ->  RST\n');
  expect(text).toContain('4.000      failed: EHOSTUNREACH\n');
  expect(text).toContain('5.000      waited 700.000 ms for OK: the limit passed\n');
});

test('hostile bytes and labels are text', () => {
  const packet = Uint8Array.from(Buffer.from(`\x40\0\0\0\xff\x84\x04#08S01${HOSTILE}`.padEnd(68, '\x1b'), 'latin1'));
  const text = transcriptAsText({
    startedAt: 0,
    events: [connected, sent(1, HOSTILE, bytes('0100000001')), received(2, packet)],
    ending: 'open',
  });
  expect(text).not.toMatch(ACTIVE);
});

test('a flood of packets does not fill the disk', () => {
  const many = Buffer.concat(Array.from({ length: 50_000 }, () => bytes('0700000200000002000000')));
  const text = transcriptAsText({ startedAt: 0, events: [connected, received(1, many)], ending: 'open' });
  expect(text).toContain('(48000 more packets are not told)');
  expect(text.length).toBeLessThan(2_000_000);
});
