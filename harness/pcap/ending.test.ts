import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readCapture } from './capture-reader.ts';
import { ending, serverEnding } from './ending.ts';
import { reassemble, TcpReassembler } from './reassemble.ts';
import type { TcpSegment } from './tcp-segment.ts';
import { segmentWriter } from './testdata/build-segment.ts';

const folder = new URL('../../pcaps/', import.meta.url);

/**
 * The server's ending of each connection, in order; `<` in front: the client ended first. Taken once from the flags
 * that tshark 4.0.17 prints (-e tcp.stream -e tcp.dstport -e tcp.flags), where a RST without ACK does not count.
 */
const ENDINGS: Record<string, string> = {
  'mariadb-10.11.19-handshake-variants.pcap': 'rst rst fin <fin fin fin fin <fin fin <fin fin fin rst rst <fin',
  'mariadb-10.11.19-haproxy-2.6.12-plain.pcap': '<fin <fin <fin <fin <fin <fin <fin <fin',
  'mariadb-10.11.19-haproxy-2.6.12-post41.pcap': 'fin fin fin fin fin fin fin fin',
  'mariadb-10.11.19-haproxy-2.6.12-pre41.pcap': 'fin fin fin fin fin fin <fin fin',
  'mysql-9.7.4-handshake-variants.pcap':
    'fin+rst fin+rst fin+rst fin fin fin+rst fin+rst fin fin fin+rst fin+rst fin fin+rst fin+rst <open',
  'mysql-9.7.4-haproxy-2.6.12-plain.pcap': '<open <open <open <open <open <open <open <open',
  'mysql-9.7.4-haproxy-2.6.12-post41.pcap': 'fin+rst fin+rst fin+rst fin+rst fin+rst fin+rst fin+rst fin+rst',
  'mysql-9.7.4-haproxy-2.6.12-pre41.pcap': 'fin+rst fin+rst fin+rst fin+rst fin+rst fin fin+rst fin',
  'proxysql-2.0.17-early-data-race.pcap': [
    'fin fin+rst fin fin+rst fin+rst fin+rst fin+rst fin+rst fin+rst fin+rst',
    'fin+rst fin+rst fin+rst fin+rst fin+rst fin+rst fin+rst fin+rst fin+rst fin+rst',
    'fin+rst fin+rst fin+rst fin+rst fin+rst fin+rst fin+rst fin+rst fin+rst fin+rst',
    'fin+rst fin+rst fin+rst fin+rst fin fin+rst fin+rst fin+rst fin fin+rst',
  ].join(' '),
  'proxysql-2.0.17-handshake-variants.pcap': 'fin fin fin+rst <fin fin fin fin+rst fin fin <fin fin <fin <fin <fin <fin',
  'proxysql-2.0.17-haproxy-2.6.12-plain.pcap': '<fin <fin <fin <fin <fin <fin <fin <fin',
  'proxysql-2.0.17-haproxy-2.6.12-post41.pcap': 'fin fin+rst fin+rst fin+rst fin fin+rst fin fin+rst',
  'proxysql-2.0.17-haproxy-2.6.12-pre41.pcap': 'fin fin+rst fin+rst fin+rst fin+rst fin+rst fin+rst fin+rst',
  'proxysql-2.0.18-handshake-variants.pcap': 'fin fin fin <fin fin fin fin+rst fin fin <fin fin <fin <fin <fin <fin',
  'proxysql-2.0.18-haproxy-2.6.12-plain.pcap': '<fin <fin <fin <fin <fin <fin <fin <fin',
  'proxysql-2.0.18-haproxy-2.6.12-post41.pcap': 'fin fin fin fin fin fin fin fin',
  'proxysql-2.0.18-haproxy-2.6.12-pre41.pcap': 'fin+rst fin+rst fin+rst fin+rst fin+rst fin+rst fin+rst fin+rst',
  'proxysql-2.7.1-handshake-variants.pcap': 'fin fin fin <fin fin fin fin+rst fin fin <fin fin <fin <fin <fin <fin',
  'proxysql-2.7.1-haproxy-2.6.12-plain.pcap': '<fin <fin <fin <fin <fin <fin <fin <fin',
  'proxysql-2.7.1-haproxy-2.6.12-post41.pcap': '<fin fin fin fin fin fin fin fin',
  'proxysql-2.7.1-haproxy-2.6.12-pre41.pcap': 'fin+rst fin+rst fin+rst fin+rst fin+rst fin+rst fin+rst fin+rst',
};

