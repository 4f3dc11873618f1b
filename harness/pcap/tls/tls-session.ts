import { otherSide, type Side } from '../tcp-connection.ts';
import { type Alert, alert } from './alert.ts';
import { type CertificateAbout, firstCertificate } from './certificate.ts';
import { cipherSuite, suiteName } from './cipher-suite.ts';
import { type HandshakeMessage, HandshakeReader, HandshakeType } from './handshake-message.ts';
import { type ClientHello, clientHello, type ServerHello, serverHello } from './hello.ts';
import type { SessionSecrets, TlsSecrets } from './key-log.ts';
import { legacyCiphers } from './legacy-ciphers.ts';
import { Aead13, type RecordCipher } from './record-cipher.ts';
import { ContentType, type TlsRecord, TlsRecordReader } from './tls-record.ts';

/** Why a session could not be read any further. */
export type TlsStop =
  /** Nobody gave the secrets of this session, or not those of its version. */
  | 'no-secrets'
  /** A cipher suite, compression or version that is not known here. */
  | 'unsupported'
  /** The capture lacks bytes. */
  | 'bytes-missing'
  /** A record does not open: damaged, or the secrets are another session's. */
  | 'bad-record'
  /** A record holds zeros in place of a message: the capture was redacted. */
  | 'zeros'
  /** The bytes are no TLS. */
  | 'malformed';

export interface TlsAlert extends Alert {
  readonly from: Side;
}

/** What was spoken; grows while the session is read. */
export interface TlsAbout {
  /** `TLS 1.3`. */
  readonly version?: string;
  readonly suite?: string;
  /** The name that the client asked for (SNI). */
  readonly serverName?: string;
  /** An earlier session was taken up again, without certificates. */
  readonly resumed?: boolean;
  /** In TLS 1.3 only secrets make it visible. */
  readonly serverCertificate?: CertificateAbout;
  readonly clientCertificate?: CertificateAbout;
  readonly alerts: readonly TlsAlert[];
  readonly stopped?: { readonly why: TlsStop; readonly from: Side; readonly offset: number };
}

export interface Plaintext {
  readonly from: Side;
  readonly bytes: Uint8Array;
}

interface Direction {
  readonly side: Side;
  readonly records: TlsRecordReader;
  handshake: HandshakeReader;
  cipher: RecordCipher | undefined;
  /** What follows is sealed, whether there is a cipher for it or not. */
  sealed: boolean;
}

const ALERTS = 16;
/** Bytes that may wait for the other side's hello. */
const WAITING = 256 * 1024;

