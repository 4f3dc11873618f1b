/** Fields that are not always there. */
import { type CapabilityName, capability, type MariadbCapabilityName, mariadbCapability } from './capability.ts';
import type { Context, Field, Scope } from './message.ts';
import { skipField, underOf } from './skim.ts';

/** When a field is on the wire. `says` reads after "if". */
export interface Condition {
  readonly says: string;
  holds(scope: Scope): boolean;
  /** What the context alone decides; undefined where fields of the message count too. */
  under?(context: Context): boolean | undefined;
}

/** A flag of the message itself: HandshakeResponse declares in its first field what follows. */
export function declares(name: CapabilityName): Condition {
  return { says: name, holds: ({ soFar }) => isSet(soFar['capabilities'], capability[name]) };
}

/** A flag that both peers have agreed on. */
export function agreed(name: CapabilityName): Condition {
  const holds = ({ capabilities }: Context): boolean => isSet(capabilities, capability[name]);
  return { says: name, holds, under: holds };
}

/** An extended flag of MariaDB that both peers have agreed on. */
export function agreedMariadb(name: MariadbCapabilityName): Condition {
  const holds = ({ mariadbCapabilities }: Context): boolean => isSet(mariadbCapabilities, mariadbCapability[name]);
  return { says: `MARIADB_CLIENT_${name}`, holds, under: holds };
}

export function all(...conditions: readonly Condition[]): Condition {
  return {
    says: conditions.map((c) => c.says).join(' and '),
    holds: (scope) => conditions.every((c) => c.holds(scope)),
    under(context) {
      const decided = conditions.map((c) => c.under?.(context));
      return decided.includes(false) ? false : decided.includes(undefined) ? undefined : true;
    },
  };
}
export function any(...conditions: readonly Condition[]): Condition {
  return {
    says: conditions.map((c) => c.says).join(' or '),
    holds: (scope) => conditions.some((c) => c.holds(scope)),
    under(context) {
      const decided = conditions.map((c) => c.under?.(context));
      return decided.includes(true) ? true : decided.includes(undefined) ? undefined : false;
    },
  };
}

/** The field where the condition holds, else undefined and no bytes. A field given as undefined is not written. */
export function when<T>(condition: Condition, field: Field<T>): Field<T | undefined> {
  const standing = (scope: Scope): T | undefined => field.derive?.(scope) ?? field.fallback;
  return {
    wire: `${field.wire} if ${condition.says}`,
    derive: (scope) => (condition.holds(scope) ? standing(scope) : undefined),
    under(context): Field<T | undefined> {
      const holds = condition.under?.(context);
      return holds === undefined ? this : holds ? underOf(field, context) : nothing;
    },
    skip: (r, scope) => !condition.holds(scope) || skipField(field, r, scope),
    read: (r, scope) => (condition.holds(scope) ? field.read(r, scope) : undefined),
    write(w, value, scope) {
      if (value !== undefined && condition.holds(scope)) field.write(w, value, scope);
    },
  };
}

/** The field unless the payload has ended: older peers stop here. A field given as undefined is not written. */
export function unlessEnd<T>(field: Field<T>): Field<T | undefined> {
  const self: Field<T | undefined> = {
    ...field,
    wire: `${field.wire} unless at end`,
    size: undefined,
    under: (context) => (field.under ? unlessEnd(field.under(context)) : self),
    skip: (r, scope) => r.left === 0 || skipField(field, r, scope),
    read: (r, scope) => (r.left > 0 ? field.read(r, scope) : undefined),
    write(w, value, scope) {
      if (value !== undefined) field.write(w, value, scope);
    },
  };
  return self;
}

/** One of two forms of the same field. */
export function either<T>(condition: Condition, one: Field<T>, other: Field<T>): Field<T> {
  const pick = (scope: Scope): Field<T> => (condition.holds(scope) ? one : other);
  return {
    wire: `${one.wire} if ${condition.says} else ${other.wire}`,
    ...(one.fallback === undefined ? {} : { fallback: one.fallback }),
    under(context): Field<T> {
      const holds = condition.under?.(context);
      return holds === undefined ? this : underOf(holds ? one : other, context);
    },
    skip: (r, scope) => skipField(pick(scope), r, scope),
    read: (r, scope) => pick(scope).read(r, scope),
    write: (w, value, scope) => pick(scope).write(w, value, scope),
  };
}

/** What stands where a condition does not hold. */
const nothing: Field<undefined> = { wire: '', size: 0, read: () => undefined, write() {} };

function isSet(bits: unknown, flag: number): boolean {
  return typeof bits === 'number' && (bits & flag) !== 0;
}
