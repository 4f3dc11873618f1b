/** A table of types that mywire.types (fixtures/sql) lacks: name, type, and the values of two of its rows. */
const columns: readonly (readonly [name: string, type: string, first: string, third: string])[] = [
  ['t_float_of_7_and_3', 'FLOAT(7,3)', '1.5', '-2.25'],
  ['t_double_of_9_and_2', 'DOUBLE(9,2)', '1.5', '-1234567.25'],
  ['t_decimal_unsigned', 'DECIMAL(10,2) UNSIGNED', '12345.67', '99999999.99'],
  ['t_decimal_whole', 'DECIMAL(5,0)', '12345', '-99999'],
  ['t_decimal_whole_unsigned', 'DECIMAL(5,0) UNSIGNED', '12345', '99999'],
  ['t_decimal_zeros', 'DECIMAL(10,2)', '12345.60', '-10.00'],
  ['t_datetime_midnight', 'DATETIME(6)', "'2026-11-26 00:00:00.000001'", "'2026-11-26 12:00:00'"],
  ['t_timestamp_midnight', 'TIMESTAMP(6) NULL', "'2026-11-26 00:00:00.5'", "'2026-11-26 00:00:00'"],
  ['t_time_short', 'TIME', "'-00:00:01'", "'-00:59:00'"],
  ['t_time_short_6', 'TIME(6)', "'-00:00:00.000001'", "'00:00:00'"],
  ['t_time_days', 'TIME', "'-24:00:00'", "'48:00:00'"],
];

const table = 'mywire_types';
const row = (id: number, values: readonly string[]): string => `(${[id, ...values].join(', ')})`;
const selectOf = (names: readonly string[]): string => `SELECT ${names.join(', ')} FROM ${table} ORDER BY id`;
const namesLike = (pattern: RegExp): readonly string[] => columns.map(([name]) => name).filter((name) => pattern.test(name));

export const ownTypes = {
  table,
  columns: columns.length + 1,
  create: `CREATE TEMPORARY TABLE ${table} (id INT PRIMARY KEY, ${columns.map(([name, type]) => `${name} ${type}`).join(', ')}) CHARACTER SET utf8mb4`,
  insert: `INSERT INTO ${table} VALUES ${[
    row(
      1,
      columns.map(([, , first]) => first),
    ),
    row(
      2,
      columns.map(() => 'NULL'),
    ),
    row(
      3,
      columns.map(([, , , third]) => third),
    ),
  ].join(', ')}`,
  selects: [selectOf(namesLike(/./)), selectOf(namesLike(/float|double|decimal/)), selectOf(namesLike(/date|time/))],
} as const;
