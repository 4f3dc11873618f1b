import type { Compression } from '../codec/compressed-frame.ts';
import type { Result } from './outcome.ts';
import type { Timed } from './timed.ts';

/** How a client of the capture came in. */
export interface Login {
  readonly user: string;
  readonly database?: string;
  readonly characterSet: number;
  /** It was refused for want of the right proof: the one who plays it must give a wrong one. */
  readonly denied?: boolean;
  /** It was over TLS. */
  readonly tls?: boolean;
  /** Both sides compressed behind it. */
  readonly compression?: Compression;
  /** What both sides had agreed on, as far as bytes of later commands depend on it. */
  readonly capabilities: number;
  /** The same of MariaDB's extended flags. */
  readonly mariadbCapabilities?: number;
}

/** How a client's connection ends. quit: COM_QUIT. server: it was the server that ended, and nobody had asked it to. */
export type End = 'quit' | 'fin' | 'rst' | 'server';

export type Action =
  | { readonly do: 'login'; readonly login: Login }
  /** COM_CHANGE_USER: a login on a connection that has one. */
  | { readonly do: 'change-user'; readonly login: Login }
  /** The bytes of a command, as they were; `statementId`: of the capture's statement, to be replaced by the target's. */
  | {
      readonly do: 'send';
      readonly payload: Uint8Array;
      readonly statementId?: number;
      readonly insertId?: string;
      /** What the client's file held, where the server asked for one. */
      readonly file?: readonly Uint8Array[];
    }
  | { readonly do: 'prepare'; readonly payload: Uint8Array; readonly statementId: number | undefined }
  /** Somebody else plays the whole connection. */
  | { readonly do: 'other' }
  | { readonly do: 'end'; readonly how: End };

/** One thing that a client of the capture did. */
export interface Step extends Timed {
  readonly action: Action;
  readonly command: string;
  readonly sql?: string;
  /** What the captured answer came to; undefined: there was none. */
  readonly captured?: readonly Result[];
  /** Of the capture: the frame that completed the command. */
  readonly frame?: number;
}

/** What is left out of a replay, and why. */
export interface LeftOut {
  readonly connection: string;
  readonly command: string;
  readonly why: string;
  /** Nothing of its connection is played, though it speaks MySQL: what its client would get of the target, the replay does not tell. */
  readonly whole?: true;
}
