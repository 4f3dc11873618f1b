import { deliveries } from '../../case/delivery.ts';
import { lastingDifference } from '../compare.ts';
import { type Client, type Exec, stimuliIn } from '../exec.ts';
import type { Oracle } from '../oracle.ts';
import type { PlayedClient } from '../play.ts';

/** Packets of the server that the client must have read before it can go on. */
const asks: ReadonlySet<string> = new Set([
  'AuthSwitchRequest',
  'OldAuthSwitchRequest',
  'AuthMoreData',
  'AuthNextFactor',
  'LocalInfileRequest',
]);
/** Cut points of one exec: few, since each costs a turn of the loop. */
const CUTS = 3;
/** Longest stream, in bytes, that is sent one byte at a time. */
const MOST_BYTES = 600;

/** TCP has no message boundaries. */
export const delivery: Oracle = {
  name: 'delivery',
  says: 'The same bytes get the same answers however they travel: in any segments, ahead of the answers, ahead of the greeting.',
  killedBy: ['segment-is-packet', 'coalesced-packets-lost', 'loses-second-half-of-split-header', 'early-data-resets-without-greeting'],
  share: 0.2,
  async judge(played, { again, pick }) {
    if (played.clients.some((one) => one.overdue !== undefined || one.flooded || one.unsent > 0)) return undefined;
    const { exec } = played;
    const otherwise: Exec = {
      clients: exec.clients.map((client, i) => delivered(client, played.clients[i] as PlayedClient, pick + i)) as never,
    };
    if (JSON.stringify(otherwise) === JSON.stringify(exec)) return undefined;
    const theirs = () => again(exec);
    const ours = () => again(otherwise);
    const other = await ours();
    // What cannot be put together ahead of an answer was not the same bytes.
    if (other.clients.some((one, i) => one.unsent !== played.clients[i]?.unsent)) return undefined;
    const found = await lastingDifference(other, played, 'same product', { ours, theirs });
    if (!found) return undefined;
    const { client } = found;
    return {
      oracle: 'delivery',
      client,
      kind: `${wayOf(otherwise.clients[client] as Client)}: ${found.kind}`,
      says: `client ${client}, sent ${inWords(otherwise.clients[client] as Client)}, gets ${found.ours}; sent ${inWords(exec.clients[client] as Client)} it gets ${found.theirs}`,
    };
  },
};

/** The client with another delivery that is legal for it. */
function delivered(client: Client, seen: PlayedClient, pick: number): Client {
  const { cuts: _, ...plain } = client;
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

/** Nothing that it sends depends on what it reads, or on when. */
function mayBeAhead({ acts }: Client, { packets, client }: PlayedClient): boolean {
  if (acts.some((act) => !('send' in act))) return false;
  if (packets.some(({ name, from, carrier }) => (from === 'server' && asks.has(name)) || carrier !== undefined)) return false;
  return !stimuliIn(client).some(({ message, compressed }) => compressed !== undefined || message === 'SSLRequest');
}

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
const inWords = ({ delivery: way, cuts }: Client): string =>
  cuts ? `cut behind ${cuts.join(', ')} bytes` : `"${way}" (${deliveries[way]})`;
