import { Reader, type Span } from './bytes.ts';
import type { Context, Fields, Message, Scope, ValuesOf } from './message.ts';

interface Known {
  /** A copy, which keeps no chunk of a stream alive. */
  readonly payload: Uint8Array;
  readonly context: Context;
  readonly value: Readonly<Record<string, unknown>>;
  /** What a field that differs is read under: these values stand before it. */
  readonly scope: Scope;
  readonly differing: readonly Differing[];
}

/** A field that may differ: where it begins, and which of its bytes may be others; its length is none of these. */
interface Differing {
  readonly key: string;
  readonly off: number;
  readonly from: number;
  readonly to: number;
}

/** Payloads that are compared with. */
const COMPARED = 32;
/** Bytes of one that is kept. */
const MOST_BYTES = 4096;

const NOTHING = new Uint8Array(0);
/** One for all: a reader for each greeting would cost as much as what it reads. */
const again = new Reader(NOTHING, 0, 0, true);

/**
 * The values of messages that are alike: what a server and its clients say of themselves differs from connection to connection in a few
 * fields of the same size. Only those are read again; all others are the same values. No other field may depend on one that differs.
 */
export class AlikeValues<F extends Fields> {
  readonly #message: Pick<Message<F>, 'fields' | 'decode'>;
  readonly #keys: readonly (keyof F & string)[];
  /** The one that was asked for last stands first. */
  readonly #known: Known[] = [];

  /** @param keys the fields that may differ; none: the same values are given again. */
  constructor(message: Pick<Message<F>, 'fields' | 'decode'>, keys: readonly (keyof F & string)[]) {
    this.#message = message;
    this.#keys = keys;
  }

  /** Of bytes[start..end]. Throws as `decode`; undefined where bytes are left. */
  values(bytes: Uint8Array, start: number, end: number, context: Context): ValuesOf<F> | undefined {
    const list = this.#known;
    for (let i = 0; i < list.length; i++) {
      const known = list[i] as Known;
      if (known.payload.length !== end - start || !isUnder(known.context, context) || !isLike(known, bytes, start)) continue;
      list.copyWithin(1, 0, i);
      list[0] = known;
      return known.differing.length === 0 ? (known.value as ValuesOf<F>) : this.#read(known, bytes, start, end);
    }
    const payload = new Uint8Array(bytes.subarray(start, end));
    const { value, spans, left } = this.#message.decode(payload, context);
    if (left > 0) return undefined;
    if (payload.length > MOST_BYTES) return value;
    const differing = this.#keys.flatMap((key) => differingIn(key, value[key], spans));
    const scope = { ...context, soFar: value };
    if (list.unshift({ payload, context, value, scope, differing: differing.sort((a, b) => a.from - b.from) }) > COMPARED) list.pop();
    return value;
  }

  #read({ value, scope, differing }: Known, bytes: Uint8Array, start: number, end: number): ValuesOf<F> {
    const read: Record<string, unknown> = { ...value };
    again.bytes = bytes;
    again.start = start;
    again.end = end;
    for (const { key, off } of differing) {
      again.off = start + off;
      read[key] = this.#message.fields[key]?.read(again, scope);
    }
    // It must keep no chunk alive.
    again.bytes = NOTHING;
    return read as ValuesOf<F>;
  }
}

function isUnder(one: Context, other: Context): boolean {
  return one.capabilities === other.capabilities && one.mariadbCapabilities === other.mariadbCapabilities;
}

function isLike({ payload, differing }: Known, bytes: Uint8Array, start: number): boolean {
  let at = 0;
  for (const { from, to } of differing) {
    for (; at < from; at++) if (payload[at] !== bytes[start + at]) return false;
    at = to;
  }
  for (; at < payload.length; at++) if (payload[at] !== bytes[start + at]) return false;
  return true;
}

/** None where other bytes of the same number could be a value of another length. */
function differingIn(key: string, value: unknown, spans: readonly Span[]): readonly Differing[] {
  const span = spans.find(({ field }) => field === key);
  if (!span) return [];
  const { off, len, parts } = span;
  const data = parts?.find(({ field }) => field === 'data');
  if (data) return [{ key, off, from: data.off, to: data.off + data.len }];
  const whole = typeof value === 'number' || (value instanceof Uint8Array && value.length === len);
  return whole ? [{ key, off, from: off, to: off + len }] : [];
}
