import type { Case, Dialect } from '../../harness/case/case.ts';
import type { Alternative, Earlier, Step } from '../../harness/case/step.ts';
import type { CapabilityName } from '../../harness/codec/capability.ts';
import { int, times } from '../bytes.ts';
import { manual } from '../manual.ts';
import { anyErr, ended, endedCleanly, err, greeting, loggedIn, ordinary, syntaxErrors, waits, works } from '../steps.ts';

const asked = [manual['mysql/binlog-dump-gets-stream-or-err'], manual['mariadb/binlog-dump-gets-events']] as const;
const streamed = [
  manual['mysql/binlog-events-follow-ok-byte'],
  manual['mysql/binlog-event-header'],
  manual['mariadb/binlog-events-follow-status-byte'],
  manual['mariadb/binlog-event-header'],
] as const;
/** That the connection ends behind the ERR as it does behind the events no page says: none of these is a MUST. */
const refused = [
  ...asked,
  manual['mysql/error-1236-binlog-cannot-be-read'],
  manual['mariadb/error-1236-binlog-cannot-be-read'],
  manual['mariadb/binlog-dump-ends-connection'],
] as const;
const privileged = [
  manual['mysql/replication-slave-reads-binlog'],
  manual['mariadb/replication-slave-reads-binlog'],
  manual['mysql/error-1227-privilege-needed'],
  manual['mariadb/error-1227-privilege-needed'],
] as const;

/** A dump of what comes behind a place, and how it ends. */
const ends = {
  mysql: [
    manual['mysql/binlog-dump-gets-stream-or-err'],
    manual['mysql/binlog-dump-layout'],
    manual['mysql/binlog-events-follow-ok-byte'],
    manual['mysql/binlog-event-header'],
    manual['mysql/error-1064-parse-error'],
  ],
  mariadb: [
    manual['mariadb/binlog-dump-gets-events'],
    manual['mariadb/binlog-dump-non-block-gets-eof'],
    manual['mariadb/replica-tells-capability'],
    manual['mariadb/binlog-events-follow-status-byte'],
    manual['mariadb/binlog-event-header'],
  ],
} as const;
/** The two events in front, made up by the server. */
const begins = {
  mysql: [manual['mysql/binlog-rotate-names-file'], manual['mysql/binlog-begins-with-format-description']],
  mariadb: [manual['mariadb/binlog-fake-rotate-comes-first'], manual['mariadb/binlog-format-description']],
} as const;
/** That a replica tells by a variable what it knows says MariaDB's manual alone, and of the first two events what they end in. */
const checksums = [
  manual['mysql/binlog-checksum-is-crc32'],
  manual['mariadb/replica-tells-checksum'],
  manual['mariadb/binlog-fake-rotate-has-checksum'],
  manual['mariadb/binlog-event-crc32'],
] as const;
const needsLog = ['login-account', { feature: 'binary-log' }] as const;
const needs = [...needsLog, { feature: 'may-replicate' }] as const;
const needsEnd = [...needs, { feature: 'may-ask-for-the-end-of-the-log' }] as const;

const NON_BLOCK = 1;
const ROTATE = 4;
const FORMAT_DESCRIPTION = 15;
const ARTIFICIAL = 0x20;

const query = (text: string) => ({ send: { message: 'COM_QUERY', with: { query: text } } }) as const;
const loggedInAsReplica = (capabilities: readonly CapabilityName[] = []) =>
  [
    greeting,
    { send: { message: 'HandshakeResponse41', account: 'login', capabilities: { add: capabilities } } },
    { expect: [{ packet: 'OK' }] },
  ] as const;
/** Both servers refuse events with checksums to a replica that has not said that it knows them; MySQL has two names for it. */
const knowsChecksums = (algorithm: 'CRC32' | 'NONE') =>
  [
    query(`SET @master_binlog_checksum = '${algorithm}', @source_binlog_checksum = '${algorithm}'`),
    { expect: [{ packet: 'OK' }] },
  ] as const;
/**
 * And MariaDB makes another event of each of its GTIDs for a replica that has not said that it knows them. It cannot of those that have a
 * commit id and several engines, and ends the dump with ERR 1236 (https://jira.mariadb.org/browse/MDEV-33849).
 */
const knowsGtids = (dialect: Dialect): readonly Step[] =>
  dialect === 'mariadb' ? [query('SET @mariadb_slave_capability = 4'), { expect: [{ packet: 'OK' }] }] : [];
