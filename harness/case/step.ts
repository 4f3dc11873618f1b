import type { CapabilityName } from '../codec/capability.ts';
import type { Ending } from './verdict.ts';

/** The accounts a case can speak of; the target says who they are. */
export type AccountName = 'check' | 'login' | 'unknown';

/** A capability set by name: exactly these, or the client's usual set with changes. */
export interface CapabilityChoice {
  readonly only?: readonly CapabilityName[];
  readonly add?: readonly CapabilityName[];
  readonly drop?: readonly CapabilityName[];
}

/** The client messages a script can send by name; their fields are those of harness/codec/messages. */
export type ClientMessage =
  | 'HandshakeResponse41'
  | 'HandshakeResponse320'
  | 'SSLRequest'
  | 'AuthSwitchResponse'
  | 'COM_QUIT'
  | 'COM_PING'
  | 'COM_QUERY'
  | 'COM_INIT_DB'
  | 'COM_STATISTICS'
  | 'COM_RAW';

/** One packet of the client. Everything left out is what a well-behaved client would send. */
export interface Stimulus {
  readonly message?: ClientMessage;
  /** Field values by the message's field names. Byte fields may be given as hex strings. */
  readonly with?: Readonly<Record<string, string | number>>;
  readonly capabilities?: CapabilityChoice;
  /** Connection attributes, with CONNECT_ATTRS. */
  readonly attributes?: Readonly<Record<string, string>>;
  /** Raw bytes (hex) in place of a field, its length prefix included. */
  readonly raw?: Readonly<Record<string, string>>;
  /** The whole payload as hex, instead of a message. */
  readonly payload?: string;
  /** Bytes on the wire as hex, no packet header added: for what is not a packet at all. */
  readonly wire?: string;
  /** Who logs in: fills user and auth response (wrong-password: the right user, a wrong proof). */
  readonly account?: AccountName;
  readonly password?: 'right' | 'wrong' | 'empty';
  /** Default: HandshakeResponse and SSLRequest 1 (2 after SSLRequest), commands 0. */
  readonly sequenceId?: number;
  /** A lie in the header: this payload length instead of the true one. */
  readonly length?: number;
  /** Repeats the payload's last byte until the payload is this long, for large packets. */
  readonly padTo?: number;
}

/** What a field of a packet must be. Strings compare as latin1. */
export type Condition =
  | string
  | number
  | { readonly oneOf: readonly (string | number)[] }
  | { readonly not: string | number }
  | { readonly pattern: string }
  | { readonly length: number }
  | { readonly min: number }
  /** The same, written as text, as a field of an earlier packet on this connection: 'HandshakeV10.threadId'. */
  | { readonly sameAs: string }
  | { readonly set: readonly CapabilityName[] }
  | { readonly clear: readonly CapabilityName[] }
  /** Every byte is in 0x01..0x7F. */
  | { readonly bytes: 'nonzero-7bit' | 'nonzero' | 'zero' };

/** The server packets (and the one sequence of packets) that a script can expect by name. */
export type ServerMessage =
  | 'HandshakeV10'
  | 'HandshakeV9'
  | 'OK'
  | 'ERR'
  | 'EOF'
  | 'AuthSwitchRequest'
  | 'OldAuthSwitchRequest'
  | 'AuthMoreData'
  | 'TextResultset'
  | 'Statistics';

/** One thing the target may do next. */
export interface Alternative {
  /** The packet it sends … */
  readonly packet?: ServerMessage;
  /**
   * … with these fields. For TextResultset: `columns`, `rows` (counts) and `first` (first value of the first row); for
   * Statistics `text`. Every other packet also has `payload`, all its bytes as a latin1 string (for what a tolerant
   * decoder forgives, such as a missing NUL), and HandshakeV10 `capabilities`, both halves joined.
   */
  readonly where?: Readonly<Record<string, Condition>>;
  /** Default: one more than the last packet of the exchange. 'any': the manual does not say. */
  readonly sequenceId?: number | 'any';
  /** Or it ends the connection without another byte. */
  readonly closes?: true;
  /** Or it stays silent, with the connection open, until the limit: it waits for the rest. */
  readonly waits?: true;
  /** The refusal that means "this target does not do this". */
  readonly means?: 'unsupported';
  /** What follows instead of the rest of the script. */
  readonly then?: readonly Step[];
}

/** A script reads top to bottom; each `expect` takes the next packet of the server or its end. */
export type Step =
  | { readonly send: Stimulus | readonly Stimulus[] }
  | { readonly expect: readonly [Alternative, ...Alternative[]] }
  /** No further packet; the connection ends in one of these ways. */
  | { readonly end: readonly [Ending, ...Ending[]] }
  | { readonly do: 'start-tls' | 'half-close' | 'reset' };
