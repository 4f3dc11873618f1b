import type { Ending } from '../case/verdict.ts';
import type { Compression } from '../codec/compressed-frame.ts';
import type { AnswerPacket } from './outcome.ts';
import type { LeftOut } from './step.ts';

/** The first difference of a connection. */
export interface Difference {
  readonly connection: string;
  /** The how-manieth step of its connection, from 1: the login. */
  readonly step: number;
  readonly command: string;
  readonly sql?: string;
  readonly captured: string;
  readonly replayed: string;
  /** Of the capture: the frame of the command. */
  readonly frame?: number;
  /** Where the answers part: the packet of the capture, and the one that came now. */
  readonly packets?: { readonly captured?: AnswerPacket; readonly replayed?: AnswerPacket };
}

/** How one connection went. */
export interface PlayedConnection {
  readonly connection: string;
  readonly statements: number;
  readonly same: number;
  readonly different: number;
  readonly uncompared: number;
  /** Commands that no server answers: COM_STMT_CLOSE, COM_STMT_SEND_LONG_DATA. */
  readonly answerless: number;
  /** Steps that were not reached. */
  readonly unplayed: number;
  readonly difference?: Difference;
  /** Of the server's side, where both tell something. */
  readonly endings?: { readonly captured: Ending; readonly replayed: Ending; readonly same: boolean };
  /** Where the captured connection was compressed: how it was, and how it is now. */
  readonly compression?: { readonly captured: Compression; readonly replayed: Compression | 'none' };
  /** The captured client sent query attributes, which the target does not offer: they were left out. */
  readonly withoutAttributes?: true;
  /** Why it was not played to its end. */
  readonly gaveUp?: string;
  /** Not by its statements but byte for byte: how many segments were sent. */
  readonly segments?: number;
  readonly notes?: readonly string[];
  /** It says nothing about the target: nobody could log in, for want of a password. */
  readonly unjudged?: true;
}

export interface Replayed {
  /** Commands that were sent, logins not counted. */
  readonly statements: number;
  /** Of these, how many gave what they gave in the capture, and how many had no captured answer. */
  readonly same: number;
  readonly uncompared: number;
  /** Commands that no server answers: COM_STMT_CLOSE, COM_STMT_SEND_LONG_DATA. */
  readonly answerless: number;
  readonly different: number;
  readonly differences: readonly Difference[];
  readonly connections: readonly PlayedConnection[];
  readonly leftOut: readonly LeftOut[];
  /** Steps that went out of turn, because nothing else moved. */
  readonly forced: number;
  /** Why it did not come to the end; undefined: it did. */
  readonly stopped?: string;
  readonly ms: number;
}

/** How a connection went that was played otherwise. */
export interface OtherOutcome {
  /** Segments that were sent. */
  readonly sent?: number;
  readonly difference?: Omit<Difference, 'connection'>;
  readonly endings?: NonNullable<PlayedConnection['endings']>;
  readonly gaveUp?: string;
  readonly unjudged?: true;
  readonly notes?: readonly string[];
}
