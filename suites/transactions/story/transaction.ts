import type { Observed } from '../../../harness/scenario/scenario.ts';
import type { Stage } from '../../../harness/scenario/stage.ts';
import { type Exchange, onLink, type Wire, type WireConnection } from '../../../harness/scenario/wire.ts';

/** The servers of every topology here, in the order of their server ids. */
export const nodes = ['a', 'b', 'c'] as const;
export type Node = (typeof nodes)[number];

export type Client = Awaited<ReturnType<Stage['client']>>;

/** Each transaction has two accounts of its own, so that only what is meant to collide does. */
const accounts = 40;
const unit = 10;
const before = 100;

/** @param where the server that the others get it from; on Galera any */
export async function makeBank(stage: Stage, where: Node = 'a'): Promise<void> {
  const { sql } = stage.node(where);
  await sql?.('CREATE TABLE mywire.account (id INT PRIMARY KEY, amount INT NOT NULL) ENGINE = InnoDB');
  const rows = Array.from({ length: accounts }, (_, index) => `(${index + 1}, ${before})`);
  await sql?.(`INSERT INTO mywire.account VALUES ${rows.join(', ')}`);
  await sql?.('CREATE TABLE mywire.transfer (mark VARCHAR(40) PRIMARY KEY, first INT, server BIGINT, connection BIGINT) ENGINE = InnoDB');
}

/** A transaction that moves money from an account to the next one. */
export interface Transaction {
  /** Stands in each of its statements, as a comment: by it they are found on the wire. */
  readonly mark: string;
  /** The number of the first of its two accounts. */
  readonly first: number;
}

/** The five statements. */
export const statementsOf = ({ mark, first }: Transaction): readonly string[] => [
  `START TRANSACTION /* ${mark} */`,
  `UPDATE account SET amount = amount - ${unit} WHERE id = ${first} /* ${mark} */`,
  `UPDATE account SET amount = amount + ${unit} WHERE id = ${first + 1} /* ${mark} */`,
  `INSERT INTO transfer VALUES ('${mark}', ${first}, @@server_id, CONNECTION_ID()) /* ${mark} */`,
  `COMMIT /* ${mark} */`,
];

/** The five, and behind the first change a look at the account that it changed. */
export function withRead(transaction: Transaction): readonly string[] {
  const [begin = '', first = '', ...rest] = statementsOf(transaction);
  return [begin, first, `SELECT amount FROM account WHERE id = ${transaction.first} /* ${transaction.mark} */`, ...rest];
}
/** What that look gives who sees the change of the transaction, and who does not. */
export const readOwn = String(before - unit);
export const readOld = String(before);

/** 'OK', the value of a row, or number and words of the error. */
export async function said(client: Client, sql: string): Promise<string> {
  const answer = await client.query(sql);
  if (!answer.ok) return `${answer.errno} ${answer.says}`;
  return answer.rows.length === 0 ? 'OK' : String(Object.values(answer.rows[0] ?? {})[0]);
}

/**
 * Lets each transaction have a client of its own, and runs them side by side, a statement of each in turn.
 * @returns what each statement came to, by mark
 */
export async function inTurns(
  stage: Stage,
  proxy: string,
  port: string,
  all: readonly Transaction[],
  steps = statementsOf,
): Promise<Record<string, string[]>> {
  const came: Record<string, string[]> = {};
  const clients: Client[] = [];
  for (const _ of all) clients.push(await stage.client(proxy, { port }));
  for (const [step] of steps(all[0] as Transaction).entries()) {
    for (const [index, one] of all.entries()) {
      came[one.mark] ??= [];
      came[one.mark]?.push(await said(clients[index] as Client, steps(one)[step] as string));
    }
  }
  for (const client of clients) await client.quit();
  stage.tell(`${all.map(({ mark }) => mark).join(', ')}: done, through ${proxy}, port ${port}`);
  return came;
}

/** What a server holds of the transfers, and whether it fits what it holds of the accounts. */
export interface Books {
  readonly transfers: readonly { readonly mark: string; readonly server: number; readonly connection: number }[];
  /** Accounts that hold what no whole transfer explains: 'account 7 has 90'. */
  readonly half: readonly string[];
}

export async function booksOf(stage: Stage, node: Node): Promise<Books> {
  const { sql } = stage.node(node);
  const held = (await sql?.('SELECT mark, first, server, connection FROM mywire.transfer ORDER BY mark'))?.rows ?? [];
  const amounts = (await sql?.('SELECT id, amount FROM mywire.account ORDER BY id'))?.rows ?? [];
  const should = new Map<number, number>(amounts.map(({ id }) => [Number(id), before]));
  for (const { first } of held) {
    should.set(Number(first), (should.get(Number(first)) ?? 0) - unit);
    should.set(Number(first) + 1, (should.get(Number(first) + 1) ?? 0) + unit);
  }
  return {
    transfers: held.map(({ mark, server, connection }) => ({
      mark: String(mark),
      server: Number(server),
      connection: Number(connection),
    })),
    half: amounts
      .filter(({ id, amount }) => Number(amount) !== should.get(Number(id)))
      .map(({ id, amount }) => `account ${id} has ${amount}`),
  };
}

/** A statement on its way to a server. */
export interface Carried extends Exchange {
  readonly node: Node;
  readonly on: WireConnection;
}

/** Every statement with that mark that reached a server, by time. */
export function carried(wire: Wire, proxy: string, mark: string): Carried[] {
  return nodes
    .flatMap((node) =>
      onLink(wire, `${proxy}-${node}`).flatMap((on) =>
        on.exchanges.filter(({ sql }) => sql?.includes(`/* ${mark} */`)).map((exchange) => ({ ...exchange, node, on })),
      ),
    )
    .sort((one, other) => one.at - other.at);
}

/** The backend connections that carried a transaction, as 'a 17': server and the server's own id of the connection. */
export const carriers = (wire: Wire, proxy: string, mark: string): string[] => [
  ...new Set(carried(wire, proxy, mark).map(({ node, on }) => `${node} ${on.threadId}`)),
];

/** The servers that transactions reached. */
export const serversOf = (wire: Wire, proxy: string, marks: readonly string[]): Node[] => [
  ...new Set(marks.flatMap((mark) => carried(wire, proxy, mark).map(({ node }) => node))),
];

/** A world in which what reached one server reached another. */
export function elsewhere<F>(observed: Observed<F>, proxy: string, from: Node, to: Node): Observed<F> {
  const connections = observed.wire.connections.map((one) => (one.link === `${proxy}-${from}` ? { ...one, link: `${proxy}-${to}` } : one));
  return { ...observed, wire: { connections } };
}

/** A world in which each statement had a backend connection of its own. */
export function scattered<F>(observed: Observed<F>): Observed<F> {
  let id = 0;
  const connections = observed.wire.connections.flatMap((one) =>
    one.exchanges.map((exchange) => ({ ...one, threadId: ++id, exchanges: [exchange] })),
  );
  return { ...observed, wire: { connections } };
}
