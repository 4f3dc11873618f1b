/** What the first packet of the client says (mysql/page_protocol_connection_phase_packets_protocol_handshake_response). */
import { NATIVE_PASSWORD } from '../auth/native-password.ts';
import { type Attribute, attributes } from '../codec/attributes.ts';
import { Reader } from '../codec/bytes.ts';
import { capability, has as isSet } from '../codec/capability.ts';
import { declares, either, unlessEnd, when } from '../codec/condition.ts';
import { CodecError } from '../codec/error.ts';
import { latin1, nul, nulBytes, nulOrEnd, u8Bytes, u16, u24 } from '../codec/field.ts';
import { join } from '../codec/frame.ts';
import { lenencBytes } from '../codec/lenenc.ts';
import { type Decoded, type Fields, message } from '../codec/message.ts';
import { handshakeResponse41 } from '../codec/messages/handshake-response-41.ts';
import { Departure, Refusal, refuse } from './refusal.ts';
import { bearMalformed } from './regression-other.ts';
import type { Session } from './session.ts';

/** Both kinds of HandshakeResponse, as far as the server minds them. */
export interface LoginRequest {
  /** The client's own flags, all of them. */
  readonly capabilities: number;
  readonly user: string;
  readonly authResponse: Uint8Array;
  readonly database: string;
  /** 0: no limit. */
  readonly maxPacketSize: number;
  /** None where they are broken. */
  readonly attributes: readonly Attribute[];
  /** undefined: the client did not set PLUGIN_AUTH. */
  readonly plugin: string | undefined;
  /** undefined: HandshakeResponse320 has none. */
  readonly characterSet: number | undefined;
  readonly zstdLevel?: number | undefined;
}

/** Bytes that the servers want before they look at anything (MIN_HANDSHAKE_SIZE of both). */
const LEAST_BYTES = 6;
/** What a server shows that reads on past the end. */
const MEMORY = 'canary-of-another-session';
/** Where the user name of a HandshakeResponse41 starts. */
const USER_OFFSET = 32;
/** And that of a HandshakeResponse320. */
const USER_OFFSET_320 = 5;
/** Where MariaDB's extended capabilities stand: in the last four bytes of the filler. */
export const EXTENDED_OFFSET = USER_OFFSET - 4;

/**
 * HandshakeResponse41 up to the attributes. Those are skipped by their total length: broken pairs inside them do not
 * break a login on MariaDB or TiProxy, only a total past the end of the packet does.
 */
const { attributes: _pairs, zstdLevel: _level, ...login } = handshakeResponse41.fields;
const upToAttributes = message(handshakeResponse41.name, handshakeResponse41.page, login);
const response41 = message(handshakeResponse41.name, handshakeResponse41.page, {
  ...login,
  attributeBlock: when(declares('CONNECT_ATTRS'), lenencBytes),
});

/** The same, by a server that looks for the length of the auth response also where SECURE_CONNECTION does not announce one. */
const lengthAlways = message(handshakeResponse41.name, handshakeResponse41.page, {
  ...response41.fields,
  authResponse: either(declares('PLUGIN_AUTH_LENENC_CLIENT_DATA'), lenencBytes, u8Bytes),
});

/** HandshakeResponse320 as MariaDB reads it: with SECURE_CONNECTION the auth response has its length in front. */
const response320 = message('HandshakeResponse320', handshakeResponse41.page, {
  capabilities: u16,
  maxPacketSize: u24,
  user: nul,
  authResponse: either(declares('SECURE_CONNECTION'), u8Bytes, unlessEnd(nulBytes)),
  database: when(declares('CONNECT_WITH_DB'), unlessEnd(nulOrEnd)),
});

/** The capability flags of a first packet, before it is known to be whole; bytes that are missing count as 0. */
export function capabilitiesOf(payload: Uint8Array): number {
  const low = (payload[0] ?? 0) | ((payload[1] ?? 0) << 8);
  const speaks41 = (low & capability.PROTOCOL_41) !== 0;
  const high = speaks41 ? (payload[2] ?? 0) | ((payload[3] ?? 0) << 8) : 0;
  return ((high << 16) | low) >>> 0;
}

/** The last four bytes of the filler, where the client is one of MariaDB: it leaves LONG_PASSWORD clear (mariadb/connection). */
export function mariadbCapabilitiesOf(payload: Uint8Array, at = EXTENDED_OFFSET, ofMysql = false): number {
  if (payload.length < USER_OFFSET) return 0;
  if (!ofMysql && (capabilitiesOf(payload) & capability.LONG_PASSWORD) !== 0) return 0;
  return Buffer.from(payload.buffer, payload.byteOffset, payload.length).readUInt32LE(at);
}

/** Reads a HandshakeResponse of either kind. Throws Refusal 1043 where a field reaches past the end of the packet. */
export function readLogin(session: Session, payload: Uint8Array): LoginRequest | 'anonymous' {
  try {
    if (payload.length < LEAST_BYTES) throw refuse.badHandshake();
    return parse(session, payload);
  } catch (error) {
    if (!(error instanceof CodecError) && !(error instanceof Refusal)) throw error;
    bearMalformed(session, payload);
    if (session.has('auth-length-past-end-stops-server') && authLengthBreaks(payload)) session.server.die();
    const taken = takenAnyway(session, payload);
    if (taken === undefined) throw refuse.badHandshake();
    return taken;
  }
}