/** One TLS session, TLS 1.0 to 1.3: tells what is spoken, and with the secrets what is said. Never throws. */
export class TlsSession {
  readonly #secrets: TlsSecrets | undefined;
  readonly #directions: { readonly client: Direction; readonly server: Direction } = {
    client: direction('client'),
    server: direction('server'),
  };
  readonly #alerts: TlsAlert[] = [];
  #about: Omit<TlsAbout, 'alerts'> = {};
  #clientHello: ClientHello | undefined;
  #serverHello: ServerHello | undefined;
  /** A HelloRetryRequest, which is a ServerHello of TLS 1.3. */
  #retry: ServerHello | undefined;
  #certified = false;

  constructor(secrets?: TlsSecrets) {
    this.#secrets = secrets;
  }

  get about(): TlsAbout {
    return { ...this.#about, alerts: this.#alerts };
  }

  /**
   * Takes bytes of one side, in order, and returns what they make readable, which may be the other side's. Undefined
   * when nothing can be read from here on; `about.stopped` says why.
   */
  push(from: Side, bytes: Uint8Array): Plaintext[] | undefined {
    if (this.#about.stopped) return undefined;
    const found: Plaintext[] = [];
    const mine = this.#directions[from];
    mine.records.add(bytes);
    this.#drain(mine, found);
    // The other side's records may have waited for this one's hello.
    this.#drain(this.#directions[otherSide(from)], found);
    return this.#about.stopped && found.length === 0 ? undefined : found;
  }

  /** Bytes of this side are missing: no record behind them can be opened. */
  lost(from: Side): void {
    this.#stop('bytes-missing', this.#directions[from]);
  }

  #drain(from: Direction, found: Plaintext[]): void {
    while (!this.#about.stopped) {
      const record = from.records.peek();
      if (!record) return;
      if (record === 'malformed') return this.#stop('malformed', from);
      if (this.#mustWait(from, record)) {
        if (from.records.waiting > WAITING) this.#stop('bytes-missing', from);
        return;
      }
      this.#take(from, record, found);
      if (!this.#about.stopped) from.records.skip(record);
    }
  }

  /** Captures may swap the directions: nothing sealed can be read before both hellos, nor a ServerHello before the client's. */
  #mustWait(from: Direction, { type }: TlsRecord): boolean {
    if (!this.#clientHello) return from.side === 'server';
    if (this.#serverHello || from.cipher) return false;
    // Behind a HelloRetryRequest it is known to mean nothing, and the second ClientHello follows it.
    if (type === ContentType.changeCipherSpec) return !this.#retry;
    return from.sealed || type === ContentType.applicationData;
  }

  #take(from: Direction, record: TlsRecord, found: Plaintext[]): void {
    const { type, fragment } = record;
    const isTls13 = (this.#serverHello ?? this.#retry)?.version === 0x0304;
    if (type === ContentType.changeCipherSpec) {
      // TLS 1.3 sends it for the sake of middleboxes only.
      if (!isTls13) this.#changeCipherSpec(from);
      return;
    }
    // In TLS 1.3 what is sealed says that it is application data; in the clear there may be alerts.
    const sealed = isTls13 ? type === ContentType.applicationData : from.sealed;
    if (!sealed) return this.#opened(from, type, fragment, false, found);
    if (!from.cipher) return this.#stop(this.#whyNoCipher(), from);
    const opened = from.cipher.open(record);
    if (!opened) return this.#stop('bad-record', from);
    this.#opened(from, opened.type, opened.content, true, found);
  }

  #opened(from: Direction, type: number, content: Uint8Array, sealed: boolean, found: Plaintext[]): void {
    if (type === ContentType.alert) return this.#alert(from, content);
    if (type === ContentType.applicationData) {
      if (!sealed) return this.#stop('malformed', from);
      if (content.length > 0) found.push({ from: from.side, bytes: content });
      return;
    }
    if (type !== ContentType.handshake) return;
    if (!sealed && isBlank(content)) return this.#stop('zeros', from);
    const messages = from.handshake.push(content);
    if (messages === 'malformed') return this.#stop('malformed', from);
    for (const message of messages) if (!this.#about.stopped) this.#message(from, message);
  }

  #alert({ side }: Direction, content: Uint8Array): void {
    const found = alert(content);
    if (found && this.#alerts.length < ALERTS) this.#alerts.push({ from: side, ...found });
  }

  #message(from: Direction, { type, body }: HandshakeMessage): void {
    const isServer = from.side === 'server';
    if (type === HandshakeType.clientHello && !isServer) return this.#greeted(from, clientHello(body));
    if (type === HandshakeType.serverHello && isServer) return this.#answered(from, serverHello(body));
    if (type === HandshakeType.certificate) return this.#certificate(from, body);
    if ((this.#serverHello?.version ?? 0) < 0x0304) return;
    if (type === HandshakeType.finished) from.cipher = this.#cipher13(isServer ? 'serverTraffic' : 'clientTraffic');
    if (type === HandshakeType.keyUpdate && from.cipher instanceof Aead13) from.cipher = from.cipher.updated();
  }

  #greeted(from: Direction, hello: ClientHello | undefined): void {
    if (!hello) return this.#stop('malformed', from);
    this.#clientHello = hello;
    // A second one answers a HelloRetryRequest, or opens a renegotiation.
    this.#serverHello = undefined;
    this.#certified = false;
    if (hello.serverName !== undefined) this.#about = { ...this.#about, serverName: hello.serverName };
  }

  #answered(from: Direction, hello: ServerHello | undefined): void {
    if (!hello) return this.#stop('malformed', from);
    if (hello.retry) {
      this.#retry = hello;
      this.#clientHello = undefined;
      return;
    }
    this.#serverHello = hello;
    this.#about = { ...this.#about, version: versionName(hello.version), suite: suiteName(hello.suite) };
    if (hello.version < 0x0304) return;
    this.#about = { ...this.#about, resumed: hello.resumed };
    this.#directions.server.cipher = this.#cipher13('serverHandshake');
    this.#directions.client.cipher = this.#cipher13('clientHandshake');
  }

  #certificate({ side }: Direction, body: Uint8Array): void {
    if (side === 'server') this.#certified = true;
    const found = firstCertificate(body, this.#serverHello?.version ?? 0);
    if (found) this.#about = { ...this.#about, [side === 'server' ? 'serverCertificate' : 'clientCertificate']: found };
  }

  #changeCipherSpec(from: Direction): void {
    from.sealed = true;
    from.handshake = new HandshakeReader();
    const server = this.#serverHello;
    const client = this.#clientHello;
    if (!server || !client) return;
    if (from.side === 'server') this.#about = { ...this.#about, resumed: !this.#certified };
    const suite = cipherSuite(server.suite);
    const secret = this.#known?.masterSecret;
    if (!suite || !secret || server.compression !== 0) from.cipher = undefined;
    else from.cipher = legacyCiphers(suite, secret, client, server)[from.side];
  }

  #cipher13(kind: keyof SessionSecrets): RecordCipher | undefined {
    const suite = this.#serverHello && cipherSuite(this.#serverHello.suite);
    const secret = this.#known?.[kind];
    return suite && secret && suite.sealedBy.kind !== 'cbc' ? new Aead13(suite, secret) : undefined;
  }

  get #known(): SessionSecrets | undefined {
    return this.#clientHello && this.#secrets?.of(this.#clientHello.random);
  }

  #whyNoCipher(): TlsStop {
    const hello = this.#serverHello;
    if (!hello) return 'malformed';
    const known = hello.version >= 0x0301 && hello.version <= 0x0304 && hello.compression === 0 && cipherSuite(hello.suite) !== undefined;
    return known ? 'no-secrets' : 'unsupported';
  }

  #stop(why: TlsStop, { side, records }: Direction): void {
    this.#about = { ...this.#about, stopped: this.#about.stopped ?? { why, from: side, offset: records.offset } };
  }
}

/** Bytes of a HelloRequest, the one message that is nothing but zeros. */
const HELLO_REQUEST = 4;
const isBlank = (content: Uint8Array): boolean => content.length > HELLO_REQUEST && content.every((byte) => byte === 0);

function direction(side: Side): Direction {
  return { side, records: new TlsRecordReader(), handshake: new HandshakeReader(), cipher: undefined, sealed: false };
}

function versionName(version: number): string {
  const minor = version - 0x0301;
  return minor >= 0 && minor <= 3 ? `TLS 1.${minor}` : version === 0x0300 ? 'SSL 3.0' : `0x${version.toString(16)}`;
}
