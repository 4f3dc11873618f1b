import { capability, mariadbCapability } from './capability.ts';
import type { Context } from './message.ts';
import { status } from './status.ts';

/**
 * A glance: most packets of a server are only counted, so their bytes are walked over without an object. What a glance
 * names is exactly what the long way (server-packet.ts, the fields of messages/) names, whole and without a problem; it
 * gives up, and the long way is gone, wherever anything is unusual.
 */

/** Packets of a server that come in numbers. */
export type Glanced = 'TextRow' | 'BinaryRow' | 'ColumnDefinition41' | 'ColumnCount' | 'EOF' | 'OK' | 'StmtPrepareOK';

/** What the last glance has read on its way. One object for all: nothing is made. */
export interface Glimpse {
  /** Status flags of an EOF or OK. */
  status: number;
  /** Of a ColumnCount or StmtPrepareOK. */
  columns: number;
  /** Definitions follow. */
  follow: boolean;
  /** Of a StmtPrepareOK. */
  statement: number;
  parameters: number;
  /** Of a definition: where in the bytes the name of the column begins, with its length. */
  name: number;
}

const NULL = 0xfb;
/** "def", a string<lenenc>, as int<4>. */
const DEF = 0x66656403;
/** schema, table, original table, name, original name. */
const NAMES = 5;
const NAME = 3;
/** The length 0x0c, and the fixed fields behind it. */
const FIXED = 0x0c;

/** A text row of so many columns, and nothing behind it. */
export function isTextRow(bytes: Uint8Array, start: number, end: number, columns: number): boolean {
  let at = start;
  for (let i = 0; i < columns; i++) {
    if (at >= end) return false;
    const first = bytes[at] as number;
    if (first < NULL) at += 1 + first;
    else if (first === NULL) at += 1;
    else if (first === 0xfc && at + 2 < end) at += 3 + ((bytes[at + 1] as number) | ((bytes[at + 2] as number) << 8));
    else return false;
  }
  return at === end;
}

/** EOF of five bytes: only under PROTOCOL_41, and where DEPRECATE_EOF has not done away with it. */
export function glanceAtEof(bytes: Uint8Array, start: number, end: number, { capabilities }: Context, seen: Glimpse): 'EOF' | undefined {
  if (end - start !== 5 || bytes[start] !== 0xfe) return undefined;
  if ((capabilities & (capability.PROTOCOL_41 | capability.DEPRECATE_EOF)) !== capability.PROTOCOL_41) return undefined;
  seen.status = (bytes[start + 3] as number) | ((bytes[start + 4] as number) << 8);
  return 'EOF';
}

/** Behind rows: EOF, or the OK that stands in its place. */
export function glanceAtEnd(bytes: Uint8Array, start: number, end: number, context: Context, seen: Glimpse): 'EOF' | 'OK' | undefined {
  if ((context.capabilities & capability.DEPRECATE_EOF) === 0) return glanceAtEof(bytes, start, end, context, seen);
  // Of seven bytes and more: fewer are no OK.
  return end - start < 7 || end - start > 0xffff ? undefined : glanceAtOk(bytes, start, end, context, seen);
}

/** An OK that ends with its warnings, or with a string<lenenc> of info where SESSION_TRACK makes it one. */
export function glanceAtOk(bytes: Uint8Array, start: number, end: number, { capabilities }: Context, seen: Glimpse): 'OK' | undefined {
  if ((capabilities & capability.PROTOCOL_41) === 0 || end - start < 7) return undefined;
  // Two int<lenenc>; those of nine bytes are rare.
  let at = start + 1;
  for (let i = 0; i < 2; i++) {
    const first = bytes[at] as number;
    if (first < NULL) at += 1;
    else if (first === 0xfc) at += 3;
    else if (first === 0xfd) at += 4;
    else return undefined;
    if (at + 4 > end) return undefined;
  }
  seen.status = (bytes[at] as number) | ((bytes[at + 1] as number) << 8);
  at += 4;
  if (at === end) return 'OK';
  if ((capabilities & capability.SESSION_TRACK) === 0) return 'OK';
  if ((seen.status & status.SESSION_STATE_CHANGED) !== 0) return undefined;
  const info = bytes[at] as number;
  return info < NULL && at + 1 + info === end ? 'OK' : undefined;
}

/** A count of one byte: hardly a table has more than 250 columns. */
export function glanceAtCount(bytes: Uint8Array, start: number, end: number, context: Context, seen: Glimpse): 'ColumnCount' | undefined {
  const first = bytes[start] as number;
  const told =
    (context.capabilities & capability.OPTIONAL_RESULTSET_METADATA) !== 0 ||
    ((context.mariadbCapabilities ?? 0) & mariadbCapability.CACHE_METADATA) !== 0;
  if (first >= NULL || end - start !== (told ? 2 : 1)) return undefined;
  seen.columns = first;
  seen.follow = !told || bytes[start + 1] !== 0;
  return 'ColumnCount';
}

/** With its warnings, and without a word about metadata. */
export function glanceAtPrepareOk(
  bytes: Uint8Array,
  start: number,
  end: number,
  { capabilities }: Context,
  seen: Glimpse,
): 'StmtPrepareOK' | undefined {
  if (end - start !== 12 || bytes[start] !== 0 || (capabilities & capability.OPTIONAL_RESULTSET_METADATA) !== 0) return undefined;
  const u16 = (at: number): number => (bytes[start + at] as number) | ((bytes[start + at + 1] as number) << 8);
  seen.statement = (u16(1) | (u16(3) << 16)) >>> 0;
  seen.columns = u16(5);
  seen.parameters = u16(7);
  seen.follow = true;
  return 'StmtPrepareOK';
}

/** A definition as every server sends it: the catalog "def", five names (MariaDB: empty metadata), 0x0c, and twelve bytes to the end. */
export function glanceAtDefinition(
  bytes: Uint8Array,
  start: number,
  end: number,
  context: Context,
  seen: Glimpse,
): 'ColumnDefinition41' | undefined {
  if (end - start < 4 + NAMES + 1 + FIXED || (context.capabilities & capability.PROTOCOL_41) === 0) return undefined;
  const def =
    (bytes[start] as number) |
    ((bytes[start + 1] as number) << 8) |
    ((bytes[start + 2] as number) << 16) |
    ((bytes[start + 3] as number) << 24);
  if (def !== DEF) return undefined;
  let at = start + 4;
  for (let i = 0; i < NAMES; i++) {
    const first = bytes[at] as number;
    if (first >= NULL) return undefined;
    if (i === NAME) seen.name = at;
    at += 1 + first;
    if (at >= end) return undefined;
  }
  // Metadata that is not empty has fields of its own.
  if (((context.mariadbCapabilities ?? 0) & mariadbCapability.EXTENDED_METADATA) !== 0 && bytes[at++] !== 0) return undefined;
  return bytes[at] === FIXED && at + 1 + FIXED === end ? 'ColumnDefinition41' : undefined;
}
