import { crc32 } from 'node:zlib';

/** Bytes of the checksum that stands behind each event with binlog_checksum CRC32. */
const CHECKSUM_BYTES = 4;

/** The checksum of an event, header included (mariadb/2-binlog-event-header). */
export const binlogChecksumOf = (event: Uint8Array): number => crc32(event);

/** Does a whole event end in its own checksum? */
export function endsInChecksum(event: Uint8Array): boolean {
  const at = event.length - CHECKSUM_BYTES;
  if (at < 0) return false;
  const view = new DataView(event.buffer, event.byteOffset, event.byteLength);
  return view.getUint32(at, true) === binlogChecksumOf(event.subarray(0, at));
}
