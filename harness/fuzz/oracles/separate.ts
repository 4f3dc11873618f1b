import { lastingDifference } from '../compare.ts';
import { type Exec, stimuliIn } from '../exec.ts';
import type { Oracle } from '../oracle.ts';
import type { Played } from '../play.ts';

/** What one client does on purpose to others, or to be told of them. */
const meddles =
  /\bkill\b|get_lock|release_lock|is_free_lock|is_used_lock|processlist|\bglobal\b|\bflush\b|status|sleep|wait|information_schema/i;
const meddling: ReadonlySet<string> = new Set([
  'COM_PROCESS_KILL',
  'COM_PROCESS_INFO',
  'COM_STATISTICS',
  'COM_BINLOG_DUMP',
  'COM_REGISTER_SLAVE',
]);

/** The session of one client never shows in another's. */
export const separate: Oracle = {
  name: 'separate',
  says: 'A client sees the same whether others are there or not, and its scramble and connection id are nobody else’s.',
  killedBy: ['scramble-repeats', 'stale-thread-id', 'deprecate-eof-of-the-last-login'],
  share: () => 0.5,
  async judge(played, { again, pick }) {
    const { exec, clients } = played;
    if (clients.length < 2) return undefined;
    const shared = sharedGreeting(played);
    if (shared) return shared;
    if (exec.clients.some((client) => stimuliIn(client).some(isMeddling))) return undefined;
    const client = pick % clients.length;
    const alone: Exec = { clients: [exec.clients[client] as Exec['clients'][0]] };
    const only = async (): Promise<Played> => pickedOf(await again(exec), client, alone);
    const found = await lastingDifference(pickedOf(played, client, alone), await again(alone), 'same product', {
      ours: only,
      theirs: () => again(alone),
    });
    if (!found) return undefined;
    const says = `client ${client} gets ${found.ours} while others are there, and ${found.theirs} alone (${found.kind})`;
    return { oracle: 'separate', client, kind: found.kind, says };
  },
};

const pickedOf = ({ clients }: Played, client: number, exec: Exec): Played => ({ exec, clients: clients.slice(client, client + 1) });

function isMeddling({ message, with: given, payload, wire }: ReturnType<typeof stimuliIn>[number]): boolean {
  if (payload !== undefined || wire !== undefined || meddling.has(message ?? '')) return true;
  const query = given?.['query'];
  // A text that is made of what was read before: KILL, and the id of the greeting.
  return typeof query === 'string' ? meddles.test(query) : query !== undefined;
}

/** Scrambles and connection ids of clients that are there at the same time. */
function sharedGreeting({ clients }: Played): ReturnType<Oracle['judge']> {
  const seen = new Map<string, number>();
  for (const [client, { packets }] of clients.entries()) {
    const greeting = packets.find(({ from, name }) => from === 'server' && name === 'HandshakeV10')?.value;
    if (!greeting) continue;
    for (const field of ['scramble1', 'threadId']) {
      const key = `${field} ${greeting[field]}`;
      const other = seen.get(key);
      if (other !== undefined)
        return {
          oracle: 'separate',
          client,
          kind: `connection: HandshakeV10 shares its ${field}`,
          says: `the greetings of the clients ${other} and ${client} have the same ${field}, ${greeting[field]}`,
        };
      seen.set(key, client);
    }
  }
  return undefined;
}
