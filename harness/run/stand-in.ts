import type { Step } from '../case/step.ts';
import { loggedIn } from './login-script.ts';
import type { TryContext } from './try.ts';
import { tryCase } from './try-case.ts';

/**
 * Is this a stand-in that speaks the protocol and has no server behind it (mysql2's server class with a handler of one's
 * own, a mock)? It gives the same answer, to the byte, to two statements that have nothing in common; or refuses both.
 * A server that is broken on the wire does not: it names the columns.
 */
export async function answersAlike(context: TryContext): Promise<boolean> {
  const [sum, word] = await Promise.all(['SELECT 40 + 2', "SELECT 'mywire'"].map((query) => answerTo(query, context)));
  if (!sum || !word || sum.length < 7 || word.length < 7) return false;
  return sum[4] === 0xff ? sum.subarray(4, 7).equals(word.subarray(4, 7)) : sum.equals(word);
}

/** Of a stand-in: does it let in whom nobody knows? Of a server with SQL behind it that would be a hole, and stays a failure. */
export async function takesAnyone(context: TryContext): Promise<boolean> {
  return (await tryCase({ script: loggedIn('unknown') }, 'whole', context)).packets.at(-1)?.name === 'OK';
}

/** Do users that exist nowhere get in as ''@'host', as MariaDB's default installation has it? */
export async function hasAnonymous(context: TryContext): Promise<boolean> {
  const script: Step[] = [
    ...loggedIn('unknown'),
    { send: { message: 'COM_QUERY', with: { query: 'SELECT CURRENT_USER()' } } },
    { expect: [{ packet: 'TextResultset', sequenceId: 'any', where: { first: { pattern: '^@' } } }] },
  ];
  const { deviation, inconclusive } = await tryCase({ script }, 'whole', context);
  return !deviation && !inconclusive;
}

/** Asked so that nothing but a server which has the variable says it. */
const THRESHOLD =
  "SELECT CONCAT('delays behind ', VARIABLE_VALUE) FROM performance_schema.global_variables WHERE VARIABLE_NAME LIKE '%connection_control%failed_connections_threshold' AND VARIABLE_VALUE <> '0'";
const delaying =
  'the server answers ever later behind connections that fail (connection_control), which are among the cases: set connection_control_failed_connections_threshold=0, or that of the component, for a target under test';

/**
 * Does MySQL delay its answers behind connections that have failed (mysql/connection-control)? Then silence says nothing of it.
 * @returns why, and what to do about it
 */
export async function delaysAnswers(context: TryContext): Promise<string | undefined> {
  const account = context.accounts.check ? 'check' : 'login';
  if (!context.accounts[account]) return undefined;
  const script: Step[] = [
    ...loggedIn(account),
    { send: { message: 'COM_QUERY', with: { query: THRESHOLD } } },
    { expect: [{ packet: 'TextResultset', sequenceId: 'any', where: { first: { pattern: '^delays behind [1-9]' } } }] },
  ];
  const { deviation, inconclusive } = await tryCase({ script }, 'whole', context);
  return deviation || inconclusive ? undefined : delaying;
}

/** Every byte that comes back; undefined where none does. */
async function answerTo(query: string, context: TryContext): Promise<Buffer | undefined> {
  const account = context.accounts.check ? 'check' : 'login';
  const { transcript } = await tryCase(
    {
      script: [
        ...loggedIn(account),
        { send: { message: 'COM_QUERY', with: { query } } },
        { expect: [{ packet: 'TextResultset', sequenceId: 'any' }] },
      ],
    },
    'whole',
    context,
  );
  const asked = transcript.events.findLastIndex((event) => event.kind === 'sent' && event.label.startsWith('COM_QUERY'));
  if (asked < 0) return undefined;
  return Buffer.concat(transcript.events.slice(asked).flatMap((event) => (event.kind === 'received' ? [event.bytes] : [])));
}