function parse(session: Session, payload: Uint8Array): LoginRequest {
  const capabilities = capabilitiesOf(payload);
  if (isSet(capabilities, 'PROTOCOL_41')) return parse41(session, payload);
  if (session.has('handshake-320-read-as-41')) return parse41(session, join([payload, new Uint8Array(64)]));
  const { value } = response320.decode(payload, { capabilities });
  const database = value.database ?? '';
  return {
    capabilities,
    user: value.user,
    authResponse: value.authResponse ?? new Uint8Array(0),
    database: session.has('handshake-320-database-cut') ? database.slice(1) : database,
    maxPacketSize: value.maxPacketSize,
    attributes: [],
    plugin: undefined,
    characterSet: undefined,
  };
}

function parse41(session: Session, payload: Uint8Array): LoginRequest {
  const { has, server } = session;
  if (has('attributes-past-end-hang') && attributesBreak(session, payload)) throw new Departure('stay');
  if (has('attributes-past-end-close') && attributesBreak(session, payload)) throw new Departure('fin');
  if (has('missing-attributes-stop-server') && attributesBreak(session, payload) && endsBeforeAttributes(session, payload)) server.die();
  const decoded = (has('auth-response-without-secure-connection-has-a-length') ? lengthAlways : response41).decode(payload, {
    capabilities: session.offered,
  });
  const { value } = decoded;
  const flag = (name: Parameters<typeof isSet>[1]): boolean => isSet(value.capabilities, name);
  const refused =
    (has('verify-server-cert-refused') && flag('SSL_VERIFY_SERVER_CERT')) ||
    (has('trailing-bytes-refused') && decoded.left > 0) ||
    (has('attributes-break-login') && flag('CONNECT_ATTRS')) ||
    (has('no-attributes-refused') && flag('CONNECT_ATTRS') && attributesIn(session, decoded, payload).length === 0) ||
    (has('lenenc-auth-refused') && flag('PLUGIN_AUTH_LENENC_CLIENT_DATA')) ||
    (has('lenenc-auth-length-in-one-byte') && passesEndAsByte(payload)) ||
    (has('max-packet-size-zero-refused') && value.maxPacketSize === 0) ||
    (has('empty-plugin-name-refused') && value.authPluginName === '') ||
    (has('empty-database-refused') && value.database === '') ||
    (has('filler-must-be-zero') && payload.subarray(9, 32).some((byte) => byte !== 0));
  if (refused) throw refuse.badHandshake();
  if (has('unknown-capability-closes') && (value.capabilities & ~session.offered) !== 0) throw new Departure('fin');
  const database = decoded.spans.find(({ field }) => field === 'database');
  // nulOrEnd takes an absent name for an empty one; to both servers it is a broken packet.
  if (flag('CONNECT_WITH_DB') && database?.len === 0) throw refuse.badHandshake();
  if (has('database-without-nul-refused') && endsInside(decoded, payload, 'database')) throw refuse.badHandshake();
  const plugin = decoded.spans.find(({ field }) => field === 'authPluginName');
  if (has('missing-plugin-name-hangs') && flag('PLUGIN_AUTH') && !plugin?.len) throw new Departure('stay');
  return {
    capabilities: value.capabilities,
    user: value.user,
    authResponse: value.authResponse,
    database: value.database ?? '',
    maxPacketSize: value.maxPacketSize,
    attributes: attributesIn(session, decoded, payload),
    // A name that is not there at all is no name; one that is empty is a wrong one (MariaDB).
    plugin: plugin && plugin.len > 0 ? value.authPluginName : undefined,
    characterSet: value.characterSet,
    zstdLevel: zstdLevelOf(session, payload),
  };
}

/** What some take for the level of a client that has not said any: that of zstd itself. */
const USUAL_ZSTD_LEVEL = 3;

/** Behind everything else; one that is not there counts as 0. Undefined behind broken attributes, which no login fails for. */
function zstdLevelOf(session: Session, payload: Uint8Array): number | undefined {
  try {
    return handshakeResponse41.decode(payload, session.context).value.zstdLevel;
  } catch {
    if (session.agreed('CONNECT_ATTRS')) return undefined;
    return session.has('zstd-level-missing-is-three') ? USUAL_ZSTD_LEVEL : 0;
  }
}

/** None where they are broken: of a login, and of a COM_CHANGE_USER. */
export function attributesIn({ has }: Session, decoded: Pick<Decoded<Fields>, 'spans'>, payload: Uint8Array): readonly Attribute[] {
  const span = decoded.spans.find(({ field }) => field === 'attributeBlock');
  if (!span || span.len === 0) return [];
  try {
    const list = attributes.read(new Reader(payload.subarray(span.off, span.off + span.len)), { capabilities: 0, soFar: {} });
    return has('empty-attribute-swallows-the-next') ? inTurn(list) : list;
  } catch {
    if (!has('attributes-past-end-shown')) return [];
    return [[latin1(payload.subarray(span.off + 2, span.off + span.len)) + MEMORY, '']];
  }
}

