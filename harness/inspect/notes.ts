import type { Dialect } from '../case/case.ts';
import type { Shown } from '../case/lint-rule.ts';
import { has } from '../codec/capability.ts';
import { commands } from '../codec/command.ts';
import type { Glanced } from '../codec/glance.ts';
import { checkMode } from '../codec/haproxy-check.ts';
import type { LabelledPacket, Side } from '../codec/labelled-packet.ts';
import type { Context } from '../codec/message.ts';
import type { TcpControl, TcpData, TcpEvent, TcpReset } from '../pcap/tcp-connection.ts';
import type { TlsAbout } from '../pcap/tls/tls-session.ts';
import type { Decoder } from './decoder.ts';
import { Errors } from './errors.ts';
import type { Finding } from './finding.ts';
import type { Inspected, SeenTls } from './inspected.ts';
import { Judge } from './judge.ts';
import type { Lint } from './lint.ts';
import { Parties } from './parties.ts';
import { Standing } from './standing.ts';
import { type Gap, Traffic } from './traffic.ts';
import type { Veil } from './veil.ts';

/** Bytes of the client within which a health check is recognised. */
const MOST_HEAD = 256;

const NONE: readonly Finding[] = [];

const NO_BYTES = new Uint8Array(0);
/** Before a greeting and a login. */
const NOTHING_AGREED: Context = { capabilities: 0 };

/** Commands that get no packet in return. */
const unanswered = new Set(Object.values(commands).flatMap(({ name, answer }) => (answer === 'none' ? [name] : [])));

/** What is known of one connection so far; what the rules are shown. */
export class Notes implements Shown {
  agreed = NOTHING_AGREED;
  loggedIn = false;
  whole = true;
  assumed = false;
  /** What its packets were read with at last, where that is a guess. */
  readAs: Context | undefined;
  #memory: Map<string, unknown> | undefined;

  readonly #judge: Judge;
  readonly #traffic = new Traffic();
  readonly #parties = new Parties();
  #beginning: Inspected['beginning'] = 'seen';
  #decodedFrom: number | undefined;
  #undecoded: string | undefined;
  /** The frame of the SSLRequest, where the greeting before it is missing. */
  #tlsFrom: number | undefined;
  readonly #standing = new Standing();
  /** What the first segment of the client would be as a health check. */
  #check: Inspected['check'];
  #clientSegments = 0;
  #decrypted = false;
  #login: Inspected['login'] = 'none';
  #early = false;
  readonly #commands: Record<string, number> = {};
  #rows = 0;
  #packets = 0;
  readonly #errors = new Errors();

  constructor(lint: Lint) {
    this.#judge = new Judge(lint);
  }

  get offered(): number | undefined {
    return this.#parties.offered;
  }
  get declared(): number | undefined {
    return this.#parties.declared;
  }
  get dialect(): Dialect | undefined {
    return this.#parties.dialect;
  }

  /** Most rules remember nothing. */
  get memory(): Map<string, unknown> {
    this.#memory ??= new Map();
    return this.#memory;
  }

  /** The frame that ended the connection first, or its last one. */
  get endFrame(): number {
    return this.#standing.endFrame ?? this.#traffic.last;
  }
  get lastNs(): bigint {
    return this.#traffic.lastNs;
  }
  get silent(): boolean {
    return this.#traffic.silentBefore(0);
  }
  /** What the login in the capture agreed on. */
  get known(): Context | undefined {
    return this.loggedIn && !this.assumed ? this.agreed : undefined;
  }

  /** Every event of TCP. */
  passed(event: TcpEvent): void {
    this.#traffic.passed(event);
  }