const replica = [...loggedInAsReplica(), ...knowsChecksums('CRC32')] as const;

interface Dump {
  readonly position?: number | Earlier;
  readonly flags?: number;
  /** Servers end the dump of another replica with the same id, but for 0: those may be many. */
  readonly serverId?: number;
  readonly filename?: string | Earlier;
}
const dump = (fields: Dump = {}) => ({ send: { message: 'COM_BINLOG_DUMP', with: { flags: NON_BLOCK, serverId: 0, ...fields } } }) as const;

/** That the stream begins with an event that is in no file says MariaDB's manual alone; MySQL's tells the events of a file. */
const made = 'SHOULD';
/** The event that the server makes up to tell the file: int<8> position 4 and the name. */
const rotate = {
  packet: 'BinlogEvent',
  sequenceId: 1,
  as: 'rotate',
  where: {
    type: ROTATE,
    timestamp: 0,
    nextPosition: 0,
    flags: { bits: ARTIFICIAL },
    serverId: { min: 1 },
    payload: { pattern: '^.{20}\\x04\\x00{7}[^\\x00]{4,}' },
  },
} as const satisfies Alternative;
/** The same, as far as MySQL's pages go: what makes it one that is in no file they do not tell. */
const named = {
  ...rotate,
  where: { type: ROTATE, payload: rotate.where.payload },
} as const satisfies Alternative;
/** int<2> version 4, string<50>, int<4>, int<1> length 19 of a header. The server id is what it was when the file was begun. */
const formatDescription = {
  packet: 'BinlogEvent',
  sequenceId: 2,
  where: { type: FORMAT_DESCRIPTION, payload: { pattern: '^.{20}\\x04\\x00.{54}\\x13' } },
} as const satisfies Alternative;
const unreadable = { ...err(1236, 'HY000'), sequenceId: 1 } as const;

/** Events, at most so many (other sessions write to the log), and then this. */
function eventsUntil(last: Alternative, most = 200): Step {
  const more: Alternative = { packet: 'BinlogEvent', then: [most > 1 ? eventsUntil(last, most - 1) : { expect: [last] }] };
  return { expect: [last, more] };
}

/** Silence, behind what other sessions write to the log: behind so much of it the log may never be at its end. */
function waitsForMore(most = 200): Step {
  return { expect: [waits, { packet: 'BinlogEvent', ...(most > 1 ? { then: [waitsForMore(most - 1)] } : {}) }] };
}

const end = { position: { from: 'TextResultset.row.0.1' }, filename: { from: 'TextResultset.row.0.0' } } as const;
/** Where the log ends now; before 8.2 MySQL knows MariaDB's statement alone. */
function atEndOfLog(dialect: Dialect, ...steps: readonly Step[]): readonly Step[] {
  const told = { packet: 'TextResultset' } as const;
  const master = [query('SHOW MASTER STATUS'), { expect: [told] }, ...steps] as const;
  if (dialect === 'mariadb') return master;
  return [query('SHOW BINARY LOG STATUS'), { expect: [told, { ...err(syntaxErrors, '42000'), then: master }] }, ...steps];
}

