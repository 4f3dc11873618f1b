import type { Delivery } from '../case/delivery.ts';
import type { Stimulus, TlsChoice } from '../case/step.ts';

/**
 * One thing a client does. Several stimuli of one `send` go out in one segment; `ahead` does not wait for their answers.
 * What a login or LOCAL INFILE asks for beyond this is answered as a well-behaved client does, unless the next act does it.
 * A pause is a client that says nothing for a while.
 */
export type Act =
  | { readonly send: readonly [Stimulus, ...Stimulus[]]; readonly ahead?: true }
  | { readonly do: 'start-tls'; readonly tls?: TlsChoice }
  | { readonly do: 'half-close' | 'reset' | 'pause' };

/** How a client ends its side: COM_QUIT, a FIN, a RST, or a socket that is closed with answers unread. */
export const leavings = ['quit', 'fin', 'rst', 'vanish'] as const;
export type Leaving = (typeof leavings)[number];

/** One connection: what its client does, how the bytes travel, how it leaves. Plain data: JSON and back changes nothing. */
export interface Client {
  readonly acts: readonly Act[];
  readonly delivery: Delivery;
  /** Instead of the cuts of the delivery: every send is cut at these offsets of its bytes. */
  readonly cuts?: readonly number[];
  /** It pauses behind the first cut. */
  readonly slow?: true;
  /** A PROXY header, as hex, ahead of everything, from the address whose headers the target takes. */
  readonly proxied?: string;
  readonly leaves: Leaving;
}

/** What one run of a campaign plays: one client, or several side by side. */
export interface Exec {
  readonly clients: readonly [Client, ...Client[]];
}

/** Every stimulus of a client, in order. */
export const stimuliIn = (client: Client): Stimulus[] => client.acts.flatMap(said);

/** It does not wait for each answer before it goes on, whatever its delivery. */
export const pipelines = ({ acts }: Client): boolean => acts.some((act) => 'send' in act && (act.ahead === true || act.send.length > 1));

/** The same, by its delivery or by what it does. */
export const isPipelined = (client: Client): boolean => client.delivery === 'early' || client.delivery === 'coalesced' || pipelines(client);

function said(act: Act): readonly Stimulus[] {
  if ('send' in act) return act.send;
  return act.do === 'start-tls' && act.tls?.behind ? [act.tls.behind] : [];
}

/** Does it say something that no well-behaved client says? */
export const isLie = ({ wire, payload, raw, length, sequenceId, compressed, proof, tail }: Stimulus): boolean =>
  (wire ?? payload ?? raw ?? length ?? sequenceId ?? compressed ?? proof ?? tail) !== undefined;

/** All that is said keeps to the protocol's form; whether the server likes it is another question. */
export const isHonest = (exec: Exec): boolean => exec.clients.every((client) => !stimuliIn(client).some(isLie));
