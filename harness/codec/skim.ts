import { Reader } from './bytes.ts';
import { CodecError } from './error.ts';
import type { Context, Field, Fields, Scope } from './message.ts';

/** The fields of a skimmed message; one is read when it is asked for. */
export type Seen = Readonly<Record<string, unknown>>;
/** Seen, where `decode` would succeed and leave no byte; else undefined. It holds until the next skim of the same message. */
export type Skim = (bytes: Uint8Array, start: number, end: number, context: Context) => Seen | undefined;

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

/**
 * Most packets are only named and counted, so their values are not made: a skim walks over the same list of fields, by
 * `size` and `skip`. What depends on the capabilities alone is decided once for all packets of a connection.
 */
export function skimOf(fields: Fields): Skim {
  const list = Object.entries(fields);
  const r = new Reader(NOTHING);
  const again = new Reader(NOTHING);
  /** Where each step begins. */
  const begins: number[] = [];
  let at = 0;
  let plans: Plan[] = [];
  let plan: Plan | undefined;
  const seen = {};
  const scope: { -readonly [K in keyof Scope]: Scope[K] } = { capabilities: 0, mariadbCapabilities: 0, statement: undefined, soFar: seen };
  for (const [i, [key]] of list.entries())
    Object.defineProperty(seen, key, {
      enumerable: true,
      get() {
        const place = plan?.places[i];
        // Of the fields that were not reached, nothing is known yet.
        if (!place || place.step >= at) return undefined;
        // Reading it may ask for another.
        const before = again.off;
        again.off = (begins[place.step] as number) + place.delta;
        const value = place.field.read(again, scope);
        again.off = before;
        return value;
      },
    });
  return (bytes, start, end, context) => {
    if (!plan || !isFor(plan, context)) {
      plan = plans.find((one) => isFor(one, context)) ?? planOf(list, context);
      plans = plans.includes(plan) ? plans : [...plans.slice(1 - KEPT), plan];
    }
    r.bytes = again.bytes = bytes;
    r.start = again.start = start;
    r.end = again.end = end;
    r.off = start;
    if (r.parts.length > 0) r.parts = [];
    if (again.parts.length > 0) again.parts = [];
    scope.capabilities = context.capabilities;
    scope.mariadbCapabilities = context.mariadbCapabilities as number;
    scope.statement = context.statement;
    const { steps } = plan;
    for (at = 0; at < steps.length; at++) {
      const { size, field } = steps[at] as Step;
      begins[at] = r.off;
      if (size < 0) {
        if (!skipField(field as Field<unknown>, r, scope)) return undefined;
      } else {
        r.off += size;
        if (r.off > end) return undefined;
      }
    }
    return r.off === end ? seen : undefined;
  };
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
  try {
    field.read(r, scope);
    return true;
  } catch (error) {
    if (error instanceof CodecError) return false;
    throw error;
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
