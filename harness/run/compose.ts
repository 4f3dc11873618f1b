import { authPlugins } from '../auth/plugin.ts';
import type { AccountName, CapabilityChoice, Stimulus } from '../case/step.ts';
import { type CapabilityName, capability, flags } from '../codec/capability.ts';
import { frame, HEADER_BYTES } from '../codec/frame.ts';
import { cutPoints, type Fields, type Message } from '../codec/message.ts';
import { messages } from '../codec/messages/index.ts';
import type { Account } from '../target/target.ts';
import { RunError } from './error.ts';
import type { Session } from './session.ts';

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
/** A user that exists nowhere. */
export const UNKNOWN_USER = 'mywire_nobody';
const COM_QUIT = 0x01;

/** Puts a stimulus together. Throws RunError RUN_BAD_STIMULUS: the case is wrong, or asks for what early data cannot know. */
export function compose(stimulus: Stimulus, session: Session): Composed {
  // Only a password's proof and the id after a TLS upgrade differ from connection to connection.
  if (stimulus.account === 'login' || session.tls) return composeAnew(stimulus, session);
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
      answered: true,
      answerSequenceId: undefined,
      said(to) {
        to.wellFormed = false;
      },
    };
  }
  const sequenceId = stimulus.sequenceId ?? usualSequenceId(stimulus, session);
  const built = build(stimulus, session);
  let { payload } = built;
  if (stimulus.padTo !== undefined && stimulus.padTo > payload.length) payload = pad(payload, stimulus.padTo);
  const bytes = frame(payload, stimulus.length === undefined ? { sequenceId } : { sequenceId, length: stimulus.length });
  const quits = payload[0] === COM_QUIT && isCommand(stimulus);
  return {
    bytes,
    cuts: [2, HEADER_BYTES, ...built.cuts.map((c) => c + HEADER_BYTES)],
    label: label(stimulus),
    answered: !quits && stimulus.message !== 'SSLRequest',
    answerSequenceId: (sequenceId + 1) & 0xff,
    said(to) {
      if (stimulus.raw || stimulus.length !== undefined || stimulus.payload !== undefined) to.wellFormed = false;
      if (isCommand(stimulus)) to.command = payload[0];
      built.said?.(to);
    },
  };
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
    case 'AuthSwitchResponse':
      return lay(messages.AuthSwitchResponse as unknown as Message, values(stimulus), stimulus, session);
    case 'COM_RAW':
      return lay(messages['COM_*'] as unknown as Message, values(stimulus), stimulus, session);
    default:
      return lay(messages[stimulus.message] as unknown as Message, values(stimulus), stimulus, session);
  }
}

function handshake(stimulus: Stimulus, session: Session, message: Message, usual: number): Built {
  let capabilities = choose(stimulus.capabilities, usual);
  if (stimulus.message === 'SSLRequest') capabilities = (capabilities | capability.SSL) >>> 0;
  const fields: Record<string, unknown> = { capabilities };
  const who = stimulus.account ? account(stimulus.account, session) : undefined;
  const login = who && { account: who, password: chosenPassword(stimulus, who) };
  if (who && login) {
    fields['user'] = who.user;
    fields['authPluginName'] = who.plugin;
    fields['authResponse'] = proof(login, session);
  }
  if (stimulus.message === 'HandshakeResponse320') {
    fields['maxPacketSize'] = 0x010000;
    // The manual's string<EOF>; HAProxy, like old clients, sends one NUL for an empty answer.
    if ((fields['authResponse'] as Uint8Array | undefined)?.length === 0) fields['authResponse'] = Uint8Array.of(0);
  }
  if (stimulus.attributes) fields['attributes'] = Object.entries(stimulus.attributes);
  if (stimulus.capabilities?.add?.includes('CONNECT_WITH_DB') && session.database !== undefined) fields['database'] = session.database;
  Object.assign(fields, values(stimulus));
  const built = lay(message, fields, stimulus, session);
  const sent = Number(fields['capabilities']);
  return {
    ...built,
    said(to) {
      to.client = sent;
      if (login) to.login = login;
    },
  };
}