  data(event: TcpData, side: Side): void {
    const { bytes } = event;
    this.#standing.goesOn(event, side);
    this.#traffic.bytes[side] += bytes.length;
    if (side !== 'client') return;
    if (this.#clientSegments++ === 0 && bytes.length <= MOST_HEAD) this.#check = checkMode(bytes);
  }

  gap(side: Side, gap: Gap): void {
    this.#traffic.gap(side, gap);
    this.whole = false;
  }

  /** Offset in its stream behind everything of a side that has passed or is missing. */
  offset(side: Side): number {
    return this.#traffic.offset(side);
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
    return this.#traffic.silentBefore(bytes);
  }

  /** Packets cannot be followed until a joint is found. */
  lostTrack(): void {
    this.#standing.forget();
    this.#undecoded = 'bytes are missing, and no command behind them stands alone in a segment';
    if (!this.loggedIn) this.begunInTheMiddle();
  }

  /** An SSLRequest, and the greeting that it answers is missing. */
  askedForTls(frame: number): void {
    this.#tlsFrom = frame;
    this.veiled('TLS');
  }

  /** Nothing could be read to the end. */
  veiled(layer: Veil): void {
    if (layer === 'blanked') {
      this.whole = false;
      this.#undecoded = 'compressed, and zeros alone are left of it: the capture has been redacted';
      return;
    }
    const missing = this.#beginning === 'missing' ? 'since before the capture began' : 'since bytes that the capture lacks';
    const since = this.#tlsFrom === undefined ? missing : `since frame ${this.#tlsFrom}, and the greeting before it is missing`;
    this.#undecoded = `${layer === 'TLS' ? 'in TLS' : 'compressed'} ${since}: cannot be decoded`;
  }

  joined(frame: number): void {
    this.#decodedFrom ??= frame;
    this.#undecoded = undefined;
    this.loggedIn = true;
  }

  swapSides(): void {
    this.#traffic.swapSides();
    this.#check = checkMode(NO_BYTES);
    this.#standing.swapSides();
  }

  /** A RST that stands before it was no end. */
  goesOn(event: TcpControl, side: Side): void {
    this.#standing.goesOn(event, side);
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
    if (packet.deciphered) this.#decrypted = true;
    // From here on the session cannot be read: what was begun may have been ended in it.
    else if (name === 'TLS' && this.#decrypted) this.whole = false;
    if (from === 'server') this.#fromServer(packet, decoder);
    else if (!left) this.#fromClient(packet, decoder);
    return left && this.#standing.endOf(from) !== 'fin' ? NONE : this.#judge.packet(packet, this);
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
    for (const finding of this.#judge.atEnd(seen, this)) this.#judge.keep(finding);
    const tls = about && tlsSeen(about, this.#decrypted);
    const bits = this.assumed ? ((decoder?.context ?? this.readAs)?.capabilities ?? 0) : this.agreed.capabilities;
    const compression = has(bits, 'COMPRESS') ? 'zlib' : has(bits, 'ZSTD_COMPRESSION_ALGORITHM') ? 'zstd' : undefined;
    // A check sends all that it says at once, whatever it is answered.
    const atOnce = this.#traffic.bytes.client <= MOST_HEAD && this.#clientSegments <= 1 && this.#beginning === 'seen';
    const traffic = this.#traffic;
    const parties = this.#parties;
    // Named one by one: spread into each other they would cost several times as much.
    return {
      stream,
      client,
      server,
      frames: { first: traffic.first, last: traffic.last },
      startedNs: traffic.startedNs,
      endedNs: traffic.lastNs,
      bytes: traffic.bytes,
      missing: traffic.missing,
      gaps: traffic.gaps,
      beginning: this.#beginning,
      decodedFrom: this.#decodedFrom,
      undecoded: this.#undecoded ?? (tls?.decrypted && tls.stopped ? `what follows in TLS cannot be read (${tls.stopped})` : undefined),
      serverVersion: parties.serverVersion,
      dialect: parties.dialect,
      threadId: parties.threadId,
      user: parties.user,
      database: parties.database,
      plugin: parties.plugin,
      clientAttributes: parties.attributes,
      offered: parties.offered,
      declared: parties.declared,
      mariadbOffered: parties.mariadbOffered,
      mariadbDeclared: parties.mariadbDeclared,
      login: this.#login === 'unfinished' && tls && !tls.decrypted ? 'unseen' : this.#login,
      tls,
      compression: this.loggedIn ? compression : undefined,
      check: !atOnce ? undefined : this.#clientSegments > 0 ? this.#check : this.#lookedOnly(seen) ? checkMode(NO_BYTES) : undefined,
      early: this.#early,
      commands: this.#commands,
      rows: this.#rows,
      packets: this.#packets,
      errorCount: this.#errors.count,
      errors: this.#errors.kept,
      ending: seen,
      findingCount: this.#judge.count,
      findings: this.#judge.findings,
    };
  }

  /** The client saw a greeting and left: who is refused in its place, goes before it comes or is still there may have meant to speak. */
  #lookedOnly({ how, by, after }: Inspected['ending']): boolean {
    return this.#parties.serverVersion !== undefined && how !== 'open' && !(by === 'client' && after === undefined);
  }

  /** What the way in which the connection ended breaks. */
  atEnd(): readonly Finding[] {
    return this.#judge.atEnd(this.#standing.ending(0), this);
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
        if (!packet.value) return;
        this.#parties.greeted(packet.value);
        this.agreed = decoder.context;
        return;
      case 'AuthSwitchRequest':
        this.#parties.asksFor(packet);
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

  #error(packet: LabelledPacket): void {
    // An ERR in place of the greeting refuses too.
    if (this.#login === 'unfinished' || (this.#login === 'none' && this.#parties.serverVersion === undefined)) this.#login = 'refused';
    this.#errors.add(packet);
  }

  #fromClient(packet: LabelledPacket, decoder: Decoder): void {
    const { name, early } = packet;
    // A proxy always writes its header first.
    if (early && name !== 'PROXY header') this.#early = true;
    if (name.startsWith('COM_')) {
      this.#commands[name] = (this.#commands[name] ?? 0) + 1;
      if (!unanswered.has(name)) this.#standing.ask(packet);
      return;
    }
    if (name === 'SSLRequest') {
      this.#login = 'unfinished';
      this.#parties.asksForTls(packet);
    } else if (name.startsWith('HandshakeResponse')) this.#loggingIn(packet, decoder);
  }

  #loggingIn(packet: LabelledPacket, decoder: Decoder): void {
    this.#login = 'unfinished';
    this.agreed = decoder.context;
    this.#standing.ask(packet);
    this.#parties.logsIn(packet);
  }
}

function tlsSeen({ version, suite, serverName, resumed, stopped }: TlsAbout, decrypted: boolean): SeenTls {
  return { version, suite, serverName, resumed, decrypted, stopped: stopped?.why };
}
