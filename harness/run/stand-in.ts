import { asksForNobody, asksForSql, withAnonymous, withoutAccounts, withoutDoor, withoutSql } from '../case/asks.ts';
import type { Case } from '../case/case.ts';
import type { AccountName, Step } from '../case/step.ts';
import { asked, asking, isTold } from './is-told.ts';
import { loggedIn } from './login-script.ts';
import type { TryContext } from './try.ts';
import { tryCase } from './try-case.ts';

/** What is at an address and lacks a server's accounts or SQL. What is named (--as, or started here) is wrong where it does not show them. */
export async function standsFor(context: TryContext, cases: readonly Case[]): Promise<string[]> {
  const account = asking(context);
  if (!account) return [];
  if (cases.some(asksForSql) && (await answersAlike(context, account)))
    return [withoutSql, ...((await takesAnyone(context)) ? [withoutAccounts] : [])];
  // Not of what is started here, which has none: a login of nobody can be what it dies of.
  if (!cases.some(asksForNobody) || !(await takesAnyone(context))) return [];
  return [(await hasAnonymous(context)) ? withAnonymous : withoutDoor];
}

/**
 * Is this a stand-in that speaks the protocol and has no server behind it (mysql2's server class with a handler of one's
 * own, a mock)? It gives the same answer, to the byte, to two statements that have nothing in common; or refuses both.
 * A server that is broken on the wire does not: it names the columns.
 */
async function answersAlike(context: TryContext, account: AccountName): Promise<boolean> {
  const [sum, word] = await Promise.all(['SELECT 40 + 2', "SELECT 'mywire'"].map((query) => answerTo(query, account, context)));
  if (!sum || !word || sum.length < 7 || word.length < 7) return false;
  return sum[4] === 0xff ? sum.subarray(4, 7).equals(word.subarray(4, 7)) : sum.equals(word);
}

/** Of a stand-in: does it let in whom nobody knows? Of a server with SQL behind it that would be a hole, and stays a failure. */
async function takesAnyone(context: TryContext): Promise<boolean> {
  return (await tryCase({ script: loggedIn(context, 'unknown') }, 'whole', context)).packets.at(-1)?.name === 'OK';
}

/** Do users that exist nowhere get in as ''@'host', as MariaDB's default installation has it? */
function hasAnonymous(context: TryContext): Promise<boolean> {
  return isTold(context, 'unknown', 'SELECT CURRENT_USER()', '^@');
}

/** Every byte that comes back; undefined where none does. */
async function answerTo(query: string, account: AccountName, context: TryContext): Promise<Buffer | undefined> {
  const expected: Step = { expect: [{ packet: 'TextResultset', sequenceId: 'any' }] };
  const { transcript } = await tryCase({ script: [...asked(context, account, query), expected] }, 'whole', context);
  const sent = transcript.events.findLastIndex((event) => event.kind === 'sent' && event.label.startsWith('COM_QUERY'));
  if (sent < 0) return undefined;
  return Buffer.concat(transcript.events.slice(sent).flatMap((event) => (event.kind === 'received' ? [event.bytes] : [])));
}
