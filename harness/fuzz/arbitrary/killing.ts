import type { Stimulus } from '../../case/step.ts';
import type { Act, Client, Exec } from '../exec.ts';
import type { About } from './about.ts';
import { act } from './acts.ts';
import type { Chance } from './chance.ts';
import { ping } from './commands.ts';

const victim = { from: 'outer.HandshakeV10.threadId' } as const;
const pause: Act = { do: 'pause' };
const query = (text: string): Stimulus => ({ message: 'COM_QUERY', with: { query: text } });
const client = (acts: readonly Act[]): Client => ({ acts, delivery: 'whole', leaves: 'quit' });

/** The statement or the connection of one client is killed by another, of the same account or not, while it runs or is idle. */
export function killing(chance: Chance, { accounts }: About): Exec {
  const login = (): Act => act({ message: 'HandshakeResponse41', account: chance.of([accounts[0] ?? 'unknown', ...accounts.slice(0, 2)]) });
  const busy = [act(query(chance.of(['SELECT SLEEP(0.5)', 'DO SLEEP(0.5)'])))];
  const kill = chance.weighted<() => Stimulus>([
    [1, () => ({ message: 'COM_PROCESS_KILL', with: { connectionId: victim } })],
    [
      4,
      () => ({ message: 'COM_QUERY', with: { query: { ...victim, before: chance.of(['KILL ', 'KILL CONNECTION ', 'KILL /*QUERY*/ ']) } } }),
    ],
    [4, () => ({ message: 'COM_QUERY', with: { query: { ...victim, before: 'KILL QUERY ' } } })],
  ])();
  const killer = client([pause, login(), chance.oneIn(3) ? { send: [kill, query('SELECT 2')] } : act(kill), act(ping)]);
  return { clients: [client([login(), ...(chance.oneIn(3) ? [pause, pause, pause] : busy), act(query('SELECT 1')), act(ping)]), killer] };
}
