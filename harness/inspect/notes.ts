import type { Dialect } from '../case/case.ts';
import type { Shown } from '../case/lint-rule.ts';
import { has } from '../codec/capability.ts';
import { commands } from '../codec/command.ts';
import type { Glanced } from '../codec/glance.ts';
import { checkMode } from '../codec/haproxy-check.ts';
import type { LabelledPacket, Side } from '../codec/labelled-packet.ts';
import type { Context } from '../codec/message.ts';
import { offeredCapabilities } from '../codec/messages/handshake-v10.ts';
import { otherSide, type TcpControl, type TcpEvent, type TcpGap, type TcpReset } from '../pcap/tcp-connection.ts';
import type { TlsAbout } from '../pcap/tls/tls-session.ts';
import { flagsOf, userOf } from './broken-response.ts';
import type { Decoder } from './decoder.ts';
import type { Finding } from './finding.ts';
import type { Inspected, SeenEnding, SeenError, SeenGap, SeenTls } from './inspected.ts';
import type { Lint } from './lint.ts';
import { Standing } from './standing.ts';

/** ERRs, gaps and findings of one connection that are kept; the others are counted. */
const MOST_KEPT = 16;
/** Bytes of the client by which a health check is recognised. */
const MOST_HEAD = 256;

const NONE: readonly Finding[] = [];

const NO_BYTES = new Uint8Array(0);
type Sides<T> = { client: T; server: T };
/** Commands that get no packet in return. */
const unanswered = new Set(Object.values(commands).flatMap(({ name, answer }) => (answer === 'none' ? [name] : [])));

const text = (value: unknown): string => String(value ?? '');

/** What is known of one connection so far; what the rules are shown. */
export class Notes implements Shown {
  offered: number | undefined;
  declared: number | undefined;
  agreed: Context = { capabilities: 0 };
  dialect: Dialect | undefined;
  loggedIn = false;
  whole = true;
  assumed = false;
  /** What its packets were read with at last, where that is a guess. */
  readAs: Context | undefined;
  #memory: Map<string, unknown> | undefined;

  readonly #lint: Lint;
  #first = 0;
  #last = 0;
  #startedNs = 0n;
  #lastNs = 0n;
  readonly #bytes: Sides<number> = { client: 0, server: 0 };
  readonly #missing: Sides<number> = { client: 0, server: 0 };
  #gaps: SeenGap[] = [];
  #beginning: Inspected['beginning'] = 'seen';
  #decodedFrom: number | undefined;
  #undecoded: string | undefined;
  readonly #standing = new Standing();
  /** Of one segment: a check sends all that it says at once. */
  #clientHead: Uint8Array = NO_BYTES;
  #clientSegments = 0;
  #tlsAsked = false;
  #decrypted = false;
  #opaque = false;
  #serverVersion: string | undefined;
  #threadId: number | undefined;
  #mariadbOffered: number | undefined;
  #mariadbDeclared: number | undefined;
  #user: string | undefined;
  #database: string | undefined;
  #plugin: string | undefined;
  #attributes: Inspected['clientAttributes'];
  #login: Inspected['login'] = 'none';
  #early = false;
  readonly #commands = new Map<string, number>();
  #rows = 0;
  #packets = 0;
  #errorCount = 0;
  readonly #errors: SeenError[] = [];
  #findingCount = 0;
  readonly #findings: Finding[] = [];
  #judging = true;

  constructor(lint: Lint) {
    this.#lint = lint;
  }

  /** Most rules remember nothing. */
  get memory(): Map<string, unknown> {
    this.#memory ??= new Map();
    return this.#memory;
  }

  /** The frame that ended the connection first, or its last one. */
  get endFrame(): number {
    return this.#standing.endFrame ?? this.#last;
  }
  get lastNs(): bigint {
    return this.#lastNs;
  }
  /** Its bytes are not packets any more (TLS): missing ones lose nothing. */
  get opaque(): boolean {
    return this.#opaque;
  }
  get silent(): boolean {
    return this.#bytes.client + this.#bytes.server + this.#missing.client + this.#missing.server === 0;
  }
  /** What the login in the capture agreed on. */
  get known(): Context | undefined {
    return this.loggedIn && !this.assumed ? this.agreed : undefined;
  }

