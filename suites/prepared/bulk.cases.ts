import type { Case } from '../../harness/case/case.ts';
import type { ListedValue, Step, Stimulus } from '../../harness/case/step.ts';
import { status } from '../../harness/codec/status.ts';
import { ascii, int } from '../bytes.ts';
import { manual } from '../manual.ts';
import {
  done,
  execute,
  gives,
  id,
  loggedInWith,
  prepared,
  query,
  refused,
  text,
  type,
  UNSIGNED,
  unknownStatement,
} from '../prepared-steps.ts';
import { countsByOne, inAutocommit } from '../query-steps.ts';
import { ok, works } from '../steps.ts';

const source = [manual['mariadb/bulk-layout'], manual['mariadb/bulk-answer']] as const;
const indicators = [...source, manual['mariadb/bulk-indicators']] as const;
const withoutTables = [
  'check-account',
  'database',
  { dialect: 'mariadb' },
  { offersMariadb: 'STMT_BULK_OPERATIONS' },
  { feature: 'bulk-operations' },
] as const;
const needs = [...withoutTables, { feature: 'temporary-tables' }] as const;
const inBulk = loggedInWith({ add: ['CONNECT_WITH_DB'] }, { mariadb: ['STMT_BULK_OPERATIONS'] });

const SEND_TYPES = 128;
const UNIT_RESULTS = 64;
const given = (chars: string): ListedValue => ({ indicator: 0, value: ascii(chars) });
const NULL: ListedValue = { indicator: 1 };
const DEFAULT: ListedValue = { indicator: 2 };
const IGNORE: ListedValue = { indicator: 3 };

const bulk = (rows: readonly (readonly ListedValue[])[], fields: Stimulus['with'] = {}): Stimulus => ({
  message: 'COM_STMT_BULK_EXECUTE',
  with: { statementId: id, flags: SEND_TYPES, types: [type.VAR_STRING], rows, ...fields },
});
const words = done("CREATE TEMPORARY TABLE mywire_bulk (id INT AUTO_INCREMENT PRIMARY KEY, word VARCHAR(20) DEFAULT 'none')");
const insert = prepared('INSERT INTO mywire_bulk (word) VALUES (?)', 1, 0);
const insertsWords = [...inBulk, ...words, ...insert] as const;
const holds = (...list: readonly (string | null)[]): readonly Step[] => [
  query('SELECT word FROM mywire_bulk ORDER BY id'),
  {
    expect: [
      {
        packet: 'TextResultset',
        where: { columns: 1, rows: list.length, ...Object.fromEntries(list.map((one, i) => [`row.${i}.0`, one])) },
      },
    ],
  },
];

