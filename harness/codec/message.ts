import { AlikeValues } from './alike-values.ts';
import { Reader, type Span, Writer } from './bytes.ts';
import { type Seen, Skimmer } from './skim.ts';

/** What both peers have agreed on when a message is read or written. */
export interface Context {
  /** Capability flags in force, bits 0 to 31, unsigned. */
  readonly capabilities: number;
  /** MariaDB's extended capabilities (bits 32 and up, as a 32-bit number). */
  readonly mariadbCapabilities?: number;
  /** The server is a MariaDB, whose plugins' data in the authentication need no 0x01 in front. */
  readonly mariadb?: true | undefined;
  /** What is known of the prepared statement that a COM_STMT_EXECUTE or COM_STMT_BULK_EXECUTE names. */
  readonly statement?: StatementContext | undefined;
}

/** A prepared statement, as far as later packets cannot be read without it. */
export interface StatementContext {
  /** As StmtPrepareOK said. */
  readonly parameters: number;
  /** int<2> types of the execution before: they hold until new ones are sent. */
  readonly types?: readonly number[] | undefined;
  /** The parameters (from 0) that COM_STMT_SEND_LONG_DATA has sent: their values are not in COM_STMT_EXECUTE. */
  readonly longData?: readonly number[] | undefined;
}

/** Context plus the fields of the same message that stand before this one. */
export interface Scope extends Context {
  readonly soFar: Readonly<Record<string, unknown>>;
  /** When writing: all values given, also those of later fields. */
  readonly given?: Readonly<Record<string, unknown>>;
}

/** One field of a wire message: what it is called on the wire, how to read it, how to write it. */
export interface Field<T> {
  readonly wire: string;
  /** Written when the value is left out. */
  readonly fallback?: T;
  /** Like fallback, where it depends on the context or on earlier fields; asked first. */
  derive?(scope: Scope): T;
  /** Bytes, where it always has the same number. */
  readonly size?: number | undefined;
  read(r: Reader, scope: Scope): T;
  /** Moves past what `read` reads, without making the value; false where that would throw. Absent: by `size`, else by `read`. */
  skip?(r: Reader, scope: Scope): boolean;
  /** The field as it is under these capabilities, where they decide. */
  under?(context: Context): Field<T>;
  write(w: Writer, value: T, scope: Scope): void;
}

// biome-ignore lint/suspicious/noExplicitAny: a field list holds fields of every type
export type Fields = Readonly<Record<string, Field<any>>>;
export type ValuesOf<F extends Fields> = {
  -readonly [K in keyof F]: F[K] extends Field<infer T> ? T : never;
};
/** Raw bytes written in place of a field, length prefix and all: how we send what we do not approve of. */
export type Raw<F extends Fields> = { readonly [K in keyof F]?: Uint8Array };

export interface Decoded<F extends Fields> {
  readonly value: ValuesOf<F>;
  readonly spans: readonly Span[];
  /** Bytes of the payload that no field claims. */
  readonly left: number;
}
export interface Layout {
  readonly bytes: Uint8Array;
  readonly spans: readonly Span[];
}

/** A message of the protocol, declared once as a list of fields. */
export interface Message<F extends Fields = Fields> {
  readonly name: string;
  /** The page of the manual that tables these fields. */
  readonly page: string;
  readonly fields: F;
  /** Throws CodecError when the payload ends too early or a field cannot be read. */
  decode(payload: Uint8Array, context: Context): Decoded<F>;
  /** The values without their places: cheaper. Throws as `decode`. */
  values(payload: Uint8Array, context: Context): ValuesOf<F>;
  /** Is bytes[start..end] the whole message, and nothing else? Many times cheaper than `decode`. */
  skim(bytes: Uint8Array, start: number, end: number, context: Context): Seen | undefined;
  /** The values where the bytes are the whole message and nothing else; only of messages that are mostly like those before them. */
  alike?(bytes: Uint8Array, start: number, end: number, context: Context): ValuesOf<F> | undefined;
  /**
   * Fields left out get their fallback; an optional field given as undefined is not written.
   * Throws CodecError CODEC_UNWRITABLE.
   */
  layout(values: Partial<ValuesOf<F>>, context: Context, raw?: Raw<F>): Layout;
  encode(values: Partial<ValuesOf<F>>, context: Context, raw?: Raw<F>): Uint8Array;
}
export type MessageOf<M> = M extends Message<infer F> ? ValuesOf<F> : never;