function lay(message: Message, fields: Record<string, unknown>, stimulus: Stimulus, session: Session): Built {
  const raw = Object.fromEntries(Object.entries(stimulus.raw ?? {}).map(([name, bytes]) => [name, hex(bytes)]));
  for (const name of [...Object.keys(fields), ...Object.keys(raw)]) if (!(name in message.fields)) delete fields[name]; // SSLRequest has no user, 320 no plugin name
  for (const name of Object.keys(raw))
    if (!(name in message.fields)) throw new RunError('RUN_BAD_STIMULUS', `${message.name} has no field ${name}`);
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
  for (const [name, value] of Object.entries(given))
    out[name] = typeof value === 'string' && /byte|filler/.test(fields[name]?.wire ?? '') ? hex(value) : value;
  return out;
}

const values = (stimulus: Stimulus): Record<string, unknown> => ({ ...stimulus.with });

function choose(choice: CapabilityChoice | undefined, usual: number): number {
  if (!choice) return usual;
  let bits = choice.only ? flags(...choice.only) : usual;
  for (const name of choice.add ?? []) bits |= capability[name as CapabilityName];
  for (const name of choice.drop ?? []) bits &= ~capability[name as CapabilityName];
  return bits >>> 0;
}

function account(name: AccountName, session: Session): Account {
  if (name === 'unknown') {
    const plugin = (session.accounts.check ?? session.accounts.login)?.plugin ?? 'mysql_native_password';
    return { user: UNKNOWN_USER, password: '', plugin };
  }
  const found = session.accounts[name];
  if (!found) throw new RunError('RUN_BAD_STIMULUS', `the target has no ${name} account; the case must say needs: ['${name}-account']`);
  return found;
}

function chosenPassword(stimulus: Stimulus, who: Account): string {
  if (stimulus.password === 'empty') return '';
  if (stimulus.password === 'wrong') return `not-${who.password}`;
  return who.password;
}

/** The first answer to the greeting's scramble. */
function proof(login: { readonly account: Account; readonly password: string }, session: Session): Uint8Array {
  if (login.password === '') return new Uint8Array(0);
  if (!session.scramble)
    throw new RunError(
      'RUN_BAD_STIMULUS',
      `${login.account.user} has a password: its proof needs the greeting's scramble, so it cannot go out early`,
    );
  const plugin = authPlugins[login.account.plugin];
  if (!plugin) throw new RunError('RUN_BAD_STIMULUS', `no client side for ${login.account.plugin}`);
  return plugin.scramble(login.password, session.scramble);
}

function usualSequenceId(stimulus: Stimulus, session: Session): number {
  if (stimulus.message === 'HandshakeResponse41' || stimulus.message === 'HandshakeResponse320') return session.tls ? 2 : 1;
  if (stimulus.message === 'SSLRequest') return 1;
  if (stimulus.message === 'AuthSwitchResponse') return 3;
  return 0;
}

const isCommand = (s: Stimulus): boolean => s.message?.startsWith('COM_') === true || s.payload !== undefined;

function label(s: Stimulus): string {
  const of = s.account ? ` as ${s.account}${s.password && s.password !== 'right' ? ` (${s.password} password)` : ''}` : '';
  const odd = [
    s.sequenceId === undefined ? '' : `sequence id ${s.sequenceId}`,
    s.length === undefined ? '' : `length field says ${s.length}`,
    s.raw === undefined ? '' : `raw ${Object.keys(s.raw).join(', ')}`,
  ].filter((part) => part !== '');
  return `${s.message ?? 'payload'}${of}${odd.length > 0 ? ` [${odd.join('; ')}]` : ''}`;
}

/** Throws RUN_BAD_STIMULUS on anything but pairs of hex digits (spaces allowed). */
export function hex(text: string): Uint8Array {
  const digits = text.replaceAll(/\s+/g, '');
  if (digits.length % 2 !== 0 || /[^0-9a-f]/i.test(digits)) throw new RunError('RUN_BAD_STIMULUS', `not hex: ${text.slice(0, 40)}`);
  return Uint8Array.from(Buffer.from(digits, 'hex'));
}

function pad(payload: Uint8Array, length: number): Uint8Array {
  const out = new Uint8Array(length).fill(payload[payload.length - 1] ?? 0);
  out.set(payload);
  return out;
}
