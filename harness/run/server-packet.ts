import type { ServerMessage } from '../case/step.ts';
import { CodecError } from '../codec/error.ts';
import type { Packet } from '../codec/frame.ts';
import { offeredCapabilities } from '../codec/messages/handshake-v10.ts';
import { messages } from '../codec/messages/index.ts';
import { textRow } from '../codec/messages/text-row.ts';
import type { Session } from './session.ts';

/** A packet of the server read in its phase: what it is, its fields, and what is wrong with it if anything is. */
export interface ServerPacket {
  readonly name: ServerMessage | 'unknown';
  readonly value: Readonly<Record<string, unknown>>;
  readonly sequenceId: number;
  readonly lastSequenceId: number;
  /** Why the payload is not a right packet of that name. */
  readonly problem?: string;
  /** Physical and logical packets consumed (a resultset takes several). */
  readonly packets: number;
}

/** Of the fixed fields of a column definition (mysql/page_protocol_com_query_response_text_resultset_column_definition). */
const FIXED_LENGTH = 0x0c;
const COM_STATISTICS = 0x09;
const COM_QUERY = 0x03;

/**
 * Reads the answer at the head of the queue. Undefined: more packets are needed. `wanted` decides only where the first
 * byte does not: after COM_QUERY everything that is not OK, ERR or EOF is a resultset.
 */
export function readAnswer(queue: readonly Packet[], session: Session): ServerPacket | undefined {
  const packet = queue[0];
  if (!packet) return undefined;
  const name = identify(packet.payload, session);
  if (name === 'TextResultset') return readResultset(queue, session);
  const at = { sequenceId: packet.sequenceId, lastSequenceId: packet.lastSequenceId, packets: 1 };
  if (name === 'unknown')
    return { name, value: {}, ...at, problem: `first byte ${hexByte(packet.payload[0])} starts no packet of this phase` };
  if (name === 'Statistics') return { name, value: { text: Buffer.from(packet.payload).toString('latin1') }, ...at };
  try {
    const { value, left } = messages[name].decode(packet.payload, session.context);
    const problem = left > 0 ? `${left} bytes stand behind its last field` : misses(name, value, session);
    return { name, value: { ...value, ...derived(name, value, packet.payload) }, ...at, ...(problem === undefined ? {} : { problem }) };
  } catch (error) {
    if (!(error instanceof CodecError)) throw error;
    return { name, value: {}, ...at, problem: error.message };
  }
}

/** What a case can ask of a packet besides its fields (harness/case/step.ts, `where`). */
function derived(name: string, value: Readonly<Record<string, unknown>>, payload: Uint8Array): Record<string, unknown> {
  const text = Buffer.from(payload).toString('latin1');
  if (name !== 'HandshakeV10') return { payload: text };
  return { payload: text, capabilities: offeredCapabilities(value as Parameters<typeof offeredCapabilities>[0]) };
}

function identify(payload: Uint8Array, session: Session): ServerMessage | 'unknown' {
  const first = payload[0];
  if (first === 0xff) return 'ERR';
  if (session.phase === 'greeting') return first === 0x0a ? 'HandshakeV10' : first === 0x09 ? 'HandshakeV9' : 'unknown';
  if (session.phase === 'auth') {
    if (first === 0x00) return 'OK';
    if (first === 0xfe) return payload.length === 1 ? 'OldAuthSwitchRequest' : 'AuthSwitchRequest';
    return first === 0x01 ? 'AuthMoreData' : 'unknown';
  }
  if (session.command === COM_STATISTICS && first !== undefined && first >= 0x20) return 'Statistics';
  if (first === 0x00) return 'OK';
  if (first === 0xfe && payload.length < 9) return 'EOF';
  return session.command === COM_QUERY && first !== undefined ? 'TextResultset' : 'unknown';
}

