import { Socket } from 'node:net';
import { performance } from 'node:perf_hooks';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import type { Ending } from '../case/verdict.ts';
import type { ConnectOptions, Early, TlsOptions } from './connect-options.ts';
import { Descriptor } from './descriptor.ts';
import { WireError } from './error.ts';
import { type EndKind, endsIn, ServerEnd } from './server-end.ts';
import { tlsCarrier } from './tls-carrier.ts';
import { handshakeFault } from './tls-handshake.ts';
import type { Transcript, TranscriptEvent, WaitOutcome } from './transcript.ts';
import { afterLimit, afterStillness } from './within.ts';

/** So long a message in pieces may wait for the loop between them, in ms. */
const MOST_TURNING_MS = 1000;
/** Bytes that a server may send where nobody says otherwise: a flood in 24 connections at once stays small. */
const MOST_BYTES = 1 << 18;

/** Bytes that come or go within a limit where somebody is at work: a peer that trickles is not waited for. */
const UNDER_WAY = 1 << 16;

/**
 * One raw client connection: writes what it is told, keeps the transcript, learns how the server ended.
 * It never interprets the protocol. Failures of the peer are events, not exceptions.
 */
export class Connection {
  readonly events: TranscriptEvent[] = [];
  /** The peer sent FIN or RST, or we could not connect: nothing more will arrive. */
  over = false;
  /** More came than is wanted (`mostBytes`, `floods`); reading has stopped. */
  flooded = false;
  receivedBytes = 0;

  readonly #socket = new Socket({ allowHalfOpen: true });
  readonly #descriptor: Descriptor;
  readonly #options: ConnectOptions;
  readonly #started = performance.now();
  #tls: TLSSocket | undefined;
  readonly #seen = new ServerEnd();
  #closed = false;
  #known: Ending | undefined;
  #tlsSecrets = '';
  #wake: (() => void) | undefined;
  #onReceived: ((chunk: Uint8Array) => void) | undefined;
  /** Came before it was set, where no transcript has it. */
  readonly #unheard: Uint8Array[] = [];

  private constructor(options: ConnectOptions) {
    this.#options = options;
    this.#descriptor = new Descriptor(this.#socket, options.mostBytes);
  }

