import type { Case } from '../../harness/case/case.ts';
import { needsCollations } from '../column-definition.ts';
import { manual } from '../manual.ts';
import { execute, prepare, prepared } from '../prepared-steps.ts';
import { done, loggedInWith, needsTypes, query, rows, told, value } from '../query-steps.ts';
import { greeting, ok, works } from '../steps.ts';

const source = [manual['mysql/results-character-set'], manual['mysql/set-names'], manual['mariadb/set-names']] as const;
const introducer = [manual['mysql/introducer'], manual['mariadb/introducer']] as const;
const inUtf8 = 'n\xc3\xa4ive \xe2\x82\xac';
const inLatin1 = 'n\xe4ive \x80';
const selectText = query('SELECT t_varchar FROM mywire.types WHERE id = 1');

/** The character set of the results: in the definitions, and in the bytes of the values. */
export const cases = [
  {
    id: 'resultset/set-names-latin1',
    title: 'after SET NAMES latin1 text comes in latin1, and its column says so, with a length in those bytes',
    level: 'SHOULD',
    source,
    needs: needsCollations,
    script: [
      ...loggedInWith(),
      query('SET NAMES latin1'),
      done(),
      selectText,
      rows({ first: inLatin1, 'column.0.characterSet': 8, 'column.0.columnLength': 40 }),
      ...works,
    ],
    killedBy: ['value-unconverted', 'column-character-set-of-storage', 'column-text-as-binary'],
  },
  {
    id: 'resultset/set-names-latin1-in-binary-rows',
    title: 'after SET NAMES latin1 the text of binary rows comes in latin1, and its column says so',
    level: 'SHOULD',
    source: [...source, manual['mysql/binary-strings'], manual['mariadb/binary-strings']],
    needs: needsCollations,
    script: [
      ...loggedInWith(),
      query('SET NAMES latin1'),
      done(),
      ...prepared('SELECT t_varchar FROM mywire.types WHERE id = 1', 0, 1),
      { send: execute() },
      { expect: [{ packet: 'BinaryResultset', where: { rows: 1, 'row.0.0': inLatin1, 'column.0.characterSet': 8 } }] },
      ...works,
    ],
    killedBy: ['binary-rows-unconverted', 'column-character-set-of-storage'],
  },
  {
    id: 'resultset/column-name-in-latin1',
    title: 'with character_set_results latin1 the name of a column comes in latin1, too, in the definitions of both protocols',
    // MariaDB's pages do not speak of names.
    level: 'SHOULD',
    source,
    needs: ['check-account'],
    script: [
      ...loggedInWith(),
      query('SET NAMES utf8mb4'),
      done(),
      query('SET character_set_results = latin1'),
      done(),
      query('SELECT 1 AS `gr\xc3\xb6\xc3\x9fe`'),
      rows({ columns: 1, rows: 1, first: '1', 'column.0.name': 'gr\xf6\xdfe' }),
      { send: prepare('SELECT 1 AS `gr\xc3\xb6\xc3\x9fe`') },
      { expect: [{ packet: 'StmtPrepareOK', where: { columns: { oneOf: [1, 0] } } }] },
      { send: execute() },
      { expect: [{ packet: 'BinaryResultset', where: { rows: 1, 'column.0.name': 'gr\xf6\xdfe' } }] },
      ...works,
    ],
    killedBy: ['column-name-unconverted'],
  },
  {
    id: 'resultset/handshake-latin1',
    title: 'a client that logs in with collation 8 gets its text in latin1',
    level: 'SHOULD',
    source: [manual['mysql/results-character-set'], manual['mysql/response41-character-set']],
    needs: needsCollations,
    script: [
      greeting,
      { send: { message: 'HandshakeResponse41', account: 'check', with: { characterSet: 8 } } },
      ok,
      selectText,
      rows({ first: inLatin1, 'column.0.characterSet': 8 }),
      ...works,
    ],
    killedBy: ['handshake-collation-ignored'],
  },
  {
    id: 'resultset/results-unconverted',
    title: 'with character_set_results NULL text comes as it is stored',
    // MariaDB's page of SET NAMES does not tell of NULL.
    level: 'SHOULD',
    source,
    needs: needsTypes,
    script: [
      ...loggedInWith(),
      query('SET NAMES latin1'),
      done(),
      query('SET character_set_results = NULL'),
      done(),
      selectText,
      // Of which collation, the server decided when it made the table.
      rows({ first: inUtf8, 'column.0.characterSet': { not: 8 } }),
      ...works,
    ],
    killedBy: ['character-set-results-null-ignored'],
  },
  {
    id: 'resultset/set-names-with-collation',
    title: 'SET NAMES with COLLATE gives text columns the id of that collation',
    level: 'SHOULD',
    source,
    needs: needsTypes,
    script: [
      ...loggedInWith(),
      query('SET NAMES utf8mb4 COLLATE utf8mb4_bin'),
      done(),
      selectText,
      rows({ first: inUtf8, 'column.0.characterSet': 46 }),
      ...works,
    ],
    killedBy: ['column-character-set-of-storage'],
  },
  {
    id: 'resultset/character-set-above-255',
    title: 'a collation id above 255 stands whole in the two bytes of a column definition',
    // That it is the id of the collation that was named, and not of another one of its character set, no page says.
    level: 'SHOULD',
    source: [...source, manual['mysql/column-definition-fixed-fields'], manual['mysql/character-set-is-collation-id']],
    needs: [...needsTypes, { dialect: 'mysql' }, { feature: 'utf8mb4_0900_as_ci' }],
    script: [
      ...loggedInWith(),
      query('SET NAMES utf8mb4 COLLATE utf8mb4_0900_as_ci'),
      done(),
      selectText,
      rows({ first: inUtf8, 'column.0.characterSet': 305 }),
      ...works,
    ],
    killedBy: ['column-character-set-cut'],
  },
  {
    id: 'resultset/introducer',
    title: 'a string behind an introducer comes in the character set of the results, not in that which the introducer names',
    // MariaDB's pages do not tell in which character set a result comes that is of no table.
    level: 'SHOULD',
    source: [...source, ...introducer],
    needs: ['check-account'],
    script: [
      ...loggedInWith(),
      query('SET NAMES utf8mb4'),
      done(),
      query("SELECT _latin1 X'E9'"),
      rows({ columns: 1, rows: 1, first: '\xc3\xa9', 'column.0.characterSet': { not: 8 } }),
      query('SET NAMES latin1'),
      done(),
      query("SELECT _utf8mb4 X'C3A9'"),
      rows({ columns: 1, rows: 1, first: '\xe9', 'column.0.characterSet': 8 }),
      ...works,
    ],
    killedBy: ['introducer-ignored', 'value-unconverted', 'column-character-set-of-storage'],
  },
  {
    id: 'resultset/introducer-binary',
    title: 'a string behind the introducer _binary comes byte by byte, and its column has the binary character set',
    level: 'SHOULD',
    source: [...source, ...introducer],
    needs: ['check-account'],
    script: [
      ...loggedInWith(),
      query('SET NAMES utf8mb4'),
      done(),
      query("SELECT _binary X'E9'"),
      rows({ columns: 1, rows: 1, first: '\xe9', 'column.0.characterSet': 63 }),
      ...works,
    ],
    killedBy: ['introducer-binary-as-text'],
  },
  {
    id: 'resultset/set-character-set',
    title: 'behind SET CHARACTER SET latin1 text comes in latin1, client and results have it, and the connection has that of the database',
    level: 'MUST',
    source: [manual['mysql/set-character-set'], manual['mariadb/set-character-set'], manual['mysql/results-character-set']],
    needs: needsCollations,
    script: [
      ...loggedInWith(),
      query('SET NAMES utf8mb4'),
      done(),
      ...told('@@character_set_database', 'database'),
      query('SET CHARACTER SET latin1'),
      done(),
      selectText,
      rows({ first: inLatin1, 'column.0.characterSet': 8 }),
      query('SELECT @@character_set_client'),
      value('latin1'),
      query('SELECT @@character_set_results'),
      value('latin1'),
      query('SELECT @@character_set_connection'),
      value({ sameAs: 'database.first' }),
      ...works,
    ],
    killedBy: ['set-character-set-ignored', 'set-character-set-as-names', 'value-unconverted', 'column-character-set-of-storage'],
  },
  {
    id: 'resultset/numbers-stay-binary',
    title: 'numbers keep the binary character set whatever SET NAMES says',
    // The pages tell the character set of text and bytes, and not that of numbers.
    level: 'OBSERVE',
    source: [manual['mysql/column-type-of-enum-and-set'], ...source],
    needs: needsTypes,
    script: [
      ...loggedInWith(),
      query('SET NAMES latin1'),
      done(),
      query('SELECT t_int, t_date FROM mywire.types WHERE id = 1'),
      rows({ 'column.0.characterSet': 63, 'column.1.characterSet': 63 }),
      ...works,
    ],
    killedBy: ['column-character-set-of-numbers'],
  },
] as const satisfies readonly Case[];
