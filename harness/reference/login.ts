import { setTimeout as pause } from 'node:timers/promises';
import { FAST_AUTH_SUCCESS } from '../auth/caching-sha2.ts';
import { capability } from '../codec/capability.ts';
import type { Compression } from '../codec/compressed-frame.ts';
import { join } from '../codec/frame.ts';
import { status } from '../codec/status.ts';
import { okPacket, schemaChanged, statusFlags } from './answer.ts';
import { sendMore } from './auth/server-plugin.ts';
import { authenticate } from './auth.ts';
import { isKnownCollation, isUnknownCollation, unreadableCharacterSet } from './collation.ts';
import { insistOnDatabase } from './database.ts';
import { receiveFirst, unlessGarbage } from './first-packet.ts';
import { capabilitiesOf, EXTENDED_OFFSET, type LoginRequest, mariadbCapabilitiesOf, readLogin } from './login-request.ts';
import { Departure, refuse } from './refusal.ts';
import { shareEndOfRows } from './regression.ts';
import { insistOnSslFlag, insistOnTls } from './regression-other.ts';
import { type Session, SLOW_MS } from './session.ts';
import { FIXED_BYTES, startTls } from './tls.ts';

/** Of the collation in an SSLRequest and in a HandshakeResponse41. */
const COLLATION_AT = 8;
/** The flags without which no client of 4.1 gets in everywhere. */
const NEEDED = capability.PROTOCOL_41 | capability.SECURE_CONNECTION | capability.PLUGIN_AUTH;
/** What applications ask for beside what a library sets. */
const OF_APPLICATIONS = capability.FOUND_ROWS | capability.MULTI_STATEMENTS;

/** The connection phase from the first packet of the client to our OK. Throws Refusal and Departure. */
export async function login(session: Session): Promise<void> {
  const { channel, has } = session;
  const request = await unlessGarbage(session, () => receiveLogin(session));
  if (request !== 'anonymous') await checkLogin(session, request);
  if (has('rst-instead-of-answer')) throw new Departure('rst');
  if (has('close-instead-of-answer')) throw new Departure('fin');
  if (has('slow-login')) await pause(SLOW_MS, undefined, { ref: false });
  const algorithm = agreedCompression(session);
  if (algorithm && has('compression-begins-before-ok')) {
    channel.compress(algorithm);
    channel.send(loginOk(session));
  } else {
    channel.send(loginOk(session));
    if (algorithm) channel.compress(algorithm);
  }
  if (has('auth-more-data-after-ok')) sendMore(session, Uint8Array.of(FAST_AUTH_SUCCESS));
  if (has('closes-after-login')) throw new Departure('fin');
  if (has('drops-commands-behind-login')) channel.discard();
}

/** 1 to 22 where zstd is agreed on (mysql/page_protocol_connection_phase_packets_protocol_handshake_response). Throws Refusal 3923. */
function takeZstdLevel(session: Session, { zstdLevel }: LoginRequest): void {
  if (agreedCompression(session) !== 'zstd' || zstdLevel === undefined || session.has('zstd-level-unchecked')) return;
  const least = session.has('zstd-level-0-taken') ? 0 : 1;
  if (zstdLevel < least || zstdLevel > 22) throw refuse.zstdLevel();
}

/** What both have set; zlib where both algorithms are. */
function agreedCompression(session: Session): Compression | undefined {
  const { channel, has } = session;
  if (has('compression-never-begins') || (has('compression-forgotten-over-tls') && channel.secure)) return undefined;
  if (has('compression-forgotten-after-switch') && session.switched) return undefined;
  const zstd = session.agreed('ZSTD_COMPRESSION_ALGORITHM');
  if (session.agreed('COMPRESS') && !(zstd && has('compression-prefers-zstd'))) return 'zlib';
  if (!zstd) return undefined;
  return has('compression-zlib-for-zstd') ? 'zlib' : 'zstd';
}

async function receiveLogin(session: Session): Promise<LoginRequest | 'anonymous'> {
  const { channel, has } = session;
  const patience = has('slow-login-refused') ? setTimeout(() => channel.expire(), 1000) : undefined;
  let payload = await receiveFirst(session);
  clearTimeout(patience);
  agree(session, payload);
  const asksForTls = session.agreed('SSL') && payload.length >= FIXED_BYTES;
  const flagIsEnough = has('ssl-flag-taken-for-tls') || has('tls-requirement-met-by-flag');
  if (asksForTls && !(flagIsEnough && payload.length > FIXED_BYTES)) {
    const request = payload;
    await startTls(session, payload);
    payload = await channel.receive();
    if (has('tls-collation-of-request-counts') && payload.length > FIXED_BYTES)
      payload = join([
        payload.subarray(0, COLLATION_AT),
        request.subarray(COLLATION_AT, COLLATION_AT + 1),
        payload.subarray(COLLATION_AT + 1),
      ]);
    insistOnSslFlag(session, payload);
    if (has('tls-second-ssl-request-hangs') && payload.length === FIXED_BYTES) throw new Departure('stay');
    // Both servers read the flags once, from the SSLRequest, and not again over TLS.
    if (has('tls-flags-of-response-count')) agree(session, payload);
  }
  if (has('large-attributes-close') && payload.length > 4096) throw new Departure('fin');
  if (
    has('flags-of-no-library-refused') &&
    session.agreed('PROTOCOL_41') &&
    !(session.agreed('LONG_FLAG') && session.agreed('TRANSACTIONS'))
  )
    throw new Departure('fin');
  insistOnFlags(session, capabilitiesOf(payload));
  if (has('handshake-320-closes') && !session.agreed('PROTOCOL_41')) throw new Departure('fin');
  return readLogin(session, payload);
}

