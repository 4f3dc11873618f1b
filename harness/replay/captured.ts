import type { Ending } from '../case/verdict.ts';
import type { CapturedFrame } from '../pcap/captured-frame.ts';
import { ending } from '../pcap/ending.ts';
import { TcpReassembler } from '../pcap/reassemble.ts';
import { SegmentReader } from '../pcap/segment-reader.ts';
import type { TcpConnection, TcpEvent } from '../pcap/tcp-connection.ts';
import { TlsSecrets } from '../pcap/tls/key-log.ts';
import { TlsSession } from '../pcap/tls/tls-session.ts';
import { decodeConnection } from '../scenario/decode.ts';
import { bytesOf } from '../scenario/recording.ts';
import type { Exchange, WireConnection } from '../scenario/wire.ts';
import { ReplayError } from './error.ts';

/** One MySQL connection of a capture. */
export interface Captured {
  readonly tcp: Pick<TcpConnection, 'id' | 'client' | 'server' | 'midStream' | 'events'>;
  /** Decoded anew each time: of a long capture all at once would fill the memory. */
  readonly wire: WireConnection;
  readonly user?: string;
  /** Of the client. */
  readonly firstPacket?: string;
  /** It was inside TLS. */
  readonly encrypted: boolean;
  /** How the server ended it, and whether it was the first to do so. */
  readonly ending: { readonly how: Ending; readonly first: boolean };
  /** What a client library would not have sent; undefined: nothing. */
  readonly odd?: string;
  /** Why it is not played byte for byte unless somebody asks for that. */
  readonly dangerous?: string;
}

/** What of a capture is to be played. */
export interface Choice {
  /** Only connections to this server: its port, or address:port. */
  readonly server?: string;
  /** Only these: Wireshark's tcp.stream. */
  readonly streams?: readonly number[];
}

export interface Traffic {
  readonly connections: readonly Captured[];
  /** What is not played, and why: one line each. */
  readonly leftOut: readonly { readonly connection: string; readonly why: string }[];
}

/** What their names begin with: Wireshark's field. */
export const LINK = 'tcp.stream';

/** Puts frames together to the MySQL connections in them. */
export class Capturing {
  /** Of TLS sessions; to be filled before the end. */
  readonly secrets = new TlsSecrets();
  readonly #reassembler: TcpReassembler;
  readonly #segments = new SegmentReader((segment) => this.#reassembler.push(segment));
  readonly #found: { readonly connection: TcpConnection; readonly events: TcpEvent[] }[] = [];

  /** Of connections that are not chosen nothing is kept. */
  constructor(choice: Choice = {}) {
    const events = new Map<TcpConnection, TcpEvent[]>();
    this.#reassembler = new TcpReassembler({
      sink: {
        event: (connection, event) => {
          const known = events.get(connection);
          if (known) {
            if (isChosen(connection, choice)) known.push(event);
            return;
          }
          const list = isChosen(connection, choice) ? [event] : [];
          events.set(connection, list);
          this.#found.push({ connection, events: list });
        },
        over: (connection) => void events.delete(connection),
      },
    });
  }

  push(frames: readonly CapturedFrame[]): void {
    for (const frame of frames) this.#segments.push(frame);
  }

  /** `onWire` is given each connection decoded, once. @throws ReplayError REPLAY_BAD_CHOICE, REPLAY_NOTHING_TO_PLAY */
  end(choice: Choice = {}, onWire: (wire: WireConnection, captured: Captured) => void = () => undefined): Traffic {
    this.#segments.end();
    this.#reassembler.end();
    const all = this.#found.map(({ connection: { id, client, server, midStream }, events }) => ({ id, client, server, midStream, events }));
    if (all.length === 0) throw nothing('there is no TCP connection in it');
    const chosen = all.filter((tcp) => isChosen(tcp, choice));
    if (chosen.length === 0)
      throw new ReplayError('REPLAY_BAD_CHOICE', `none of the ${all.length} connections is the one that was chosen. ${serversOf(all)}`);
    const leftOut: { connection: string; why: string }[] = [];
    const connections = chosen.flatMap((tcp) => {
      const found = captured(tcp, this.secrets);
      if ('why' in found) {
        if (found.why !== undefined) leftOut.push({ connection: `${LINK} ${tcp.id}`, why: found.why });
        return [];
      }
      onWire(found.wire, found.captured);
      return [found.captured];
    });
    if (connections.length === 0)
      throw nothing(leftOut[0] ? `${leftOut[0].connection}: ${leftOut[0].why}` : 'no connection in it speaks MySQL');
    const servers = new Set(connections.map(({ tcp }) => tcp.server.text));
    if (servers.size > 1)
      throw new ReplayError(
        'REPLAY_BAD_CHOICE',
        `clients of ${servers.size} servers are in the capture: choose one with --server. ${serversOf(connections.map(({ tcp }) => tcp))}`,
      );
    return { connections, leftOut };
  }
}

const nothing = (why: string) => new ReplayError('REPLAY_NOTHING_TO_PLAY', `there is nothing to play in the capture: ${why}`);

function isChosen({ id, server }: Pick<TcpConnection, 'id' | 'server'>, { server: wanted, streams }: Choice): boolean {
  if (streams && !streams.includes(id)) return false;
  return wanted === undefined || wanted === server.text || wanted === String(server.port);
}

