/** The binary log of this server: one file with nothing in it but its first event (mysql/page_protocol_replication_binlog_event). */
import { binlogChecksumOf } from '../codec/binlog-checksum.ts';
import { Writer } from '../codec/bytes.ts';
import { join } from '../codec/frame.ts';
import { binlogEvent } from '../codec/messages/binlog-event.ts';
import type { Session } from './session.ts';

export const BINLOG_FILE = 'binlog.000001';
/** Bytes of the magic number that a file begins with: its first event stands behind it. */
export const FIRST_POSITION = 4;
export const SERVER_ID = 1;
const ROTATE = 4;
const FORMAT_DESCRIPTION = 15;
const HEADER_BYTES = 19;
const CHECKSUM_BYTES = 4;
/** The event stands in no file: the server has made it up for the replica. */
const ARTIFICIAL = 0x20;
/** Event types that a FORMAT_DESCRIPTION_EVENT tells the header lengths of. */
const EVENT_TYPES = 40;
const CRC32 = 1;

/** Of the file: where the next event would be written. */
export function endOfLog(session: Session): number {
  return FIRST_POSITION + HEADER_BYTES + formatDescription(session).length + CHECKSUM_BYTES;
}

/** What every dump begins with: the file that follows, and the format of its events. */
export function firstEvents(session: Session, position: number): Uint8Array[] {
  const { has } = session;
  const told = has('binlog-rotate-to-the-first-event') ? FIRST_POSITION : position;
  const rotate = event(session, ROTATE, rotateTo(BINLOG_FILE, told), { timestamp: 0, flags: ARTIFICIAL, nextPosition: 0 });
  const format = event(session, FORMAT_DESCRIPTION, formatDescription(session), {
    timestamp: STARTED,
    flags: 0,
    nextPosition: position > FIRST_POSITION ? 0 : endOfLog(session),
  });
  return [...(has('binlog-without-rotate') ? [] : [rotate]), ...(has('binlog-without-format-description') ? [] : [format])];
}

/** 2026-01-01, in s since 1970. */
const STARTED = 1_767_225_600;

interface Head {
  readonly timestamp: number;
  readonly flags: number;
  readonly nextPosition: number;
}

function event(session: Session, type: number, body: Uint8Array, { timestamp, flags, nextPosition }: Head): Uint8Array {
  const { context, has } = session;
  const binlogChecksum = has('binlog-checksum-unasked') ? 'CRC32' : session.binlogChecksum;
  // The format is told with a checksum even to a replica that wants none: it has to learn what the file has.
  const summed = binlogChecksum === 'CRC32' || type === FORMAT_DESCRIPTION;
  const eventSize = HEADER_BYTES + body.length + (summed ? CHECKSUM_BYTES : 0);
  const fields = {
    timestamp: has('binlog-time-zero') ? 0 : timestamp,
    type,
    serverId: has('binlog-server-id-zero') ? 0 : SERVER_ID,
    eventSize: has('binlog-event-size-wrong') ? eventSize + 1 : eventSize,
    nextPosition: has('binlog-next-position-zero') ? 0 : nextPosition,
    flags,
    data: body,
  };
  const whole = binlogEvent.encode(fields, context);
  const sum = new Writer();
  if (summed) sum.uint(4, binlogChecksumOf(whole.subarray(1)) + (has('binlog-checksum-wrong') ? -1 : 0));
  const packet = join([whole, has('binlog-checksum-missing') ? new Uint8Array(0) : sum.done()]);
  return has('binlog-event-without-status-byte') ? packet.subarray(1) : packet;
}

/** int<8> position, string<EOF> file. */
function rotateTo(file: string, position: number): Uint8Array {
  const w = new Writer();
  w.uint(8, position);
  w.raw(Buffer.from(file, 'latin1'));
  return w.done();
}

/** int<2> version 4, string<50> server version, int<4> timestamp, int<1> header length, a length per event type, int<1> checksum. */
function formatDescription({ server }: Session): Uint8Array {
  const w = new Writer();
  w.uint(2, 4);
  w.raw(Buffer.from(server.version.padEnd(50, '\0').slice(0, 50), 'latin1'));
  w.uint(4, STARTED);
  w.uint(1, HEADER_BYTES);
  w.raw(new Uint8Array(EVENT_TYPES));
  w.uint(1, CRC32);
  return w.done();
}
