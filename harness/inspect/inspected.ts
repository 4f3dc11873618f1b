import type { Side } from '../codec/labelled-packet.ts';
import type { Finding } from './finding.ts';

/** An ERR of the server. */
export interface SeenError {
  readonly code: number;
  readonly sqlState?: string | undefined;
  /** Binary string: one character per byte. */
  readonly message: string;
  /** The command that it answers, "login", or undefined where it answers nothing. */
  readonly answers?: string | undefined;
  readonly frame: number;
}

/** How a connection ended, as the capture shows it. */
export interface SeenEnding {
  /** How the side that ended it first did so; open where the capture ends before. */
  readonly how: 'open' | 'fin' | 'fin+rst' | 'rst';
  readonly by?: Side | undefined;
  /** The frame that decided `how`. */
  readonly frame?: number | undefined;
  /** How the other side ended then. */
  readonly other?: 'open' | 'fin' | 'fin+rst' | 'rst' | undefined;
  /** The packet that had passed last, and who had sent it; absent where none had. */
  readonly after?: { readonly from: Side; readonly packet: string } | undefined;
  /** Commands and logins whose answer was not whole then, the oldest first; `begun`: a part of the answer had come. */
  readonly waiting: readonly { readonly packet: string; readonly frame: number; readonly begun: boolean }[];
  /** RSTs that ended nothing, as their side went on behind them: somebody on the way made them up. */
  readonly ignored?: readonly { readonly side: Side; readonly frame: number }[] | undefined;
}

export interface SeenTls {
  /** "TLS 1.3"; absent where no ServerHello came. */
  readonly version?: string | undefined;
  readonly suite?: string | undefined;
  /** The name that the client asked for (SNI). */
  readonly serverName?: string | undefined;
  readonly resumed?: boolean | undefined;
  /** What was said in it is known. */
  readonly decrypted: boolean;
  /** Why it could not be read, or not to its end (harness/pcap/tls). */
  readonly stopped?: string | undefined;
}

/** Bytes that the capture lacks. */
export interface SeenGap {
  readonly side: Side;
  /** How many bytes of that side stood before them. */
  readonly offset: number;
  readonly missing: number;
  /** The frame that shows it. */
  readonly frame: number;
  /** Nothing of that side follows: the last may be no byte but a FIN, which has a number of its own. */
  readonly mayEnd?: true | undefined;
}

/** What a capture shows of one MySQL connection. Plain data, bounded in size whatever the connection did. */
export interface Inspected {
  /** Wireshark's tcp.stream. */
  readonly stream: number;
  /** address:port */
  readonly client: string;
  readonly server: string;
  readonly frames: { readonly first: number; readonly last: number };
  /** Nanoseconds since 1970. */
  readonly startedNs: bigint;
  readonly endedNs: bigint;
  /** Bytes of TCP payload. */
  readonly bytes: Readonly<Record<Side, number>>;
  /** Bytes that the capture lacks. */
  readonly missing: Readonly<Record<Side, number>>;
  /** Where: the first places. */
  readonly gaps?: readonly SeenGap[] | undefined;
  /** 'missing': the capture begins in the middle of the connection. */
  readonly beginning: 'seen' | 'missing';
  /** Frame from which packets are decoded, where that is not the first. */
  readonly decodedFrom?: number | undefined;
  /** Why packets were not decoded to the end of the connection. */
  readonly undecoded?: string | undefined;
  readonly serverVersion?: string | undefined;
  readonly dialect?: 'mysql' | 'mariadb' | undefined;
  readonly threadId?: number | undefined;
  readonly user?: string | undefined;
  readonly database?: string | undefined;
  /** The plugin that the authentication ended with. */
  readonly plugin?: string | undefined;
  readonly clientAttributes?: readonly (readonly [string, string])[] | undefined;
  /** Capability flags, bits 0 to 31, and MariaDB's. */
  readonly offered?: number | undefined;
  readonly declared?: number | undefined;
  readonly mariadbOffered?: number | undefined;
  readonly mariadbDeclared?: number | undefined;
  readonly login: 'accepted' | 'refused' | 'unfinished' | 'none' | 'unseen';
  readonly tls?: SeenTls | undefined;
  readonly compression?: 'zlib' | 'zstd' | undefined;
  /** HAProxy's health check, by its bytes. */
  readonly check?: string | undefined;
  /** The client sent before the greeting had come. */
  readonly early: boolean;
  /** How often each command was sent. */
  readonly commands: Readonly<Record<string, number>>;
  readonly rows: number;
  /** Messages of both sides, rows included. */
  readonly packets: number;
  readonly errorCount: number;
  /** The first of them. */
  readonly errors: readonly SeenError[];
  readonly ending: SeenEnding;
  readonly findingCount: number;
  /** The first of them. */
  readonly findings: readonly Finding[];
}