/** COM_STMT_BULK_EXECUTE. MariaDB only. */
export const cases = [
  {
    id: 'prepared/bulk-insert',
    title: 'a bulk execution inserts every row of the packet and is answered by one OK with their number',
    level: 'MUST',
    source: [...source, manual['mariadb/bulk-has-one-result']],
    needs: [...needs, countsByOne],
    script: [
      ...insertsWords,
      { send: bulk([[given('a')], [given('b')], [given('c')]]) },
      { expect: [{ packet: 'OK', where: { affectedRows: 3, lastInsertId: 1 } }] },
      ...holds('a', 'b', 'c'),
      ...works,
    ],
    killedBy: ['bulk-takes-first-row-only'],
  },
  {
    id: 'prepared/bulk-null',
    title: 'the indicator NULL is a NULL, and no value follows it',
    level: 'MUST',
    source: indicators,
    needs,
    script: [...insertsWords, { send: bulk([[given('a')], [NULL], [given('c')]]) }, ok, ...holds('a', null, 'c'), ...works],
    killedBy: ['bulk-null-as-empty-string'],
  },
  {
    id: 'prepared/bulk-value-behind-null',
    title: 'a parameter that is NULL in the first row has its value in the second',
    level: 'MUST',
    source: indicators,
    needs,
    script: [...insertsWords, { send: bulk([[NULL], [given('b')], [NULL], [given('d')]]) }, ok, ...holds(null, 'b', null, 'd'), ...works],
    killedBy: ['bulk-null-of-first-row-stays'],
  },
  {
    id: 'prepared/bulk-with-the-types-before',
    title: 'a bulk execution without SEND_TYPES_TO_SERVER has the types of the one before',
    // No page says whose types hold then, and the flag has no other use.
    level: 'SHOULD',
    source: indicators,
    needs,
    script: [
      ...insertsWords,
      { send: bulk([[given('a')], [given('b')]]) },
      ok,
      // A string without its type: indicator, length, letter; behind it the indicator of a NULL.
      { send: { message: 'COM_STMT_BULK_EXECUTE', with: { statementId: id, flags: 0 }, raw: { rows: '00016301000165' } } },
      { expect: [{ packet: 'OK', where: { affectedRows: 3 } }] },
      ...holds('a', 'b', 'c', null, 'e'),
      ...works,
    ],
    killedBy: ['bulk-types-forgotten'],
  },
  {
    id: 'prepared/bulk-default',
    title: 'the indicators DEFAULT and IGNORE insert the default of the column',
    level: 'MUST',
    source: indicators,
    needs,
    script: [...insertsWords, { send: bulk([[DEFAULT], [given('b')], [IGNORE]]) }, ok, ...holds('none', 'b', 'none'), ...works],
    killedBy: ['bulk-default-as-null', 'bulk-ignore-as-null'],
  },
  {
    id: 'prepared/bulk-unsigned',
    title: 'a parameter of a bulk execution is unsigned where its type says so',
    level: 'MUST',
    source: [...source, manual['mariadb/execute-types'], manual['mariadb/execute-parameter-encoding']],
    needs,
    script: [
      ...insertsWords,
      {
        send: bulk([[{ indicator: 0, value: int(8, 7) }], [{ indicator: 0, value: 'ffffffffffffffff' }]], {
          types: [type.LONGLONG | UNSIGNED],
        }),
      },
      ok,
      ...holds('7', '18446744073709551615'),
      ...works,
    ],
    killedBy: ['bulk-unsigned-read-as-signed'],
  },
  {
    id: 'prepared/bulk-in-a-transaction',
    title: 'in a transaction the OK that answers a bulk execution has SERVER_STATUS_IN_TRANS, and behind it no longer',
    level: 'MUST',
    source: [...source, manual['mariadb/bulk-has-one-result'], manual['mariadb/status-flags']],
    needs: [...needs, inAutocommit],
    script: [
      ...insertsWords,
      query('START TRANSACTION'),
      ok,
      { send: bulk([[given('a')], [given('b')]]) },
      { expect: [{ packet: 'OK', where: { affectedRows: 2, statusFlags: { bits: status.IN_TRANS } } }] },
      query('COMMIT'),
      ok,
      { send: bulk([[given('c')]]) },
      { expect: [{ packet: 'OK', where: { affectedRows: 1, statusFlags: { noBits: status.IN_TRANS } } }] },
      ...works,
    ],
    killedBy: ['bulk-ok-hides-transaction'],
  },
  {
    id: 'prepared/bulk-unknown-id',
    title: 'COM_STMT_BULK_EXECUTE of an id that was never given is refused with ERR 1243',
    level: 'MUST',
    source: [...source, manual['mariadb/error-1243-unknown-statement']],
    needs: withoutTables,
    script: [...inBulk, { send: bulk([[given('a')]], { statementId: 0xdeadbeef }) }, unknownStatement, ...works],
    killedBy: ['unknown-statement-closes', 'unknown-statement-unsupported'],
  },
  {
    id: 'prepared/bulk-select',
    title: 'a bulk execution of a statement with a result set is refused, and the statement stays',
    level: 'MUST',
    // MariaDB: 1295.
    source: [manual['mariadb/bulk-result-set-refused']],
    needs: withoutTables,
    script: [
      ...inBulk,
      ...prepared('SELECT ?', 1, 1),
      { send: bulk([[given('a')], [given('b')]]) },
      { expect: [{ packet: 'ERR', sequenceId: 1, where: { errorCode: { not: 1243 } } }] },
      { send: execute([text('c')]) },
      gives('c'),
      ...works,
    ],
    killedBy: ['bulk-select-answered'],
  },
  {
    id: 'prepared/bulk-without-rows',
    title: 'a bulk execution without a row is refused',
    // The manual does not tell of it.
    level: 'OBSERVE',
    source,
    needs,
    script: [...insertsWords, { send: bulk([]) }, refused, ...holds(), ...works],
    killedBy: ['bulk-without-rows-ok'],
  },
  {
    id: 'prepared/bulk-unit-results',
    title: 'with SEND_UNIT_RESULTS the answer is a binary resultset with the id and the affected rows of each row',
    // The manual does not say which of the two stands first: of MariaDB it is the id.
    level: 'SHOULD',
    source: [manual['mariadb/bulk-unit-results']],
    needs: [...needs, { offersMariadb: 'BULK_UNIT_RESULTS' }, countsByOne],
    script: [
      ...loggedInWith({ add: ['CONNECT_WITH_DB'] }, { mariadb: ['STMT_BULK_OPERATIONS', 'BULK_UNIT_RESULTS'] }),
      ...words,
      ...insert,
      { send: bulk([[given('a')], [given('b')]], { flags: SEND_TYPES + UNIT_RESULTS }) },
      {
        expect: [
          { packet: 'BinaryResultset', where: { columns: 2, rows: 2, 'row.0.0': '1', 'row.0.1': '1', 'row.1.0': '2', 'row.1.1': '1' } },
          { packet: 'BinaryResultset', where: { columns: 2, rows: 2, 'row.0.0': '1', 'row.0.1': '1', 'row.1.0': '1', 'row.1.1': '2' } },
        ],
      },
      ...holds('a', 'b'),
      ...works,
    ],
    killedBy: ['bulk-unit-results-missing'],
  },
] as const satisfies readonly Case[];