/** What happens where the log ends: each dialect has its own statement that tells the place. */
const atTheEnd = (dialect: Dialect) =>
  [
    {
      id: `replication/non-blocking-ends-with-eof-in-${dialect}`,
      title: `at the end of the log a replica that has asked for it gets EOF, and the connection ends (${dialect})`,
      // MariaDB's manual says both; MySQL's has the flag, and not a word of what it does.
      level: dialect === 'mariadb' ? 'MUST' : 'OBSERVE',
      source: dialect === 'mariadb' ? [...ends.mariadb, manual['mariadb/binlog-dump-ends-connection']] : ends.mysql,
      needs: [...needsEnd, { dialect }],
      script: [
        ...replica,
        ...knowsGtids(dialect),
        ...atEndOfLog(dialect, dump({ ...end, serverId: 1_297_700_001 }), eventsUntil({ packet: 'EOF', then: [ended] })),
      ],
      deliveries: ['whole'],
      mostBytes: 1 << 26,
      killedBy: ['binlog-non-blocking-waits', 'binlog-end-keeps-open'],
    },
    {
      id: `replication/blocking-waits-in-${dialect}`,
      // Other sessions may write to the log: what they have written comes, and no end behind it either.
      title: `at the end of the log a replica that has not asked for EOF waits for more (${dialect})`,
      level: 'SHOULD',
      source: [...ends[dialect], ...begins[dialect]],
      needs: [...needsEnd, { dialect }],
      script: [
        ...replica,
        ...knowsGtids(dialect),
        ...atEndOfLog(
          dialect,
          dump({ ...end, flags: 0, serverId: 1_297_700_002 }),
          { expect: [{ ...rotate, where: { type: ROTATE } }] },
          { expect: [formatDescription] },
          waitsForMore(),
        ),
      ],
      deliveries: ['whole'],
      mostBytes: 1 << 26,
      killedBy: ['binlog-blocking-ends', 'binlog-blocking-ends-behind-an-event'],
    },
    {
      id: `replication/first-event-names-the-end-of-the-log-in-${dialect}`,
      title: `a dump from the end of the log begins with a ROTATE_EVENT that names this position, not that of the first event (${dialect})`,
      level: made,
      source: [...asked, ...streamed, ...begins[dialect], manual[`${dialect}/error-of-statements`]],
      needs: [...needs, { dialect }],
      script: [
        ...replica,
        ...atEndOfLog(dialect, dump({ ...end, serverId: 1_297_700_004 }), {
          expect: [{ ...rotate, where: { type: ROTATE, position: { sameAs: 'TextResultset.row.0.1' } } }],
        }),
      ],
      deliveries: ['whole'],
      killedBy: ['binlog-rotate-to-the-first-event'],
    },
    {
      id: `replication/eof-with-deprecate-eof-in-${dialect}`,
      title: `the end of the log is an EOF packet of 5 bytes for a client with DEPRECATE_EOF too (${dialect})`,
      level: dialect === 'mariadb' ? 'SHOULD' : 'OBSERVE',
      source:
        dialect === 'mariadb'
          ? [...ends.mariadb, manual['mariadb/binlog-dump-ends-connection'], manual['mariadb/eof-layout']]
          : [...ends.mysql, manual['mysql/eof-layout']],
      needs: [...needsEnd, { dialect }, { offers: 'DEPRECATE_EOF' }],
      script: [
        ...loggedInAsReplica(['DEPRECATE_EOF']),
        ...knowsChecksums('CRC32'),
        ...knowsGtids(dialect),
        ...atEndOfLog(dialect, dump({ ...end, serverId: 1_297_700_003 }), eventsUntil({ packet: 'EOF', then: [ended] })),
      ],
      deliveries: ['whole'],
      mostBytes: 1 << 26,
      killedBy: ['binlog-ends-with-ok'],
    },
  ] as const satisfies readonly Case[];

