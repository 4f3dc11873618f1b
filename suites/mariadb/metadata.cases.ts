import type { Case } from '../../harness/case/case.ts';
import type { Step } from '../../harness/case/step.ts';
import { status } from '../../harness/codec/status.ts';
import { manual } from '../manual.ts';
import { done, execute, fetch, prepared, withCursor } from '../prepared-steps.ts';
import { greeting, keyless, ok, works } from '../steps.ts';

const extended = [manual['mariadb/extended-metadata-layout'], manual['mariadb/extended-metadata-types']] as const;
const cached = [manual['mariadb/cache-metadata'], manual['mariadb/resultset-order']] as const;
const asked = ['check-account', { offersMariadb: 'EXTENDED_METADATA' }] as const;
const UUID = '123e4567-e89b-12d3-a456-426655440000';

const query = (text: string) => ({ send: { message: 'COM_QUERY', with: { query: text } } }) as const;
const loggedIn = [
  greeting,
  { send: { message: 'HandshakeResponse41', account: 'check', mariadb: ['EXTENDED_METADATA'] } },
  ok,
] as const satisfies readonly Step[];
const loggedInToCache = [
  greeting,
  { send: { message: 'HandshakeResponse41', account: 'check', mariadb: ['CACHE_METADATA'] } },
  ok,
] as const satisfies readonly Step[];

const inDatabaseToCache = [
  greeting,
  { send: { message: 'HandshakeResponse41', account: 'check', capabilities: { add: ['CONNECT_WITH_DB'] }, mariadb: ['CACHE_METADATA'] } },
  ok,
] as const satisfies readonly Step[];

/** A statement over a table of its own. */
const preparedToCache = [
  ...inDatabaseToCache,
  ...done('CREATE TEMPORARY TABLE mywire_prepared (id INT)'),
  ...done('INSERT INTO mywire_prepared VALUES (1)'),
  ...prepared('SELECT * FROM mywire_prepared', 0, 1),
] as const satisfies readonly Step[];
/** Its table has a column more, and the next execution describes both. */
const describedAnew = [
  ...done('ALTER TABLE mywire_prepared ADD COLUMN more INT DEFAULT 7'),
  { send: execute() },
  {
    expect: [
      {
        packet: 'BinaryResultset',
        sequenceId: 1,
        where: { metadataFollows: 1, columns: 2, 'column.1.name': 'more', rows: 1, 'row.0.0': '1', 'row.0.1': '7' },
      },
    ],
  },
] as const satisfies readonly Step[];

/** latin1_swedish_ci, the default of latin1. */
const LATIN1 = 8;
const anA = { columns: 1, rows: 1, 'row.0.0': 'a' } as const;

/** One entry of extended metadata, type (0) or format (1), and its value. */
const told = (type: number, value: string) => ({
  'column.0.extendedMetadata': { length: 1 },
  'column.0.extendedMetadata.0.type': type,
  'column.0.extendedMetadata.0.value': value,
});

