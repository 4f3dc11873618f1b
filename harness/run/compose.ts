import type { CapabilityChoice, Earlier, Stimulus } from '../case/step.ts';
import { type CapabilityName, capability, flags, type MariadbCapabilityName, mariadbCapability } from '../codec/capability.ts';
import { commandByte, commandOf } from '../codec/command.ts';
import { frame, MAX_PAYLOAD } from '../codec/frame.ts';
import { cutPoints, type Fields, type Message } from '../codec/message.ts';
import { messages } from '../codec/messages/index.ts';
import { credentials, furtherProof } from './credentials.ts';
import { RunError } from './error.ts';
import { hex } from './hex.ts';
import type { Session } from './session.ts';
import { travelling } from './travelling.ts';

/** A stimulus as bytes, with what the reading of the answer needs to know. */
export interface Composed {
  readonly bytes: Uint8Array;
  /** Where the `fields` delivery cuts. */
  readonly cuts: readonly number[];
  readonly label: string;
  /** False for COM_QUIT, which has no answer. */
  readonly answered: boolean;
  /** Sequence id that the first answer packet must carry; undefined where it cannot be foretold. */
  readonly answerSequenceId: number | undefined;
  /** Applies what was said to the session; called when the bytes go out, in script order. */
  readonly said: (session: Session) => void;
}

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
const COM_QUIT = 0x01;
/** They go on with an exchange that the server has opened, and count on from its packet. */
const goesOn: ReadonlySet<Stimulus['message']> = new Set(['AuthSwitchResponse', 'LocalInfileData']);

/** Puts a stimulus together. Throws RunError RUN_BAD_STIMULUS: the case is wrong, or asks for what early data cannot know. */
export function compose(stimulus: Stimulus, session: Session): Composed {
  // Only a password's proof and the id after a TLS upgrade differ from connection to connection.
  const varies = stimulus.account !== undefined && stimulus.account !== 'check' && stimulus.account !== 'unknown';
  if (varies || session.tls || session.compression || goesOn.has(stimulus.message) || speaksOfEarlier(stimulus))
    return composeAnew(stimulus, session);
  const known = session.composed?.get(stimulus);
  if (known) return known;
  const composed = composeAnew(stimulus, session);
  session.composed?.set(stimulus, composed);
  return composed;
}

function composeAnew(stimulus: Stimulus, session: Session): Composed {
  if (stimulus.wire !== undefined) {
    const bytes = hex(stimulus.wire);
    return {
      bytes,
      cuts: [],
      label: `${bytes.length} raw bytes`,
      answered: stimulus.answered !== false,
      answerSequenceId: undefined,
      said(to) {
        to.wellFormed = false;
        if (isCommand(stimulus)) {
          to.command = commandByte(stimulus.message);
          to.next = undefined;
        }
      },
    };
  }
  const usual = usualSequenceId(stimulus, session);
  const sequenceId = stimulus.sequenceId ?? usual;
  // Refused by its header, a handshake response has not told its flags.
  const unread = sequenceId !== usual && stimulus.message !== undefined && !stimulus.message.startsWith('COM_');
  const built = build(stimulus, session);
  let { payload } = built;
  if (stimulus.cut !== undefined) payload = payload.subarray(0, -stimulus.cut);
  if (stimulus.padTo !== undefined && stimulus.padTo > payload.length) payload = pad(payload, stimulus.padTo, stimulus.tail);
  const packet = frame(payload, stimulus.length === undefined ? { sequenceId } : { sequenceId, length: stimulus.length });
  const within = built.cuts.filter((at) => at < payload.length);
  const { bytes, cuts } = travelling(packet, within, stimulus, session);
  if (goesOn.has(stimulus.message)) session.next = (sequenceId + 1) & 0xff;
  // What is held on to below may not hold the payload: it can have 64 MiB.
  const { said } = built;
  const [command] = payload;
  return {
    bytes,
    cuts,
    get label() {
      return label(stimulus);
    },
    answered: isAnswered(stimulus, payload),
    // Each packet that a payload of 16 MiB is cut into counts.
    answerSequenceId: (sequenceId + 1 + Math.floor(payload.length / MAX_PAYLOAD)) & 0xff,
    said: (to) => applyTo(to, stimulus, { unread, command, said }),
  };
}

function applyTo(
  to: Session,
  stimulus: Stimulus,
  { unread, command, said }: { unread: boolean; command: number | undefined; said: Built['said'] },
): void {
  const { cut, length, payload, raw } = stimulus;
  if (unread || raw || cut !== undefined || length !== undefined || payload !== undefined) to.wellFormed = false;
  if (isCommand(stimulus)) {
    to.command = command;
    to.next = undefined;
  }
  said?.(to);
}

interface Built {
  readonly payload: Uint8Array;
  readonly cuts: readonly number[];
  readonly said?: (session: Session) => void;
}

