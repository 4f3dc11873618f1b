import { randomBytes } from 'node:crypto';
import {
  CACHING_SHA2_PASSWORD,
  cleartextPassword,
  encryptPassword,
  FAST_AUTH_SUCCESS,
  PERFORM_FULL_AUTHENTICATION,
  REQUEST_PUBLIC_KEY,
} from '../auth/caching-sha2.ts';
import { CLEAR_PASSWORD } from '../auth/clear-password.ts';
import { DIALOG } from '../auth/dialog.ts';
import { OLD_PASSWORD } from '../auth/old-password.ts';
import { PARSEC, PARSEC_NONCE_BYTES, parsecResponse, readExtSalt } from '../auth/parsec.ts';
import { authPlugins } from '../auth/plugin.ts';
import { SHA256_PASSWORD } from '../auth/sha256-password.ts';
import type { Alternative } from '../case/step.ts';
import type { ServerPacket } from './server-packet.ts';
import type { Session } from './session.ts';

/** What the server has asked the client to prove, and with which nonce. */
export interface Exchange {
  /** By its name on the wire. */
  readonly plugin: string;
  readonly nonce: Uint8Array;
  readonly factor: 1 | 2;
  /** What a case has given for this factor instead of the login's. */
  readonly password?: string;
  /** The packet that waits for an answer. */
  readonly asked: ServerPacket;
}

/** What goes into an answer. */
interface Question {
  readonly password: string;
  readonly nonce: Uint8Array;
  /** Of the packet that is answered. */
  readonly data: Uint8Array;
  readonly secure: boolean;
}

/** What a client says next; undefined: nothing, it waits for the server. */
type Answer = (question: Question) => Uint8Array | undefined;

/** A client's answers to AuthSwitchRequest and AuthNextFactor where they are not the plugin's first answer. */
const firstAnswers: Readonly<Record<string, Answer>> = {
  // A password in the clear is for a channel that nobody can read.
  [CLEAR_PASSWORD]: ({ password, secure }) => (secure ? cleartextPassword(password) : undefined),
};

/** A client's answers to AuthMoreData. */
const furtherAnswers: Readonly<Record<string, Answer>> = {
  [CACHING_SHA2_PASSWORD]: ({ password, nonce, data, secure }) => {
    if (data[0] === FAST_AUTH_SUCCESS) return undefined;
    if (data[0] === PERFORM_FULL_AUTHENTICATION) return secure ? cleartextPassword(password) : Uint8Array.of(REQUEST_PUBLIC_KEY);
    return encryptPassword(password, nonce, data);
  },
  [SHA256_PASSWORD]: ({ password, nonce, data }) => encryptPassword(password, nonce, data),
  [PARSEC]: ({ password, nonce, data }) => parsecResponse(password, nonce, readExtSalt(data), randomBytes(PARSEC_NONCE_BYTES)),
  [DIALOG]: ({ password }) => cleartextPassword(password),
};

/** The packets to which a client that is logging in owes an answer. */
const asking: ReadonlySet<ServerPacket['name']> = new Set(['AuthSwitchRequest', 'OldAuthSwitchRequest', 'AuthMoreData', 'AuthNextFactor']);
export const isAuthQuestion = ({ name }: { readonly name: string }): boolean => asking.has(name as ServerPacket['name']);

/**
 * Does a client answer it where these outcomes are asked for, and not the packet itself? Another factor is asked for behind one that was
 * right (mysql/failed-factor-rejects-connection), and not on the way to a refusal.
 */
export function isOnTheWayTo(outcomes: readonly Pick<Alternative, 'packet'>[], { name }: Pick<ServerPacket, 'name'>): boolean {
  const outcome: readonly unknown[] = name === 'AuthNextFactor' ? ['OK'] : ['OK', 'ERR', 'AuthNextFactor'];
  return outcomes.every(({ packet }) => packet !== name) && outcomes.some(({ packet }) => outcome.includes(packet));
}

/** The exchange behind such a packet. A nonce of 20 bytes also takes the place of the greeting's, as in both client libraries. */
export function follow(session: Session, asked: ServerPacket): void {
  const { exchange, login, scramble = new Uint8Array(0) } = session;
  const factor = asked.name === 'AuthNextFactor' ? 2 : (exchange?.factor ?? 1);
  const kept = exchange?.password === undefined || exchange.factor !== factor ? {} : { password: exchange.password };
  switch (asked.name) {
    case 'AuthSwitchRequest':
    case 'AuthNextFactor': {
      const plugin = String(asked.value['pluginName']);
      const bytes = authPlugins[plugin]?.nonceBytes ?? 20;
      const nonce = (asked.value['data'] as Uint8Array | undefined)?.subarray(0, bytes) ?? new Uint8Array(0);
      if (bytes === 20) session.scramble = nonce;
      session.exchange = { plugin, nonce, factor, asked, ...kept };
      return;
    }
    case 'OldAuthSwitchRequest':
      session.exchange = { plugin: OLD_PASSWORD, nonce: scramble.subarray(0, 8), factor, asked, ...kept };
      return;
    default:
      session.exchange = {
        plugin: exchange?.plugin ?? login?.account.plugin ?? '',
        nonce: exchange?.nonce ?? scramble,
        factor,
        asked,
        ...kept,
      };
  }
}

/** These have the password itself in their first answer. */
const asItIs: ReadonlySet<string> = new Set([CLEAR_PASSWORD, DIALOG]);

/** How an answer shall differ from the right one. */
export interface Otherwise {
  /** Another password than that of the login. */
  readonly password?: string;
  readonly nonce?: Uint8Array;
}

/**
 * What a well-behaved client answers to what was asked last; undefined: it says nothing. A plugin that nobody knows gets
 * an empty packet. Throws AuthError: the server's key or salt is none.
 */
export function answerOf({ exchange, login, tls }: Session, otherwise: Otherwise = {}): Uint8Array | undefined {
  if (!exchange || !login) return undefined;
  const { asked, plugin, factor } = exchange;
  const password = otherwise.password ?? exchange.password ?? (factor === 2 ? (login.account.secondPassword ?? '') : login.password);
  const question: Question = {
    password,
    nonce: otherwise.nonce ?? exchange.nonce,
    data: (asked.value['data'] as Uint8Array | undefined) ?? new Uint8Array(0),
    secure: tls,
  };
  // A server that asks for somebody's own password outside TLS does not get it.
  if (login.account.own && !tls && asItIs.has(plugin)) return undefined;
  if (asked.name === 'AuthMoreData') return furtherAnswers[plugin]?.(question);
  const first = firstAnswers[plugin];
  if (first) return first(question);
  return authPlugins[plugin]?.scramble(password, question.nonce, tls) ?? new Uint8Array(0);
}
