import { areZero } from './bytes.ts';
import { capability, has } from './capability.ts';
import { commandOf, commands } from './command.ts';
import { decodeAs, type Identified } from './identified.ts';
import type { Context, Message } from './message.ts';
import { comRaw } from './messages/com-raw.ts';
import { handshakeResponse41 } from './messages/handshake-response-41.ts';
import { handshakeResponse320 } from './messages/handshake-response-320.ts';
import { messages } from './messages/index.ts';
import { sslRequest } from './messages/ssl-request.ts';

/** Bytes before the user name, and the whole of an SSLRequest. */
const PREFIX_41 = 32;
const FILLER = { from: 9, to: 28 };

/** The commands that have a message of their own, by their byte. */
const known: Readonly<Record<number, Message>> = Object.fromEntries(
  Object.entries(commands).flatMap(([byte, { name }]) => (name in messages ? [[byte, messages[name as keyof typeof messages]]] : [])),
);

/** The message of a command; those that have none of their own are a byte and whatever follows. */
export const commandMessage = (byte: number): Message => known[byte] ?? comRaw;

/** Names a command by its first byte. Never throws. */
export function identifyCommand(payload: Uint8Array, context: Context): Identified {
  const byte = payload[0];
  if (byte === undefined) return { name: 'empty packet', problem: 'an empty packet where a command was due' };
  const message = known[byte];
  if (message) return decodeAs(message, payload, context);
  return { ...decodeAs(comRaw, payload, context), name: commandOf(byte).name };
}

/**
 * Names the first packet of a client from its own bytes alone: it may have been sent before the greeting, and it
 * may be a command of a client that did not log in. Never throws.
 */
export function identifyFirstClientPacket(payload: Uint8Array, sequenceId: number): Identified {
  if (payload.length === 0) return { name: 'empty packet', problem: 'an empty packet where HandshakeResponse was due' };
  const login = loginMessage(payload, sequenceId);
  if (login) return decodeAs(login.message, payload, login.declared);
  const command = identifyCommand(payload, { capabilities: 0 });
  const problem = 'a command where HandshakeResponse was due';
  if (commands[payload[0] as number] && !command.problem) return { ...command, problem };
  return { name: 'unknown', problem: 'neither a HandshakeResponse (sequence id 1) nor a command' };
}

/** The SSLRequest or HandshakeResponse that a first packet is, with what it declares; undefined where it is neither. */
export function loginMessage(
  payload: Uint8Array,
  sequenceId: number,
): { readonly message: Message; readonly declared: Context } | undefined {
  if (payload.length === 0) return undefined;
  const low = (payload[0] as number) | ((payload[1] ?? 0) << 8);
  const speaks41 = payload.length >= 2 && has(low, 'PROTOCOL_41');
  // 19 bytes of zero are the signature of the 4.1 forms; sequence id 1 says the same of a client that fills them.
  const zeros = payload.length >= PREFIX_41 && areZero(payload, FILLER.from, FILLER.to);
  if (speaks41 && (sequenceId === 1 || zeros)) {
    const declared = { capabilities: (low | ((payload[2] ?? 0) << 16) | ((payload[3] ?? 0) << 24)) >>> 0 };
    const ssl = payload.length === PREFIX_41 && (low & capability.SSL) !== 0;
    return { message: ssl ? sslRequest : handshakeResponse41, declared };
  }
  return sequenceId === 1 ? { message: handshakeResponse320, declared: { capabilities: low } } : undefined;
}
