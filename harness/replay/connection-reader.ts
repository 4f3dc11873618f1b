import type { Ending } from '../case/verdict.ts';
import { commandOf } from '../codec/command.ts';
import { Conversation } from '../codec/conversation.ts';
import type { LabelledPacket } from '../codec/labelled-packet.ts';
import type { Context } from '../codec/message.ts';
import { HEAD_BYTES, isMysql } from '../codec/recognise.ts';
import { ending } from '../pcap/ending.ts';
import type { TcpConnection, TcpData, TcpEvent, TcpGap } from '../pcap/tcp-connection.ts';
import type { TlsSecrets } from '../pcap/tls/key-log.ts';
import { TlsSession } from '../pcap/tls/tls-session.ts';
import type { Ask, Asked } from './asked.ts';
import type { Captured } from './captured.ts';
import { Ends } from './ends.ts';
import { withoutLeadingComments } from './leading-comments.ts';
import { agreedOf, loginOf } from './login-of.ts';
import { isLostFin, withLostFin } from './lost-fin.ts';
import { Oddity } from './oddity.ts';
import type { End, Login } from './step.ts';
import type { Moment } from './timed.ts';

/** Who is told what a client said and got. */
export interface Listener {
  /** A question; what is given back gets its answer. */
  asked(ask: Ask): Asked;
  agreed(context: Context): void;
  /** In the order of the questions; without `login` nobody can play them. */
  settle(asked: Asked, login: Login): void;
  end(first: (Moment & { readonly how: Exclude<End, 'quit'> }) | undefined): void;
}

/** Why a connection is not played (undefined: it says nothing); `whole`: it speaks MySQL. */
export interface NotPlayed {
  readonly why: string | undefined;
  readonly whole?: true;
}

const NOTHING: Uint8Array = new Uint8Array(0);

type Value = Readonly<Record<string, unknown>>;
interface Open {
  readonly label: LabelledPacket;
  readonly asked: Asked;
  /** The server answers it. */
  readonly expects: boolean;
}

/** Reads one connection of a capture as its bytes come, and holds no more of it than what is not answered yet. */
export class ConnectionReader {
  /** Bytes of the client. */
  sent = 0;
  /** Bytes of the largest packet of either side. */
  largest = 0;
  readonly #tls: TlsSession;
  readonly #conversation: Conversation;
  readonly #listener: Listener;
  readonly #oddity = new Oddity();
  readonly #ends = new Ends();
  readonly #open: Open[] = [];
  #expected = 0;
  #opened: Moment | undefined;
  #greeting: Value | undefined;
  #response: Value | undefined;
  #sslRequest = false;
  #login: Login | undefined;
  /** Nobody can play it by statements: it came in by the old login. */
  #hopeless = false;
  #loginOpen: LabelledPacket | undefined;
  #user: string | undefined;
  #firstPacket: string | undefined;
  #now = 0;
  #lastFrame: number | undefined;
  #quit: Moment | undefined;
  /** The login that its client did not wait for. */
  #unheard: LabelledPacket | undefined;
  #dangerous: string | undefined;
  #gap: number | undefined;
  #lostFin: TcpGap | undefined;
  #says = false;
  /** How each side begins. */
  readonly #heads = { client: NOTHING, server: NOTHING };
  readonly #speaks = { greeted: false, begun: false, client: false, encrypted: false, response: false };

  constructor(secrets: TlsSecrets, listener: Listener) {
    this.#tls = new TlsSession(secrets);
    this.#conversation = new Conversation({ tls: this.#tls });
    this.#listener = listener;
  }

  get opened(): Moment {
    return this.#opened ?? { at: 0 };
  }
  /** When its end began: who came behind that may have waited for it. */
  get over(): Moment | undefined {
    return this.#ends.first && (this.#quit ?? this.#ends.first);
  }
  get login(): Login | undefined {
    return this.#login;
  }
  /** It is encrypted, and its secrets have not been given so far. */
  get lacksSecrets(): boolean {
    return this.#tls.about.stopped?.why === 'no-secrets';
  }