function serversOf(connections: readonly Pick<TcpConnection, 'server'>[]): string {
  const counts = new Map<string, number>();
  for (const { server } of connections) counts.set(server.text, (counts.get(server.text) ?? 0) + 1);
  const list = [...counts].slice(0, 12).map(([server, count]) => `${server} (${count})`);
  return `Servers, and how many connections each has: ${list.join(', ')}${counts.size > list.length ? ', …' : ''}.`;
}

type Decoded = { readonly captured: Captured; readonly wire: WireConnection };

function captured(tcp: Captured['tcp'], secrets: TlsSecrets): Decoded | { readonly why: string | undefined } {
  const { events } = tcp;
  const says = (side: 'client' | 'server') => events.some(({ kind, from }) => kind === 'data' && from === side);
  if (!says('client') && !says('server')) return { why: undefined };
  const tls = new TlsSession(secrets);
  const wire = decoded(tcp, tls);
  const speaks = (name: RegExp) => wire.packets.some((packet) => name.test(packet.name));
  const greeted = wire.packets.some(({ from, name }) => from === 'server' && /^(HandshakeV|ERR$)/.test(name));
  if (!greeted && !speaks(/^(HandshakeResponse|COM_|SSLRequest)/))
    return { why: says('client') || says('server') ? 'it does not speak MySQL' : undefined };
  if (tcp.midStream && !greeted) return { why: 'the capture began in the middle of it: its login is missing' };
  const gap = events.find(({ kind }) => kind === 'gap');
  if (gap) return { why: `bytes are missing at frame ${gap.frame}: what came behind them cannot be played` };
  if (speaks(/^TLS$/) && !speaks(/^HandshakeResponse/)) return { why: encrypted(tls) };
  const end = ending(tcp, 'server');
  const odd = oddityOf(wire);
  const dangerous = wire.exchanges.find(isDangerous)?.command;
  const firstPacket = wire.packets.find(({ from }) => from === 'client')?.name;
  const about = {
    ...(wire.user === undefined ? {} : { user: wire.user }),
    ...(firstPacket === undefined ? {} : { firstPacket }),
    encrypted: speaks(/^TLS$/),
    ending: { how: end.how, first: end.first === 'server' },
    ...(odd === undefined ? {} : { odd }),
    ...(dangerous === undefined ? {} : { dangerous }),
  };
  return { wire, captured: kept(tcp, secrets, about) };
}

/** In a function of its own: a closure holds all that the closures beside it use, and that would be the decoded connection. */
function kept(tcp: Captured['tcp'], secrets: TlsSecrets, about: Omit<Captured, 'tcp' | 'wire'>): Captured {
  return {
    ...about,
    tcp,
    get wire() {
      return decoded(tcp, new TlsSession(secrets));
    },
  };
}

function decoded(tcp: Captured['tcp'], tls: TlsSession): WireConnection {
  const started = tcp.events[0]?.timeNs ?? 0n;
  const bytes = bytesOf(tcp, LINK, tcp.id, Number(started / 1000n) / 1000);
  // What a client sends behind the server's end reaches nobody: a probe for a RST is such a byte.
  const over = bytes.events.findIndex(({ from, kind }) => from === 'server' && kind !== 'bytes');
  const reached = bytes.events.filter(({ from, kind }, i) => over < 0 || i < over || from === 'server' || kind !== 'bytes');
  return decodeConnection({ ...bytes, events: reached }, tls);
}

function encrypted({ about: { stopped } }: TlsSession): string {
  if (!stopped || stopped.why === 'no-secrets') return 'it is encrypted, and the secrets are not in the capture: give them with --keylog';
  return `its TLS cannot be read (${stopped.why}, byte ${stopped.offset} of the ${stopped.from})`;
}

/** It would end the target, or somebody else's connection there. */
const isDangerous = ({ command, sql }: Exchange): boolean =>
  command === 'COM_SHUTDOWN' || command === 'COM_PROCESS_KILL' || /^\s*(KILL|SHUTDOWN)\b/i.test(sql ?? '');

/** What no client library sends, and what a replay by statements would lose. */
function oddityOf({ packets, exchanges }: WireConnection): string | undefined {
  const sent = packets.filter(({ from }) => from === 'client');
  const at = (frame: number | undefined) => (frame === undefined ? '' : ` (frame ${frame})`);
  const wrong = sent.find(
    ({ problem, name }) => problem !== undefined || !/^(HandshakeResponse41|SSLRequest|AuthSwitchResponse|LocalInfileData|COM_)/.test(name),
  );
  if (wrong) return `${wrong.name}${wrong.problem ? `: ${wrong.problem}` : ''}${at(wrong.frame)}`;
  const greeting = packets.findIndex(({ from }) => from === 'server');
  const first = packets.findIndex(({ from }) => from === 'client');
  const [ahead] = sent;
  if (first >= 0 && (greeting < 0 || first < greeting)) return `${ahead?.name} before the greeting${at(ahead?.frame)}`;
  if (ahead && /^COM_/.test(ahead.name)) return `${ahead.name} instead of a login${at(ahead.frame)}`;
  // COM_QUIT behind an unanswered login, and commands that do not wait for one another.
  const login = exchanges.find(({ command }) => command === 'login');
  const behind = exchanges.find(
    (one) => one !== login && login !== undefined && (login.answeredAt === undefined || one.at < login.answeredAt),
  );
  return behind ? `${behind.command} before the login is answered${at(behind.frame)}` : undefined;
}
