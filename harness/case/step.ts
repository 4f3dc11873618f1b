import type { CapabilityName, MariadbCapabilityName } from '../codec/capability.ts';
import type { messages } from '../codec/messages/index.ts';
import type { ProbeName } from './probe.ts';
import type { Ending } from './verdict.ts';

/** The accounts that a target can declare (harness/target/accounts.ts); it leaves out what its server lacks. */
export const declaredAccounts = [
  /** Without a password, as HAProxy's check needs it. */
  'check',
  /** With a password; both have the plugin that is the server's default. */
  'login',
  'native',
  'sha2',
  'sha2-empty',
  'sha256',
  'sha256-empty',
  'ed25519',
  'ed25519-empty',
  'parsec',
  'parsec-empty',
  'expired',
  'requires-tls',
  'two-factor',
] as const;
export type DeclaredAccount = (typeof declaredAccounts)[number];
/** The accounts a case can speak of; 'unknown' exists nowhere. */
export type AccountName = DeclaredAccount | 'unknown';

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
  | 'LocalInfileData'
  | 'COM_RAW'
  | Exclude<Extract<keyof typeof messages, `COM_${string}`>, 'COM_*'>;

/** A field of an earlier packet on this connection: `StmtPrepareOK.statementId`, or by the name that an alternative gave with `as`. */
export interface Earlier {
  readonly from: string;
  /** Text that stands in front of the value: 'KILL '. */
  readonly before?: string;
  /** And text behind it. */
  readonly after?: string;
  readonly plus?: number;
}

/** A value in a list of fields: a parameter of a prepared statement, a query attribute. */
export type ListedValue = Readonly<Record<string, string | number | boolean | null | readonly unknown[]>>;

/** How a packet travels once compression is on (mysql/page_protocol_basic_compression). */
export interface CompressedForm {
  /** Default: as both client libraries, compressed from 50 bytes on. */
  readonly body?: 'plain' | 'compressed';
  /** Of the frame; default: counted on. */
  readonly sequenceId?: number;
  /** A lie: the length before compression, in bytes. */
  readonly uncompressedLength?: number;
  /** The packet's bytes, header included, are cut here, and each part travels in a frame of its own. */
  readonly cutAt?: readonly number[];
}

/** An authentication proof that is made of the right one. */
export interface ProofForm {
  /** The password and a NUL, whatever the plugin. */
  readonly as?: 'clear';
  /** With the password of this factor, whichever is asked for. */
  readonly factor?: 1;
  /** Made for the greeting's scramble, whatever the server has sent since. */
  readonly nonce?: 'greeting';
  /** Only so many of its first bytes; -1: all but the last, and so on. */
  readonly keep?: number;
  /** These bytes (hex) behind it. */
  readonly append?: string;
  /** This bit turned over, counted from the lowest of the first byte. */
  readonly flip?: number;
}

/** The account's password, or one like it that is not. */
export type PasswordForm = 'right' | 'wrong' | 'empty' | 'with-more-behind' | 'without-its-end' | 'in-capitals';

/** One packet of the client. Everything left out is what a well-behaved client would send. */
export interface Stimulus {
  readonly message?: ClientMessage;
  /** Field values by the message's field names. Byte fields may be given as hex strings, in lists too (`value`). */
  readonly with?: Readonly<
    Record<string, string | number | Earlier | readonly number[] | readonly ListedValue[] | readonly (readonly ListedValue[])[]>
  >;
  readonly capabilities?: CapabilityChoice;
  /** MariaDB's extended capabilities; they take the place of LONG_PASSWORD, which says that there are none. */
  readonly mariadb?: readonly MariadbCapabilityName[];
  /** Connection attributes, with CONNECT_ATTRS. */
  readonly attributes?: Readonly<Record<string, string>>;
  /** Raw bytes (hex) in place of a field, its length prefix included. */
  readonly raw?: Readonly<Record<string, string>>;
  /** The whole payload as hex, instead of a message. */
  readonly payload?: string;
  /** Bytes on the wire as hex, no packet header added: for what is not a packet at all, or the end of the command that `message` names. */
  readonly wire?: string;
  /** Who logs in: fills user and auth response (wrong-password: the right user, a wrong proof). */
  readonly account?: AccountName;
  readonly password?: PasswordForm;
  /** Its user name written otherwise, which is that of nobody. */
  readonly userName?: 'in-capitals' | 'without-its-end' | 'with-more-behind' | 'with-a-blank-behind';
  /**
   * What its auth response is. Of an AuthSwitchResponse: what the client of the login answers to the packet before (data
   * is empty without it); of a login: the first answer, with these changes.
   */
  readonly proof?: ProofForm;
  /** Default: HandshakeResponse and SSLRequest 1 (2 after SSLRequest), commands 0, what goes on with an exchange the next. */
  readonly sequenceId?: number;
  /** A lie in the header: this payload length instead of the true one. */
  readonly length?: number;
  /** The payload without so many of its last bytes. */
  readonly cut?: number;
  /** Repeats the payload's last byte until the payload is this long, for large packets. */
  readonly padTo?: number;
  /** Text that stands behind the padding, and counts: `')` behind a long literal. */
  readonly tail?: string;
  /** Where compression is on: how it travels. */
  readonly compressed?: CompressedForm;
  /** False: the server owes no answer of its own to this packet (the middle of a file). Default: as the protocol has it. */
  readonly answered?: false;
}

