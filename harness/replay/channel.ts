import { setTimeout as sleep } from 'node:timers/promises';
import type { Ending } from '../case/verdict.ts';
import { capability, flags } from '../codec/capability.ts';
import { type Compression, compressedFrame } from '../codec/compressed-frame.ts';
import { Conversation } from '../codec/conversation.ts';
import { frame } from '../codec/frame.ts';
import type { LabelledPacket } from '../codec/labelled-packet.ts';
import type { Context } from '../codec/message.ts';
import { Connection } from '../wire/connection.ts';
import { ReplayError } from './error.ts';
import { LoginExchange } from './login.ts';
import type { End, Login } from './step.ts';
import type { PlaysAs } from './users.ts';

/** A connection to the target that is logged in. */
export interface Channel {
  readonly conversation: Conversation;
  /** What both sides compress with. */
  readonly compression: Compression | undefined;
  /** Whether answers are laid out as under these flags, to the byte. */
  isAsIn(context: Context): boolean;
  /** A packet as it travels: compressed, where that was agreed; then `sequenceId` is that of the compressed packet. */
  wrap(packet: Uint8Array, sequenceId: number): Uint8Array;
  /** Bytes that go out as one write. */
  send(bytes: Uint8Array): void;
  /** Called for all that the server sends from now on; with undefined when it has ended. */
  onBytes(take: (bytes: Uint8Array | undefined) => void): void;
  /** The payload of a COM_CHANGE_USER, and what a client answers to a packet of a login. */
  changeUser(login: Login): Uint8Array;
  authAnswer(packet: LabelledPacket): Uint8Array | undefined;
  /** Ends our side, and tells how the server ends its own. */
  end(how: End, limitMs: number): Promise<Ending>;
  close(): void;
}

/**
 * Where a replay plays. A login that is under way ends with the signal.
 * @throws Error when the login fails; one with `packet` where the target has refused it
 */
export type OpenChannel = (login: Login, signal?: AbortSignal) => Promise<Channel>;

/** The target of a replay, and who plays there. */
export interface ReplayTarget {
  readonly host: string;
  readonly port: number;
  /** Default: everybody as `user`. */
  readonly playsAs?: PlaysAs;
  readonly user?: string;
  readonly password?: string;
  /** 'as captured' (the default): where the captured login was over TLS and the target offers it. */
  readonly tls?: 'as captured' | 'always' | 'never';
  /** ms for a login; default 10000. */
  readonly limitMs?: number;
  /** Bytes of the largest packet that it may send; default 64 MiB. */
  readonly mostPacket?: number;
}

/** What an answer looks like does not depend on these. */
const ofTheWay = flags(
  'SSL',
  'CONNECT_ATTRS',
  'CONNECT_WITH_DB',
  'PLUGIN_AUTH',
  'PLUGIN_AUTH_LENENC_CLIENT_DATA',
  'SECURE_CONNECTION',
  'COMPRESS',
  'ZSTD_COMPRESSION_ALGORITHM',
);
/** Below this both client libraries send a body as it is (mysql/page_protocol_basic_compression). */
const MIN_COMPRESS_BYTES = 50;

/** A login that the target has refused. */
export class LoginRefused extends Error {
  override readonly name = 'LoginRefused';
  readonly packet: LabelledPacket;
  constructor(packet: LabelledPacket) {
    super(`${String(packet.value?.['errorCode'])} ${String(packet.value?.['errorMessage'] ?? '')}`);
    this.packet = packet;
  }
}

/** Bytes and packets of a server until the client is logged in: many times what any login takes. */
const MOST_OF_LOGIN = 1 << 20;
const MOST_LOGIN_PACKETS = 64;

const MOST_BEHIND_END = 1 << 20;
/** Bytes that Node reads at most at once: where so many came, there are more. */
const FULL_CHUNK = 1 << 16;

/** Node would read 32 chunks of a connection before it looks at the next, or at a clock. */
function giveWay(connection: Connection): void {
  connection.pause();
  setImmediate(() => connection.resume());
}