/**
 * Declares a message; everything else (type, decoder, encoder, spans, cut points) follows from the list.
 * @param differing of a message that is else the same from connection to connection: the fields that are not.
 */
export function message<const F extends Fields>(
  name: string,
  page: string,
  fields: F,
  differing?: readonly (keyof F & string)[],
): Message<F> {
  const entries = Object.entries(fields);
  let skimmer: Skimmer | undefined;
  const self: Message<F> = {
    name,
    page,
    fields,
    skim(bytes, start, end, context) {
      skimmer ??= new Skimmer(fields);
      return skimmer.skim(bytes, start, end, context);
    },
    values(payload, context) {
      const r = new Reader(payload, 0, payload.length, true);
      const soFar: Record<string, unknown> = {};
      const scope: Scope = { ...context, soFar };
      for (const [key, field] of entries) soFar[key] = field.read(r, scope);
      return soFar as ValuesOf<F>;
    },
    decode(payload, context) {
      const r = new Reader(payload);
      const spans: Span[] = [];
      const soFar: Record<string, unknown> = {};
      const scope: Scope = { ...context, soFar };
      for (const [key, field] of entries) {
        const off = r.off;
        if (r.parts.length > 0) r.parts = [];
        soFar[key] = field.read(r, scope);
        spans.push(span(key, field.wire, off, r.off - off, r.parts));
      }
      return { value: soFar as ValuesOf<F>, spans, left: r.left };
    },
    layout(values, context, raw) {
      const w = new Writer();
      const spans: Span[] = [];
      const soFar: Record<string, unknown> = {};
      const scope: Scope = { ...context, soFar, given: values };
      for (const [key, field] of entries) {
        const off = w.length;
        let value = (values as Record<string, unknown>)[key];
        if (value === undefined && !Object.hasOwn(values, key)) value = field.derive?.(scope) ?? field.fallback;
        soFar[key] = value;
        const override = raw?.[key];
        if (w.parts.length > 0) w.parts = [];
        if (override) w.raw(override);
        else field.write(w, value, scope);
        spans.push(span(key, field.wire, off, w.length - off, w.parts));
      }
      return { bytes: w.done(), spans };
    },
    encode(values, context, raw) {
      return self.layout(values, context, raw).bytes;
    },
  };
  if (!differing) return self;
  const alike = new AlikeValues(self, differing);
  return { ...self, alike: (bytes, start, end, context) => alike.values(bytes, start, end, context) };
}

/** Every field's own bytes: encode({}, context, rawFields(…)) gives the payload back, odd forms and all. */
export function rawFields<F extends Fields>(payload: Uint8Array, decoded: Pick<Decoded<F>, 'spans'>): Raw<F> {
  return Object.fromEntries(decoded.spans.map(({ field, off, len }) => [field, payload.subarray(off, off + len)])) as Raw<F>;
}

/** Every offset inside the payload at which a field or a part of one begins: where a delivery may cut. */
export function cutPoints(spans: readonly Span[]): number[] {
  const cuts: number[] = [];
  const visit = (list: readonly Span[]): void => {
    for (const { off, len, parts } of list) {
      if (len > 0 && off > 0) cuts.push(off);
      if (parts) visit(parts);
    }
  };
  visit(spans);
  return cuts.sort((a, b) => a - b).filter((cut, i) => cut !== cuts[i - 1]);
}

function span(field: string, wire: string, off: number, len: number, parts: Span[]): Span {
  return parts.length > 0 ? { field, wire, off, len, parts } : { field, wire, off, len };
}
