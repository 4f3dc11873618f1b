/** COM_QUERY with query attributes (mysql/page_protocol_com_query). */
import { binaryValueText } from '../codec/binary-text.ts';
import { CodecError } from '../codec/error.ts';
import { comQuery } from '../codec/messages/com-query.ts';
import type { Parameter } from '../codec/parameters.ts';
import { Departure, refuse } from './refusal.ts';
import type { Session } from './session.ts';

/** MYSQL_TYPE of the strings. */
const STRINGS: ReadonlySet<number> = new Set([0x0f, 0xfc, 0xfd, 0xfe]);
/** Attributes whose NULL bits fit one byte. */
const ONE_BYTE_OF_BITS = 8;
/** TIMESTAMP, DATE, TIME, DATETIME. */
const TEMPORAL: ReadonlySet<number> = new Set([0x07, 0x0a, 0x0b, 0x0c]);
/** The upper byte of a type. */
const UNSIGNED = 0x8000;
/** The NULL bits stand behind the command and the two counts, where those have one byte each. */
const NULL_BITS_AT = 3;
/** Values whose length is one byte. */
const ONE_BYTE_OF_LENGTH = 250;

/** The text of the statement; its attributes hold while it runs. Throws Refusal 1835, CodecError. */
export function readQuery(session: Session, payload: Uint8Array): string {
  const { has } = session;
  const agreed = session.agreed('QUERY_ATTRIBUTES');
  if (!agreed && has('query-attributes-unasked') && payload[1] === 0) return Buffer.from(payload.subarray(3)).toString('latin1');
  if (agreed && has('query-attributes-in-statement')) return Buffer.from(payload.subarray(1)).toString('latin1');
  try {
    return read(session, payload);
  } catch (error) {
    if (!agreed || !(error instanceof CodecError)) throw error;
    if (has('broken-attributes-close')) throw new Departure('fin');
    const text = Buffer.from(payload).toString('latin1');
    if (has('broken-attributes-ignored')) return text.slice(Math.max(text.indexOf('SELECT'), 0));
    throw error;
  }
}

function read(session: Session, payload: Uint8Array): string {
  const { has, context } = session;
  const { parameterSetCount = 1, parameters = [], query } = comQuery.decode(withNullBits(session, payload), context).value;
  if (Number(parameterSetCount) !== 1 && !has('attribute-set-count-ignored')) throw refuse.malformedPacket();
  const refused =
    (has('eight-attributes-malformed') && parameters.length === ONE_BYTE_OF_BITS) ||
    (has('nine-attributes-malformed') && parameters.length > ONE_BYTE_OF_BITS) ||
    (has('long-attribute-malformed') && parameters.some(({ value }) => (value?.length ?? 0) > ONE_BYTE_OF_LENGTH)) ||
    (has('nameless-attribute-malformed') && parameters.some(({ name }) => name === '')) ||
    (has('null-attribute-malformed') && parameters.some(({ value }) => value === null)) ||
    (has('typed-attribute-malformed') && parameters.some(({ type = 0, value }) => value !== null && !STRINGS.has(type & 0xff)));
  if (refused || malformed(session, parameters)) throw refuse.malformedPacket();
  if (has('null-attribute-value-expected') && parameters.some(({ value }) => value === null))
    return withoutNulls(session, payload, parameters);
  if (!has('query-attributes-kept') || parameters.length > 0)
    session.queryAttributes = new Map(
      parameters.map((one, i) => {
        const lost = has('attribute-behind-null-is-null') && parameters[i - 1]?.value === null;
        return [one.name ?? '', lost ? null : shown(one)];
      }),
    );
  return query;
}

/** The NULL bits as a defect reads them: of nine attributes and more without the second byte. */
function withNullBits(session: Session, payload: Uint8Array): Uint8Array {
  const [, count = 0] = payload;
  const two = session.agreed('QUERY_ATTRIBUTES') && count > ONE_BYTE_OF_BITS && count <= 2 * ONE_BYTE_OF_BITS;
  if (!two || !session.has('null-attributes-behind-the-eighth-have-values')) return payload;
  return Uint8Array.from(payload).fill(0, NULL_BITS_AT + 1, NULL_BITS_AT + 2);
}

function malformed({ has }: Session, parameters: readonly Parameter[]): boolean {
  return (
    (has('repeated-attribute-malformed') && new Set(parameters.map(({ name }) => name)).size < parameters.length) ||
    (has('unsigned-attribute-malformed') && parameters.some(({ type = 0 }) => (type & UNSIGNED) !== 0)) ||
    (has('attribute-of-no-time-malformed') && parameters.some(({ type = 0, value }) => TEMPORAL.has(type & 0xff) && value?.length === 0))
  );
}

/** Throws CodecError: no value stands there. */
function withoutNulls({ context }: Session, payload: Uint8Array, { length }: readonly Parameter[]): string {
  return comQuery.decode(Uint8Array.from(payload).fill(0, NULL_BITS_AT, NULL_BITS_AT + Math.ceil(length / 8)), context).value.query;
}

/** As text, the way mysql_query_attribute_string() gives it. */
export function shown({ type = 0, value }: Parameter): string | null {
  if (value === null || value === undefined) return null;
  const flags = (type & UNSIGNED) === 0 ? 0 : 0x20;
  return binaryValueText({ type: type & 0xff, flags, decimals: 31 }, value);
}