function connectionsOf(name: string, base = folder) {
  return reassemble(readCapture(new Uint8Array(readFileSync(new URL(name, base)))).frames).connections;
}

describe('real captures', () => {
  test('the table has every recording', () => {
    expect(Object.keys(ENDINGS).sort()).toEqual(
      readdirSync(folder)
        .filter((name) => name.endsWith('.pcap'))
        .sort(),
    );
  });

  test.each(Object.entries(ENDINGS))('%s', (name, expected) => {
    const endings = connectionsOf(name).map(serverEnding);
    expect(endings.map(({ how, first }) => (first === 'client' ? `<${how}` : how)).join(' ')).toBe(expected);
  });

  test.each(['any-sll1.pcap', 'any-sll2.pcap', 'lo-ipv6-nano.pcap', 'two-interfaces.pcapng'])(
    '%s: a server of our own that sends FIN, RST, and FIN before a late write',
    (name) => {
      expect(connectionsOf(name, new URL('testdata/', import.meta.url)).map(serverEnding)).toEqual([
        { how: 'fin', first: 'server', frame: 8 },
        { how: 'rst', first: 'server', frame: 18 },
        { how: 'fin', first: 'server', frame: 26 },
      ]);
    },
  );

  test('the frame is the RST where one counts, else the FIN', () => {
    const connections = connectionsOf('mysql-9.7.4-handshake-variants.pcap');
    // tshark: 10 [F.], 11 [R.]; 54 [F.], 57 [P.] of the client, 58 [R]; 165 [F.] of the client.
    expect(serverEnding(connections[0] as never)).toEqual({ how: 'fin+rst', first: 'server', frame: 11 });
    expect(serverEnding(connections[4] as never)).toEqual({ how: 'fin', first: 'server', frame: 54 });
    expect(serverEnding(connections[14] as never)).toEqual({ how: 'open', first: 'client', frame: undefined });
    expect(ending(connections[14] as never, 'client')).toEqual({ how: 'fin', first: 'client', frame: 165 });
  });
});

