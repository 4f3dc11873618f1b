import type { HelloTravel } from './tls-carrier.ts';

/** Bytes for the moment of connecting; each piece its own segment. */
export interface Early {
  readonly label: string;
  readonly segments: readonly Uint8Array[];
}

/** How a raw connection is opened. */
export interface ConnectOptions {
  readonly host: string;
  readonly port: number;
  /** Our own address; default: the system's choice. */
  readonly localAddress?: string;
  /** ms until the TCP handshake must be done; default 3000. */
  readonly connectLimitMs?: number;
  /** Written as the connection opens, before a byte of the server is read; each piece its own segment. */
  readonly early?: Early;
  /** Reading stops after this many bytes (a peer that floods); default 256 KiB. */
  readonly mostBytes?: number;
  /** Keep no transcript: of traffic without an end it would fill the memory. Default true. */
  readonly keepsTranscript?: boolean;
  /** How long after the peer's FIN a RST may still follow, in ms; default 5. */
  readonly probeAfterMs?: number;
}

/** How a connection is upgraded to TLS. */
export interface TlsOptions {
  /** This version only; default what both sides know. */
  readonly version?: 'TLSv1.2' | 'TLSv1.3';
  readonly hello?: HelloTravel;
  /** The TLS sessions that the server has given so far; its own go behind them. */
  readonly sessions?: Buffer[];
  /** Go on with the last of them. */
  readonly resume?: boolean;
}
