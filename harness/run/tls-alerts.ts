import { join } from '../codec/frame.ts';

/** A TLS record that is an alert in the clear: type 21, version 3.x, length 2, level, description (RFC 8446, 5.1 and 6). */
const ALERT_BYTES = 7;
const isAlert = (bytes: Uint8Array): boolean => {
  const head = [0x15, 0x03, undefined, 0x00, 0x02];
  return bytes.length > 0 && head.every((byte, i) => i >= bytes.length || byte === undefined || byte === bytes[i]);
};

/**
 * Takes TLS alerts out of what a server says in the clear between an SSLRequest and TLS. They are no packets of MySQL: a
 * server whose handshake fails sends one, and then, in the clear again, its ERR (MariaDB 10.11, 11.8, MySQL 9.7).
 */
export class TlsAlerts {
  /** Alerts taken out so far. */
  count = 0;
  #held: Uint8Array = new Uint8Array(0);

  /** The bytes that are not of an alert; part of one is held back. */
  without(chunk: Uint8Array): Uint8Array {
    let bytes = join([this.#held, chunk]);
    this.#held = new Uint8Array(0);
    while (bytes.length >= ALERT_BYTES && isAlert(bytes)) {
      this.count++;
      bytes = bytes.subarray(ALERT_BYTES);
    }
    if (bytes.length < ALERT_BYTES && isAlert(bytes)) {
      this.#held = bytes;
      return new Uint8Array(0);
    }
    return bytes;
  }
}