/** What MariaDB's column definitions hold for those who ask, and what they may leave out. */
export const cases = [
  {
    id: 'mariadb/extended-metadata-json',
    title: 'with EXTENDED_METADATA the definition of a JSON column has the format json',
    // The manual says that it tells json; that it is a format and no type is MariaDB's choice.
    level: 'SHOULD',
    source: extended,
    needs: asked,
    script: [
      ...loggedIn,
      query("SELECT JSON_OBJECT('a', 1)"),
      { expect: [{ packet: 'TextResultset', where: { first: '{"a": 1}', ...told(1, 'json') } }] },
      ...works,
    ],
    killedBy: ['extended-metadata-empty', 'extended-metadata-missing', 'extended-metadata-type-for-format'],
  },
  {
    id: 'mariadb/extended-metadata-inet6',
    title: 'with EXTENDED_METADATA the definition of an INET6 column, a CHAR for clients, has the type inet6',
    // The manual tells the names of geometry, JSON, UUID and XML columns, not this one.
    level: 'OBSERVE',
    source: [...extended, manual['mariadb/inet6-is-char-for-clients']],
    needs: asked,
    script: [
      ...loggedIn,
      query("SELECT CAST('::1' AS INET6)"),
      { expect: [{ packet: 'TextResultset', where: { first: '::1', 'column.0.type': 0xfe, ...told(0, 'inet6') } }] },
      ...works,
    ],
    killedBy: ['extended-metadata-empty', 'extended-metadata-of-all'],
  },
  {
    id: 'mariadb/extended-metadata-uuid',
    title: 'with EXTENDED_METADATA the definition of a UUID column has the type uuid',
    level: 'MUST',
    source: extended,
    needs: [...asked, { feature: 'uuid-type' }],
    script: [
      ...loggedIn,
      query(`SELECT CAST('${UUID}' AS UUID)`),
      { expect: [{ packet: 'TextResultset', where: { first: UUID, ...told(0, 'uuid') } }] },
      ...works,
    ],
    killedBy: ['extended-metadata-empty', 'extended-metadata-of-all'],
  },
  {
    id: 'mariadb/extended-metadata-point',
    title: 'with EXTENDED_METADATA the definition of a POINT column has the type point beside MYSQL_TYPE_GEOMETRY',
    level: 'MUST',
    source: [...extended, manual['mariadb/column-types']],
    needs: [...asked, { feature: 'dialect-types' }],
    script: [
      ...loggedIn,
      query('SELECT t_point FROM mywire.dialect_types'),
      { expect: [{ packet: 'TextResultset', where: { rows: 1, 'column.0.type': 0xff, ...told(0, 'point') } }] },
      ...works,
    ],
    killedBy: ['extended-metadata-empty', 'extended-metadata-of-all'],
  },
  {
    id: 'mariadb/extended-metadata-of-a-number',
    title: 'with EXTENDED_METADATA a column with nothing more to say has extended metadata of length 0',
    level: 'SHOULD',
    source: extended,
    needs: asked,
    script: [
      ...loggedIn,
      query('SELECT 1'),
      { expect: [{ packet: 'TextResultset', where: { first: '1', 'column.0.extendedMetadata': { length: 0 } } }] },
      ...works,
    ],
    killedBy: ['extended-metadata-of-all', 'extended-metadata-missing'],
  },
  {
    id: 'mariadb/cache-metadata-of-a-query',
    title: 'with CACHE_METADATA the column count of a text resultset says that the definitions follow, each time',
    level: 'MUST',
    source: cached,
    needs: ['check-account', { offersMariadb: 'CACHE_METADATA' }],
    script: [
      ...loggedInToCache,
      ...['1', '1', '2'].flatMap((digit) => [
        query(`SELECT ${digit}`),
        {
          expect: [
            {
              packet: 'TextResultset',
              sequenceId: 1,
              where: { metadataFollows: 1, columns: 1, rows: 1, first: digit, 'column.0.name': digit },
            },
          ],
        } as const satisfies Step,
      ]),
      ...works,
    ],
    killedBy: ['cache-metadata-byte-missing', 'cache-metadata-byte-zero', 'cache-metadata-byte-two'],
  },
  {
    id: 'mariadb/cache-metadata-of-a-prepared-statement',
    title: 'with CACHE_METADATA the executions of a prepared statement leave out the definitions that COM_STMT_PREPARE has told',
    level: 'MUST',
    source: [...cached, manual['mariadb/cache-metadata-of-prepared']],
    needs: ['check-account', { offersMariadb: 'CACHE_METADATA' }, 'database', { feature: 'temporary-tables' }, keyless],
    script: [
      ...preparedToCache,
      ...[0, 0].flatMap((metadataFollows) => [
        { send: execute() },
        {
          expect: [{ packet: 'BinaryResultset', sequenceId: 1, where: { metadataFollows, columns: 1, rows: 1, 'row.0.0': '1' } }],
        } as const satisfies Step,
      ]),
      ...works,
    ],
    killedBy: ['cache-metadata-sent-again'],
  },
  {
    id: 'mariadb/cache-metadata-of-changed-columns',
    title: 'with CACHE_METADATA an execution describes the columns of a table that has changed since COM_STMT_PREPARE',
    level: 'MUST',
    source: [...cached, manual['mariadb/cache-metadata-of-prepared']],
    needs: ['check-account', { offersMariadb: 'CACHE_METADATA' }, 'database', { feature: 'temporary-tables' }, keyless],
    script: [...preparedToCache, ...describedAnew, ...works],
    killedBy: ['cache-metadata-of-changed-columns'],
  },
  {
    id: 'mariadb/cache-metadata-of-columns-changed-later',
    title: 'with CACHE_METADATA an execution describes the columns of a table that has changed since the execution before',
    level: 'MUST',
    source: [...cached, manual['mariadb/cache-metadata-of-prepared']],
    needs: ['check-account', { offersMariadb: 'CACHE_METADATA' }, 'database', { feature: 'temporary-tables' }, keyless],
    script: [
      ...preparedToCache,
      { send: execute() },
      { expect: [{ packet: 'BinaryResultset', sequenceId: 1, where: { columns: 1, rows: 1, 'row.0.0': '1' } }] },
      ...describedAnew,
      ...works,
    ],
    killedBy: ['cache-metadata-of-columns-changed-later', 'cache-metadata-of-changed-columns'],
  },
  {
    id: 'mariadb/cache-metadata-of-another-character-set',
    title: 'with CACHE_METADATA an execution describes a text again whose character set SET NAMES has changed, and the next one does not',
    // The definition holds the character set, so that it changes; that SET NAMES counts no page says.
    level: 'SHOULD',
    source: [...cached, manual['mariadb/cache-metadata-of-prepared'], manual['mysql/results-character-set'], manual['mariadb/set-names']],
    needs: ['check-account', { offersMariadb: 'CACHE_METADATA' }, 'database', { feature: 'temporary-tables' }, keyless],
    script: [
      ...inDatabaseToCache,
      ...done('CREATE TEMPORARY TABLE mywire_prepared (word VARCHAR(20))'),
      ...done("INSERT INTO mywire_prepared VALUES ('a')"),
      ...done('SET NAMES utf8mb4'),
      ...prepared('SELECT * FROM mywire_prepared', 0, 1),
      ...done('SET NAMES latin1'),
      { send: execute() },
      { expect: [{ packet: 'BinaryResultset', sequenceId: 1, where: { metadataFollows: 1, 'column.0.characterSet': LATIN1, ...anA } }] },
      { send: execute() },
      { expect: [{ packet: 'BinaryResultset', sequenceId: 1, where: { metadataFollows: 0, ...anA } }] },
      ...works,
    ],
    killedBy: ['cache-metadata-of-another-character-set', 'cache-metadata-sent-again'],
  },
  {
    id: 'mariadb/cache-metadata-with-a-cursor',
    title: 'with CACHE_METADATA the answer that opens a cursor leaves out the definitions that COM_STMT_PREPARE has told',
    level: 'MUST',
    source: [...cached, manual['mariadb/cache-metadata-of-prepared'], manual['mariadb/execute-cursor'], manual['mariadb/fetch']],
    needs: ['check-account', { offersMariadb: 'CACHE_METADATA' }, 'database', { feature: 'temporary-tables' }, keyless],
    script: [
      ...preparedToCache,
      { send: execute([], withCursor) },
      {
        expect: [
          {
            packet: 'BinaryResultset',
            sequenceId: 1,
            where: { metadataFollows: 0, columns: 1, rows: 0, statusFlags: { bits: status.CURSOR_EXISTS } },
          },
        ],
      },
      { send: fetch(2) },
      { expect: [{ packet: 'FetchedRows', sequenceId: 1, where: { rows: 1, 'row.0.0': '1' } }] },
      ...works,
    ],
    killedBy: ['cache-metadata-sent-again-with-a-cursor'],
  },
  {
    id: 'mariadb/extended-metadata-of-a-prepared-statement',
    title: 'with EXTENDED_METADATA the definitions behind StmtPrepareOK have extended metadata too, those of parameters as well',
    level: 'SHOULD',
    source: extended,
    needs: asked,
    script: [
      ...loggedIn,
      { send: { message: 'COM_STMT_PREPARE', with: { query: "SELECT JSON_OBJECT('a', 1)" } } },
      { expect: [{ packet: 'StmtPrepareOK', sequenceId: 1, where: { parameters: 0, columns: 1, ...told(1, 'json') } }] },
      { send: { message: 'COM_STMT_PREPARE', with: { query: 'SELECT ?' } } },
      { expect: [{ packet: 'StmtPrepareOK', sequenceId: 1, where: { parameters: 1, 'parameter.0.extendedMetadata': { length: 0 } } }] },
      ...works,
    ],
    killedBy: ['extended-metadata-empty', 'extended-metadata-missing'],
  },
  {
    id: 'mariadb/extended-metadata-of-an-execution',
    title: 'with EXTENDED_METADATA the definitions that answer COM_STMT_EXECUTE have extended metadata, also where they open a cursor',
    level: 'SHOULD',
    source: extended,
    needs: asked,
    script: [
      ...loggedIn,
      ...prepared("SELECT JSON_OBJECT('a', 1)", 0, 1),
      { send: execute() },
      { expect: [{ packet: 'BinaryResultset', sequenceId: 1, where: { rows: 1, 'row.0.0': '{"a": 1}', ...told(1, 'json') } }] },
      { send: execute([], withCursor) },
      { expect: [{ packet: 'BinaryResultset', sequenceId: 1, where: told(1, 'json') }] },
      ...works,
    ],
    killedBy: ['extended-metadata-missing-in-execute', 'extended-metadata-missing', 'extended-metadata-empty'],
  },
] as const satisfies readonly Case[];