/** Opens connections to a server, logged in with the flags of the captured client as far as this server offers them. */
export function channelsTo(target: ReplayTarget): OpenChannel {
  const playsAs = target.playsAs ?? (() => ({ user: target.user ?? '', password: target.password ?? '' }));
  return async (login, signal) => {
    const { host, port, limitMs = 10_000, mostPacket: limit } = target;
    const connection = await Connection.open({
      host,
      port,
      connectLimitMs: limitMs,
      mostBytes: Number.POSITIVE_INFINITY,
      keepsTranscript: false,
    });
    const conversation = new Conversation(limit === undefined ? {} : { limit });
    const exchange = new LoginExchange();
    const labels: LabelledPacket[] = [];
    connection.onReceived = (bytes) => labels.push(...conversation.fromServer(bytes));
    let seen = 0;
    const from = performance.now();
    const next = async (): Promise<LabelledPacket> => {
      const isTooMuch = (): boolean => connection.receivedBytes > MOST_OF_LOGIN;
      const left = Math.max(0, from + limitMs - performance.now());
      await connection.wait('the next packet of the login', left, () => labels.length > seen || isTooMuch());
      const label = labels[seen++];
      if (isTooMuch() || seen > MOST_LOGIN_PACKETS)
        throw noLogin(`it sent ${connection.receivedBytes} bytes, ${labels.length} packets, and the login was not over`);
      if (!label) throw noLogin(connection.over ? 'it hung up in the login' : `the login was not over in ${limitMs} ms`);
      return label;
    };
    const send = (payload: Uint8Array, sequenceId: number): void => {
      const packet = frame(payload, { sequenceId });
      conversation.fromClient(packet);
      connection.write(packet, 'login');
    };
    const stop = (): void => connection.close();
    signal?.addEventListener('abort', stop, { once: true });
    try {
      if (signal?.aborted) stop();
      if (connection.failed) throw noLogin('it takes no connection');
      await logIn();
    } catch (error) {
      connection.close();
      throw error;
    } finally {
      signal?.removeEventListener('abort', stop);
    }
    return channelOf(connection, conversation, exchange, playsAs);

    async function logIn(): Promise<void> {
      const greeting = await next();
      if (greeting.name === 'ERR') throw new LoginRefused(greeting);
      if (greeting.name !== 'HandshakeV10' || !greeting.value) throw noLogin(`it greets with ${greeting.name}`);
      exchange.greet(greeting);
      let id = 1;
      if (wantsTls()) {
        send(exchange.sslRequest(login), id++);
        await connection.startTls(limitMs);
        exchange.secure = true;
        connection.onReceived = (bytes) => labels.push(...conversation.fromServer(bytes));
      }
      send(exchange.response(login, playsAs(login.user, login.denied)), id);
      for (;;) {
        const packet = await next();
        if (packet.name === 'OK') return;
        if (packet.name === 'ERR') throw new LoginRefused(packet);
        const payload = exchange.answer(packet);
        if (payload) send(payload, ((packet.sequenceId ?? 0) + 1) & 0xff);
        else if (packet.name !== 'AuthMoreData') throw noLogin(`it asks for ${packet.name}, and a replay cannot answer that`);
      }
    }

    function wantsTls(): boolean {
      if (target.tls === 'always') return true;
      return target.tls !== 'never' && login.tls === true && (exchange.offered & capability.SSL) !== 0;
    }
  };
}

const noLogin = (why: string) => new ReplayError('REPLAY_NO_LOGIN', why);

function channelOf(connection: Connection, conversation: Conversation, exchange: LoginExchange, playsAs: PlaysAs): Channel {
  const { compression } = exchange;
  const gone = connection.wait('the end of the connection', 2 ** 31 - 1, () => false);
  return {
    conversation,
    compression,
    isAsIn({ capabilities, mariadbCapabilities = 0 }) {
      const { context } = conversation;
      const differing = (context.capabilities ^ capabilities) & ~ofTheWay;
      return !compression && differing === 0 && (context.mariadbCapabilities ?? 0) === mariadbCapabilities;
    },
    wrap(packet, sequenceId) {
      if (!compression) return packet;
      return compressedFrame(packet, { algorithm: packet.length < MIN_COMPRESS_BYTES ? 'plain' : compression, sequenceId });
    },
    send: (bytes) => connection.write(bytes, 'replay'),
    onBytes(take) {
      connection.onReceived = (bytes) => {
        take(bytes);
        if (bytes.length >= FULL_CHUNK) giveWay(connection);
      };
      void gone.then(() => take(undefined));
    },
    changeUser: (login) => exchange.changeUser(login, playsAs(login.user, login.denied)),
    authAnswer: (packet) => exchange.answer(packet),
    async end(how, limitMs) {
      if (how === 'rst') connection.reset();
      else if (how !== 'server') connection.halfClose();
      const from = connection.receivedBytes;
      // What comes now is nobody's answer; of a flood the end is not waited for.
      connection.onReceived = () => {
        if (connection.receivedBytes - from > MOST_BEHIND_END) connection.pause();
      };
      await Promise.race([gone, sleep(limitMs, undefined, { ref: false })]);
      const ending = connection.over ? await connection.ending(0) : 'open';
      connection.close();
      return ending;
    },
    close: () => connection.close(),
  };
}
