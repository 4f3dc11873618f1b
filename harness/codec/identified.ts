import type { Span } from './bytes.ts';
import { CodecError } from './error.ts';
import type { Context, Message } from './message.ts';

/** A packet with its name; the fields too, where the name has a message and the payload holds it. */
export interface Identified {
  /** The manual's name, or "unknown". */
  readonly name: string;
  readonly message?: Message;
  /** What the message was decoded under. */
  readonly context?: Context;
  readonly decoded?: { readonly value: Readonly<Record<string, unknown>>; readonly spans: readonly Span[]; readonly left: number };
  /** Why the payload is not what its name says. */
  readonly problem?: string;
}

/** The values of the fields; undefined where they cannot be read. */
export function valuesAs(message: Message, payload: Uint8Array, context: Context): Readonly<Record<string, unknown>> | undefined {
  try {
    return message.values(payload, context);
  } catch (error) {
    if (!(error instanceof CodecError)) throw error;
    return undefined;
  }
}

/** Decodes and turns a CodecError, or bytes left over, into a problem. */
export function decodeAs(message: Message, payload: Uint8Array, context: Context): Identified {
  try {
    const decoded = message.decode(payload, context);
    const named = { name: message.name, message, context, decoded };
    if (decoded.left === 0) return named;
    return { ...named, problem: `${decoded.left} bytes behind the last field of ${message.name}` };
  } catch (error) {
    if (!(error instanceof CodecError)) throw error;
    return { name: message.name, message, context, problem: error.message };
  }
}
