import type { Case } from '../../harness/case/case.ts';
import type { Step } from '../../harness/case/step.ts';
import { type MariadbCapabilityName, mariadbCapability } from '../../harness/codec/capability.ts';
import { manual } from '../manual.ts';
import { anyErrAndEnd, err, greeting, ok, works } from '../steps.ts';

const source = [
  manual['mariadb/extended-capabilities'],
  manual['mariadb/response-extended-capabilities'],
  manual['mariadb/auth-answers'],
] as const;

const query = (text: string) => ({ send: { message: 'COM_QUERY', with: { query: text } } }) as const;
const one = { expect: [{ packet: 'TextResultset', sequenceId: 1, where: { columns: 1, rows: 1, first: '1' } }] } as const satisfies Step;
const logsIn = (mariadb: readonly MariadbCapabilityName[]) =>
  [greeting, { send: { message: 'HandshakeResponse41', account: 'check', mariadb } }, ok] as const;

const withComMulti = [
  { send: { message: 'HandshakeResponse41', account: 'check', mariadb: ['COM_MULTI'] } },
  ok,
] as const satisfies readonly Step[];
const refused = [
  { send: { message: 'COM_RAW', with: { command: 0xfe, rest: '0100000e' } } },
  { expect: [{ ...err(1047, '08S01'), sequenceId: 1 }] },
] as const satisfies readonly Step[];

/** What a flag alone makes of a resultset, and the defects that do not. */
const makes = {
  PROGRESS: { source: [], killedBy: [] },
  STMT_BULK_OPERATIONS: { source: [], killedBy: [] },
  EXTENDED_METADATA: { source: [manual['mariadb/extended-metadata-layout']], killedBy: ['extended-metadata-missing'] },
  CACHE_METADATA: {
    source: [manual['mariadb/cache-metadata']],
    killedBy: ['cache-metadata-byte-missing', 'extended-capabilities-one-byte-early'],
  },
  BULK_UNIT_RESULTS: { source: [], killedBy: [] },
} as const satisfies Partial<Record<MariadbCapabilityName, Pick<Case, 'source'> & { readonly killedBy: readonly string[] }>>;

const alone = (flag: keyof typeof makes): Case => ({
  id: `mariadb/${flag.toLowerCase().replaceAll('_', '-')}-alone`,
  title: `a client that sets MARIADB_CLIENT_${flag} alone gets in, and a resultset is what that flag makes of it`,
  level: 'MUST',
  source: [...source, ...makes[flag].source],
  needs: ['check-account', { offersMariadb: flag }],
  script: [...logsIn([flag]), query('SELECT 1'), one, ...works],
  link: 'https://jira.mariadb.org/browse/MXS-3297',
  killedBy: ['extended-capabilities-refused', 'any-extended-capability-is-all', ...makes[flag].killedBy],
});

/** The filler is zero, says MySQL's manual, and no manual what becomes of one that is not. */
const plainOrRefused: Case['script'] = [
  { expect: [{ packet: 'OK' }, anyErrAndEnd] },
  query('SELECT 1'),
  { expect: [{ packet: 'TextResultset', where: { first: '1', 'column.0.extendedMetadata': { absent: true } } }] },
  ...works,
];

