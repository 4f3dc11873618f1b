import { Duplex } from 'node:stream';
import { connect, createSecureContext, type SecureContext, TLSSocket } from 'node:tls';
import type { Leg } from './leg.ts';
import type { Side } from './tapped-connection.ts';

/** How a tap ends the TLS of clients and begins its own to the server. PEM. */
export interface TapTls {
  readonly cert: string;
  readonly key: string;
  /** Of the server's certificate, whose name is not looked at: servers make theirs without one. Without it any is taken. */
  readonly ca?: string | undefined;
}

export interface TlsContexts {
  readonly client: SecureContext;
  readonly server: SecureContext;
  readonly verifies: boolean;
}

/** Made once for all connections. Throws what node:tls throws on a bad certificate or key. */
export function tlsContexts({ cert, key, ca }: TapTls): TlsContexts {
  const server = createSecureContext({ ...(ca === undefined ? {} : { ca }), minVersion: 'TLSv1.2' });
  return { client: createSecureContext({ cert, key }), server, verifies: ca !== undefined };
}

export interface TlsRelayOptions {
  readonly contexts: TlsContexts;
  readonly legs: Readonly<Record<Side, Leg>>;
  /** TLS that goes to the client. */
  readonly toClient: (bytes: Uint8Array) => void;
  /** What a side said inside TLS. */
  readonly plain: (from: Side, bytes: Uint8Array) => void;
  /** A line of an SSLKEYLOGFILE, of the client's leg. */
  readonly secret: (line: string) => void;
  /** TLS has failed with that side; `ended`: it had sent FIN. */
  readonly failed: (side: Side, detail: string, ended: boolean) => void;
  /** A side's end is passed on. */
  readonly passed: (from: Side) => void;
}

/** Both legs of one connection behind its SSLRequest: TLS of its own on each, and between them what is said. */
export class TlsRelay {
  readonly #ends: Record<Side, TlsEnd>;
  readonly #finned = new Set<Side>();

  constructor({ contexts, legs, toClient, plain, secret, failed, passed }: TlsRelayOptions) {
    const client = new TlsEnd(legs.client, toClient, (carrier) => {
      const tls = new TLSSocket(carrier, { isServer: true, secureContext: contexts.client, ALPNProtocols: [] });
      tls.on('keylog', (line: Buffer) => secret(line.toString('latin1')));
      return tls;
    });
    const server = new TlsEnd(
      legs.server,
      () => undefined,
      (carrier) => {
        const checkServerIdentity = () => undefined;
        return connect({ socket: carrier, secureContext: contexts.server, rejectUnauthorized: contexts.verifies, checkServerIdentity });
      },
    );
    this.#ends = { client, server };
    for (const [side, from, to] of [
      ['client', client, server],
      ['server', server, client],
    ] as const) {
      from.tls.on('data', (bytes: Uint8Array) => {
        plain(side, bytes);
        if (!to.tls.write(bytes)) from.tls.pause();
      });
      to.tls.on('drain', () => from.tls.resume());
      from.tls.on('end', () => to.tls.end());
      from.tls.on('error', (error: NodeJS.ErrnoException) => failed(side, error.code ?? error.message, this.#finned.has(side)));
      to.whenEnded = () => passed(side);
    }
  }

  /** Bytes of TLS that a side sent. */
  bytes(from: Side, bytes: Uint8Array): void {
    this.#ends[from].push(bytes);
  }

  /** A side has sent FIN: it is passed on behind all that it said. */
  fin(from: Side): void {
    this.#finned.add(from);
    this.#ends[from === 'client' ? 'server' : 'client'].mayEnd = true;
    this.#ends[from].push(null);
  }

  close(): void {
    for (const { tls } of Object.values(this.#ends)) tls.destroy();
  }
}

/** TLS over a leg. */
class TlsEnd {
  readonly tls: TLSSocket;
  /** Called once FIN goes out on this leg. */
  whenEnded: () => void = () => undefined;
  readonly #carrier: Duplex;
  readonly #leg: Leg;
  #mayEnd = false;
  #said = false;

  constructor(leg: Leg, sent: (bytes: Uint8Array) => void, open: (carrier: Duplex) => TLSSocket) {
    this.#leg = leg;
    this.#carrier = new Duplex({
      allowHalfOpen: true,
      read: () => leg.read(true),
      write(chunk: Buffer, _encoding, done) {
        if (leg.gone) return done();
        sent(chunk);
        leg.write(chunk, done);
      },
      // Behind the close_notify; the FIN waits for the other side's.
      final: (done) => {
        this.#said = true;
        this.#end();
        done();
      },
    });
    this.#carrier.on('error', () => undefined);
    this.tls = open(this.#carrier);
    this.tls.allowHalfOpen = true;
  }

  /** The other side has sent FIN. */
  set mayEnd(may: boolean) {
    this.#mayEnd = may;
    this.#end();
  }

  push(bytes: Uint8Array | null): void {
    if (this.#carrier.destroyed) return;
    if (!this.#carrier.push(bytes) && bytes) this.#leg.read(false);
  }

  #end(): void {
    if (!this.#mayEnd || !this.#said) return;
    this.#mayEnd = false;
    this.whenEnded();
    this.#leg.fin();
  }
}
