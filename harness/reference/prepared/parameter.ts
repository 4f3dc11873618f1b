/** Statement parameters: from their binary values to the text and the column that a statement makes of them. */
import { binaryValueText } from '../../codec/binary-text.ts';
import { columnFlag, columnType } from '../../codec/column-type.ts';
import type { Parameter } from '../../codec/parameters.ts';
import { fromClient } from '../column-text.ts';
import { refuse } from '../refusal.ts';
import type { Column } from '../resultset.ts';
import type { Session } from '../session.ts';

/** A parameter that has come. */
export interface Given {
  /** MYSQL_TYPE, without the flags beside it. */
  readonly type: number;
  readonly unsigned: boolean;
  /** As the text protocol has it. */
  readonly text: string | null;
  /** Digits behind the point. */
  readonly decimals: number;
}

/** int<2> of a parameter's type: the upper byte holds flags, of which one is defined. */
const UNSIGNED = 0x8000;
const { BLOB, DATE, DATETIME, DECIMAL, DOUBLE, FLOAT, GEOMETRY, NEWDECIMAL, NULL, TIME, TIMESTAMP, TINY_BLOB, VARCHAR } = columnType;
const known: ReadonlySet<number> = new Set(Object.values(columnType));
const dates = [0, 4, 7, 11];
/** Bytes behind the length (mysql/page_protocol_binary_resultset). */
const legalLengths: ReadonlyMap<number, readonly number[]> = new Map([
  [DATE, dates],
  [DATETIME, dates],
  [TIMESTAMP, dates],
  [TIME, [0, 8, 12]],
]);
/** As many digits as it takes. */
const NOT_FIXED = 31;

/** Throws Refusal 1210 for a type that no value can have, 1835 for a temporal value of no legal length. */
export function given(session: Session, int2: number, value: Uint8Array | null, unconverted = false): Given {
  const type = int2 & 0xff;
  const flags = int2 & 0xff00;
  if (!known.has(type) || (flags & ~UNSIGNED) !== 0) {
    if (session.has('unknown-type-stops-server')) session.server.die();
    throw refuse.incorrectArguments('mysqld_stmt_execute');
  }
  const unsigned =
    session.has('signed-parameter-read-as-unsigned') || (flags === UNSIGNED && !session.has('unsigned-parameter-read-as-signed'));
  if (value === null) return { type: NULL, unsigned, text: session.has('null-parameter-as-empty-string') ? '' : null, decimals: 0 };
  if (type === VARCHAR && session.has('varchar-parameter-refused')) throw refuse.incorrectArguments('mysqld_stmt_execute');
  if (type === NULL) throw refuse.incorrectArguments('mysqld_stmt_execute');
  if (hasIllegalLength(type, value)) {
    if (session.has('illegal-temporal-length-stops-server')) session.server.die();
    if (session.has('illegal-temporal-length-takes-next-along')) return { type: NULL, unsigned, text: null, decimals: 0 };
    throw refuse.malformedPacket();
  }
  if (isZero(type, value)) {
    if (session.has('zero-length-temporal-refused')) throw refuse.malformedPacket();
    if (session.has('zero-length-temporal-as-null')) return { type: NULL, unsigned, text: null, decimals: 0 };
  }
  const decimals = decimalsOf(type, value);
  const sent = binaryValueText({ type, flags: unsigned ? columnFlag.UNSIGNED : 0, decimals }, value);
  const asSent = unconverted || !isText(type) || session.has('parameter-in-utf8-always');
  const text = asSent ? sent : fromClient(session, sent);
  return { type, unsigned, decimals, text: misread(session, type, text) };
}

/** A date or time of a length that none has. */
export const hasIllegalLength = (type: number, value: Uint8Array): boolean => legalLengths.get(type)?.includes(value.length) === false;
/** A date or time of length 0. */
export const isZero = (type: number, value: Uint8Array): boolean => value.length === 0 && legalLengths.has(type);

function decimalsOf(type: number, value: Uint8Array): number {
  if (type === FLOAT || type === DOUBLE) return NOT_FIXED;
  if (type === TIME) return value.length === 12 ? 6 : 0;
  if (type === DATETIME || type === TIMESTAMP) return value.length === 11 ? 6 : 0;
  if (type !== DECIMAL && type !== NEWDECIMAL) return 0;
  const text = Buffer.from(value).toString('latin1');
  return text.includes('.') ? text.length - text.indexOf('.') - 1 : 0;
}

/** What the defects make of a value. */
function misread({ has }: Session, type: number, text: string): string | null {
  if (type === TIME) {
    if (has('time-parameter-loses-sign')) return text.replace('-', '');
    if (has('time-parameter-loses-days')) return text.replace(/\d+/, (hours) => String(Number(hours) % 24).padStart(2, '0'));
  }
  if (has('parameter-loses-microseconds') && legalLengths.has(type)) return text.replace(/\.\d+/, '.000000');
  if (has('day-and-month-swapped')) return text.replace(/^(\d{4})-(\d\d)-(\d\d)/, '$1-$3-$2');
  if (has('empty-string-parameter-as-null') && isString(type) && text === '') return null;
  if (has('decimal-parameter-read-as-double') && (type === DECIMAL || type === NEWDECIMAL)) return String(Number(text));
  if (has('parameter-cut-at-nul') && isString(type)) return text.split('\0')[0] ?? '';
  if (has('blob-parameter-as-utf8') && type >= TINY_BLOB && type <= BLOB) return Buffer.from(text, 'utf8').toString('latin1');
  if (has('parameter-cut-at-64-kib') && isString(type)) return text.slice(0, 0x10000);
  if (has('double-parameter-read-as-float') && type === DOUBLE) return String(Math.fround(Number(text)));
  return text;
}

export const isString = (type: number): boolean => type === VARCHAR || type === columnType.JSON || (type >= TINY_BLOB && type !== GEOMETRY);

/** Those that have a character set. */
const isText = (type: number): boolean => isString(type) && (type < TINY_BLOB || type > BLOB);

/** The column of a bare placeholder: of the type of its value. */
export function columnOf(name: string, { type, unsigned, decimals, text }: Given): Column {
  const bytes = text?.length ?? 0;
  if (isString(type)) return { name, characterSet: type === 0xfc ? 63 : 45, columnLength: bytes, type, flags: 0, decimals: 39 };
  const flags = columnFlag.BINARY | (unsigned ? columnFlag.UNSIGNED : 0);
  return { name, characterSet: 63, columnLength: bytes, type: type === DECIMAL ? NEWDECIMAL : type, flags, decimals };
}

/** An SQL literal of the value. */
export function literalOf({ type, text }: Given): string {
  if (text === null) return 'NULL';
  return isString(type) || legalLengths.has(type) ? `'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'` : text;
}

/** The types that a packet gives, of the parameters that have one. */
export const typesOf = (list: readonly Parameter[]): number[] => list.map(({ type }) => type ?? NULL);
