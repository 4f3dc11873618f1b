import { type Observed, type Scenario, withFacts } from '../../harness/scenario/scenario.ts';
import type { Stage } from '../../harness/scenario/stage.ts';
import { onLink } from '../../harness/scenario/wire.ts';
import { type Front, frontLeg, fronts, proxy, topologyOf } from './story/fronts.ts';
import { serverGoneMeasured } from './story/measured-server-gone.ts';
import { answersOf, assertionsOf, type Question } from './story/question.ts';
import { toldWhole } from './story/told.ts';

type Fault = Parameters<ReturnType<Stage['tap']>['fault']>[0];
type Server = 'a' | 'b';

/** When a connection to a server is lost, and how. */
interface Phase {
  readonly name: string;
  readonly asks: string;
  /** new: the fault is there before the client comes; the others are of a client that is in. */
  readonly when: 'new' | 'idle' | 'read' | 'write' | 'result' | 'transaction';
  readonly fault: (sizes: { readonly greeting: number }) => Fault;
}

const reset = (): Fault => ({ kind: 'reset' });
const hangUp = (): Fault => ({ kind: 'hang-up' });

/** So long (ms) after the cut the RST comes: nginx, when it is slow, takes one at once for a connection that was refused, and goes to b. */
const pauseMs = 30;

const phases: readonly Phase[] = [
  { name: 'refused', asks: 'refuses', when: 'new', fault: () => ({ kind: 'refuse' }) },
  {
    name: 'before-greeting',
    asks: 'RST before its greeting',
    when: 'new',
    fault: () => ({ kind: 'cut-after', from: 'server', bytes: 0, pauseMs }),
  },
  {
    name: 'silent',
    asks: 'sends no greeting',
    when: 'new',
    fault: () => ({ kind: 'silent', from: 'server' }),
  },
  {
    name: 'after-greeting',
    asks: 'RST behind its greeting',
    when: 'new',
    fault: ({ greeting }) => ({ kind: 'cut-after', from: 'server', bytes: greeting, pauseMs }),
  },
  { name: 'in-login', asks: 'RST within the login', when: 'new', fault: () => ({ kind: 'cut-after', from: 'client', bytes: 40 }) },
  { name: 'idle-rst', asks: 'RST while idle', when: 'idle', fault: reset },
  { name: 'idle-fin', asks: 'FIN while idle', when: 'idle', fault: hangUp },
  { name: 'read-rst', asks: 'RST while a SELECT runs', when: 'read', fault: reset },
  { name: 'read-fin', asks: 'FIN while a SELECT runs', when: 'read', fault: hangUp },
  { name: 'read-silent', asks: 'silence while a SELECT runs', when: 'read', fault: () => ({ kind: 'silent' }) },
  { name: 'write-rst', asks: 'RST while an UPDATE runs', when: 'write', fault: reset },
  { name: 'result-rst', asks: 'RST within a result', when: 'result', fault: reset },
  { name: 'transaction-rst', asks: 'RST in a transaction', when: 'transaction', fault: reset },
];

interface Lost {
  /** The client's connection, from 1. */
  readonly number: number;
  /** What it got, and what its next statement did. */
  readonly got: string;
  readonly next: string;
  /** How often its UPDATE was done in the end. */
  readonly done: number;
}
type LostFacts = Readonly<Record<string, Lost>>;

/** So long (ms) a client waits before it says that there is silence. */
const patience = 2500;
/** The same while it logs in: HAProxy tries three times, a second apart. */
const loginPatience = 4500;
const holders = 4;
const who = 'SELECT name AS v FROM who';
const rows = (stage: Stage, node: Server, sql: string) => stage.node(node).sql?.(sql);

async function prepare(stage: Stage): Promise<void> {
  for (const node of ['a', 'b'] as const) {
    const server = stage.node(node);
    await server.sql?.('SET sql_log_bin = 0');
    await server.sql?.('USE mywire');
    await server.sql?.('CREATE TABLE who (name CHAR(1) PRIMARY KEY)');
    await server.sql?.(`INSERT INTO who VALUES ('${node}')`);
    await server.sql?.('CREATE TABLE counters (name VARCHAR(20) PRIMARY KEY, n INT)');
    for (const { name } of phases) await server.sql?.(`INSERT INTO counters VALUES ('${name}', 0)`);
    // Each server knows the password from then on, which it may ask for once in clear.
    await (await stage.client(node)).quit();
  }
}

type Client = Awaited<ReturnType<Stage['client']>>;
/** The number that the next client will have. */
const nextNumber = (stage: Stage): number => stage.tap(frontLeg).connections.length + 1;