function build(stimulus: Stimulus, session: Session): Built {
  if (stimulus.payload !== undefined) {
    const payload = hex(stimulus.payload);
    return { payload, cuts: [1] };
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
  return {
    ...built,
    said(to) {
      // Over TLS both servers go by the flags of the SSLRequest, whatever the response says.
      if (!to.tls || to.client === undefined) to.client = sent;
      if (stimulus.message === 'SSLRequest') to.tlsAsked = true;
      to.clientMariadb = Number(fields['mariadbCapabilities'] ?? 0);
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
  for (const name of Object.keys(fields)) if (!(name in message.fields)) delete fields[name]; // SSLRequest has no user, 320 no plugin name
  for (const name in raw) if (!(name in message.fields)) throw new RunError('RUN_BAD_STIMULUS', `${message.name} has no field ${name}`);
  try {
    const { bytes, spans } = message.layout(asFieldTypes(message.fields, fields), session.context, raw);
    return { payload: bytes, cuts: cutPoints(spans) };
  } catch (error) {
    throw new RunError('RUN_BAD_STIMULUS', `${message.name}: ${(error as Error).message}`);
  }
}

/** Byte fields may be given as hex strings: cases are data. */
function asFieldTypes(fields: Fields, given: Record<string, unknown>): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(given)) {
    if (Array.isArray(value)) out[name] = value.map(asListed);
    // What an earlier packet told need not have the type of this field.
    else if (typeof value === 'number' && /^string/.test(fields[name]?.wire ?? '')) out[name] = String(value);
    else if (typeof value === 'string' && /^int<\d>$/.test(fields[name]?.wire ?? '')) out[name] = Number(value);
    else out[name] = typeof value === 'string' && /byte|filler/.test(fields[name]?.wire ?? '') ? hex(value) : value;
  }
  return out;
}

/** In a list (parameters, query attributes, rows of them) the bytes stand in `value`; what has none stays. */
function asListed(one: unknown): unknown {
  if (Array.isArray(one)) return one.map(asListed);
  const value = typeof one === 'object' && one !== null && 'value' in one ? one.value : undefined;
  return typeof value === 'string' ? { ...(one as object), value: hex(value) } : one;
}

/** What a case gives, with what it takes from earlier packets put in. */
function values(stimulus: Stimulus, session: Session): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(stimulus.with ?? {}).map(([name, value]) => [name, isEarlier(value) ? earlier(value, session) : value]),
  );
}

const isEarlier = (value: unknown): value is Earlier => typeof value === 'object' && value !== null && 'from' in value;
const speaksOfEarlier = (stimulus: Stimulus): boolean => Object.values(stimulus.with ?? {}).some(isEarlier);

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

function usualSequenceId(stimulus: Stimulus, session: Session): number {
  if (stimulus.message === 'HandshakeResponse41' || stimulus.message === 'HandshakeResponse320') return session.tls ? 2 : 1;
  if (stimulus.message === 'SSLRequest') return 1;
  // Ahead of the request that it answers, where that stands in a first login.
  if (goesOn.has(stimulus.message)) return session.next ?? (stimulus.message === 'AuthSwitchResponse' ? 3 : 2);
  return 0;
}

/** Does a packet of its own answer this one? */
function isAnswered(stimulus: Stimulus, payload: Uint8Array): boolean {
  if (stimulus.answered === false || stimulus.message === 'SSLRequest') return false;
  // The server answers a file when it has come to its end, an empty packet.
  if (stimulus.message === 'LocalInfileData') return payload.length === 0;
  if (payload[0] === COM_QUIT && isCommand(stimulus)) return false;
  return !(stimulus.message?.startsWith('COM_') && commandOf(payload[0] ?? 0).answer === 'none');
}

const isCommand = (s: Stimulus): boolean => s.message?.startsWith('COM_') === true || s.payload !== undefined;

function label(s: Stimulus): string {
  const of = s.account ? ` as ${s.account}${s.password && s.password !== 'right' ? ` (${s.password} password)` : ''}` : '';
  const odd = [
    s.sequenceId === undefined ? '' : `sequence id ${s.sequenceId}`,
    s.length === undefined ? '' : `length field says ${s.length}`,
    s.cut === undefined ? '' : `without its last ${s.cut === 1 ? 'byte' : `${s.cut} bytes`}`,
    s.raw === undefined ? '' : `raw ${Object.keys(s.raw).join(', ')}`,
  ].filter((part) => part !== '');
  return `${s.message ?? 'payload'}${of}${odd.length > 0 ? ` [${odd.join('; ')}]` : ''}`;
}

function pad(payload: Uint8Array, length: number, tail = ''): Uint8Array {
  const out = new Uint8Array(length).fill(payload[payload.length - 1] ?? 0);
  out.set(payload);
  out.set(Buffer.from(tail, 'latin1'), length - tail.length);
  return out;
}
