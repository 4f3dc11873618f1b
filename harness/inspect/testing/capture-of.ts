/** Captures made of what peers say, for tests. */
import { type SocketEvent, synthesizePcapng } from '../../pcap/synthesize.ts';

/** One connection as a capture. */
export function captureOf(events: readonly SocketEvent[]): Uint8Array {
  const transcript = { client: { address: '127.0.0.1', port: 40_000 }, server: { address: '127.0.0.1', port: 3306 }, events };
  return synthesizePcapng({ application: 'test' }, [transcript]);
}

/** The same of turns, one behind the other; without bytes a side ends the connection by a FIN. */
export function captureOfTurns(turns: readonly { readonly from: 'client' | 'server'; readonly bytes?: Uint8Array }[]): Uint8Array {
  const events: SocketEvent[] = [{ timeNs: 1n, from: 'client', kind: 'connect' }];
  for (const { from, bytes } of turns) {
    const timeNs = BigInt(events.length + 1) * 1000n;
    events.push(bytes ? { timeNs, from, kind: 'data', bytes } : { timeNs, from, kind: 'fin' });
  }
  return captureOf(events);
}