  /** Every event of TCP. */
  passed({ frame, timeNs }: TcpEvent): void {
    if (this.#first === 0) {
      this.#first = frame;
      this.#startedNs = timeNs;
    }
    if (frame > this.#last) this.#last = frame;
    this.#lastNs = timeNs;
  }

  data(side: Side, bytes: Uint8Array): void {
    this.#bytes[side] += bytes.length;
    if (side !== 'client') return;
    this.#clientHead = this.#clientSegments === 0 && bytes.length <= MOST_HEAD ? Uint8Array.from(bytes) : NO_BYTES;
    this.#clientSegments++;
  }

  gap(side: Side, { missing, frame, mayEnd }: Pick<TcpGap, 'missing' | 'frame' | 'mayEnd'>): void {
    const offset = this.#bytes[side] + this.#missing[side];
    this.#missing[side] += missing;
    this.whole = false;
    if (missing > 0 && this.#gaps.length < MOST_KEPT) this.#gaps.push({ side, offset, missing, frame, ...(mayEnd ? { mayEnd } : {}) });
  }

  begunInTheMiddle(): void {
    this.#beginning = 'missing';
    this.whole = false;
    this.assumed = true;
    if (this.#login === 'none') this.#login = 'unseen';
  }

  /** Only the SYN was missing. */
  begunAtTheGreeting(): void {
    this.#beginning = 'seen';
    this.whole = true;
    this.assumed = false;
    this.#login = 'none';
  }

  /** Nothing had passed before these bytes, which are counted already. */
  silentBefore(bytes: number): boolean {
    return this.#bytes.client + this.#bytes.server === bytes && this.#missing.client + this.#missing.server === 0;
  }

  /** Packets cannot be followed until a joint is found. */
  lostTrack(): void {
    this.#standing.forget();
    this.#undecoded = 'bytes are missing, and no command behind them stands alone in a segment';
    if (!this.loggedIn) this.begunInTheMiddle();
  }

  /** Nothing could be read to the end: the bytes lie in another layer, whose beginning is not there. */
  veiled(layer: 'TLS' | 'compressed'): void {
    const since = this.#beginning === 'missing' ? 'since before the capture began' : 'since bytes that the capture lacks';
    this.#undecoded = `${layer === 'TLS' ? 'in TLS' : 'compressed'} ${since}: cannot be decoded`;
  }

  joined(frame: number): void {
    this.#decodedFrom ??= frame;
    this.#undecoded = undefined;
    this.loggedIn = true;
  }

  swapSides(): void {
    for (const pair of [this.#bytes, this.#missing]) [pair.client, pair.server] = [pair.server, pair.client];
    this.#gaps = this.#gaps.map((gap) => ({ ...gap, side: otherSide(gap.side) }));
    this.#clientHead = NO_BYTES;
    this.#standing.swapSides();
  }

  end(event: TcpControl | TcpReset, side: Side, decoder: Decoder | undefined): void {
    this.#standing.end(event, side, decoder?.unanswered ?? 0);
  }

  /** Who ended the connection first; undefined while it is open. */
  get endedBy(): Side | undefined {
    return this.#standing.endedBy;
  }

  /** Takes note of a packet; its findings. `left`: it is what remained when the connection was over. */
  packet(packet: LabelledPacket, decoder: Decoder, left: boolean): readonly Finding[] {
    const { name, from } = packet;
    if (!left) {
      if (packet.sequenceId !== undefined) this.#packets++;
      this.#standing.passed(from, name);
    }
    if (this.#tlsAsked) this.#inTls(packet);
    if (from === 'server') this.#fromServer(packet, decoder);
    else if (!left) this.#fromClient(packet, decoder);
    if (!this.#judging || (left && this.#standing.endOf(from) !== 'fin')) return NONE;
    const judged = this.#lint.packet(packet, this);
    if (!judged) return NONE;
    for (const finding of judged.findings) this.#find(finding);
    if (judged.lost) this.#judging = false;
    return judged.findings;
  }

  /** Takes note of a packet of the server that nobody has to look at. */
  counted(name: Glanced, answers: LabelledPacket, unanswered: number): void {
    this.#packets++;
    if (name === 'TextRow' || name === 'BinaryRow') this.#rows++;
    const standing = this.#standing;
    standing.passed('server', name);
    standing.answers(answers);
    standing.leaves(unanswered);
  }

  /** Keeps none of the frames alive that have passed. */
  letGo(): void {
    this.#standing.letGo();
  }

  done(stream: number, client: string, server: string, decoder: Decoder | undefined, about: TlsAbout | undefined): Inspected {
    const seen = this.#standing.ending(decoder?.unanswered ?? 0);
    for (const finding of this.#atEnd(seen)) this.#find(finding);
    const tls = about && tlsSeen(about, this.#decrypted);
    const bits = this.assumed ? ((decoder?.context ?? this.readAs)?.capabilities ?? 0) : this.agreed.capabilities;
    const compression = has(bits, 'COMPRESS') ? 'zlib' : has(bits, 'ZSTD_COMPRESSION_ALGORITHM') ? 'zstd' : undefined;
    // A check sends all that it says at once, whatever it is answered.
    const atOnce = this.#bytes.client <= MOST_HEAD && this.#clientSegments <= 1 && this.#beginning === 'seen';
    const head = atOnce ? this.#clientHead : undefined;
    return {
      stream,
      client,
      server,
      frames: { first: this.#first, last: this.#last },
      startedNs: this.#startedNs,
      endedNs: this.#lastNs,
      bytes: this.#bytes,
      missing: this.#missing,
      gaps: this.#gaps.length > 0 ? this.#gaps : undefined,
      beginning: this.#beginning,
      decodedFrom: this.#decodedFrom,
      undecoded: this.#undecoded ?? (tls?.decrypted && tls.stopped ? `what follows in TLS cannot be read (${tls.stopped})` : undefined),
      serverVersion: this.#serverVersion,
      dialect: this.dialect,
      threadId: this.#threadId,
      user: this.#user,
      database: this.#database,
      plugin: this.#plugin,
      clientAttributes: this.#attributes,
      offered: this.offered,
      declared: this.declared,
      mariadbOffered: this.#mariadbOffered,
      mariadbDeclared: this.#mariadbDeclared,
      login: this.#login === 'unfinished' && tls && !tls.decrypted ? 'unseen' : this.#login,
      tls,
      compression: this.loggedIn ? compression : undefined,
      check: head && checkMode(head),
      early: this.#early,
      commands: Object.fromEntries(this.#commands),
      rows: this.#rows,
      packets: this.#packets,
      errorCount: this.#errorCount,
      errors: this.#errors,
      ending: seen,
      findingCount: this.#findingCount,
      findings: this.#findings,
    };
  }

  /** What the way in which the connection ended breaks. */
  atEnd(): readonly Finding[] {
    return this.#atEnd(this.#standing.ending(0));
  }

  #atEnd({ how, by, frame = 0, after, waiting }: SeenEnding): readonly Finding[] {
    return this.#judging && how !== 'open' && by !== undefined
      ? this.#lint.end({ how, by, frame, after: after?.packet, waiting }, this)
      : NONE;
  }

  #find(finding: Finding): void {
    this.#findingCount++;
    if (this.#findings.length < MOST_KEPT) this.#findings.push(finding);
  }

  #fromServer(packet: LabelledPacket, decoder: Decoder): void {
    this.#standing.answers(packet.answers);
    switch (packet.name) {
      case 'TextRow':
      case 'BinaryRow':
        this.#rows++;
        return;
      case 'HandshakeV10':
      case 'HandshakeV9':
        return this.#greeted(packet, decoder);
      case 'AuthSwitchRequest':
        this.#plugin = text(packet.value?.['pluginName'] ?? this.#plugin);
        break;
      case 'ERR':
        this.#error(packet);
        break;
      case 'OK':
        if (!this.loggedIn && packet.answers?.name.startsWith('HandshakeResponse')) {
          this.loggedIn = true;
          this.agreed = decoder.context;
          this.#login = 'accepted';
        }
        break;
    }
    this.#standing.leaves(decoder.unanswered);
  }

  #greeted({ value }: LabelledPacket, decoder: Decoder): void {
    if (!value) return;
    this.#serverVersion = text(value['serverVersion']);
    this.#threadId = Number(value['threadId'] ?? 0);
    this.#mariadbOffered = Number(value['mariadbCapabilities'] ?? 0);
    this.offered = offeredCapabilities(value as Parameters<typeof offeredCapabilities>[0]);
    this.agreed = decoder.context;
    // MariaDB leaves out LONG_PASSWORD where its own flags follow, whatever version it was told to pretend.
    const own = !has(this.offered, 'LONG_PASSWORD') && Number(value['mariadbCapabilities'] ?? 0) > 0;
    this.dialect = own || /mariadb|^5\.5\.5-/i.test(text(value['serverVersion'])) ? 'mariadb' : 'mysql';
  }

  #error({ value, answers, at = 0 }: LabelledPacket): void {
    this.#errorCount++;
    // An ERR in place of the greeting refuses too.
    if (this.#login === 'unfinished' || (this.#login === 'none' && this.#serverVersion === undefined)) this.#login = 'refused';
    if (this.#errors.length >= MOST_KEPT || !value) return;
    this.#errors.push({
      code: Number(value['errorCode'] ?? 0),
      sqlState: value['sqlState'] as string | undefined,
      message: text(value['errorMessage']).slice(0, 500),
      answers: answers?.name.startsWith('HandshakeResponse') ? 'login' : answers?.name,
      frame: at,
    });
  }

  #fromClient(packet: LabelledPacket, decoder: Decoder): void {
    const { name, early } = packet;
    if (early) this.#early = true;
    if (name.startsWith('COM_')) {
      this.#commands.set(name, (this.#commands.get(name) ?? 0) + 1);
      if (!unanswered.has(name)) this.#standing.ask(packet);
      return;
    }
    if (name === 'SSLRequest') {
      this.#login = 'unfinished';
      this.#tlsAsked = true;
      this.declared = Number(packet.value?.['capabilities'] ?? 0);
    } else if (name.startsWith('HandshakeResponse')) this.#loggingIn(packet, decoder);
  }

  #loggingIn(packet: LabelledPacket, decoder: Decoder): void {
    const { value } = packet;
    this.#login = 'unfinished';
    this.agreed = decoder.context;
    this.#standing.ask(packet);
    // Of one that is broken further on, the flags and the user can be read all the same.
    this.declared = value ? Number(value['capabilities'] ?? 0) : flagsOf(packet);
    this.#user = value ? text(value['user']) : userOf(packet);
    if (!value) return;
    this.#mariadbDeclared = Number(value['mariadbCapabilities'] ?? 0);
    if (value['database'] !== undefined) this.#database = text(value['database']);
    if (value['authPluginName'] !== undefined) this.#plugin = text(value['authPluginName']);
    this.#attributes = value['attributes'] as Inspected['clientAttributes'];
  }

  #inTls({ name, deciphered }: LabelledPacket): void {
    if (deciphered) this.#decrypted = true;
    this.#opaque = name === 'TLS';
  }
}

function tlsSeen({ version, suite, serverName, resumed, stopped }: TlsAbout, decrypted: boolean): SeenTls {
  return { version, suite, serverName, resumed, decrypted, stopped: stopped?.why };
}
