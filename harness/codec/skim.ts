import { Reader } from './bytes.ts';
import { CodecError } from './error.ts';
import type { Context, Field, Fields, Scope } from './message.ts';

/** The fields of a skimmed message; one is read when it is asked for. */
export type Seen = Readonly<Record<string, unknown>>;

/** Fields that always have the same size, as one step, or one field that has not. */
interface Step {
  /** Bytes; -1: the field tells. */
  size: number;
  // biome-ignore lint/suspicious/noExplicitAny: fields of every type
  readonly field: Field<any> | undefined;
}
/** Where a field is: in which step, and how many bytes behind its beginning. */
interface Place {
  // biome-ignore lint/suspicious/noExplicitAny: fields of every type
  readonly field: Field<any>;
  readonly step: number;
  readonly delta: number;
}
interface Plan {
  readonly capabilities: number;
  readonly mariadbCapabilities: number | undefined;
  readonly steps: readonly Step[];
  readonly places: readonly Place[];
}

const NOTHING = new Uint8Array(0);
/** Plans of a message that are kept; connections with the same software share one. */
const KEPT = 32;
const NO_PLAN: Plan = { capabilities: -1, mariadbCapabilities: undefined, steps: [], places: [] };

/** One for all messages: each keeps a chunk of the stream alive. The other one reads fields again. */
const r = new Reader(NOTHING);
const again = new Reader(NOTHING);

/**
 * Most packets are only named and counted, so their values are not made: a skim walks over the same list of fields, by
 * `size` and `skip`. What depends on the capabilities alone is decided once for all packets of a connection.
 */
export class Skimmer {
  readonly #fields: readonly (readonly [string, Field<unknown>])[];
  readonly #scope: { -readonly [K in keyof Scope]: Scope[K] };
  readonly #seen: Seen;
  #plans: readonly Plan[] = [];
  #plan: Plan = NO_PLAN;
  /** Where each step begins, and how many of them were reached. */
  readonly #begins: number[] = [];
  #reached = 0;

  constructor(fields: Fields) {
    this.#fields = Object.entries(fields);
    this.#seen = Object.defineProperties(
      {},
      Object.fromEntries(this.#fields.map(([key], i) => [key, { enumerable: true, get: () => this.#value(i) }])),
    );
    this.#scope = { capabilities: 0, mariadbCapabilities: 0, statement: undefined, soFar: this.#seen };
  }

  /** Seen, where `decode` would succeed and leave no byte; else undefined. It holds until the next skim. */
  skim(bytes: Uint8Array, start: number, end: number, context: Context): Seen | undefined {
    if (!isFor(this.#plan, context)) this.#plan = this.#planFor(context);
    r.bytes = bytes;
    r.start = start;
    r.end = end;
    const scope = this.#scope;
    scope.capabilities = context.capabilities;
    scope.mariadbCapabilities = context.mariadbCapabilities as number;
    scope.statement = context.statement;
    const { steps } = this.#plan;
    const begins = this.#begins;
    let off = start;
    for (let i = 0; i < steps.length; i++) {
      const { size, field } = steps[i] as Step;
      begins[i] = off;
      if (size >= 0) {
        off += size;
        if (off > end) return undefined;
      } else {
        this.#reached = i;
        r.off = off;
        if (!skipField(field as Field<unknown>, r, scope)) return undefined;
        off = r.off;
      }
    }
    this.#reached = steps.length;
    return off === end ? this.#seen : undefined;
  }

  #value(i: number): unknown {
    const place = this.#plan.places[i];
    // Of the fields that were not reached, nothing is known yet.
    if (!place || place.step >= this.#reached) return undefined;
    // Reading it may ask for another.
    const before = again.off;
    again.bytes = r.bytes;
    again.start = r.start;
    again.end = r.end;
    again.off = (this.#begins[place.step] as number) + place.delta;
    const value = place.field.read(again, this.#scope);
    again.off = before;
    if (again.parts.length > 0) again.parts = [];
    return value;
  }

  #planFor(context: Context): Plan {
    const known = this.#plans.find((one) => isFor(one, context));
    if (known) return known;
    const made = planOf(this.#fields, context);
    this.#plans = [...this.#plans.slice(1 - KEPT), made];
    return made;
  }
}

function isFor(plan: Plan, { capabilities, mariadbCapabilities }: Context): boolean {
  return plan.capabilities === capabilities && plan.mariadbCapabilities === mariadbCapabilities;
}

/** Moves past a field; false where reading it throws. */
export function skipField(field: Field<unknown>, r: Reader, scope: Scope): boolean {
  if (field.skip) return field.skip(r, scope);
  if (field.size !== undefined) {
    r.off += field.size;
    return r.off <= r.end;
  }
  return skipByReading(field, r, scope);
}

/** The same by making the value. */
export function skipByReading(field: Field<unknown>, r: Reader, scope: Scope): boolean {
  try {
    field.read(r, scope);
    // The reader of all skims would hold the spans of every packet that ever came this way.
    if (r.parts.length > 0) r.parts = [];
    return true;
  } catch (error) {
    if (!(error instanceof CodecError)) throw error;
    r.parts = [];
    return false;
  }
}

/** A field as it is under these capabilities, wherever they decide. */
export function underOf<T>(field: Field<T>, context: Context): Field<T> {
  return field.under ? field.under(context) : field;
}

function planOf(list: readonly (readonly [string, Field<unknown>])[], context: Context): Plan {
  const steps: Step[] = [];
  const places: Place[] = [];
  for (const [, declared] of list) {
    const field = underOf(declared, context);
    const { size } = field;
    const last = steps.at(-1);
    if (size !== undefined && last && last.size >= 0) {
      places.push({ field, step: steps.length - 1, delta: last.size });
      last.size += size;
    } else {
      places.push({ field, step: steps.length, delta: 0 });
      steps.push({ size: size ?? -1, field: size === undefined ? field : undefined });
    }
  }
  return { capabilities: context.capabilities, mariadbCapabilities: context.mariadbCapabilities, steps, places };
}
