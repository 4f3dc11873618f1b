/** MYSQL_TYPE (mysql/field__types_8h, mariadb/result-set-packets#field-types), without MYSQL_TYPE_; those that travel. */
export const columnType = {
  DECIMAL: 0,
  TINY: 1,
  SHORT: 2,
  LONG: 3,
  FLOAT: 4,
  DOUBLE: 5,
  NULL: 6,
  TIMESTAMP: 7,
  LONGLONG: 8,
  INT24: 9,
  DATE: 10,
  TIME: 11,
  DATETIME: 12,
  YEAR: 13,
  VARCHAR: 15,
  BIT: 16,
  /** MySQL 9. */
  VECTOR: 242,
  JSON: 245,
  NEWDECIMAL: 246,
  ENUM: 247,
  SET: 248,
  TINY_BLOB: 249,
  MEDIUM_BLOB: 250,
  LONG_BLOB: 251,
  BLOB: 252,
  VAR_STRING: 253,
  STRING: 254,
  GEOMETRY: 255,
} as const;
export type ColumnTypeName = keyof typeof columnType;

/** Flags of a column definition (mysql/group__group__cs__column__definition__flags), without _FLAG. */
export const columnFlag = {
  NOT_NULL: 0x1,
  PRI_KEY: 0x2,
  UNIQUE_KEY: 0x4,
  MULTIPLE_KEY: 0x8,
  BLOB: 0x10,
  UNSIGNED: 0x20,
  ZEROFILL: 0x40,
  BINARY: 0x80,
  ENUM: 0x100,
  AUTO_INCREMENT: 0x200,
  TIMESTAMP: 0x400,
  SET: 0x800,
  NO_DEFAULT_VALUE: 0x1000,
  ON_UPDATE_NOW: 0x2000,
  NUM: 0x8000,
} as const;

const names = new Map<number, ColumnTypeName>(
  Object.entries(columnType).map(([name, type]): [number, ColumnTypeName] => [type, name as ColumnTypeName]),
);

/** "LONGLONG", or "type 99" where the manuals have no name. */
export const columnTypeName = (type: number): string => names.get(type) ?? `type ${type}`;
