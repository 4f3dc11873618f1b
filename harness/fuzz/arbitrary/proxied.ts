import { addressOf, proxyCommand, proxyFamily, proxyHeaderV1, proxyHeaderV2 } from '../../codec/proxy-header.ts';
import type { Act, Client } from '../exec.ts';
import type { Chance } from './chance.ts';

/** Types of TLVs (haproxy/proxy-protocol, 2.2). */
const [NOOP, UNIQUE_ID] = [0x04, 0x05];
const CONTEXT = { capabilities: 0 } as const;
const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex');
const ends = {
  TCP4: { sourceAddress: '10.1.2.3', destinationAddress: '10.0.0.2' },
  TCP6: { sourceAddress: '2001:db8::1', destinationAddress: '2001:db8::2' },
} as const;
const inBytes = (family: keyof typeof ends) => ({
  family: proxyFamily[family],
  sourceAddress: addressOf(ends[family].sourceAddress),
  destinationAddress: addressOf(ends[family].destinationAddress),
  sourcePort: 1111,
  destinationPort: 3306,
});
const line = (fields: Parameters<typeof proxyHeaderV1.encode>[0]): string =>
  hexOf(proxyHeaderV1.encode({ sourcePort: '1111', destinationPort: '3306', ...fields }, CONTEXT));
const binary = (fields: Parameters<typeof proxyHeaderV2.encode>[0]): string => hexOf(proxyHeaderV2.encode(fields, CONTEXT));

/** Headers of both versions, for every kind of client that a proxy may stand in front of. */
const headers: readonly string[] = [
  line({ family: 'TCP4', ...ends.TCP4 }),
  line({ family: 'TCP6', ...ends.TCP6 }),
  line({ family: 'UNKNOWN' }),
  line({ family: 'UNKNOWN ffff::1 ffff::2 1111 3306' }),
  binary(inBytes('TCP4')),
  binary(inBytes('TCP6')),
  binary({
    ...inBytes('TCP4'),
    tlvs: [
      { type: NOOP, value: new Uint8Array(3) },
      { type: UNIQUE_ID, value: Buffer.from('mywire') },
    ],
  }),
  binary({ command: proxyCommand.LOCAL, family: proxyFamily.UNSPEC }),
  binary({ ...inBytes('TCP4'), command: proxyCommand.LOCAL }),
];

/** Broken in one byte, cut, or longer than it says. */
function broken(chance: Chance, header: string): string {
  const bytes = Buffer.from(header, 'hex');
  // In front stands what tells that it is a header at all.
  const at = chance.between(5, bytes.length - 1);
  return chance.weighted<() => string>([
    [
      3,
      () =>
        hexOf(Buffer.concat([bytes.subarray(0, at), Buffer.of((bytes[at] as number) ^ (1 << chance.below(8))), bytes.subarray(at + 1)])),
    ],
    [2, () => hexOf(Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1)]))],
    [1, () => hexOf(Buffer.concat([bytes.subarray(0, at), Buffer.alloc(120, 0x31), bytes.subarray(at)]))],
  ])();
}

/** The same client behind a proxy that tells of it, rightly or not; it asks who it is. */
export function proxied(chance: Chance, client: Client): Client {
  const header = chance.of(headers);
  const asks: Act = { send: [{ message: 'COM_QUERY', with: { query: 'SELECT USER()' } }] };
  return { ...client, acts: [...client.acts, asks], proxied: chance.oneIn(3) ? broken(chance, header) : header };
}
