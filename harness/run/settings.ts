import {
  asksAsAnyone,
  asksForGrants,
  asksForRows,
  asksForText,
  asksOutsideTransactions,
  asksWithStrings,
  overTlsAlone,
  withFewErrors,
  withFewRows,
  withOpenTransaction,
  withoutGrants,
  withProxyHeaders,
  withShortSelects,
  withWideStrings,
  withWideText,
} from '../case/asks.ts';
import type { Case } from '../case/case.ts';
import type { AccountName, Step } from '../case/step.ts';
import { passesBytesOn } from '../target/products.ts';
import { asked, asking, isTold } from './is-told.ts';
import type { TryContext } from './try.ts';
import { tryCase } from './try-case.ts';

/** The settings that make a right server tell otherwise what the cases ask. */
export async function settingsOf(context: TryContext, cases: readonly Case[], chain: readonly string[]): Promise<string[]> {
  const account = asking(context);
  if (!account) return [];
  // A proxy without anything behind it is one at an address.
  const told = chain[0] === 'unknown' || (chain.length === 1 && TAKES_HEADERS.has(chain[0] ?? ''));
  const server = chain.at(-1) !== 'reference';
  const [headers, wide, strings, few, blocks, short, begun, tls, open] = await Promise.all([
    told && cases.some(asksAsAnyone) && takesHeaders(context, account),
    server && cases.some(asksForText) && tellsWideText(context, account),
    server && cases.some(asksWithStrings) && takesWideStrings(context, account),
    server && cases.some(asksForRows) && givesFewRows(context, account),
    // A proxy that reads what passes logs its clients in by itself.
    server && chain.slice(0, -1).every(passesBytesOn) && blocksHosts(context, account),
    server && endsSelects(context, account),
    server && cases.some(asksOutsideTransactions) && beginsTransactions(context, account),
    server && context.overTls?.has(account) && wantsTls(context, account),
    server && cases.some(asksForGrants) && letsEverybodyIn(context, account),
  ]);
  const settings = {
    [withWideText]: wide,
    [withWideStrings]: strings,
    [withFewRows]: few,
    [withFewErrors]: blocks,
    [withShortSelects]: short,
    [withOpenTransaction]: begun,
    [withProxyHeaders]: headers,
    [overTlsAlone]: tls,
    [withoutGrants]: open,
  };
  return Object.entries(settings).flatMap(([what, has]) => (has ? [what] : []));
}

/** The proxies that can be told from whom to take PROXY headers. */
const TAKES_HEADERS: ReadonlySet<string> = new Set(['haproxy', 'maxscale', 'nginx', 'proxysql']);

/** Asked so that nothing but a server which has the variable says it. */
const THRESHOLD =
  "SELECT CONCAT('delays behind ', VARIABLE_VALUE) FROM performance_schema.global_variables WHERE VARIABLE_NAME LIKE '%connection_control%failed_connections_threshold' AND VARIABLE_VALUE <> '0'";
const delaying =
  'the server answers ever later behind connections that fail (connection_control), which are among the cases: set connection_control_failed_connections_threshold=0, or that of the component, for a target under test';

/** 2 where semi-synchronous replication is on and no replica is there: the first commit waits for as long as its timeout. */
const WITHOUT_REPLICAS =
  "SELECT CONCAT('waits for replicas: ', COUNT(*)) FROM /*!50700 performance_schema.global_status */ /*M! information_schema.GLOBAL_STATUS */ WHERE (VARIABLE_NAME IN ('Rpl_semi_sync_source_status', 'Rpl_semi_sync_master_status') AND VARIABLE_VALUE = 'ON') OR (VARIABLE_NAME IN ('Rpl_semi_sync_source_clients', 'Rpl_semi_sync_master_clients') AND VARIABLE_VALUE = '0')";
const waiting =
  'the server waits for a replica before it answers what commits, and has none (semi-synchronous replication): connect one, or set rpl_semi_sync_master_enabled=OFF (rpl_semi_sync_source_enabled in MySQL) for a target under test';

/**
 * Does MySQL delay its answers behind connections that have failed (mysql/connection-control), or either server those behind a commit? Then silence
 * says nothing of it.
 * @returns why, and what to do about it
 */
export async function delaysAnswers(context: TryContext): Promise<string | undefined> {
  const account = asking(context);
  if (!account) return undefined;
  const [delays, waits] = await Promise.all([
    isTold(context, account, THRESHOLD, '^delays behind [1-9]'),
    isTold(context, account, WITHOUT_REPLICAS, '^waits for replicas: 2$'),
  ]);
  return delays ? delaying : waits ? waiting : undefined;
}