/** The flags of the client as it has sent them. Throws Refusal 1043 and Departure. */
function insistOnFlags({ has }: Session, flags: number): void {
  const beside = flags & ~NEEDED;
  if (has('lone-flag-refused') && (flags & NEEDED) === NEEDED && beside !== 0 && (beside & (beside - 1)) === 0) throw new Departure('fin');
  const is41 = (flags & capability.PROTOCOL_41) !== 0;
  if (is41 && (flags & capability.ODBC) !== 0 && has('odbc-client-refused')) throw refuse.badHandshake();
  if (is41 && (flags & capability.SECURE_CONNECTION) === 0 && has('no-secure-connection-closes')) throw new Departure('fin');
  if (is41 && (flags & capability.PLUGIN_AUTH) === 0 && has('no-plugin-auth-closes')) throw new Departure('fin');
  if (is41 && (flags & capability.PLUGIN_AUTH) === 0 && has('no-plugin-auth-gets-1251')) throw refuse.oldProtocol();
  if ((flags & OF_APPLICATIONS) === OF_APPLICATIONS && has('flags-of-applications-refused')) throw refuse.badHandshake();
}

async function checkLogin(session: Session, request: LoginRequest): Promise<void> {
  insistOnTls(session, request);
  const { switched } = await authenticate(session, request);
  session.switched = switched;
  session.user = request.user;
  shareEndOfRows(session);
  session.mayReplicate = session.server.accounts.get(request.user)?.password !== '';
  const lost =
    (request.database !== '' && session.has('database-loses-attributes')) || (switched && session.has('auth-switch-loses-attributes'));
  session.attributes = lost ? [] : request.attributes;
  session.maxPacketSize = request.maxPacketSize;
  session.loginCollation = request.characterSet ?? session.loginCollation;
  takeCollation(session, request);
  if (!(switched && session.has('auth-switch-loses-database'))) takeDatabase(session, request);
  takeZstdLevel(session, request);
}

/** The flags that both have set hold from here on. */
function agree(session: Session, payload: Uint8Array): void {
  if (payload.length < 2) return;
  const sneaked = session.has('compression-unoffered') ? capability.ZSTD_COMPRESSION_ALGORITHM : 0;
  const capabilities = (capabilitiesOf(payload) & (session.offered | sneaked)) >>> 0;
  const mariadbCapabilities = (extendedOf(session, payload) & session.offeredMariadb) >>> 0;
  const cut = (capabilitiesOf(payload) & capability.REMEMBER_OPTIONS) !== 0 && session.has('remember-options-loses-upper-flags');
  session.context = { capabilities: cut ? capabilities & 0xffffff : capabilities, mariadbCapabilities };
}

/** MariaDB's flags of the client, with what defects make of them. Throws Refusal 1043. */
function extendedOf({ has }: Session, payload: Uint8Array): number {
  const at = has('extended-capabilities-one-byte-early') ? EXTENDED_OFFSET - 1 : EXTENDED_OFFSET;
  const flags = mariadbCapabilitiesOf(payload, at, has('extended-capabilities-of-a-mysql-client-taken'));
  if (has('extended-capabilities-refused') && flags !== 0) throw refuse.badHandshake();
  if (has('any-extended-capability-is-all') && flags !== 0) return 0xffffffff;
  if (has('unknown-extended-capabilities-refused') && flags > 0xff) throw refuse.badHandshake();
  return flags;
}

/** An unknown collation means the default; one that the parser cannot read is refused, after the login (MariaDB, MySQL). */
function takeCollation(session: Session, { characterSet, database }: LoginRequest): void {
  const { has } = session;
  if (has('database-loses-collation') && database !== '') return;
  if (characterSet === undefined) return;
  if (has('collation-zero-closes') && characterSet === 0) throw new Departure('fin');
  if (has('unknown-collation-closes') && isUnknownCollation(characterSet)) throw new Departure('fin');
  const name = unreadableCharacterSet(characterSet);
  if (name !== undefined) throw refuse.clientCharacterSet(name);
  if (isKnownCollation(characterSet) && !has('handshake-collation-ignored')) session.state.collation = characterSet;
}

function takeDatabase(session: Session, { database }: LoginRequest): void {
  const { has, server } = session;
  if (has('attributes-lose-database') && session.attributes.length > 0) return;
  if (database === '' || has('ignores-database') || (has('tls-login-loses-database') && session.channel.secure)) return;
  if (!server.databases.has(database) && !has('unknown-database-accepted')) {
    if (has('unknown-database-closes')) throw new Departure('fin');
    insistOnDatabase(session, database);
  }
  const another = has('login-selects-another-database') ? [...server.databases].find((name) => name !== database) : undefined;
  session.database = another ?? database;
  session.databaseOfLogin = session.database;
}

function loginOk(session: Session): Uint8Array {
  const header = session.has('ok-starts-with-fe') ? { header: 0xfe } : {};
  let flags = statusFlags(session);
  if (session.has('login-ok-without-autocommit')) flags &= ~status.AUTOCOMMIT;
  if (session.has('login-ok-in-transaction')) flags |= status.IN_TRANS;
  return okPacket(session, { ...header, statusFlags: flags }, session.database === '' ? [] : schemaChanged(session.database));
}