/** After a right HandshakeResponse41 an ERR carries '#' and five characters of SQLSTATE (mysql/page_protocol_basic_err_packet). */
function misses(name: string, value: Readonly<Record<string, unknown>>, session: Session): string | undefined {
  if (name !== 'ERR' || !session.wellFormed || (session.context.capabilities & 0x200) === 0) return undefined;
  if (value['sqlStateMarker'] !== '#') return `no '#' and SQLSTATE, though the client declared PROTOCOL_41`;
  return /^[0-9A-Z]{5}$/.test(String(value['sqlState']))
    ? undefined
    : `SQLSTATE ${JSON.stringify(value['sqlState'])} is not five characters of 0-9 and A-Z`;
}

/** ColumnCount, definitions, EOF (unless DEPRECATE_EOF), rows, EOF or OK (mysql/page_protocol_com_query_response_text_resultset). */
function readResultset(queue: readonly Packet[], session: Session): ServerPacket | undefined {
  const context = session.context;
  const head = queue[0] as Packet;
  let i = 0;
  let columns = 0;
  let rows = 0;
  let first: unknown;
  let problem: string | undefined;
  const done = (end: Record<string, unknown> = {}): ServerPacket => {
    const last = queue[i - 1] as Packet;
    const value = { columns, rows, first, ...end };
    return {
      name: 'TextResultset',
      value,
      sequenceId: head.sequenceId,
      lastSequenceId: last.lastSequenceId,
      packets: i,
      ...(problem ? { problem } : {}),
    };
  };
  const deprecateEof = (context.capabilities & 0x1000000) !== 0;
  try {
    const count = messages.ColumnCount.decode(head.payload, context);
    columns = Number(count.value.count);
    if (count.left > 0) problem = `${count.left} bytes stand behind the column count`;
    for (i = 1; i <= columns; i++) {
      const packet = queue[i];
      if (!packet) return undefined;
      problem ??= gap(queue, i);
      const { value, left } = messages.ColumnDefinition41.decode(packet.payload, context);
      // A default value belongs to the answer to COM_FIELD_LIST; here its bytes are left over.
      if (left > 0 || value.defaultValue !== undefined) problem ??= `bytes stand behind column definition ${i}`;
      if (Number(value.fixedLength) !== FIXED_LENGTH)
        problem ??= `column definition ${i} says that its fixed fields have ${value.fixedLength} bytes, not ${FIXED_LENGTH}`;
    }
    if (!deprecateEof) {
      const packet = queue[i];
      if (!packet) return undefined;
      problem ??= gap(queue, i);
      if (packet.payload[0] !== 0xfe || packet.payload.length > 5) problem ??= 'no EOF behind the column definitions';
      else i++;
    }
    const row = textRow(columns);
    for (; ; i++) {
      const packet = queue[i];
      if (!packet) return problem ? done() : undefined;
      problem ??= gap(queue, i);
      const start = packet.payload[0];
      if (start === 0xff) {
        i++;
        problem ??= 'an ERR stands where rows or their end are due';
        return done();
      }
      if (start === 0xfe && packet.payload.length < (deprecateEof ? 0xffffff : 9)) {
        i++;
        const end = (deprecateEof ? messages.OK : messages.EOF).decode(packet.payload, context);
        if (end.left > 0) problem ??= `${end.left} bytes stand behind the end of the resultset`;
        return done({ statusFlags: end.value.statusFlags, warnings: end.value.warnings });
      }
      const { value, left } = row.decode(packet.payload, context);
      if (left > 0) problem ??= `${left} bytes stand behind the last value of row ${rows + 1}`;
      if (rows++ === 0) first = value.values[0];
    }
  } catch (error) {
    if (!(error instanceof CodecError)) throw error;
    problem ??= `packet ${i + 1} of the resultset: ${error.message}`;
    i = Math.min(i + 1, queue.length); // the last packet may have been counted already
    return done();
  }
}

function gap(queue: readonly Packet[], i: number): string | undefined {
  const wanted = ((queue[i - 1] as Packet).lastSequenceId + 1) & 0xff;
  const got = (queue[i] as Packet).sequenceId;
  return got === wanted ? undefined : `packet ${i + 1} of the resultset has sequence id ${got}, not ${wanted}`;
}

const hexByte = (b: number | undefined): string => (b === undefined ? '(none: an empty packet)' : `0x${b.toString(16).padStart(2, '0')}`);
