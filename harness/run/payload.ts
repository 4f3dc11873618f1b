import type { CapabilityChoice, Earlier, Stimulus } from '../case/step.ts';
import type { Span } from '../codec/bytes.ts';
import { type CapabilityName, capability, flags, type MariadbCapabilityName, mariadbCapability } from '../codec/capability.ts';
import type { Fields, Message } from '../codec/message.ts';
import { messages } from '../codec/messages/index.ts';
import { credentials, furtherProof } from './credentials.ts';
import { RunError } from './error.ts';
import { hex } from './hex.ts';
import type { Session } from './session.ts';

/** What mywire's client asks for when a case says nothing else. */
export const usualCapabilities = flags(
  'LONG_PASSWORD',
  'LONG_FLAG',
  'PROTOCOL_41',
  'TRANSACTIONS',
  'SECURE_CONNECTION',
  'MULTI_RESULTS',
  'PLUGIN_AUTH',
);

/** The payload of one packet. */
export interface Built {
  readonly payload: Uint8Array;
  readonly spans: readonly Span[];
  /** Applies what it says to the session. */
  readonly said?: (session: Session) => void;
}

/** Bytes as they are: where the command ends. */
const behindFirstByte: readonly Span[] = [{ field: 'payload', wire: 'byte<EOF>', off: 1, len: 1 }];

/** Puts the payload of a stimulus together, as it is before anything is cut off or padded. Throws RunError RUN_BAD_STIMULUS. */
export function payloadOf(stimulus: Stimulus, session: Session): Built {
  if (stimulus.payload !== undefined) {
    return { payload: hex(stimulus.payload), spans: behindFirstByte };
  }
  switch (stimulus.message) {
    case undefined:
      throw new RunError('RUN_BAD_STIMULUS', 'a stimulus needs a message, a payload or wire bytes');
    case 'HandshakeResponse41':
    case 'SSLRequest':
      return handshake(stimulus, session, messages[stimulus.message] as unknown as Message, usualCapabilities);
    case 'HandshakeResponse320':
      return handshake(stimulus, session, messages.HandshakeResponse320 as unknown as Message, capability.SECURE_CONNECTION);
    case 'COM_CHANGE_USER':
      return changeUser(stimulus, session);
    case 'AuthSwitchResponse':
      return authSwitchResponse(stimulus, session);
    case 'COM_RAW':
      return lay(messages['COM_*'] as unknown as Message, values(stimulus, session), stimulus, session);
    default:
      return lay(messages[stimulus.message] as unknown as Message, values(stimulus, session), stimulus, session);
  }
}

function handshake(stimulus: Stimulus, session: Session, message: Message, usual: number): Built {
  let capabilities = choose(stimulus.capabilities, usual);
  if (stimulus.message === 'SSLRequest') capabilities = (capabilities | capability.SSL) >>> 0;
  if (stimulus.mariadb) capabilities = (capabilities & ~capability.LONG_PASSWORD) >>> 0;
  const extended = extendedCapabilities(stimulus.mariadb);
  const { fields: whose, login } = credentials(stimulus, session);
  const fields: Record<string, unknown> = { capabilities, mariadbCapabilities: extended, ...whose };
  if (stimulus.message === 'HandshakeResponse320') {
    fields['maxPacketSize'] = 0x010000;
    // The manual's string<EOF>; HAProxy, like old clients, sends one NUL for an empty answer.
    if ((fields['authResponse'] as Uint8Array | undefined)?.length === 0) fields['authResponse'] = Uint8Array.of(0);
  }
  if (stimulus.attributes) fields['attributes'] = Object.entries(stimulus.attributes);
  if (stimulus.capabilities?.add?.includes('CONNECT_WITH_DB') && session.database !== undefined) fields['database'] = session.database;
  Object.assign(fields, values(stimulus, session));
  const built = lay(message, fields, stimulus, session);
  const sent = Number(fields['capabilities']);
  const sentMariadb = 'mariadbCapabilities' in message.fields ? Number(fields['mariadbCapabilities'] ?? 0) : 0;
  return {
    ...built,
    said(to) {
      // Over TLS both servers go by the flags of the SSLRequest, whatever the response says.
      if (!to.tls || to.client === undefined) to.client = sent;
      if (stimulus.message === 'SSLRequest') to.tlsAsked = true;
      to.clientMariadb = sentMariadb;
      if (login) to.login = login;
    },
  };
}

