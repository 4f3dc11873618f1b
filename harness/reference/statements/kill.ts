import { kill } from '../kill.ts';
import { Departure, refuse } from '../refusal.ts';
import { done, type Result } from '../result.ts';
import { number } from '../resultset.ts';
import type { Session } from '../session.ts';
import { one } from './select.ts';
import type { Statement } from './statement.ts';

/** KILL, and the statements that last long enough for one. */
export const killStatements: readonly Statement[] = [
  [/^kill +(?:connection )?(\d{1,10})$/i, (s, [, id]) => killed(s, Number(id), 'connection')],
  [/^kill query (\d{1,10})$/i, (s, [, id]) => killed(s, Number(id), 'query')],
  [/^do sleep\((\d(?:\.\d+)?)\)$/i, (s, [, seconds]) => sleeps(s, Number(seconds)).then(() => done)],
  [/^select (sleep\((\d(?:\.\d+)?)\))$/i, (s, [, name = '', seconds]) => selectSleep(s, name, Number(seconds))],
  [/^select 1 from (?:mywire\.)?numbers where sleep\((\d(?:\.\d+)?)\)$/i, (s, [, seconds]) => rowsBehindSleep(s, Number(seconds))],
];

function killed(session: Session, id: number, what: 'query' | 'connection'): Result {
  if (session.has('kill-loses-next-command')) session.channel.discard();
  kill(session, id, what);
  return done;
}

/** Did it come to its end? Throws Departure where the connection was killed. */
async function sleeps(session: Session, seconds: number): Promise<boolean> {
  const { channel, has, interruption } = session;
  const before = channel.waiting;
  const by = await interruption.wait(seconds * 1000);
  if (by === 'connection') throw new Departure('fin');
  if (has('drops-commands-during-statement') && channel.waiting > before) channel.discard();
  return by === undefined;
}

/** SLEEP alone: MySQL returns 1, MariaDB fails behind the definitions. */
async function selectSleep(session: Session, name: string, seconds: number): Promise<Result> {
  const columns = [number(name, 1)];
  if (await sleeps(session, seconds)) return one(number(name, 1), '0');
  return session.server.dialect === 'mysql' ? one(number(name, 1), '1') : { columns, rows: [], fails: refuse.interrupted() };
}

/** SLEEP in a condition, false for each of the three rows. */
async function rowsBehindSleep(session: Session, seconds: number): Promise<Result> {
  const columns = [number('1', 1)];
  for (let row = 0; row < 3; row++) if (!(await sleeps(session, seconds))) return { columns, rows: [], fails: refuse.interrupted() };
  return { columns, rows: [] };
}