/** As if a string of no length were not there: what follows it are names and values in turn. */
function inTurn(list: readonly Attribute[]): readonly Attribute[] {
  const strings = list.flat().filter((one) => one !== '');
  return strings.flatMap((one, at) => (at % 2 === 0 ? [[one, strings[at + 1] ?? ''] as const] : []));
}

/** Does the packet end in this string, without its NUL? */
function endsInside(decoded: Decoded<Fields>, payload: Uint8Array, field: string): boolean {
  const span = decoded.spans.find((one) => one.field === field);
  return span !== undefined && span.len > 0 && span.off + span.len === payload.length && payload.at(-1) !== 0;
}

/** What a defect makes of a broken packet; undefined where it refuses it like the clean server. */
function takenAnyway({ has }: Session, payload: Uint8Array): LoginRequest | 'anonymous' | undefined {
  const capabilities = capabilitiesOf(payload);
  const nul = payload.length > USER_OFFSET ? payload.indexOf(0, USER_OFFSET) : -1;
  if (nul < 0 && has('bad-handshake-takes-login')) return 'anonymous';
  const name = payload.subarray(isSet(capabilities, 'PROTOCOL_41') ? USER_OFFSET : USER_OFFSET_320);
  if (has('unterminated-user-name-taken') && name.length > 0 && !name.includes(0)) return namedAlone(capabilities, latin1(name));
  const lenenc = isSet(capabilities, 'PLUGIN_AUTH_LENENC_CLIENT_DATA');
  const authBreaks = authLengthBreaks(payload);
  const overreads = nul >= 0 && has(authBreaks ? (lenenc ? 'overreads-lenenc-auth' : 'overreads-auth-length') : 'attributes-overread');
  const unterminated = nul < 0 && payload.length > USER_OFFSET;
  const echoes = unterminated ? has('echoes-memory-past-user') : authBreaks && has('echoes-memory-past-auth-response');
  const isNone =
    authBreaks && (has('cut-auth-response-taken-for-none') || (lenenc && has('lenenc-auth-length-wraps') && lengthWraps(payload, nul)));
  if (!overreads && !echoes && !isNone) return undefined;
  const memory = Buffer.from(MEMORY);
  const user = payload.subarray(USER_OFFSET, unterminated ? undefined : nul);
  const alone = namedAlone(capabilities, latin1(echoes ? join([user, memory]) : user));
  return authBreaks && !isNone ? { ...alone, authResponse: behindLength(payload.subarray(nul + 1), lenenc) } : alone;
}

/** A login that has said no more than who it is. */
function namedAlone(capabilities: number, user: string): LoginRequest {
  return {
    capabilities,
    user,
    authResponse: new Uint8Array(0),
    database: '',
    maxPacketSize: 0,
    attributes: [],
    plugin: isSet(capabilities, 'PLUGIN_AUTH') ? NATIVE_PASSWORD : undefined,
    characterSet: undefined,
  };
}

/** FE and eight FF: -1, where a length is read into a signed type or added without a look at what it gives. */
const lengthWraps = (payload: Uint8Array, nul: number): boolean =>
  /^fe(?:ff){8}/.test(Buffer.from(payload.subarray(nul + 1)).toString('hex'));
const LENGTH_BYTES: Readonly<Record<number, number>> = { 0xfc: 3, 0xfd: 4, 0xfe: 9 };
/** What is there of an auth response that ends too early. */
const behindLength = (field: Uint8Array, lenenc: boolean): Uint8Array => field.subarray((lenenc && LENGTH_BYTES[field[0] ?? 0]) || 1);

/** Does the packet hold a user, and end inside the auth response behind it? */
function authLengthBreaks(payload: Uint8Array): boolean {
  const nul = payload.length > USER_OFFSET ? payload.indexOf(0, USER_OFFSET) : -1;
  return nul >= 0 && !decodes(() => upToAttributes.decode(payload, { capabilities: capabilitiesOf(payload) }));
}

/** The length of the auth response, read as int<1>, points past the end. */
function passesEndAsByte(payload: Uint8Array): boolean {
  const at = payload.indexOf(0, USER_OFFSET) + 1;
  return at + 1 + (payload[at] ?? 0) > payload.length;
}

/** Is everything in order but the attributes? */
function attributesBreak({ context }: Session, payload: Uint8Array): boolean {
  return decodes(() => upToAttributes.decode(payload, context)) && !decodes(() => handshakeResponse41.decode(payload, context));
}

const endsBeforeAttributes = ({ context }: Session, payload: Uint8Array): boolean => upToAttributes.decode(payload, context).left === 0;

function decodes(decode: () => unknown): boolean {
  try {
    decode();
    return true;
  } catch {
    return false;
  }
}