/**
 * How long a session may be idle, a packet half sent, a login not there. Beyond nine seconds it is no matter.
 * https://dev.mysql.com/doc/refman/8.4/en/server-system-variables.html (wait_timeout, net_read_timeout, connect_timeout)
 * https://mariadb.com/docs/server/ha-and-performance/optimization-and-tuning/system-variables/server-system-variables (idle_transaction_timeout)
 */
const PATIENCE = `SELECT CONCAT('waits ', LEAST(@@wait_timeout, @@net_read_timeout, @@global.connect_timeout${['', '_readonly', '_write']
  .map((of) => ` /*M!100300 , COALESCE(NULLIF(@@idle${of}_transaction_timeout, 0), 99) */`)
  .join('')}), ' s')`;

/** In ms; undefined where a busy machine takes less, or nobody says. */
export async function patienceOf(context: TryContext): Promise<number | undefined> {
  const account = asking(context);
  if (!account) return undefined;
  const told: Step = { expect: [{ packet: 'TextResultset', sequenceId: 'any', where: { first: { pattern: '^waits [1-9] s$' } } }] };
  const { deviation, inconclusive, packets } = await tryCase({ script: [...asked(context, account, PATIENCE), told] }, 'whole', context);
  return deviation || inconclusive ? undefined : Number(/\d/.exec(String(packets.at(-1)?.value['first']))?.[0]) * 1000;
}

/** Are fewer than 50 broken handshakes in a row enough for ERR 1129? */
const blocksHosts = (context: TryContext, account: AccountName): Promise<boolean> =>
  isTold(context, account, "SELECT CONCAT('blocks behind ', @@global.max_connect_errors)", '^blocks behind [1-4]?[0-9]$');

/** Of MySQL alone: MariaDB's max_statement_time ends a statement with an ERR of its own wherever it is. */
const endsSelects = (context: TryContext, account: AccountName): Promise<boolean> =>
  isTold(context, account, "SELECT CONCAT('ends SELECTs behind ', @@max_execution_time)", '^ends SELECTs behind [1-9][0-9]{0,3}$');

const beginsTransactions = (context: TryContext, account: AccountName): Promise<boolean> =>
  isTold(context, account, "SELECT CONCAT('begins: ', @@global.init_connect REGEXP 'begin|start')", '^begins: 1$');

/** Each letter in two bytes or four: nothing but a server that has an init_connect says it, and it is no name of a character set. */
const tellsWideText = (context: TryContext, account: AccountName): Promise<boolean> =>
  isTold(context, account, "SELECT IF(@@global.init_connect = '', '', 'mywire')", `^\\0*${[...'mywire'].join('\\0+')}\\0*$`);

/** A login cannot ask for it: no client has a character set of this kind (refman: Connection Character Sets, Impermissible Client Character Sets). */
const takesWideStrings = (context: TryContext, account: AccountName): Promise<boolean> =>
  isTold(context, account, "SELECT CONCAT('wide strings: ', LENGTH('mywire') > 6)", '^wide strings: 1$');

/** MariaDB as it is shipped has 18446744073709551615; ProxySQL passes the question on. */
const givesFewRows = (context: TryContext, account: AccountName): Promise<boolean> =>
  isTold(context, account, "SELECT CONCAT('few: ', @@sql_select_limit < 4)", '^few: 1$');

const wantsTls = (context: TryContext, account: AccountName): Promise<boolean> =>
  isTold(context, account, "SELECT CONCAT('TLS alone: ', @@global.require_secure_transport = 1)", '^TLS alone: 1$');

/** Who one is without grants: in MariaDB nobody from nowhere, which no account is; in MySQL it says so. Asked as nobody where that is so. */
async function letsEverybodyIn(context: TryContext, account: AccountName): Promise<boolean> {
  const isSo = (as: AccountName): Promise<boolean> =>
    isTold(context, as, 'SELECT CURRENT_USER()', '^(@|skip-grants user@skip-grants host)$');
  return (await isSo(account)) && isSo('unknown');
}

/** Does a login behind a PROXY header get in? Of what is started here and of a server that tells its settings it would be a hole. */
async function takesHeaders(context: TryContext, account: AccountName): Promise<boolean> {
  const script: readonly Step[] = [
    { expect: [{ packet: 'HandshakeV10', sequenceId: 'any' }] },
    { send: [{ wire: HEADER }, { message: 'HandshakeResponse41', account }] },
    { expect: [{ packet: 'OK', sequenceId: 'any' }] },
  ];
  return (await tryCase({ script }, 'whole', context)).packets.at(-1)?.name === 'OK';
}

/** https://www.haproxy.org/download/3.0/doc/proxy-protocol.txt, version 1 */
const HEADER = Buffer.from('PROXY TCP4 10.1.2.3 10.0.0.2 1111 3306\r\n', 'latin1').toString('hex');
