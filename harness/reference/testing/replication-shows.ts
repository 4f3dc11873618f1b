import { Buffer } from 'node:buffer';
import { nativePasswordScramble } from '../../auth/native-password.ts';
import type { replication } from '../defects/replication.ts';
import { type BareClient, packet, query, response41, SILENCE_MS, z } from './bare-client.ts';
import { behindLogin, frame } from './compression-shows.ts';
import { afterLogin, behindVersion, code, DEPRECATE_EOF, field, native, OK, on, PLUGIN, type Shows } from './shows.ts';

/** A client whose account may replicate, and that knows checksums; what comes back for its command. */
const asReplica = (
  command: Uint8Array,
  shows: (packets: string[], c: BareClient) => boolean | Promise<boolean>,
  { flags = 0, checksum = 'CRC32' } = {},
): Shows =>
  on(async (c) => {
    const first = (await c.next())?.payload ?? Buffer.alloc(0);
    const at = behindVersion(first);
    const scramble = Buffer.from(`${field(first, 4, 8)}${field(first, 31, 12)}`, 'hex');
    const proof = Buffer.from(nativePasswordScramble('mywire-secret', scramble)).toString('hex');
    c.send(response41(PLUGIN | flags, `${z('mywire')}14${proof}${native}`));
    if ((await c.next())?.hex[0] !== '0' || at === 0) return false;
    c.send(query(`SET @source_binlog_checksum = '${checksum}'`));
    await c.next();
    c.send(command);
    return shows(await c.all(SILENCE_MS / 2), c);
  });
const int = (n: number, bytes: number): string =>
  Buffer.from(n.toString(16).padStart(bytes * 2, '0'), 'hex')
    .reverse()
    .toString('hex');
const dump = (position = 4, flags = 1, file = ''): Buffer =>
  packet(`12${int(position, 4)}${int(flags, 2)}00000000${Buffer.from(file).toString('hex')}`);
/** Where the log of the reference server ends: its first event has 121 bytes. */
const END = 125;
const register = packet(`15${int(7, 4)}000000${'00'.repeat(10)}`);
const gtids = (data: string): Buffer =>
  packet(`1e0100${'00'.repeat(4)}${'00'.repeat(4)}04${'00'.repeat(7)}${int(data.length / 2, 4)}${data}`);
const isErr = (answer: string | undefined, wanted: number): boolean => code(answer?.slice(2)) === wanted;
/** The type of an event. */
const typeOf = (event = ''): number => Number.parseInt(event.slice(event.indexOf(':') + 1).slice(10, 12), 16);
const payload = (event = ''): Buffer => Buffer.from(event.slice(event.indexOf(':') + 1), 'hex');

export const replicationShows: Record<keyof typeof replication, Shows> = {
  'binlog-without-privilege': afterLogin(dump(), ([a]) => typeOf(a) === 4),
  'binlog-privilege-closes': afterLogin(dump(), async (all, c) => all.length === 0 && (await c.ending()) === 'fin'),
  'binlog-unknown-file-ends': asReplica(dump(4, 1, 'nowhere'), ([a]) => a === '1:fe00000200'),
  'binlog-error-hangs': asReplica(dump(3), async (all, c) => all.length === 0 && (await c.ending(1)) === 'open'),
  'binlog-end-keeps-open': asReplica(dump(3), async ([a], c) => isErr(a, 1236) && (await c.ending(SILENCE_MS / 2)) === 'open'),
  'binlog-low-position-taken': asReplica(dump(3), ([a]) => typeOf(a) === 4),
  'binlog-high-position-taken': asReplica(dump(999_999), ([a]) => typeOf(a) === 4),
  'binlog-without-rotate': asReplica(dump(), ([a]) => typeOf(a) === 15),
  // From behind the FORMAT_DESCRIPTION_EVENT, where the log ends.
  'binlog-rotate-to-the-first-event': asReplica(dump(END), ([a]) => typeOf(a) === 4 && payload(a).readUInt32LE(20) === 4),
  'binlog-without-format-description': asReplica(dump(), ([a, b]) => typeOf(a) === 4 && b === '2:fe00000200'),
  'binlog-event-without-status-byte': asReplica(dump(), ([a]) => a?.startsWith('1:0000000004') === true),
  'binlog-event-size-wrong': asReplica(dump(), ([a]) => payload(a).readUInt32LE(10) === payload(a).length),
  'binlog-checksum-wrong': asReplica(dump(), ([a]) => payload(a).subarray(-4).toString('hex') !== 'e9d2ca6e'),
  'binlog-checksum-missing': asReplica(dump(), ([a]) => payload(a).toString('latin1').endsWith('binlog.000001')),
  'binlog-checksum-unasked': asReplica(dump(), ([a]) => !payload(a).toString('latin1').endsWith('binlog.000001'), { checksum: 'NONE' }),
  'binlog-next-position-zero': asReplica(dump(), ([, b]) => payload(b).readUInt32LE(14) === 0),
  'binlog-time-zero': asReplica(dump(), ([, b]) => payload(b).readUInt32LE(1) === 0),
  'binlog-server-id-zero': asReplica(dump(), ([a]) => payload(a).readUInt32LE(6) === 0),
  'binlog-sequence-stuck': asReplica(dump(), ([a, b]) => a?.startsWith('1:00') === true && b?.startsWith('1:00') === true),
  'binlog-non-blocking-waits': asReplica(dump(), async (all, c) => all.length === 2 && (await c.ending(1)) === 'open'),
  'binlog-blocking-ends': asReplica(dump(4, 0), (all) => all[2] === '3:fe00000200'),
  'binlog-blocking-ends-behind-an-event': asReplica(dump(4, 0), (all) => typeOf(all[2]) === 15 && all[3] === '4:fe00000200'),
  'binlog-ends-with-ok': asReplica(dump(), (all) => all[2] === '3:fe000002000000', { flags: DEPRECATE_EOF }),
  'binlog-broken-dump-taken': asReplica(packet('1204000000'), ([a]) => typeOf(a) === 4),
  'binlog-gtid-set-unread': asReplica(gtids(int(5, 8)), ([a]) => typeOf(a) === 4),
  'register-replica-unanswered': asReplica(register, async (all, c) => all.length === 0 && (await c.ending(1)) === 'open'),
  'register-replica-unanswered-when-compressed': behindLogin(
    [frame(register)],
    async (answer, c) => answer === '' && (await c.ending(1)) === 'open',
  ),
  'register-replica-insists-on-names': asReplica(register, ([a]) => isErr(a, 1105)),
  'register-replica-without-privilege': afterLogin(register, ([a]) => a === `1:${OK}`),
  'register-replica-takes-broken': asReplica(packet('15'), ([a]) => a === `1:${OK}`),
  'register-replica-closes-on-broken': asReplica(packet('15'), async (all, c) => all.length === 0 && (await c.ending()) === 'fin'),
};
