/** From the SSLRequest to the first packet over TLS (mysql/page_protocol_connection_phase_packets_protocol_ssl_request). */
import type { SecureContextOptions } from 'node:tls';
import { secureContextOf } from './certificate.ts';
import { sendGreeting } from './greeting.ts';
import { insistOnHello } from './idle.ts';
import { Departure, refuse } from './refusal.ts';
import type { Session } from './session.ts';

/** Bytes of an SSLRequest, and of a HandshakeResponse41 before the user name. */
export const FIXED_BYTES = 32;
/** The header of a TLS record: type, version, length (RFC 8446, 5.1). */
const RECORD_HEADER = 5;
const HANDSHAKE_RECORD = 0x16;

/** TLS starts right behind the SSLRequest. Throws Refusal, and Departure when the handshake fails. */
export async function startTls(session: Session, request: Uint8Array): Promise<void> {
  const { channel, has, server } = session;
  if (has('ssl-request-answered-in-clear')) throw refuse.badHandshake();
  if (has('ssl-request-filler-must-be-zero') && request.subarray(9, FIXED_BYTES).some((byte) => byte !== 0)) throw refuse.badHandshake();
  if (has('ssl-request-closes') || !server.certificate) throw new Departure('fin');
  if (has('tls-hello-behind-request-lost')) channel.discard();
  await insistOnHello(session);
  if (has('tls-plaintext-login-taken') || has('tls-hello-in-pieces-refused')) {
    await channel.arrived(RECORD_HEADER);
    const header = channel.peek(RECORD_HEADER);
    const length = RECORD_HEADER + (header[3] as number) * 0x100 + (header[4] as number);
    if (has('tls-plaintext-login-taken') && header[0] !== HANDSHAKE_RECORD) return;
    if (has('tls-hello-in-pieces-refused') && channel.waiting < length) throw new Departure('fin');
  }
  if (has('tls-record-header-in-pieces-refused')) {
    await channel.arrived(1);
    if (channel.waiting < RECORD_HEADER) throw new Departure('fin');
  }
  try {
    await channel.startTls(secureContextOf(server.certificate, versions(session)));
  } catch (error) {
    if (has('tls-failure-stops-server')) server.die();
    throw has('tls-half-hello-keeps-open') ? new Departure('abandon') : error;
  }
  if (has('tls-resumption-refused') && channel.resumedTls) throw new Departure('fin');
  if (has('proxy-address-lost-over-tls')) session.address = session.from;
  if (has('tls-sequence-restarts')) channel.numberFrom(1);
  if (has('tls-greets-again')) {
    sendGreeting(session);
    channel.numberFrom(2);
  }
}

function versions({ has }: Session): SecureContextOptions {
  if (has('tls-12-refused')) return { minVersion: 'TLSv1.3' };
  return has('tls-13-refused') ? { maxVersion: 'TLSv1.2' } : {};
}
