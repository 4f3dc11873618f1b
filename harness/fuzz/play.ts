import type { Stimulus } from '../case/step.ts';
import type { Ending } from '../case/verdict.ts';
import type { LabelledPacket } from '../codec/conversation.ts';
import { join } from '../codec/frame.ts';
import type { StoodAt } from '../inspect/lint-packets.ts';
import { Session } from '../run/session.ts';
import type { Accounts, Endpoint } from '../target/target.ts';
import { Connection } from '../wire/connection.ts';
import type { Transcript } from '../wire/transcript.ts';
import { composeAhead, waitsForLogin } from './ahead.ts';
import type { Client, Exec } from './exec.ts';
import { mostBytesOf } from './flood.ts';
import { Playing } from './playing.ts';

/** Where an exec is played. */
export interface PlayContext {
  readonly endpoint: Endpoint;
  readonly accounts: Accounts;
  readonly database?: string;
  /** From this address of ours the target takes PROXY headers. */
  readonly proxiesFrom?: string;
  /** ms within which a server must answer, or close behind a client that leaves. */
  readonly limitMs: number;
  /** The same behind a lie, where silence is often right; what is overdue then is only a suspicion (`hurried`). Default: limitMs. */
  readonly hurryMs?: number;
  /** For evidence: the bytes of the transcript are kept. */
  readonly keepsTranscript?: boolean;
  /** Ends all connections at once: what comes of them then tells nothing. */
  readonly cut?: AbortSignal;
}

/** A login that the target takes. */
export const plainLogin = ({ accounts }: PlayContext): Stimulus => ({
  message: 'HandshakeResponse41',
  account: accounts.check ? 'check' : 'login',
});

/** What both sides had agreed on, and what was not answered yet. Packets that came in one chunk share one. */
export interface Standing extends StoodAt {
  /** It is what remained of a packet when the connection was over. */
  readonly left?: true;
}

/** What one client of an exec saw. */
export interface PlayedClient {
  readonly client: Client;
  /** Both directions, in the order in which this end sent and read them. */
  readonly packets: readonly LabelledPacket[];
  /** How the conversation stood behind each of them. */
  readonly standings: readonly Standing[];
  /** How the server ended the connection; 'open' where the client left first and did not wait. */
  readonly ending: Ending;
  /** What was due and did not come within the limit. */
  readonly overdue?: string;
  /** It was waited for no longer than `hurryMs`. */
  readonly hurried?: true;
  /** No connection came about: nothing of this client was played. */
  readonly unreachable?: string;
  /** Stimuli that could not be made: they speak of an answer that never came. */
  readonly unsent: number;
  /** The server sent more than any question asks for; reading stopped. */
  readonly flooded: boolean;
  readonly transcript: Transcript;
}

/** What all clients of an exec saw, in their order. */
export interface Played {
  readonly exec: Exec;
  readonly clients: readonly PlayedClient[];
}

/** Plays a plain login, and nothing behind it: how its connection ends is not waited for. */
export async function playPlainLogin(context: PlayContext): Promise<PlayedClient> {
  const { clients } = await play({ clients: [{ acts: [{ send: [plainLogin(context)] }], delivery: 'whole', leaves: 'vanish' }] }, context);
  return clients[0] as PlayedClient;
}

/** Plays the clients of an exec side by side. Never throws because of what the server does. */
export async function play(exec: Exec, context: PlayContext): Promise<Played> {
  const sessions = exec.clients.map(() => new Session(context.accounts, context.database));
  const [first] = sessions;
  const clients = await Promise.all(
    exec.clients.map((client, i) => playClient(client, sessions[i] as Session, i === 0 ? undefined : first, context)),
  );
  return { exec, clients };
}

const headerOf = ({ proxied }: Client): Uint8Array[] => (proxied === undefined ? [] : [Buffer.from(proxied, 'hex')]);

/** `first`: the session of the first client, of which the others know the id. */
async function playClient(client: Client, session: Session, first: Session | undefined, context: PlayContext): Promise<PlayedClient> {
  const early = client.delivery === 'early' && !waitsForLogin(client) ? composeAhead(client, session) : undefined;
  const connection = await Connection.open({
    ...context.endpoint,
    ...(client.proxied === undefined || context.proxiesFrom === undefined ? {} : { localAddress: context.proxiesFrom }),
    connectLimitMs: context.limitMs,
    mostBytes: mostBytesOf(client),
    keepsTranscript: context.keepsTranscript === true,
    ...(early && early.all.length > 0
      ? { early: { label: 'all of it', segments: [join([...headerOf(client), ...early.all.map((c) => c.bytes)])] } }
      : {}),
  });
  const playing = new Playing(client, connection, session, context, first);
  const { cut } = context;
  const end = (): void => connection.close();
  cut?.addEventListener('abort', end, { once: true });
  if (cut?.aborted) end();
  try {
    return await playing.run(early);
  } finally {
    cut?.removeEventListener('abort', end);
    connection.close();
  }
}
