import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { Conversation } from '../codec/conversation.ts';
import { OpenCapture } from './open-capture.ts';
import { PcapError } from './pcap-error.ts';
import { TcpReassembler } from './reassemble.ts';
import type { TcpConnection } from './tcp-connection.ts';
import { tcpSegment } from './tcp-segment.ts';
import { mutate } from './testdata/mutate.ts';
import { TlsSecrets } from './tls/key-log.ts';
import { TlsSession } from './tls/tls-session.ts';

/** MYWIRE_MUTATIONS=100000 for the whole campaign; the numbers are the seeds, so that a failure can be told and repeated. */
const MUTATIONS = Number(process.env['MYWIRE_MUTATIONS'] ?? 1500);
/** Bytes; and nothing here may take long. */
const MEMORY = 300e6;
const LONGEST_MS = 3000;

const read = (path: string, end?: number) => new Uint8Array(readFileSync(new URL(path, import.meta.url))).subarray(0, end);
const variants = read('../../pcaps/mysql-9.7.4-handshake-variants.pcap');
const SEEDS: readonly Uint8Array[] = [
  variants,
  read('testdata/any-sll2.pcap'),
  read('testdata/lo-ipv6-nano.pcap'),
  read('testdata/two-interfaces.pcapng'),
  read('testdata/two-interfaces.pcapng.gz'),
  read('testdata/mysql-9.7.4-handshake-variants.pcap.zst'),
  gzipSync(variants, { level: 1 }),
  read('testdata/tls/mysql-9.7.4.pcapng', 40_000),
  read('testdata/tls/openssl-3.0.22.pcapng'),
  read('testdata/tls/mariadb-10.11.19.pcapng', 30_000),
];

/** All that stands between a file and the packets in it. Returns what it found. */
async function inspect(bytes: Uint8Array): Promise<string> {
  const secrets = new TlsSecrets();
  const capture = new OpenCapture([bytes.subarray(0, 3000), bytes.subarray(3000)], { onSecrets: (found) => secrets.add(found.bytes) });
  const conversations = new Map<TcpConnection, { conversation: Conversation; tls: TlsSession }>();
  let packets = 0;
  const reassembler = new TcpReassembler({
    sink: {
      event(connection, event) {
        const known = conversations.get(connection);
        const tls = known?.tls ?? new TlsSession(secrets);
        const conversation = known?.conversation ?? new Conversation({ tls });
        if (!known) conversations.set(connection, { conversation, tls });
        if (event.kind === 'gap') tls.lost(event.from);
        if (event.kind !== 'data') return;
        // TLS without MySQL around it is tried too.
        if (connection.server.port >= 14_420 && connection.server.port < 14_430) packets += tls.push(event.from, event.bytes)?.length ?? 0;
        else if (event.from === 'client') packets += conversation.fromClient(event.bytes).length;
        else packets += conversation.fromServer(event.bytes).length;
      },
      over(connection) {
        packets += conversations.get(connection)?.conversation.finish().length ?? 0;
        conversations.delete(connection);
      },
    },
  });
  for await (const batch of capture.batches()) {
    for (const frame of batch) {
      const segment = tcpSegment(frame);
      if (typeof segment !== 'string') reassembler.push(segment);
    }
  }
  reassembler.end();
  const { fault, frameCount } = capture.end();
  if (fault) expect(fault).toBeInstanceOf(PcapError);
  return `${frameCount} frames, ${packets} packets, ${fault?.code ?? 'whole'}`;
}

describe('mutated captures', () => {
  test('the seeds themselves are read', async () => {
    const found = await Promise.all(SEEDS.map(inspect));
    for (const says of found) expect(says).toMatch(/^[1-9]\d+ frames, [1-9]\d* packets, (whole|PCAP_TRUNCATED)$/);
  });

  test(`${MUTATIONS} of them never make it throw, hang, or take much memory`, { timeout: 3_600_000 }, async () => {
    const ends = new Map<string, number>();
    let slowest = { ms: 0, number: 0 };
    let most = 0;
    for (let number = 0; number < MUTATIONS; number += 1) {
      const bytes = mutate(SEEDS, number);
      const start = process.cpuUsage();
      let says: string;
      try {
        says = await inspect(bytes);
      } catch (error) {
        throw new Error(`mutation ${number}: ${error instanceof Error ? error.stack : error}`);
      }
      // Of the processor, not of the clock: the machine may have other things to do.
      const { user, system } = process.cpuUsage(start);
      const ms = (user + system) / 1000;
      if (ms > slowest.ms) slowest = { ms, number };
      if (number % 100 === 0) most = Math.max(most, process.memoryUsage().rss);
      const end = says.split(', ').at(-1) as string;
      ends.set(end, (ends.get(end) ?? 0) + 1);
    }
    if (MUTATIONS > 10_000)
      console.log(
        `slowest ${slowest.ms.toFixed(0)} ms (mutation ${slowest.number}), ${(most / 1e6).toFixed(0)} MB, ${JSON.stringify(Object.fromEntries(ends))}`,
      );
    expect(slowest.ms).toBeLessThan(LONGEST_MS);
    expect(most).toBeLessThan(MEMORY + (MUTATIONS > 10_000 ? 0 : MEMORY));
    // A mutation that only ever breaks the first bytes would show nothing.
    expect([...ends.keys()].length).toBeGreaterThan(4);
    expect(ends.get('whole')).toBeGreaterThan(MUTATIONS / 20);
  });
});