describe('which RST was provoked', () => {
  function endOf(make: (s: ReturnType<typeof segmentWriter>) => TcpSegment[]) {
    const s = segmentWriter();
    const reassembler = new TcpReassembler();
    for (const segment of [s('client', 'S', 100, 0), s('server', 'S.', 500, 101), s('client', 'P.', 101, 501, 'query'), ...make(s)]) {
      reassembler.push(segment);
    }
    const [connection] = reassembler.end();
    if (!connection) throw new Error('no connection');
    const resets = connection.events.flatMap((event) => (event.kind === 'rst' ? [event.provoked] : []));
    return [serverEnding(connection).how, ...resets];
  }

  test.each<[string, (s: ReturnType<typeof segmentWriter>) => TcpSegment[], (string | boolean)[]]>([
    ['a RST alone is the server’s', (s) => [s('server', 'R.', 501, 106)], ['rst', false]],
    ['FIN, then RST with ACK: it left bytes unread', (s) => [s('server', 'F.', 501, 106), s('server', 'R.', 502, 106)], ['fin+rst', false]],
    [
      'FIN, our ACK, then RST',
      (s) => [s('server', 'F.', 501, 106), s('client', '.', 106, 502), s('server', 'R.', 502, 106)],
      ['fin+rst', false],
    ],
    [
      'FIN, our bytes, bare RST: ours',
      (s) => [s('server', 'F.', 501, 106), s('client', 'P.', 106, 502, 'late'), s('server', 'R', 502, 0)],
      ['fin', true],
    ],
    [
      'FIN, our FIN, bare RST: ours',
      (s) => [s('server', 'F.', 501, 106), s('client', 'F.', 106, 502), s('server', 'R', 502, 0)],
      ['fin', true],
    ],
    [
      'FIN, our bytes, RST that acknowledges them: ours',
      (s) => [s('server', 'F.', 501, 106), s('client', 'P.', 106, 502, 'late'), s('server', 'R.', 502, 110)],
      ['fin', true],
    ],
    [
      'FIN, our bytes on their way, RST that knows nothing of them: the server’s',
      (s) => [s('server', 'F.', 501, 106), s('client', 'P.', 106, 501, 'late'), s('server', 'R.', 502, 106)],
      ['fin+rst', false],
    ],
    [
      'FIN, our FIN, RST with ACK: the server’s',
      (s) => [s('server', 'F.', 501, 106), s('client', 'F.', 106, 502), s('server', 'R.', 502, 106)],
      ['fin+rst', false],
    ],
    [
      'FIN, RST, and a bare RST that answers our FIN',
      (s) => [s('server', 'F.', 501, 106), s('server', 'R.', 502, 106), s('client', 'F.', 106, 502), s('server', 'R', 502, 0)],
      ['fin+rst', false, true],
    ],
    [
      'FIN, only a repetition of bytes from before it, RST: the server’s',
      (s) => [s('server', 'F.', 501, 101), s('client', 'P.', 101, 501, 'query'), s('server', 'R', 501, 0)],
      ['fin+rst', false],
    ],
    [
      'FIN, bytes from before and after it in one segment, bare RST: ours',
      (s) => [s('server', 'F.', 501, 106), s('client', 'P.', 101, 501, 'query and more'), s('server', 'R', 502, 0)],
      ['fin', true],
    ],
    [
      'a RST, then a bare one that answers what was on its way: the second is ours',
      (s) => [s('server', 'R.', 501, 106), s('client', 'P.', 106, 501, 'late'), s('server', 'R', 501, 0)],
      ['rst', false, true],
    ],
    [
      'FIN, our bytes on their way behind a repetition, RST that knows only the repetition: the server’s',
      (s) => [s('server', 'F.', 501, 106), s('client', 'P.', 101, 501, 'query and more'), s('server', 'R.', 502, 106)],
      ['fin+rst', false],
    ],
    ['the same RST twice is one', (s) => [s('server', 'R.', 501, 106), s('server', 'R.', 501, 106)], ['rst', false]],
    [
      'a RST behind which the server goes on',
      (s) => [s('server', 'R', 90_501, 0), s('server', 'P.', 501, 106, 'row', { timeNs: 2_000_000n }), s('server', 'F.', 504, 106)],
      ['fin', false],
    ],
    [
      'a RST, and behind it in the capture bytes that the server sent before it',
      (s) => [s('server', 'R.', 504, 106), s('server', 'P.', 501, 106, 'row')],
      ['rst', false],
    ],
    ['nothing', () => [], ['open']],
    ['our RST only', (s) => [s('client', 'R.', 106, 501)], ['open', false]],
  ])('%s', (_, make, expected) => {
    expect(endOf(make)).toEqual(expected);
  });

  test('the first to end is told by the frames, also when a FIN had to wait for its turn', () => {
    const s = segmentWriter();
    const reassembler = new TcpReassembler();
    for (const segment of [
      s('client', 'S', 100, 0),
      s('server', 'S.', 500, 101),
      s('server', 'F.', 504, 101),
      s('client', 'F.', 101, 501),
      s('server', 'P.', 501, 101, 'row'),
    ]) {
      reassembler.push(segment);
    }
    const [connection] = reassembler.end();
    expect(connection?.events.slice(2).map(({ kind, from }) => `${from} ${kind}`)).toEqual(['client fin', 'server data', 'server fin']);
    expect(serverEnding(connection as never)).toEqual({ how: 'fin', first: 'server', frame: 3 });
  });
});