/** What a field of a packet must be. Strings compare as latin1. */
export type Condition =
  | string
  | number
  /** NULL, in a row. */
  | null
  | { readonly oneOf: readonly (string | number)[] }
  | { readonly not: string | number }
  | { readonly pattern: string }
  | { readonly length: number }
  | { readonly min: number }
  | { readonly max: number }
  /** All of these bits are set (status flags, column flags: harness/codec/status.ts). */
  | { readonly bits: number }
  /** None of these bits is set. */
  | { readonly noBits: number }
  /** The field is not there. */
  | { readonly absent: true }
  | { readonly all: readonly Condition[] }
  /** The same, written as text, as a field of an earlier packet on this connection: 'HandshakeV10.threadId'. */
  | { readonly sameAs: string }
  /** Not so. */
  | { readonly differsFrom: string }
  | { readonly set: readonly CapabilityName[] }
  | { readonly clear: readonly CapabilityName[] }
  /** Every byte is in 0x01..0x7F. */
  | { readonly bytes: 'nonzero-7bit' | 'nonzero' | 'zero' };

/** The server packets, and the sequences of packets that answer one command, that a script can expect by name. */
export const serverMessages = [
  'HandshakeV10',
  'HandshakeV9',
  'OK',
  'ERR',
  'EOF',
  'AuthSwitchRequest',
  'OldAuthSwitchRequest',
  'AuthMoreData',
  'AuthNextFactor',
  /** Column count, definitions, rows and their end; the second of a multi-result is an answer of its own. */
  'TextResultset',
  /** The same with rows of the binary protocol. */
  'BinaryResultset',
  /** A resultset whose rows end with ERR instead: its fields are those of both. */
  'ResultsetThenERR',
  /** COM_STMT_FETCH: rows and their end, without definitions. */
  'FetchedRows',
  /** StmtPrepareOK with the definitions that it announces. */
  'StmtPrepareOK',
  /** COM_FIELD_LIST: definitions and their end. */
  'FieldList',
  'LocalInfileRequest',
  'BinlogEvent',
  'ProgressReport',
  'Statistics',
] as const;
export type ServerMessage = (typeof serverMessages)[number];

/** One thing the target may do next. */
export interface Alternative {
  /** The packet it sends … */
  readonly packet?: ServerMessage;
  /**
   * … with these fields, by path: `column.0.type`, `row.1.0`. Resultsets have `columns` and `rows` (counts), `column`
   * (definitions), `row` (values as text, NULL as null), `first` (of the first row), and `statusFlags` and `warnings` of
   * their end, `definitionsStatusFlags` of the EOF behind the definitions,
   * `valueBytes` (how many a value of a binary row has behind its length, `valueBytes.0.1`), `floats` (the nine digits of a FLOAT of a binary row, `floats.0.1`), `metadataFollows` of the column count, `spareBytes`
   * (what the length-encoded integers of its text rows and definitions take beyond their shortest form);
   * StmtPrepareOK `parameter` and `column`, and in `definitionsStatusFlags` what the EOFs behind them both have; BinlogEvent `checksum`, 'right' where the last 4 bytes are its CRC-32, and of a ROTATE_EVENT
   * `position`;
   * Statistics `text`, and `questions`, the number behind that word in it; an OK with session state `track` (a list) and
   * the entries by name: `tracked.SCHEMA`, `tracked.autocommit`. Every single packet has `payload`, all its bytes as a
   * latin1 string (for what a tolerant decoder forgives, such as a missing NUL), and HandshakeV10 `capabilities`, both
   * halves joined. With compression on, `frames` and `frameSequenceId` (of the first frame that holds it).
   */
  readonly where?: Readonly<Record<string, Condition>>;
  /** Default: one more than the last packet of the exchange. 'any': the manual does not say. */
  readonly sequenceId?: number | 'any';
  /** Another name for it, for `from` and `sameAs`, where several of a kind come. */
  readonly as?: string;
  /** Or it ends the connection without another byte. */
  readonly closes?: true;
  /** Or it stays silent, with the connection open, until the limit: it waits for the rest. */
  readonly waits?: true;
  /** The refusal that means "this target does not do this": unsupported where the probe of that name was refused too. The script ends. */
  readonly means?: ProbeName;
  /** What follows instead of the rest of the script. */
  readonly then?: readonly Step[];
}

/** A TLS handshake that is not the client's usual one. */
export interface TlsChoice {
  /** This version only. */
  readonly version?: 'TLSv1.2' | 'TLSv1.3';
  /** Sent in the segment of the ClientHello, in front of it. */
  readonly behind?: Stimulus;
  /** Lengths in bytes of the first segments of the ClientHello; the rest follows in one. */
  readonly pieces?: readonly number[];
  /** Goes on with the TLS session of the connection before (`beside`). */
  readonly resume?: true;
}

/** A script reads top to bottom; each `expect` takes the next packet of the server or its end. */
export type Step =
  | { readonly send: Stimulus | readonly Stimulus[] }
  | { readonly expect: readonly [Alternative, ...Alternative[]] }
  /** No further packet; the connection ends in one of these ways. */
  | { readonly end: readonly [Ending, ...Ending[]] }
  /**
   * start-tls: the TLS handshake, like `tls`. half-close: our FIN. reset: our RST. stop-reading, read-on: the client lets the window
   * fill up, and empties it. pause: 400 ms in which the client sends nothing; where what comes behind it is only asked while something
   * of the server's lasts, at most so long after the message before (`mostMs`): later the try shows nothing.
   */
  | {
      readonly do: 'start-tls' | 'half-close' | 'reset' | 'stop-reading' | 'read-on' | 'pause';
      readonly tls?: TlsChoice;
      readonly mostMs?: number;
    }
  /**
   * These steps on a second connection, to their end, before this one goes on; sent whole, whatever the delivery. They see
   * what this connection has read as `outer.HandshakeV10.threadId`. Where they ask about what the server does for this one meanwhile,
   * they are over at most so long after the message before (`mostMs`): later the try shows nothing.
   */
  | { readonly beside: readonly Step[]; readonly mostMs?: number };