  event(told: TcpEvent): void {
    if (isLostFin(told)) this.#lostFin = told;
    const event = withLostFin(told);
    const { kind, from, frame } = event;
    // Where clocks of a capture step back, what one connection says still stands in its order.
    this.#now = Math.max(this.#now, timeOf(event));
    const at = this.#now;
    this.#opened ??= { at, frame };
    this.#lastFrame = frame;
    if (kind === 'gap') this.#gap ??= frame;
    if (this.#ends.goesOn(event)) this.#staysOpen();
    if (event.kind === 'fin' || event.kind === 'rst') {
      const isOver = this.#ends.has('server');
      this.#ends.add({ ...event, at }, event !== told);
      if (from === 'client' && !isOver) this.#leaves(frame);
    }
    if (event.kind !== 'data') return;
    this.#says = true;
    this.#keepHead(from, event.bytes);
    if (from === 'client' && this.#ends.has('server')) this.#ends.hold({ ...event, at });
    else this.#data(event, at);
  }

  /** A RST has ended nothing: what its other side said meanwhile was heard. */
  #staysOpen(): void {
    if (!this.#ends.has('client')) {
      this.#unheard = undefined;
      this.#oddity.stays();
    }
    if (this.#ends.has('server')) return;
    const { held, missing } = this.#ends.release();
    for (const one of held) this.#data(one, one.at);
    if (missing !== undefined) this.#gap ??= missing;
  }

  #data({ from, bytes, frame }: TcpData, at: number): void {
    if (from === 'client') this.sent += bytes.length;
    const labels = from === 'client' ? this.#conversation.fromClient(bytes, frame) : this.#conversation.fromServer(bytes, frame);
    for (const label of labels) this.#take(label, at, frame);
    this.#settle();
  }

  /** No more comes: what is known of the connection, or why nobody can play it. */
  end(tcp: Pick<TcpConnection, 'midStream'>): Omit<Captured, 'tcp'> | NotPlayed {
    for (const label of this.#conversation.finish()) {
      this.#take(label, (this.#ends.last ?? this.opened).at, this.#lastFrame);
      if (label.from === this.#lostFin?.from && label.problem !== undefined) this.#gap ??= this.#lostFin.frame;
    }
    const why = this.#why(tcp);
    if (why) return why;
    for (const one of this.#open.splice(0)) this.#settled(one);
    const { first } = this.#ends;
    this.#listener.end(
      first && { at: first.at, frame: first.frame, how: first.from === 'server' ? 'server' : first.kind === 'rst' ? 'rst' : 'fin' },
    );
    const { how, first: who } = ending({ events: this.#ends.standing }, 'server');
    const odd = this.#oddity.says;
    return {
      ...(this.#user === undefined ? {} : { user: this.#user }),
      ...(this.#firstPacket === undefined ? {} : { firstPacket: this.#firstPacket }),
      encrypted: this.#speaks.encrypted,
      ...(this.#login?.compression ? { compression: this.#login.compression } : {}),
      ending: { how: how satisfies Ending, first: who === 'server' },
      ...(odd === undefined ? {} : { odd }),
      ...(this.#dangerous === undefined ? {} : { dangerous: this.#dangerous }),
    };
  }

  #keepHead(from: TcpEvent['from'], bytes: Uint8Array): void {
    const head = this.#heads[from];
    if (head.length < HEAD_BYTES) this.#heads[from] = Buffer.concat([head, bytes.subarray(0, HEAD_BYTES - head.length)]);
  }

  /** Its server says something else than a MySQL server says first (the X protocol of port 33060). */
  #isOther(midStream: boolean): boolean {
    const { client, server } = this.#heads;
    return !midStream && this.#gap === undefined && server.length > 0 && isMysql(client, server) === false;
  }

  #why({ midStream }: Pick<TcpConnection, 'midStream'>): NotPlayed | undefined {
    const { greeted, begun, client, encrypted, response } = this.#speaks;
    if (!this.#says) return { why: undefined };
    if ((!greeted && !client) || this.#isOther(midStream)) return { why: 'it does not speak MySQL' };
    if (midStream && !begun) return { why: 'the capture began in the middle of it: its login is missing', whole: true };
    if (this.#gap !== undefined)
      return { why: `bytes are missing at frame ${this.#gap}: what came behind them cannot be played`, whole: true };
    return encrypted && !response ? { why: encryptedWhy(this.#tls), whole: true } : undefined;
  }

  #leaves(frame: number): void {
    if (!this.#loginOpen) return;
    this.#unheard = this.#loginOpen;
    this.#oddity.leaves(frame);
  }

  #take(label: LabelledPacket, at: number, frame: number | undefined): void {
    const { from, name, length } = label;
    this.largest = Math.max(this.largest, length);
    if (name === 'TLS') this.#speaks.encrypted = true;
    if (from === 'server') this.#fromServer(label, at);
    else this.#fromClient(label, at, frame);
  }

  #fromServer(label: LabelledPacket, at: number): void {
    const { name, answers } = label;
    this.#oddity.fromServer();
    if (/^(HandshakeV|ERR$)/.test(name)) {
      this.#speaks.greeted = true;
      // In the middle of a connection the count of 10 columns looks like a greeting: it is not the first packet of what was said.
      this.#speaks.begun ||= label.sequenceId === 0 && label.value !== undefined;
    }
    if (name === 'HandshakeV10') {
      this.#greeting ??= copied(label.value);
      this.#agree();
    }
    // MySQL says ERR 1158 behind the client who has gone: whoever logs in there by statements gets another answer.
    if (!answers || answers === this.#unheard) return;
    this.#open.find((one) => one.label === answers)?.asked.answer(label, at, label.at);
  }

  #fromClient(label: LabelledPacket, at: number, frame: number | undefined): void {
    const { name } = label;
    this.#firstPacket ??= name;
    this.#oddity.fromClient(label, frame, this.#loginOpen !== undefined);
    if (name === 'SSLRequest') this.#sslRequest = true;
    if (name === 'COM_QUIT') this.#quit ??= { at, frame };
    if (name === 'LocalInfileData') this.#open.find(({ asked }) => asked.file)?.asked.file?.push(Uint8Array.from(label.payload));
    if (/^(HandshakeResponse|COM_|SSLRequest)/.test(name)) this.#speaks.client = true;
    const isLogin = name.startsWith('HandshakeResponse');
    if (isLogin) {
      this.#speaks.response = true;
      this.#user ??= label.value ? String(label.value['user']) : undefined;
      if (name === 'HandshakeResponse41') this.#response ??= copied(label.value);
      else this.#hopeless = true;
      this.#agree();
    }
    if (!isLogin && !name.startsWith('COM_')) return;
    const sql = name === 'COM_QUERY' || name === 'COM_STMT_PREPARE' ? label.value?.['query'] : undefined;
    const ask: Ask = {
      command: isLogin ? 'login' : name,
      payload: label.payload,
      at,
      ...(frame === undefined ? {} : { frame }),
      ...(sql === undefined ? {} : { sql: Buffer.from(sql as Uint8Array).toString('utf8') }),
    };
    if (isDangerous(ask)) this.#dangerous ??= ask.command;
    const expects = isLogin || (label.length > 0 && commandOf(label.payload[0] as number).answer !== 'none');
    if (expects) this.#expected++;
    if (isLogin) this.#loginOpen = label;
    this.#open.push({ label, asked: this.#listener.asked(ask), expects });
  }

  #agree(): void {
    if (!this.#greeting || !this.#response || this.#login) return;
    this.#login = loginOf(this.#greeting, this.#response, this.#sslRequest);
    this.#listener.agreed(agreedOf(this.#greeting, this.#response));
  }

  /** What the conversation waits no more for. What was asked before a login waits for it. */
  #settle(): void {
    if (!this.#login && !this.#hopeless && this.#open.length < MOST_BEFORE_LOGIN) return;
    while (this.#open[0] && (!this.#open[0].expects || this.#expected > this.#conversation.unanswered))
      this.#settled(this.#open.shift() as Open);
  }

  #settled(one: Open): void {
    if (one.expects) this.#expected--;
    if (one.label === this.#loginOpen) this.#loginOpen = undefined;
    if (this.#login) this.#listener.settle(one.asked, this.#login);
  }
}

/** Questions that are kept for a login that may still come. */
const MOST_BEFORE_LOGIN = 1000;

/** Nothing of it lies in the bytes of the capture. */
const copied = (value: Value | undefined): Value | undefined =>
  value && Object.fromEntries(Object.entries(value).map(([field, one]) => [field, one instanceof Uint8Array ? one.slice() : one]));

/** It would end the target, or somebody else's connection there. */
const isDangerous = ({ command, sql }: Ask): boolean =>
  command === 'COM_SHUTDOWN' || command === 'COM_PROCESS_KILL' || /^(KILL|SHUTDOWN)\b/i.test(withoutLeadingComments(sql ?? ''));

function encryptedWhy({ about: { stopped } }: TlsSession): string {
  if (!stopped || stopped.why === 'no-secrets') return 'it is encrypted, and the secrets are not in the capture: give them with --keylog';
  if (stopped.why === 'zeros') return 'it is encrypted, and redacted: the records of its TLS hold zeros';
  return `its TLS cannot be read (${stopped.why}, byte ${stopped.offset} of the ${stopped.from})`;
}

/** In ms; the frames of a Simple Packet Block have none. */
const timeOf = ({ timeNs }: TcpEvent): number => Number(timeNs / 1000n) / 1000;
