import type { disturbance } from '../defects/disturbance.ts';
import { asks, definition, isErr, payload, statusOf } from './asking.ts';
import { PING, packet } from './bare-client.ts';
import { F, type Shows } from './shows.ts';

type Said = string | Uint8Array;
const MULTI = F | 0x10000;
const NOBODY = 'efbeadde';
const hexOf = (text: string): string => Buffer.from(text, 'latin1').toString('hex');
const PREPARE = (text: string): Buffer => packet(`16 ${hexOf(text)}`);
/** The first statement, with a number and its type, or without the type. */
const WITH_TYPE = packet(`17 01000000 00 01000000 00 01 0800 ${'05'.padEnd(16, '0')}`);
const WITHOUT_TYPE = packet(`17 01000000 00 01000000 00 00 ${'05'.padEnd(16, '0')}`);

/** The value of the one row of one column. */
const first = (all: readonly string[]): string => payload(all[3]).toString('latin1');

/** Each is made, and asked for behind the command that is to leave it alone. */
const variable = (...between: Said[]): Shows =>
  asks(["SET @mywire = 'kept'", ...between, 'SELECT @mywire'], (all) => first(all) === '\xfb', MULTI);
const transaction = (...between: Said[]): Shows => asks(['BEGIN', ...between, PING], ([pong]) => (statusOf(pong) & 1) === 0);
const statement = (...between: Said[]): Shows => asks([PREPARE('SELECT ?'), ...between, WITH_TYPE], ([answer]) => isErr(answer, 1243));
const types = (...between: Said[]): Shows =>
  asks([PREPARE('SELECT ?'), WITH_TYPE, ...between, WITHOUT_TYPE], ([answer]) => payload(answer)[0] === 0xff);
/** Each of its own: they are asked for side by side, of one server. */
let locks = 0;
const lock = (...between: Said[]): Shows => {
  const name = `mywire_kept_${++locks}`;
  return asks([`SELECT GET_LOCK('${name}', 0)`, ...between, `SELECT IS_FREE_LOCK('${name}')`], (all) => first(all) === '\x011');
};
const characterSet = (...between: Said[]): Shows =>
  asks(['SET NAMES latin1', ...between, "SELECT 'x'"], ([, one]) => definition(one).characterSet !== 8);
const table = (...between: Said[]): Shows =>
  asks(['CREATE TEMPORARY TABLE mywire_key (a INT PRIMARY KEY)', ...between, 'INSERT INTO mywire_key VALUES (8)'], ([answer]) =>
    isErr(answer, 1146),
  );
const database = (...between: Said[]): Shows => asks([...between, 'SELECT DATABASE()'], (all) => first(all) === '\xfb');
const severalStatements = (...between: Said[]): Shows => asks([...between, 'DO 1; DO 2'], ([answer]) => isErr(answer, 1064), MULTI);

const duplicate: readonly Said[] = [
  'CREATE TEMPORARY TABLE mywire_key (a INT PRIMARY KEY)',
  'INSERT INTO mywire_key VALUES (5)',
  PREPARE('INSERT INTO mywire_key VALUES (?)'),
  WITH_TYPE,
];

export const disturbanceShows: Readonly<Record<keyof typeof disturbance, Shows>> = {
  'statistics-loses-user-variables': variable(packet('09')),
  'empty-query-ends-transaction': transaction(''),
  'syntax-error-loses-statements': statement('SELEC'),
  'unknown-table-loses-locks': lock('SELECT * FROM mywire_no_such_table'),
  'signal-loses-character-set': characterSet("SIGNAL SQLSTATE '45000'"),
  'second-statement-refused-loses-user-variables': variable('DO 1; SELEC'),
  'error-behind-rows-loses-statements': statement(
    'SELECT (SELECT id FROM mywire.numbers WHERE id > n.id) AS next FROM mywire.numbers AS n ORDER BY n.id DESC',
  ),
  'long-value-ends-transaction': transaction("SELECT REPEAT('x', 70000)"),
  'unknown-command-loses-database': database(packet('ff')),
  'init-db-refused-loses-temporary-tables': table(packet(`02 ${hexOf('mywire_no_such_db')}`)),
  'use-refused-loses-database': database('USE mywire_no_such_db'),
  'set-option-refused-loses-multi-statements': severalStatements(packet('1b 0200')),
  'debug-refused-loses-locks': lock(packet('0d')),
  'prepare-refused-ends-transaction': transaction(PREPARE('SELEC ?')),
  'failed-execution-ends-transaction': transaction(...duplicate),
  'execute-of-nobody-loses-temporary-tables': table(packet(`17 ${NOBODY} 00 01000000`)),
  'reset-of-nobody-loses-statements': statement(packet(`1a ${NOBODY}`)),
  'close-of-nobody-loses-locks': lock(packet(`19 ${NOBODY}`)),
  'long-data-of-nobody-loses-character-set': characterSet(packet(`18 ${NOBODY} 0000 6162`)),
  'close-loses-parameter-types': types(PREPARE('SELECT 1'), packet('19 02000000')),
  'connect-out-refused-ends-transaction': transaction(packet('14')),
  'sleep-refused-closes-cursors': asks(
    [PREPARE('SELECT 1'), packet('17 01000000 01 01000000'), packet('00'), packet('1c 01000000 01000000')],
    ([answer]) => isErr(answer, 1421),
  ),
};
