import { deliveries } from '../../case/delivery.ts';
import type { Stimulus } from '../../case/step.ts';
import { lastingDifference } from '../compare.ts';
import { type Client, type Exec, isLie, pipelines, stimuliIn } from '../exec.ts';
import { AT_ONCE, kindsOf, type Oracle } from '../oracle.ts';
import type { PlayedClient } from '../play.ts';
import { isQuestion, isRefusedInTalk, leavesOtherwise, mayLoseAnswers, plainAhead, waitsForTls } from '../reading.ts';
import { goesFirst } from '../tokens.ts';

/** Cut points of one exec: few, since each costs a turn of the loop. */
const CUTS = 3;
/** Longest stream, in bytes, that is sent one byte at a time. */
const MOST_BYTES = 600;

/** TCP has no message boundaries. */
export const delivery: Oracle = {
  name: 'delivery',
  says: 'The same bytes get the same answers however they travel: in any segments, ahead of the answers, ahead of the greeting.',
  killedBy: ['segment-is-packet', 'coalesced-packets-lost', 'loses-second-half-of-split-header', 'early-data-resets-without-greeting'],
  // Few clients send ahead of the greeting, and what a server makes of it is decided by a race.
  share: ({ clients }) => (clients.some(({ delivery: way }) => way === 'early') ? 1 : 0.2),
  async judge(played, { again, pick }) {
    if (
      played.clients.some((one) => one.overdue !== undefined || one.flooded || one.unsent > 0 || (one.ending === 'open' && !goesFirst(one)))
    )
      return undefined;
    if (played.clients.some(isRefusedInTalk)) return undefined;
    const { exec } = played;
    if (exec.clients.some((client, i) => dependsOnTime(client, played.clients[i] as PlayedClient))) return undefined;
    const otherwise: Exec = {
      clients: exec.clients.map((client, i) => delivered(client, played.clients[i] as PlayedClient, pick + i)) as never,
    };
    if (JSON.stringify(otherwise) === JSON.stringify(exec)) return undefined;
    const theirs = () => again(exec);
    const ours = () => again(otherwise);
    const other = await ours();
    // What cannot be put together ahead of an answer was not the same bytes.
    if (other.clients.some((one, i) => one.unsent !== played.clients[i]?.unsent)) return undefined;
    // A question that only one of the two has seen, since a reset has overtaken it for the other, was there for both.
    if (other.clients.some((one, i) => ranAhead(one, played.clients[i] as PlayedClient))) return undefined;
    // How a client leaves are bytes of its own: COM_QUIT where it knew that it is let in, a FIN where it did not.
    if (other.clients.some((one, i) => leavesOtherwise(one, played.clients[i] as PlayedClient))) return undefined;
    if (other.clients.some(cameTooLate)) return undefined;
    if (other.clients.some((one, i) => losesToReset(one, played.clients[i] as PlayedClient))) return undefined;
    if (other.clients.some((one, i) => mayLoseAnswers({ clients: [one] }, { clients: [played.clients[i] as PlayedClient] })))
      return undefined;
    const found = await lastingDifference(other, played, 'same bytes', { ours, theirs });
    if (!found) return undefined;
    const { client } = found;
    // Of the two, what got further is what a client should see.
    const [one, two] = [other.clients[client], played.clients[client]] as [PlayedClient, PlayedClient];
    const [expected, wrong] = answersOf(one) > answersOf(two) ? [one, two] : [two, one];
    const way = wayOf(otherwise.clients[client] as Client);
    const under = [one, two].some((seen) => pipelines(seen.client)) ? AT_ONCE : '';
    return {
      oracle: 'delivery',
      client,
      expected,
      wrong,
      ...kindsOf(
        [found.kind, found.plainKind].map((kind) => `${way}: ${kind}`),
        under,
      ),
      says: `client ${client}, sent ${inWords(otherwise.clients[client] as Client)}, gets ${found.ours}; sent ${inWords(exec.clients[client] as Client)} it gets ${found.theirs} (${found.kind})`,
    };
  },
};

const answersOf = ({ packets }: PlayedClient): number => packets.filter(({ from }) => from === 'server').length;

/** The client with another delivery that is legal for it. */
function delivered(client: Client, seen: PlayedClient, pick: number): Client {
  const { cuts: _, slow: __, ...plain } = client;
  const ways: Client[] = [];
  const sent = seen.packets.reduce((sum, { from, size }) => sum + (from === 'client' ? size : 0), 0);
  if (sent <= MOST_BYTES) ways.push({ ...plain, delivery: 'bytes' });
  ways.push({ ...plain, delivery: 'fields' }, { ...plain, delivery: 'whole', cuts: cutsOf(pick, sent) });
  if (mayBeAhead(client, seen)) ways.push({ ...plain, delivery: 'coalesced' }, { ...plain, delivery: 'early' });
  // Sent whole is what most execs are already.
  if (client.cuts || client.delivery !== 'whole') ways.push({ ...plain, delivery: 'whole' });
  const others = ways.filter((one) => one.cuts || one.delivery !== client.delivery || client.cuts);
  return others[pick % others.length] as Client;
}