  /** Connects; resolves when the TCP handshake is done or has failed (then `over` is true and `failed` says why). */
  static open(options: ConnectOptions): Promise<Connection> {
    const self = new Connection(options);
    return new Promise((resolve) => {
      const socket = self.#socket;
      const limitMs = options.connectLimitMs ?? 3000;
      const forget = afterLimit(limitMs, () => {
        self.#end('failed', `no connection within ${limitMs} ms`);
        socket.destroy();
        resolve(self);
      });
      const opened = (): void => {
        forget();
        resolve(self);
      };
      socket.setNoDelay(true);
      let { early } = options;
      socket.once('connect', () => {
        if (self.events.length === 0) self.#connected();
        if (early && early.segments.length > 0) void self.send(early.segments, early.label);
        opened();
      });
      socket.on('data', (chunk: Uint8Array) => self.#received(chunk));
      socket.on('end', () => {
        const behind = self.#descriptor.behindEnd();
        self.#rescued();
        self.#end(behind);
      });
      socket.on('error', (error: NodeJS.ErrnoException) => {
        self.#rescued();
        self.#failure(error);
        opened();
      });
      socket.on('close', () => {
        if (!self.over && !self.#closed) self.#end('rst', 'closed without FIN'); // close without end or error: Node saw a reset it does not report
        opened();
      });
      const { host, port, localAddress } = options;
      socket.connect({ host, port, ...(localAddress === undefined ? {} : { localAddress }) });
      // Node connects in the next tick. To loopback the TCP handshake is then done, though Node tells it a turn of the loop
      // later: by then a server has greeted, and nothing that we write is early any more.
      if (early) process.nextTick((all: Early) => (early = self.#sendAhead(all)), early);
    });
  }

  /** Called for each received chunk, those that came before it was set included. */
  set onReceived(told: ((chunk: Uint8Array) => void) | undefined) {
    this.#onReceived = told;
    for (const chunk of this.#unheard.splice(0)) told?.(chunk);
    for (const event of this.events) if (event.kind === 'received') told?.(event.bytes);
  }

  #connected(): void {
    if (this.#options.keepsTranscript === false) return;
    const { localAddress, localPort } = this.#socket;
    this.#log({ kind: 'connected', local: `${localAddress}:${localPort}`, remote: this.#name });
  }

  /** Sends what it can if the kernel has the connection already; what is left to send. */
  #sendAhead({ segments: [first = new Uint8Array(0), ...others], label }: Early): Early {
    const ahead = this.#descriptor.writeNow(first);
    if (ahead === 0) return { segments: [first, ...others], label };
    this.#connected();
    this.#log({ kind: 'sent', bytes: first.subarray(0, ahead), segments: [ahead], label });
    return { segments: ahead < first.length ? [first.subarray(ahead), ...others] : others, label };
  }

  /** No TCP connection came about. */
  get failed(): boolean {
    return this.#seen.failed;
  }

  /** Hands each piece to the kernel by itself; resolves when the last is there or the connection is over. */
  async send(segments: readonly Uint8Array[], label: string): Promise<void> {
    const sent = { kind: 'sent', bytes: new Uint8Array(0), segments: [] as number[], label } as const;
    const event = this.#log(sent) as unknown as { bytes: Uint8Array; segments: number[] };
    let handed = 0;
    const from = performance.now();
    for (const segment of segments) {
      if (this.#seen.rst || this.#seen.failed || this.#closed) break;
      this.#seen.sends();
      event.segments.push(segment.length);
      handed++;
      const done = new Promise<void>((resolve) => (this.#tls ?? this.#socket).write(segment, () => resolve()));
      if (handed === segments.length) break;
      await done;
      // Between two segments the loop turns once: what the server says meanwhile is read before we write on. Where a turn takes long
      // the others follow at once: a server gives a login only so long (connect_timeout).
      if (performance.now() - from < MOST_TURNING_MS) await new Promise<void>((resolve) => setImmediate(resolve));
    }
    event.bytes = segments.length === 1 && handed === 1 ? (segments[0] as Uint8Array) : Buffer.concat(segments.slice(0, handed));
  }

  /** Hands the bytes to the kernel, and tells nobody when they are there. */
  write(bytes: Uint8Array, label: string): void {
    if (this.#seen.rst || this.#seen.failed || this.#closed) return;
    this.#seen.sends();
    if (this.#options.keepsTranscript !== false) this.#log({ kind: 'sent', bytes, segments: [bytes.length], label });
    (this.#tls ?? this.#socket).write(bytes);
  }

  /**
   * Waits until `met` holds (asked after every chunk), the connection is over, or the limit passes. With `mostMs`, the limit begins
   * again while bytes come or go (a slow path, a long answer), for that long at most.
   */
  async wait(name: string, limitMs: number, met: () => boolean, mostMs = limitMs): Promise<WaitOutcome> {
    const from = performance.now();
    const outcome = await new Promise<WaitOutcome>((resolve) => {
      const finish = (how: WaitOutcome): void => {
        forget();
        this.#wake = undefined;
        resolve(how);
      };
      const forget =
        mostMs > limitMs
          ? afterStillness(
              { limitMs, mostMs, enough: UNDER_WAY },
              () => this.#moved,
              (grew) => finish(grew ? 'under way' : 'limit'),
            )
          : afterLimit(limitMs, () => finish('limit'));
      this.#wake = () => {
        if (met()) finish('met');
        else if (this.over || this.flooded) finish('ended');
      };
      this.#wake();
    });
    if (this.#options.keepsTranscript !== false) this.#log({ kind: 'waited', name, ms: performance.now() - from, outcome });
    return outcome;
  }

  /** Bytes that came, less those of ours that the peer has not acknowledged: it grows while anything moves. */
  get #moved(): number {
    return this.receivedBytes - (this.#socket.bytesWritten < UNDER_WAY ? 0 : this.#descriptor.unacknowledged());
  }

  /**
   * How the server ended the connection, waiting up to the limit. After a FIN a probe tells whether a RST had followed: a
   * write of nothing on Linux; elsewhere of a byte, where an error means fin+rst. That one provokes a RST, so it comes last.
   */
  async ending(limitMs: number): Promise<Ending> {
    if (!this.over && !this.flooded) await this.wait('the end of the connection', limitMs, () => false);
    if (!this.over) return this.flooded ? 'open' : 'timeout';
    this.#known ??= await this.#look();
    return this.#known;
  }

  async #look(): Promise<Ending> {
    const { fin, rst, provoked } = this.#seen;
    if (rst) return fin ? 'fin+rst' : 'rst';
    if (!fin) return 'open'; // we closed, or never were connected
    if (provoked || this.#tls || this.#closed) return 'fin'; // a RST now could answer our own bytes
    const followed = await this.#probe();
    return followed ? 'fin+rst' : 'fin';
  }

  /** Upgrades to TLS on the same socket. Throws WIRE_TLS_FAILED. Certificates are not verified: we test, we do not trust. */
  async startTls(limitMs: number, { version, hello, sessions, resume }: TlsOptions = {}): Promise<void> {
    const socket = this.#socket;
    socket.removeAllListeners('data');
    const earlier = resume ? sessions?.at(-1) : undefined;
    const options = {
      rejectUnauthorized: false,
      ...(version && { minVersion: version, maxVersion: version }),
      ...(earlier && { session: earlier }),
    };
    if (hello?.behind)
      this.#log({ kind: 'sent', bytes: hello.behind, segments: [hello.behind.length], label: 'with the ClientHello behind it' });
    const tls = connectTls({ socket: hello ? (tlsCarrier(socket, hello) as Socket) : socket, ...options });
    tls.on('keylog', (line: Buffer) => {
      this.#tlsSecrets += line.toString('latin1');
    });
    tls.on('session', (session) => sessions?.push(session));
    this.#tls = tls;
    tls.on('error', (error: NodeJS.ErrnoException) => this.#failure(error));
    const why = await handshakeFault(tls, socket, limitMs);
    if (why !== undefined) throw new WireError('WIRE_TLS_FAILED', this.#name, `TLS handshake: ${why}`);
    this.#log({ kind: 'tls', version: tls.getProtocol() ?? '', cipher: tls.getCipher()?.name ?? '' });
    tls.on('data', (chunk: Uint8Array) => this.#received(chunk));
    tls.on('end', () => this.#end('fin'));
  }

  /** Stops reading, so that the peer meets a full window, until `resume`. */
  pause(): void {
    (this.#tls ?? this.#socket).pause();
  }
  resume(): void {
    (this.#tls ?? this.#socket).resume();
  }

  /** Sends FIN; reading goes on. */
  halfClose(): void {
    this.#log({ kind: 'half-closed' });
    (this.#tls ?? this.#socket).end();
  }

  /** Sends RST. */
  reset(): void {
    this.#log({ kind: 'reset-sent' });
    this.#closed = true;
    this.#socket.resetAndDestroy();
  }

  /** Ends our side and frees the socket; the transcript stays. Safe to call twice. */
  close(): void {
    if (!this.#closed && !this.over) this.#log({ kind: 'closed-by-us' });
    this.#closed = true;
    this.over = true;
    this.#socket.destroy();
    this.#wake?.(); // nothing is left to wait for
    // Node lets go of a socket late: what this connection told of is not held by it.
    this.#onReceived = undefined;
  }

  transcript(ending: Ending): Transcript {
    const secrets = this.#tlsSecrets === '' ? {} : { tlsSecrets: this.#tlsSecrets };
    return { startedAt: performance.timeOrigin + this.#started, events: this.events, ending, ...secrets };
  }

  get #name(): string {
    return `${this.#options.host}:${this.#options.port}`;
  }

  #rescued(): void {
    for (const chunk of this.#descriptor.rescued.splice(0)) this.#received(chunk);
  }

  #received(chunk: Uint8Array): void {
    if (this.flooded) return;
    this.receivedBytes += chunk.length;
    // A server that answers and resets before Node tells of the connection is heard before anybody listens.
    if (this.#options.keepsTranscript !== false) this.#log({ kind: 'received', bytes: chunk });
    else if (!this.#onReceived) this.#unheard.push(chunk);
    this.#onReceived?.(chunk);
    if (this.receivedBytes > (this.#options.mostBytes ?? MOST_BYTES)) this.floods();
    this.#wake?.();
  }

  /** What comes is more than is wanted: nothing is read any more. */
  floods(): void {
    this.flooded = true;
    this.#socket.pause();
  }

  #failure(error: NodeJS.ErrnoException): void {
    for (const { kind, detail } of endsIn(error)) this.#end(kind, detail);
  }

  #end(kind: EndKind, detail?: string): void {
    if (!this.#seen.saw(kind)) return;
    this.over = true;
    this.#log(detail === undefined ? { kind } : { kind, detail });
    this.#wake?.();
  }

  /** True if a RST had followed the FIN. */
  #probe(): Promise<boolean> {
    return new Promise((resolve) => {
      setTimeout(() => {
        if (this.#seen.rst || this.#socket.destroyed) return resolve(this.#seen.rst);
        if (this.#descriptor.hasReset()) this.#end('rst');
        if (this.#seen.rst || process.platform === 'linux') return resolve(this.#seen.rst);
        this.#socket.once('close', () => resolve(this.#seen.rst));
        this.#socket.write(Uint8Array.of(0), (error) => {
          if (!error) resolve(false);
        });
      }, this.#options.probeAfterMs ?? 5);
    });
  }

  #log(event: Undated<TranscriptEvent>): TranscriptEvent {
    const dated = { at: performance.now() - this.#started, ...event } as TranscriptEvent;
    this.events.push(dated);
    return dated;
  }
}

type Undated<T> = T extends unknown ? Omit<T, 'at'> : never;
