import type { Ending } from '../case/verdict.ts';

/** What ended a wait; `under way`: the limit, though bytes came or went to the last. */
export type WaitOutcome = 'met' | 'ended' | 'limit' | 'under way';

/** What happened on one socket, in order; times in ms since the connection was asked for. */
export type TranscriptEvent =
  | { readonly at: number; readonly kind: 'connected'; readonly local: string; readonly remote: string }
  /** One write; `segments` are the lengths in bytes of the pieces handed to the kernel one by one. */
  | {
      readonly at: number;
      readonly kind: 'sent';
      readonly bytes: Uint8Array;
      readonly segments: readonly number[];
      readonly label: string;
      /** So many bytes behind these were not kept. */
      readonly leftOut?: number;
    }
  /** `leftOut`: so many bytes came behind these, then or later, and were not kept. */
  | { readonly at: number; readonly kind: 'received'; readonly bytes: Uint8Array; readonly leftOut?: number }
  | { readonly at: number; readonly kind: 'tls'; readonly version: string; readonly cipher: string }
  | { readonly at: number; readonly kind: 'half-closed' }
  | { readonly at: number; readonly kind: 'reset-sent' }
  /** A wait, by name: how long it took and what ended it. */
  | { readonly at: number; readonly kind: 'waited'; readonly name: string; readonly ms: number; readonly outcome: WaitOutcome }
  /** The peer's FIN or RST, or our own failure to connect. */
  | { readonly at: number; readonly kind: 'fin' | 'rst' | 'refused' | 'failed'; readonly detail?: string }
  | { readonly at: number; readonly kind: 'closed-by-us' };

export interface Transcript {
  /** When the connection was asked for, in ms since 1970, with fractions. */
  readonly startedAt: number;
  readonly events: readonly TranscriptEvent[];
  readonly ending: Ending;
  /** Of TLS, as lines of an SSLKEYLOGFILE: a capture of the connection is decrypted by them. */
  readonly tlsSecrets?: string;
}
