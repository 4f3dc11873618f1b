import {
  asksAsAnyone,
  asksForNobody,
  asksForRows,
  asksForSql,
  asksForText,
  withAnonymous,
  withFewErrors,
  withFewRows,
  withoutAccounts,
  withoutDoor,
  withoutSql,
  withProxyHeaders,
  withWideText,
} from '../case/asks.ts';
import type { Case } from '../case/case.ts';
import type { AccountName, Step } from '../case/step.ts';
import { passesBytesOn } from '../target/products.ts';
import { loggedIn } from './login-script.ts';
import type { TryContext } from './try.ts';
import { tryCase } from './try-case.ts';

/** What is named (--as, or started here) has a server, and is wrong where it does not show it. */
export async function lacks(context: TryContext, cases: readonly Case[], chain: readonly string[]): Promise<string[]> {
  const { check, login } = context.accounts;
  if (!(check ?? login)) return [];
  // A proxy without anything behind it is one at an address.
  const told = chain[0] === 'unknown' || (chain.length === 1 && TAKES_HEADERS.has(chain[0] ?? ''));
  const server = chain.at(-1) !== 'reference';
  const [headers, wide, few, blocks, others] = await Promise.all([
    told && cases.some(asksAsAnyone) && takesHeaders(context),
    server && cases.some(asksForText) && tellsWideText(context),
    server && cases.some(asksForRows) && givesFewRows(context),
    // A proxy that reads what passes logs its clients in by itself.
    server && chain.slice(0, -1).every(passesBytesOn) && blocksHosts(context),
    chain[0] === 'unknown' ? standsFor(context, cases) : [],
  ]);
  const settings = { [withWideText]: wide, [withFewRows]: few, [withFewErrors]: blocks, [withProxyHeaders]: headers };
  return [...Object.entries(settings).flatMap(([what, has]) => (has ? [what] : [])), ...others];
}

/** The proxies that can be told from whom to take PROXY headers. */
const TAKES_HEADERS: ReadonlySet<string> = new Set(['haproxy', 'maxscale', 'nginx', 'proxysql']);

async function standsFor(context: TryContext, cases: readonly Case[]): Promise<string[]> {
  if (cases.some(asksForSql) && (await answersAlike(context)))
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
async function answersAlike(context: TryContext): Promise<boolean> {
  const [sum, word] = await Promise.all(['SELECT 40 + 2', "SELECT 'mywire'"].map((query) => answerTo(query, context)));
  if (!sum || !word || sum.length < 7 || word.length < 7) return false;
  return sum[4] === 0xff ? sum.subarray(4, 7).equals(word.subarray(4, 7)) : sum.equals(word);
}

/** Of a stand-in: does it let in whom nobody knows? Of a server with SQL behind it that would be a hole, and stays a failure. */
async function takesAnyone(context: TryContext): Promise<boolean> {
  return (await tryCase({ script: loggedIn('unknown') }, 'whole', context)).packets.at(-1)?.name === 'OK';
}

/** Do users that exist nowhere get in as ''@'host', as MariaDB's default installation has it? */
function hasAnonymous(context: TryContext): Promise<boolean> {
  return isTold(context, 'unknown', 'SELECT CURRENT_USER()', '^@');
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
  const account = asking(context);
  if (!context.accounts[account]) return undefined;
  return (await isTold(context, account, THRESHOLD, '^delays behind [1-9]')) ? delaying : undefined;
}

/** Are fewer than 50 broken handshakes in a row enough for ERR 1129? */
const blocksHosts = (context: TryContext): Promise<boolean> =>
  isTold(context, asking(context), "SELECT CONCAT('blocks behind ', @@global.max_connect_errors)", '^blocks behind [1-4]?[0-9]$');

/** Each letter in two bytes or four: nothing but a server that has an init_connect says it, and it is no name of a character set. */
const tellsWideText = (context: TryContext): Promise<boolean> =>
  isTold(context, asking(context), "SELECT IF(@@global.init_connect = '', '', 'mywire')", `^\\0*${[...'mywire'].join('\\0+')}\\0*$`);

/** MariaDB as it is shipped has 18446744073709551615; ProxySQL passes the question on. */
const givesFewRows = (context: TryContext): Promise<boolean> =>
  isTold(context, asking(context), "SELECT CONCAT('few: ', @@sql_select_limit < 4)", '^few: 1$');

/** Does a login behind a PROXY header get in? Of what is started here and of a server that tells its settings it would be a hole. */
async function takesHeaders(context: TryContext): Promise<boolean> {
  const script: readonly Step[] = [
    { expect: [{ packet: 'HandshakeV10', sequenceId: 'any' }] },
    { send: [{ wire: HEADER }, { message: 'HandshakeResponse41', account: asking(context) }] },
    { expect: [{ packet: 'OK', sequenceId: 'any' }] },
  ];
  return (await tryCase({ script }, 'whole', context)).packets.at(-1)?.name === 'OK';
}

/** https://www.haproxy.org/download/3.0/doc/proxy-protocol.txt, version 1 */
const HEADER = Buffer.from('PROXY TCP4 10.1.2.3 10.0.0.2 1111 3306\r\n', 'latin1').toString('hex');

const asking = ({ accounts }: TryContext) => (accounts.check ? 'check' : 'login');
const asked = (account: AccountName, query: string): Step[] => [...loggedIn(account), { send: { message: 'COM_QUERY', with: { query } } }];

/** Does this account get in, and is the first value that it is told like this? */
async function isTold(context: TryContext, account: AccountName, query: string, pattern: string): Promise<boolean> {
  const expected: Step = { expect: [{ packet: 'TextResultset', sequenceId: 'any', where: { first: { pattern } } }] };
  const { deviation, inconclusive } = await tryCase({ script: [...asked(account, query), expected] }, 'whole', context);
  return !deviation && !inconclusive;
}

/** Every byte that comes back; undefined where none does. */
async function answerTo(query: string, context: TryContext): Promise<Buffer | undefined> {
  const expected: Step = { expect: [{ packet: 'TextResultset', sequenceId: 'any' }] };
  const { transcript } = await tryCase({ script: [...asked(asking(context), query), expected] }, 'whole', context);
  const sent = transcript.events.findLastIndex((event) => event.kind === 'sent' && event.label.startsWith('COM_QUERY'));
  if (sent < 0) return undefined;
  return Buffer.concat(transcript.events.slice(sent).flatMap((event) => (event.kind === 'received' ? [event.bytes] : [])));
}