/** COM_BINLOG_DUMP and COM_BINLOG_DUMP_GTID, as far as the first events and the end. */
export const cases = [
  {
    id: 'replication/dump-without-privilege',
    title: 'an account without REPLICATION SLAVE gets ERR 1227 for the binary log, and may go on',
    level: 'SHOULD',
    source: [...asked, ...privileged],
    needs: ['check-account', ordinary, { feature: 'binary-log' }],
    script: [...loggedIn, dump(), { expect: [{ ...err(1227, '42000'), sequenceId: 1 }] }, ...works],
    killedBy: ['binlog-without-privilege', 'binlog-privilege-closes'],
  },
  {
    id: 'replication/first-event-names-the-file',
    title: 'a dump begins with a ROTATE_EVENT of no time and no place that names the file and the position',
    level: made,
    source: [...asked, ...streamed, manual['mysql/binlog-rotate-names-file'], manual['mariadb/binlog-fake-rotate-comes-first']],
    needs,
    script: [...replica, dump(), { expect: [rotate] }],
    killedBy: ['binlog-without-rotate', 'binlog-event-without-status-byte', 'binlog-event-size-wrong', 'binlog-server-id-zero'],
  },
  {
    id: 'replication/second-event-describes-the-format',
    title: 'the second event of a dump is the FORMAT_DESCRIPTION_EVENT of version 4',
    level: made,
    source: [
      ...asked,
      ...streamed,
      manual['mysql/binlog-begins-with-format-description'],
      manual['mariadb/binlog-fake-rotate-comes-first'],
      manual['mariadb/binlog-format-description'],
    ],
    needs,
    script: [...replica, dump(), { expect: [rotate] }, { expect: [formatDescription] }],
    killedBy: ['binlog-without-format-description', 'binlog-sequence-stuck'],
  },
  {
    id: 'replication/second-event-tells-time-and-next-position',
    title: 'the FORMAT_DESCRIPTION_EVENT of a dump tells when it was written, and where the next event stands, as SHOW BINLOG EVENTS does',
    level: made,
    source: [
      ...asked,
      ...streamed,
      ...begins.mysql,
      ...begins.mariadb,
      manual['mysql/show-binlog-events'],
      manual['mariadb/show-binlog-events'],
    ],
    needs: needsEnd,
    script: [
      ...replica,
      query('SHOW BINLOG EVENTS LIMIT 1'),
      { expect: [{ packet: 'TextResultset', where: { columns: 6, rows: 1 } }] },
      dump({ filename: { from: 'TextResultset.row.0.0' } }),
      { expect: [{ ...rotate, where: { type: ROTATE } }] },
      {
        expect: [
          {
            packet: 'BinlogEvent',
            where: { type: FORMAT_DESCRIPTION, timestamp: { min: 1 }, nextPosition: { sameAs: 'TextResultset.row.0.4' } },
          },
        ],
      },
    ],
    killedBy: ['binlog-next-position-zero', 'binlog-time-zero'],
  },
  {
    id: 'replication/events-have-checksums',
    title: 'a replica that knows CRC32 gets events that end in the CRC-32 of what stands before it',
    level: 'SHOULD',
    source: [...asked, ...streamed, ...begins.mysql, ...begins.mariadb, ...checksums],
    needs: [...needs, { feature: 'binary-log-checksums' }],
    script: [
      ...replica,
      dump(),
      { expect: [{ ...rotate, where: { type: ROTATE, checksum: 'right' } }] },
      { expect: [{ packet: 'BinlogEvent', where: { type: FORMAT_DESCRIPTION, checksum: 'right' } }] },
    ],
    killedBy: ['binlog-checksum-wrong', 'binlog-checksum-missing'],
  },
  {
    id: 'replication/events-without-checksums',
    title: 'a replica that wants no checksums gets a ROTATE_EVENT that ends with the name of the file',
    level: 'SHOULD',
    source: [...asked, ...streamed, ...begins.mysql, ...begins.mariadb, ...checksums],
    needs,
    script: [
      ...loggedInAsReplica(),
      ...knowsChecksums('NONE'),
      dump(),
      { expect: [{ ...rotate, where: { ...rotate.where, payload: { pattern: '^.{20}\\x04\\x00{7}[!-~]{4,}$' } } }] },
      { expect: [formatDescription] },
    ],
    killedBy: ['binlog-checksum-unasked'],
  },
  {
    id: 'replication/unknown-file',
    title: 'a dump of a file that is not there gets ERR 1236, and the connection ends',
    level: 'SHOULD',
    source: refused,
    needs,
    script: [...replica, dump({ filename: 'mywire-no-such-log.000001' }), { expect: [unreadable] }, endedCleanly],
    killedBy: ['binlog-unknown-file-ends', 'binlog-error-hangs', 'binlog-end-keeps-open'],
  },
  {
    id: 'replication/position-inside-the-magic-number',
    title: 'a dump from position 3, inside the magic number of the file, gets ERR 1236, and the connection ends',
    level: 'SHOULD',
    source: refused,
    needs,
    script: [...replica, dump({ position: 3 }), { expect: [unreadable] }, endedCleanly],
    killedBy: ['binlog-low-position-taken', 'binlog-error-hangs'],
  },
  {
    id: 'replication/position-zero',
    title: 'a dump from position 0 gets ERR 1236, and the connection ends',
    level: 'SHOULD',
    source: refused,
    needs,
    script: [...replica, dump({ position: 0 }), { expect: [unreadable] }, endedCleanly],
    killedBy: ['binlog-low-position-taken'],
  },
  {
    id: 'replication/position-behind-the-end',
    title: 'a dump from behind the end of the file gets ERR 1236, and the connection ends',
    level: 'SHOULD',
    source: refused,
    needs,
    script: [...replica, dump({ position: 0xffffff00 }), { expect: [unreadable] }, endedCleanly],
    killedBy: ['binlog-high-position-taken'],
  },
  ...atTheEnd('mysql'),
  ...atTheEnd('mariadb'),
  {
    id: 'replication/dump-that-breaks-off',
    title: 'COM_BINLOG_DUMP without server id and file is refused with an ERR, and the connection ends',
    level: 'SHOULD',
    source: [...asked, manual['mysql/binlog-dump-layout']],
    // MariaDB takes what is missing from the packet before.
    needs: [...needs, { dialect: 'mysql' }],
    script: [...replica, { send: { payload: '1204000000' } }, { expect: [{ ...anyErr, sequenceId: 1 }] }, ended],
    killedBy: ['binlog-broken-dump-taken', 'binlog-error-hangs'],
  },
  {
    id: 'replication/gtid-dump-without-privilege',
    title: 'an account without REPLICATION SLAVE gets ERR 1227 for a dump by GTIDs, and may go on',
    level: 'SHOULD',
    source: [manual['mysql/binlog-dump-gtid-gets-stream-or-err'], ...privileged],
    needs: ['check-account', ordinary, { feature: 'binary-log' }, { dialect: 'mysql' }],
    script: [
      ...loggedIn,
      { send: { message: 'COM_BINLOG_DUMP_GTID', with: { flags: NON_BLOCK, dataSize: 8, data: times(8, 0) } } },
      { expect: [{ ...err(1227, '42000'), sequenceId: 1 }] },
      ...works,
    ],
    killedBy: ['binlog-without-privilege', 'binlog-privilege-closes'],
  },
  {
    id: 'replication/gtid-dump-of-everything',
    title: 'a replica that has no GTIDs yet gets the first file, its name first, or ERR 1236 or 1789 where the log no longer has them all',
    level: made,
    source: [
      manual['mysql/binlog-dump-gtid-gets-stream-or-err'],
      manual['mysql/gtid-source-has-gtid-mode-on'],
      manual['mysql/binlog-events-follow-ok-byte'],
      manual['mysql/binlog-event-header'],
      manual['mysql/binlog-rotate-names-file'],
      manual['mysql/binlog-begins-with-format-description'],
      manual['mysql/error-1236-binlog-cannot-be-read'],
      manual['mysql/error-1789-gtids-purged'],
    ],
    needs: [...needs, { dialect: 'mysql' }, { feature: 'gtids' }],
    script: [
      ...replica,
      { send: { message: 'COM_BINLOG_DUMP_GTID', with: { flags: NON_BLOCK, dataSize: 8, data: times(8, 0) } } },
      { expect: [named, { ...err([1236, 1789], 'HY000'), sequenceId: 1, then: [ended] }] },
      { expect: [formatDescription] },
    ],
    killedBy: ['binlog-without-rotate', 'binlog-without-format-description'],
  },
  {
    id: 'replication/gtid-set-that-breaks-off',
    title: 'a set of GTIDs that announces more than it has is refused with ERR 1773, and the connection ends',
    level: 'SHOULD',
    source: [manual['mysql/binlog-dump-gtid-gets-stream-or-err'], manual['mysql/error-1773-malformed-gtid-set']],
    needs: [...needs, { dialect: 'mysql' }],
    script: [
      ...replica,
      { send: { message: 'COM_BINLOG_DUMP_GTID', with: { flags: NON_BLOCK, dataSize: 8, data: int(8, 5) } } },
      { expect: [{ ...err(1773, 'HY000'), sequenceId: 1 }] },
      endedCleanly,
    ],
    killedBy: ['binlog-gtid-set-unread', 'binlog-end-keeps-open'],
  },
  {
    id: 'replication/gtid-dump-in-mariadb',
    title: 'MariaDB does not know COM_BINLOG_DUMP_GTID: ERR 1047, and the session goes on',
    level: 'SHOULD',
    source: [manual['mariadb/error-1047-unknown-command']],
    needs: [...needsLog, { dialect: 'mariadb' }],
    script: [
      ...replica,
      { send: { message: 'COM_BINLOG_DUMP_GTID', with: { flags: NON_BLOCK, dataSize: 8, data: times(8, 0) } } },
      { expect: [{ ...err(1047, '08S01'), sequenceId: 1 }] },
      ...works,
    ],
    killedBy: ['unknown-command-ok', 'unknown-command-hangs', 'unknown-command-closes-silently', 'unknown-command-err-closes'],
  },
] as const satisfies readonly Case[];