async function come(stage: Stage): Promise<{ client: Client } | { got: string }> {
  return stage.client(proxy, { limitMs: loginPatience }).then(
    (client) => ({ client }),
    (error: { answer?: Parameters<typeof toldWhole>[0] }) => {
      if (!error.answer) throw error;
      return { got: `at login: ${toldWhole(error.answer)}` };
    },
  );
}

/** A client whose statements go to a; where the proxy takes turns, it takes two tries. */
async function atA(stage: Stage): Promise<{ client: Client; number: number }> {
  for (let tries = 0; tries < 4; tries++) {
    const number = nextNumber(stage);
    const client = await stage.client(proxy, { limitMs: patience });
    await client.query('START TRANSACTION');
    const at = toldWhole(await client.query(who));
    await client.query('COMMIT');
    if (at === 'a') return { client, number };
    await client.quit();
  }
  throw new Error('no client came to a');
}

/** All links are well, and a takes writes again. */
async function recover(stage: Stage): Promise<void> {
  for (const link of ['proxy-a', 'proxy-b']) stage.tap(link).clear();
  await stage.until('a serves again', 15_000, async () => {
    const found = await atA(stage).catch(() => undefined);
    await found?.client.quit();
    return found !== undefined;
  });
}

/** The server on which a statement with that text runs. */
async function whereRuns(stage: Stage, text: string): Promise<Server> {
  let found: Server | undefined;
  await stage.until(`${text} runs`, 5000, async () => {
    for (const node of ['a', 'b'] as const) {
      const list = `SELECT COUNT(*) AS n FROM information_schema.processlist WHERE info LIKE '%/* ${text} */%' AND id <> CONNECTION_ID()`;
      if (Number((await rows(stage, node, list))?.rows[0]?.['n']) > 0) found = node;
    }
    return found !== undefined;
  });
  return found as Server;
}

const update = (name: string, slow = '') => `UPDATE counters SET n = n + 1 WHERE name = '${name}'${slow} /* ${name} */`;

/** The fault is there when the client comes. Whoever does not meet it is let go. */
async function newClient(stage: Stage, phase: Phase, greeting: number): Promise<Omit<Lost, 'done'>> {
  const held = [];
  // What is free in a pool is taken, so that the proxy has to connect.
  for (let n = 0; n < holders; n++) {
    const holder = await stage.client(proxy);
    await holder.query('START TRANSACTION');
    await holder.query(`SELECT 'held' AS v`);
    held.push(holder);
  }
  const tap = stage.tap('proxy-a');
  tap.fault(phase.fault({ greeting }));
  let last: Omit<Lost, 'done'> | undefined;
  for (let tries = 0; tries < 2; tries++) {
    const number = nextNumber(stage);
    const met = tap.connections.length;
    const b = stage.tap('proxy-b').connections.length;
    const came = await come(stage);
    const got = 'client' in came ? toldWhole(await came.client.query(update(phase.name))) : came.got;
    const next = 'client' in came && got !== 'silence' ? toldWhole(await came.client.query(who)) : '';
    last = { number, got, next };
    // Where nothing listens nobody is seen to come: then it is the one that did not come to b alone.
    const touched =
      tap.connections.length > met || (phase.name === 'refused' && (got !== 'OK' || stage.tap('proxy-b').connections.length === b));
    if (touched) break;
  }
  for (const holder of held) holder.vanish();
  return last as Omit<Lost, 'done'>;
}

async function lose(stage: Stage, phase: Phase): Promise<Omit<Lost, 'done'>> {
  const { client, number } = await atA(stage);
  const { name, when } = phase;
  const fault = (server: Server) => {
    const tap = stage.tap(`proxy-${server}`);
    const hit = phase.fault({ greeting: 0 });
    tap.fault(hit);
    // It hits the connections that are there; new ones find all well.
    if (hit.kind !== 'silent') tap.clear();
    stage.tell(`${name}: the link to ${server} is hit`);
  };
  let got: string;
  if (when === 'idle') {
    const at = toldWhole(await client.query(who)) as Server;
    fault(at);
    await stage.pause('the proxy may notice', 200);
    got = toldWhole(await client.query(who));
  } else if (when === 'transaction') {
    await client.query('START TRANSACTION');
    await client.query(update(name));
    fault('a');
    await stage.pause('the proxy may notice', 200);
    got = toldWhole(await client.query('COMMIT'));
  } else {
    const slow = ' AND SLEEP(1) = 0';
    const statements = {
      read: `SELECT 'read' AS v, SLEEP(1) /* ${name} */`,
      write: update(name, slow),
      result: `SELECT REPEAT('r', 20000) AS v, SLEEP(0.5) FROM mywire.numbers /* ${name} */`,
    } as const;
    const answer = client.query(statements[when as keyof typeof statements]);
    const at = await whereRuns(stage, name);
    const tap = stage.tap(`proxy-${at}`);
    if (when === 'result') {
      const large = await tap.until(
        (all) =>
          all.some(
            ({ events }) =>
              events.reduce((sum, one) => sum + (one.kind === 'bytes' && one.from === 'server' && one.bytes.length > 10_000 ? 1 : 0), 0) >
              0,
          ),
        5000,
      );
      if (!large) throw new Error('no part of the result came');
      await stage.pause('what came may be passed on', 150);
    }
    fault(at);
    got = toldWhole(await answer);
  }
  const next = got === 'silence' ? '' : toldWhole(await client.query(who));
  client.vanish();
  return { number, got: got.length > 100 ? 'the whole result' : got, next };
}

