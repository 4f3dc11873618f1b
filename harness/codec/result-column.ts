/** What later packets need of a column definition: to find the values of a row, and to print them. */
export interface ResultColumn {
  readonly name: string;
  readonly type: number;
  readonly flags: number;
  readonly decimals: number;
  readonly columnLength: number;
}

/** Of the fields of a ColumnDefinition41. */
export function resultColumn(value: Readonly<Record<string, unknown>>): ResultColumn {
  const { name, type, flags, decimals, columnLength } = value as unknown as ResultColumn;
  return { name, type, flags, decimals, columnLength };
}
