import { setTimeout as pause } from 'node:timers/promises';
import { has as isSet } from '../codec/capability.ts';
import { okPacket, schemaChanged } from './answer.ts';
import { authenticate } from './auth.ts';
import { secureContextOf } from './certificate.ts';
import { isUnknownCollation, unreadableCharacterSet } from './collation.ts';
import { receiveFirst, unlessGarbage } from './first-packet.ts';
import { capabilitiesOf, type LoginRequest, readLogin } from './login-request.ts';
import { Departure, refuse } from './refusal.ts';
import { type Session, SLOW_MS } from './session.ts';

/** The connection phase from the first packet of the client to our OK. Throws Refusal and Departure. */
export async function login(session: Session): Promise<void> {
  const { channel, has } = session;
  const request = await unlessGarbage(session, () => receiveLogin(session));
  if (request !== 'anonymous') await checkLogin(session, request);
  if (has('rst-instead-of-answer')) throw new Departure('rst');
  if (has('close-instead-of-answer')) throw new Departure('fin');
  if (has('slow-login')) await pause(SLOW_MS, undefined, { ref: false });
  channel.send(loginOk(session));
  if (has('closes-after-login')) throw new Departure('fin');
  if (has('drops-commands-behind-login')) channel.discard();
}

/** Bytes of an SSLRequest, and of a HandshakeResponse41 before the user name. */
const FIXED_BYTES = 32;

async function receiveLogin(session: Session): Promise<LoginRequest | 'anonymous'> {
  const { channel, has } = session;
  let payload = await receiveFirst(session);
  agree(session, payload);
  const asksForTls = session.agreed('SSL') && payload.length >= FIXED_BYTES;
  if (asksForTls && !(has('ssl-flag-taken-for-tls') && payload.length > FIXED_BYTES)) {
    await startTls(session);
    payload = await channel.receive();
    agree(session, payload);
  }
  if (has('large-attributes-close') && payload.length > 4096) throw new Departure('fin');
  if (has('handshake-320-closes') && !session.agreed('PROTOCOL_41')) throw new Departure('fin');
  return readLogin(session, payload);
}

async function checkLogin(session: Session, request: LoginRequest): Promise<void> {
  await authenticate(session, request);
  takeCollation(session, request);
  takeDatabase(session, request);
}

/** The flags that both have set hold from here on. */
function agree(session: Session, payload: Uint8Array): void {
  if (payload.length < 2) return;
  session.context = { capabilities: (capabilitiesOf(payload) & session.offered) >>> 0 };
}

/** TLS starts right behind the SSLRequest (mysql/page_protocol_connection_phase_packets_protocol_ssl_request). */
async function startTls({ channel, has, server }: Session): Promise<void> {
  if (has('ssl-request-answered-in-clear')) throw refuse.badHandshake();
  if (has('ssl-request-closes') || !server.certificate) throw new Departure('fin');
  await channel.startTls(secureContextOf(server.certificate));
  if (has('tls-sequence-restarts')) channel.numberFrom(1);
}

/** An unknown collation means the default; one that the parser cannot read is refused, after the login (MariaDB, MySQL). */
function takeCollation({ has }: Session, { characterSet }: LoginRequest): void {
  if (characterSet === undefined) return;
  if (has('collation-zero-closes') && characterSet === 0) throw new Departure('fin');
  if (has('unknown-collation-closes') && isUnknownCollation(characterSet)) throw new Departure('fin');
  const name = unreadableCharacterSet(characterSet);
  if (name !== undefined) throw refuse.clientCharacterSet(name);
}

function takeDatabase(session: Session, { database }: LoginRequest): void {
  const { has, server } = session;
  if (database === '' || has('ignores-database')) return;
  if (!server.databases.has(database) && !has('unknown-database-accepted')) {
    if (has('unknown-database-closes')) throw new Departure('fin');
    throw refuse.unknownDatabase(database);
  }
  session.database = database;
}

function loginOk(session: Session): Uint8Array {
  const header = session.has('ok-starts-with-fe') ? { header: 0xfe } : {};
  if (session.database !== '' && isSet(session.context.capabilities, 'SESSION_TRACK')) return schemaChanged(session, session.database);
  return okPacket(session, header);
}
