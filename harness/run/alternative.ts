import type { Alternative, Condition } from '../case/step.ts';
import { inWords, meets } from './condition.ts';
import type { ServerPacket } from './server-packet.ts';

/** The fields of earlier packets by name, for conditions that speak of them (`sameAs`). */
type Earlier = ReadonlyMap<string, string | number>;

/**
 * Why a packet of the right name is not what an alternative asks for, one after the other; none where it is. `wanted`: the sequence id that is
 * due, where the alternative names none.
 */
export function* misfits(a: Alternative, packet: ServerPacket, wanted: number | undefined, earlier: Earlier): Generator<string> {
  const sequenceId = a.sequenceId ?? wanted;
  if (sequenceId !== undefined && sequenceId !== 'any' && !onlyGreets(a) && packet.sequenceId !== sequenceId)
    yield `its sequence id must be ${sequenceId}`;
  for (const [path, condition] of Object.entries(a.where ?? {})) {
    const value = valueAt(packet.value, path);
    if (!meetsBeside(value, condition, earlier))
      yield `${path} is ${isAboutBits(condition) ? inHex(value) : show(path === 'payload' ? asBytes(value) : value)}, ${ratherThan(inWords(condition))}`;
  }
}

/** The first misfit of what lacks the least; of two that lack as much, of the later one. */
export function nearestMisfit(
  alternatives: readonly Alternative[],
  ...about: [packet: ServerPacket, wanted: number | undefined, earlier: Earlier]
): string | undefined {
  let least: readonly string[] | undefined;
  for (const a of alternatives) {
    const all = [...misfits(a, ...about)];
    if (least === undefined || all.length <= least.length) least = all;
  }
  return least?.[0];
}

function ratherThan(words: string): string {
  if (words === 'not there') return 'and must not be there';
  return words.startsWith('not ') ? `and must be ${words}` : `not ${words}`;
}

function meetsBeside(value: unknown, condition: Condition, earlier: Earlier): boolean {
  if (typeof condition === 'object' && condition !== null) {
    const own = value instanceof Uint8Array ? Buffer.from(value).toString('hex') : String(value);
    const isAs = (path: string): boolean => own === (earlier.has(path) ? String(earlier.get(path)) : undefined);
    if ('sameAs' in condition) return value !== undefined && isAs(condition.sameAs);
    // From what has not been read everything would differ.
    if ('differsFrom' in condition) return value !== undefined && earlier.has(condition.differsFrom) && !isAs(condition.differsFrom);
  }
  return meets(value, condition);
}

/**
 * A case that is not about the greeting asks for one without conditions. A readable greeting with a fault then does not
 * fail it: that fault belongs to the greeting cases, and one fault should not read as a hundred.
 */
export function onlyGreets(a: Alternative): boolean {
  return a.packet === 'HandshakeV10' && a.where === undefined && a.sequenceId === undefined;
}

/** A value by its path: `column.0.type`. */
function valueAt(value: unknown, path: string): unknown {
  if (typeof value === 'object' && value !== null && Object.hasOwn(value, path)) return (value as Record<string, unknown>)[path];
  return path.split('.').reduce<unknown>((at, key) => (at as Record<string, unknown> | null | undefined)?.[key], value);
}

function isAboutBits(condition: Condition): boolean {
  if (typeof condition !== 'object' || condition === null) return false;
  return 'all' in condition
    ? condition.all.some(isAboutBits)
    : 'bits' in condition || 'noBits' in condition || 'set' in condition || 'clear' in condition;
}

const inHex = (value: unknown): string => (typeof value === 'number' ? `0x${value.toString(16)}` : show(value));
/** A payload is text, a character per byte, so that patterns can be held against it: bytes for a reader, where it is none. */
const asBytes = (payload: unknown): unknown =>
  typeof payload === 'string' && /[^ -~]/.test(payload) ? Buffer.from(payload, 'latin1') : payload;
/** Bytes that are shown. */
const SHOWN = 40;

function show(value: unknown): string {
  if (value === undefined) return 'missing';
  if (value === null) return 'NULL';
  if (value instanceof Uint8Array) return Buffer.from(value.subarray(0, SHOWN)).toString('hex') + (value.length > SHOWN ? '…' : '');
  return typeof value === 'string' ? JSON.stringify(value.slice(0, 80)) : String(value);
}