/** The extended capabilities of MariaDB, in the last four bytes of the filler of a HandshakeResponse41. */
export const cases: readonly Case[] = [
  ...(['PROGRESS', 'STMT_BULK_OPERATIONS', 'EXTENDED_METADATA', 'CACHE_METADATA', 'BULK_UNIT_RESULTS'] as const).map(alone),
  {
    id: 'mariadb/capabilities-at-their-place',
    title:
      'bits in the filler before the extended capabilities turn on none of them: EXTENDED_METADATA there changes no resultset, or is refused',
    level: 'MUST',
    source: [...source, manual['mysql/response41-filler'], manual['mariadb/response-layout'], manual['mysql/ok-or-err-ends-auth']],
    needs: ['check-account', { offersMariadb: 'EXTENDED_METADATA' }],
    // The last four bytes of the filler, which are the capabilities, say nothing. Whoever reads from one to four bytes early finds the flag.
    script: [
      greeting,
      {
        send: {
          message: 'HandshakeResponse41',
          account: 'check',
          capabilities: { drop: ['LONG_PASSWORD'] },
          with: { filler: `${'00'.repeat(15)}08080808` },
        },
      },
      ...plainOrRefused,
    ],
    link: 'https://jira.mariadb.org/browse/MXS-3297',
    killedBy: ['extended-capabilities-one-byte-early'],
  },
  {
    id: 'mariadb/capabilities-of-a-mysql-client',
    title: "in the filler of a client that sets LONG_PASSWORD, MariaDB's CLIENT_MYSQL, EXTENDED_METADATA changes no resultset",
    level: 'MUST',
    source: [...source, manual['mariadb/extended-capabilities-only-without-client-mysql'], manual['mysql/ok-or-err-ends-auth']],
    needs: ['check-account', { offersMariadb: 'EXTENDED_METADATA' }],
    script: [
      greeting,
      {
        send: {
          message: 'HandshakeResponse41',
          account: 'check',
          capabilities: { add: ['LONG_PASSWORD'] },
          with: { filler: '00'.repeat(19), mariadbCapabilities: mariadbCapability.EXTENDED_METADATA },
        },
      },
      ...plainOrRefused,
    ],
    killedBy: ['extended-capabilities-of-a-mysql-client-taken'],
  },
  {
    id: 'mariadb/unknown-capabilities',
    title: 'extended capabilities that nobody knows are left out',
    level: 'SHOULD',
    source: [...source, manual['mysql/capabilities-are-an-intersection']],
    needs: ['check-account', { dialect: 'mariadb' }],
    script: [
      greeting,
      {
        send: {
          message: 'HandshakeResponse41',
          account: 'check',
          capabilities: { drop: ['LONG_PASSWORD'] },
          with: { mariadbCapabilities: 0xffffff00 },
        },
      },
      ok,
      query('SELECT 1'),
      one,
      ...works,
    ],
    killedBy: ['unknown-extended-capabilities-refused'],
  },
  {
    id: 'mariadb/all-metadata-capabilities',
    title: 'with EXTENDED_METADATA, CACHE_METADATA and DEPRECATE_EOF at once each adds what it adds alone',
    // The manual tells of a column of JSON; that what JSON_OBJECT() gives is one is MariaDB's choice.
    level: 'SHOULD',
    source: [
      ...source,
      manual['mariadb/cache-metadata'],
      manual['mariadb/extended-metadata-layout'],
      manual['mariadb/resultset-order'],
      manual['mariadb/resultset-terminator'],
    ],
    needs: ['check-account', { offersMariadb: 'EXTENDED_METADATA' }, { offersMariadb: 'CACHE_METADATA' }, { offers: 'DEPRECATE_EOF' }],
    script: [
      greeting,
      {
        send: {
          message: 'HandshakeResponse41',
          account: 'check',
          capabilities: { add: ['DEPRECATE_EOF'] },
          mariadb: ['EXTENDED_METADATA', 'CACHE_METADATA'],
        },
      },
      ok,
      query("SELECT JSON_OBJECT('a', 1)"),
      {
        expect: [
          {
            packet: 'TextResultset',
            sequenceId: 1,
            where: { columns: 1, rows: 1, first: '{"a": 1}', 'column.0.extendedMetadata.0.value': 'json', affectedRows: 0 },
          },
        ],
      },
      ...works,
    ],
    killedBy: ['cache-metadata-byte-missing', 'extended-metadata-missing', 'resultset-eof-for-ok', 'resultset-column-eof-unasked'],
  },
  {
    id: 'mariadb/com-multi',
    title: 'a client that sets MARIADB_CLIENT_COM_MULTI gets in; where the flag is not offered 0xFE gets ERR 1047 all the same',
    level: 'SHOULD',
    source: [...source, manual['mariadb/com-multi-is-deprecated'], manual['mariadb/error-1047-unknown-command']],
    needs: ['check-account', { dialect: 'mariadb' }],
    script: [
      {
        expect: [
          { packet: 'HandshakeV10', where: { mariadbCapabilities: { noBits: 0x02 } }, then: [...withComMulti, ...refused, ...works] },
          { packet: 'HandshakeV10', where: { mariadbCapabilities: { bits: 0x02 } }, then: [...withComMulti, ...works] },
        ],
      },
    ],
    killedBy: ['extended-capabilities-refused', 'unknown-command-ok', 'unknown-command-hangs', 'unknown-command-closes-silently'],
  },
];
