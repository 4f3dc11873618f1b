/** Bytes for the moment of connecting; each piece its own segment. */
export interface Early {
  readonly label: string;
  readonly segments: readonly Uint8Array[];
}

/** How a raw connection is opened. */
export interface ConnectOptions {
  readonly host: string;
  readonly port: number;
  /** ms until the TCP handshake must be done; default 3000. */
  readonly connectLimitMs?: number;
  /** Written as the connection opens, before a byte of the server is read; each piece its own segment. */
  readonly early?: Early;
  /** Reading stops after this many bytes (a peer that floods); default 1 MiB. */
  readonly mostBytes?: number;
  /** How long after the peer's FIN a RST may still follow, in ms; default 5. */
  readonly probeAfterMs?: number;
}