const act =
  (front: Front) =>
  async (stage: Stage): Promise<LostFacts> => {
    await front.ready?.(stage);
    await prepare(stage);
    await front.preferA?.(stage);
    await recover(stage);
    const greeting =
      onLink(stage.wire(), 'proxy-a').flatMap(({ packets }) => packets.filter(({ name }) => name === 'HandshakeV10'))[0]?.size ?? 0;
    const facts: Record<string, Lost> = {};
    for (const phase of phases) {
      const lost = phase.when === 'new' ? await newClient(stage, phase, greeting) : await lose(stage, phase);
      stage.tell(`${phase.name}: ${lost.got}, then ${lost.next}`);
      await recover(stage);
      if (phase.when === 'write') await stage.pause('an UPDATE that runs may end', 1500);
      let done = 0;
      for (const node of ['a', 'b'] as const) {
        done = Math.max(
          done,
          Number((await rows(stage, node, `SELECT n FROM mywire.counters WHERE name = '${phase.name}'`))?.rows[0]?.['n']),
        );
      }
      facts[phase.name] = { ...lost, done };
    }
    return facts;
  };

/** Whose answer it is, in words. */
const answered = (got: string): string => (/^[ab]$/.test(got) ? `answered by ${got}` : got === 'read' ? 'answered' : got);

/** What a client that looks at every packet would object to. */
function wrong(packets: readonly { readonly problem?: string }[]): string {
  const problem = packets.find((one) => one.problem !== undefined)?.problem;
  if (problem === undefined) return '';
  return `, ${/inside a packet/.test(problem) ? 'cut inside a packet' : problem}`;
}

const questions: readonly Question<LostFacts>[] = phases.map(({ name, asks, when }) => ({
  name,
  asks: `The server: ${asks}`,
  answer: ({ facts, wire }) => {
    const { number, got, next, done } = facts[name] as Lost;
    const on = onLink(wire, frontLeg).find((one) => one.number === number);
    const ending = on?.endings.find(({ from }) => from === 'server')?.kind.toUpperCase() ?? 'open';
    const lost = /without a packet$/.test(got);
    // Whether FIN or RST ends a login depends on what the proxy had read of it.
    const first = `${lost && !got.startsWith('at login') ? `${got} (${ending})` : answered(got)}${wrong(on?.packets ?? [])}`;
    const then =
      lost || next === '' || /^silence/.test(got) ? '' : `; next: ${when === 'new' && /^[ab]$/.test(next) ? 'goes on' : answered(next)}`;
    const times = when === 'write' || when === 'transaction' ? `; UPDATE done ${done}×` : '';
    return `${first}${then}${times}`;
  },
  unless: (observed: Observed<LostFacts>) => withFacts(observed, { [name]: { ...(observed.facts[name] as Lost), got: 'something else' } }),
}));

// Where metadata tell who the servers are, the Router reads them over the same links every second: what a client sees depends on when.
const askedAbout = fronts.filter(({ replicaSet }) => !replicaSet);

/** What a client gets when the server behind the proxy vanishes. */
export const serverGoneThrough: readonly Scenario<LostFacts>[] = askedAbout.map((front) => ({
  id: `through-a-proxy/server-gone-${front.name}`,
  title: `a server that vanishes behind ${front.title}, in every phase of a connection`,
  report: '',
  topology: topologyOf(front),
  limitMs: 90_000,
  act: act(front),
  assertions: assertionsOf(questions, front, serverGoneMeasured),
  answers: answersOf('A server that vanishes', questions, front),
}));
