import { expect, test } from 'vitest';
import type { TcpConnection } from '../pcap/tcp-connection.ts';
import { openedAt } from './tap.ts';

/** A connection whose first packet has this time, in ms. */
const at = (ms: number): TcpConnection => ({ events: [{ timeNs: BigInt(ms) * 1_000_000n }] }) as unknown as TcpConnection;

test('of connections from one port, which is used again, that counts which was opened at the time', () => {
  const [before, then, later] = [at(1_000_000), at(1_060_003), at(1_061_000)];
  expect(openedAt([before, then, later], 1_060_000)).toBe(then);
});

test('where the capture has lost it, another one from that port is no evidence of it', () => {
  expect(openedAt([at(1_000_000), at(1_090_000)], 1_060_000)).toBeUndefined();
});