/** What it sent was decided by when it came: ahead of a question of the server, or in the clear where TLS was to begin. */
function dependsOnTime(client: Client, seen: PlayedClient): boolean {
  if (client.proxied !== undefined) return true;
  const stimuli = stimuliIn(client);
  if (stimuli.some(speaksOfOthers)) return true;
  // Who else is there is another list each time.
  if (stimuli.some(({ message }) => message === 'COM_PROCESS_INFO')) return true;
  const lies = stimuli.some(isLie);
  // To a lie the server may say more than we wait for.
  if (waitsForTls(seen) || plainAhead(seen) < Number.POSITIVE_INFINITY || (lies && goesFirst(seen))) return true;
  if (client.delivery === 'coalesced' || client.delivery === 'early') return !mayBeAhead(client, seen);
  return client.acts.some((act) => 'do' in act && act.do === 'start-tls') && lies;
}

/** What it does to another client finds that one at another point each time. */
const speaksOfOthers = ({ with: fields = {} }: Stimulus): boolean =>
  Object.values(fields).some((value) => typeof value === 'object' && 'from' in value && value.from.startsWith('outer.'));

/** Nothing that it sends depends on what it reads, or on when; and nothing makes the server end the connection before all is read. */
function mayBeAhead({ acts }: Client, { packets, client }: PlayedClient): boolean {
  if (acts.some((act) => !('send' in act)) || stimuliIn(client).some(isLie)) return false;
  if (packets.some(({ name, from, carrier }) => (from === 'server' && isQuestion(name)) || carrier !== undefined)) return false;
  return !stimuliIn(client).some(({ message, compressed }) => compressed !== undefined || message === 'SSLRequest');
}

const isAhead = ({ client: { delivery: way } }: PlayedClient): boolean => way === 'early' || way === 'coalesced';

const ranAhead = (...plays: readonly PlayedClient[]): boolean =>
  plays.some(isAhead) && plays.some((seen) => !mayBeAhead(seen.client, seen));

/**
 * A server that ends a connection with bytes unread resets it, and the reset may overtake what it had sent. Where it ends it
 * on its own account, what came ahead may show less, and so may what was still on its way in pieces.
 */
function losesToReset(one: PlayedClient, other: PlayedClient): boolean {
  if ((isReset(one) || isReset(other)) && ((endsByItself(one) && endsByItself(other)) || couldNotRead(one) || couldNotRead(other)))
    return true;
  const [ahead, waiting] = isAhead(one) ? [one, other] : [other, one];
  if (!isAhead(ahead)) return false;
  return isReset(ahead) && (isAhead(waiting) || endsByItself(waiting));
}

const isReset = ({ ending }: PlayedClient): boolean => ending === 'rst' || ending === 'fin+rst';

const endsByItself = ({ packets, transcript }: PlayedClient): boolean =>
  packets.findLast(({ from }) => from === 'client')?.name !== 'COM_QUIT' &&
  transcript.events.find(({ kind }) => kind === 'half-closed' || kind === 'reset-sent' || kind === 'fin' || kind === 'rst')?.kind.length ===
    3;

/** The code of the ERR that was the server's last word. */
function lastError({ packets }: PlayedClient): number | undefined {
  const last = packets.findLast(({ from }) => from === 'server');
  return last?.name === 'ERR' ? Number(last.value?.['errorCode']) : undefined;
}

/** ER_NET_READ_INTERRUPTED: the machine was so busy that a server stopped waiting for the rest, behind 2 s at least (connect_timeout). */
const cameTooLate = (seen: PlayedClient): boolean => lastError(seen) === 1159 && (seen.transcript.events.at(-1)?.at ?? 0) >= 2000;

/** ERRs of a server that cannot read on (packet too large, out of order, not to be uncompressed, read errors): it ends the connection behind them. */
const CANNOT_READ: ReadonlySet<number | undefined> = new Set([1153, 1156, 1157, 1158, 1159]);

const couldNotRead = (seen: PlayedClient): boolean => CANNOT_READ.has(lastError(seen));

function cutsOf(pick: number, bytes: number): number[] {
  const cuts = new Set<number>();
  for (let i = 0, state = pick; i < CUTS; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    // The first bytes of each send are where headers are.
    cuts.add(1 + (i === 0 ? state % 5 : state % Math.max(bytes, 1)));
  }
  return [...cuts].sort((a, b) => a - b);
}

const wayOf = ({ delivery: way, cuts }: Client): string => (cuts ? 'cuts' : way);
const inWords = (client: Client): string => {
  const { delivery: way, cuts } = client;
  return `${cuts ? `cut behind ${cuts.join(', ')} bytes` : `"${way}" (${deliveries[way]})`}${pipelines(client) ? AT_ONCE : ''}`;
};