/** COM_CHANGE_USER logs in anew, with the greeting's scramble (mysql/page_protocol_com_change_user). */
function changeUser(stimulus: Stimulus, session: Session): Built {
  const { fields, login } = credentials(stimulus, session);
  if (stimulus.attributes) fields['attributes'] = Object.entries(stimulus.attributes);
  const built = lay(messages.COM_CHANGE_USER as unknown as Message, { ...fields, ...values(stimulus, session) }, stimulus, session);
  return {
    ...built,
    said(to) {
      if (login) to.login = login;
    },
  };
}

/** What the case says, or what the client of the login answers to the packet before. */
function authSwitchResponse(stimulus: Stimulus, session: Session): Built {
  const message = messages.AuthSwitchResponse as unknown as Message;
  if (!stimulus.proof) return lay(message, values(stimulus, session), stimulus, session);
  const { data, password } = furtherProof(stimulus, session);
  return {
    ...lay(message, { data }, stimulus, session),
    said(to) {
      if (to.exchange) to.exchange = { ...to.exchange, password };
    },
  };
}

function extendedCapabilities(names: readonly MariadbCapabilityName[] = []): number {
  let bits = 0;
  for (const name of names) bits |= mariadbCapability[name];
  return bits >>> 0;
}

function lay(message: Message, fields: Record<string, unknown>, stimulus: Stimulus, session: Session): Built {
  const raw = stimulus.raw && Object.fromEntries(Object.entries(stimulus.raw).map(([name, bytes]) => [name, hex(bytes)]));
  for (const name in raw) if (!(name in message.fields)) throw new RunError('RUN_BAD_STIMULUS', `${message.name} has no field ${name}`);
  try {
    const { bytes, spans } = message.layout(asFieldTypes(message.fields, fields), session.context, raw);
    return { payload: bytes, spans };
  } catch (error) {
    throw new RunError('RUN_BAD_STIMULUS', `${message.name}: ${(error as Error).message}`);
  }
}

/** Byte fields may be given as hex strings: cases are data. A field that the message does not have is left out: SSLRequest has no user, 320 no plugin name. */
function asFieldTypes(fields: Fields, given: Record<string, unknown>): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  for (const name in given) {
    const field = fields[name];
    if (field) out[name] = asWritten(given[name], field.wire);
  }
  return out;
}

function asWritten(value: unknown, wire: string): unknown {
  if (Array.isArray(value)) return value.map(asListed);
  // What an earlier packet told need not have the type of this field.
  if (typeof value === 'number') return wire.startsWith('string') ? String(value) : value;
  if (typeof value !== 'string') return value;
  if (/^int<\d>$/.test(wire)) return Number(value);
  return /byte|filler/.test(wire) ? hex(value) : value;
}

/** In a list (parameters, query attributes, rows of them) the bytes stand in `value`; what has none stays. */
function asListed(one: unknown): unknown {
  if (Array.isArray(one)) return one.map(asListed);
  const value = typeof one === 'object' && one !== null && 'value' in one ? one.value : undefined;
  return typeof value === 'string' ? { ...(one as object), value: hex(value) } : one;
}

/** What a case gives, with what it takes from earlier packets put in. */
function values(stimulus: Stimulus, session: Session): Record<string, unknown> {
  const given: Record<string, unknown> = { ...stimulus.with };
  for (const name in given) {
    const value = given[name];
    if (isEarlier(value)) given[name] = earlier(value, session);
  }
  return given;
}

const isEarlier = (value: unknown): value is Earlier => typeof value === 'object' && value !== null && 'from' in value;
/** Does a stimulus take a value from an answer before? */
export const speaksOfEarlier = ({ with: given }: Stimulus): boolean => given !== undefined && Object.values(given).some(isEarlier);

function earlier({ from, plus = 0, before, after }: Earlier, session: Session): string | number {
  const value = session.fields.get(from);
  if (value === undefined)
    throw new RunError('RUN_BAD_STIMULUS', `${from} has not been read yet: the case may not send this ahead of the answer that has it`);
  const counted = typeof value === 'number' ? value + plus : value;
  return before === undefined && after === undefined ? counted : `${before ?? ''}${counted}${after ?? ''}`;
}

function choose(choice: CapabilityChoice | undefined, usual: number): number {
  if (!choice) return usual;
  let bits = choice.only ? flags(...choice.only) : usual;
  for (const name of choice.add ?? []) bits |= capability[name as CapabilityName];
  for (const name of choice.drop ?? []) bits &= ~capability[name as CapabilityName];
  return bits >>> 0;
}
