/** Fields that are not always there. */
import { type CapabilityName, capability, type MariadbCapabilityName, mariadbCapability } from './capability.ts';
import type { Field, Scope } from './message.ts';

/** When a field is on the wire. `says` reads after "if". */
export interface Condition {
  readonly says: string;
  holds(scope: Scope): boolean;
}

/** A flag of the message itself: HandshakeResponse declares in its first field what follows. */
export function declares(name: CapabilityName): Condition {
  return { says: name, holds: ({ soFar }) => isSet(soFar['capabilities'], capability[name]) };
}

/** A flag that both peers have agreed on. */
export function agreed(name: CapabilityName): Condition {
  return { says: name, holds: ({ capabilities }) => isSet(capabilities, capability[name]) };
}

/** An extended flag of MariaDB that both peers have agreed on. */
export function agreedMariadb(name: MariadbCapabilityName): Condition {
  return {
    says: `MARIADB_CLIENT_${name}`,
    holds: ({ mariadbCapabilities }) => isSet(mariadbCapabilities, mariadbCapability[name]),
  };
}

export function all(...conditions: readonly Condition[]): Condition {
  return {
    says: conditions.map((c) => c.says).join(' and '),
    holds: (scope) => conditions.every((c) => c.holds(scope)),
  };
}
export function any(...conditions: readonly Condition[]): Condition {
  return {
    says: conditions.map((c) => c.says).join(' or '),
    holds: (scope) => conditions.some((c) => c.holds(scope)),
  };
}

/** The field where the condition holds, else undefined and no bytes. A field given as undefined is not written. */
export function when<T>(condition: Condition, field: Field<T>): Field<T | undefined> {
  const standing = (scope: Scope): T | undefined => field.derive?.(scope) ?? field.fallback;
  return {
    wire: `${field.wire} if ${condition.says}`,
    derive: (scope) => (condition.holds(scope) ? standing(scope) : undefined),
    read: (r, scope) => (condition.holds(scope) ? field.read(r, scope) : undefined),
    write(w, value, scope) {
      if (value !== undefined && condition.holds(scope)) field.write(w, value, scope);
    },
  };
}

/** The field unless the payload has ended: older peers stop here. A field given as undefined is not written. */
export function unlessEnd<T>(field: Field<T>): Field<T | undefined> {
  return {
    ...field,
    wire: `${field.wire} unless at end`,
    read: (r, scope) => (r.left > 0 ? field.read(r, scope) : undefined),
    write(w, value, scope) {
      if (value !== undefined) field.write(w, value, scope);
    },
  };
}

/** One of two forms of the same field. */
export function either<T>(condition: Condition, one: Field<T>, other: Field<T>): Field<T> {
  const pick = (scope: Scope): Field<T> => (condition.holds(scope) ? one : other);
  return {
    wire: `${one.wire} if ${condition.says} else ${other.wire}`,
    ...(one.fallback === undefined ? {} : { fallback: one.fallback }),
    read: (r, scope) => pick(scope).read(r, scope),
    write: (w, value, scope) => pick(scope).write(w, value, scope),
  };
}

function isSet(bits: unknown, flag: number): boolean {
  return typeof bits === 'number' && (bits & flag) !== 0;
}
