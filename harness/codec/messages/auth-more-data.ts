import type { Reader } from '../bytes.ts';
import { constant, restBytes } from '../field.ts';
import { type Field, type MessageOf, message } from '../message.ts';

const ESCAPE = 0x01;

/** MariaDB need only send it where the data could be taken for another packet (mariadb/connection). */
const escaping: Field<number | undefined> = {
  ...constant(ESCAPE),
  size: undefined,
  skip(r: Reader) {
    if (r.byte === ESCAPE) r.off++;
    return true;
  },
  read: (r) => (r.byte === ESCAPE ? r.uint(1) : undefined),
  write(w, value) {
    if (value !== undefined) w.uint(1, value);
  },
};

/**
 * int<1>       0x01; MariaDB may leave it out
 * string<EOF>  plugin data
 */
export const authMoreData = message('AuthMoreData', 'mysql/page_protocol_connection_phase_packets_protocol_auth_more_data', {
  header: escaping,
  data: restBytes,
});
export type AuthMoreData = MessageOf<typeof authMoreData>;
