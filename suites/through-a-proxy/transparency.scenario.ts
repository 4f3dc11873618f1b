import type { Observed, Scenario } from '../../harness/scenario/scenario.ts';
import { clock, type Stage } from '../../harness/scenario/stage.ts';
import { changedFields, type Difference, differencesOf, endOf, legsOf, sameBytes } from '../../harness/scenario/transparency.ts';
import { type Exchange, onLink, type Wire, type WireConnection, type WirePacket } from '../../harness/scenario/wire.ts';
import { carried } from './story/carriers.ts';
import { backLegs, type Front, frontLeg, fronts, proxy, topologyOf } from './story/fronts.ts';
import { transparencyMeasured } from './story/measured-transparency.ts';
import { answersOf, assertionsOf, type Question } from './story/question.ts';
import { told } from './story/told.ts';

/** The statements of the session whose packets are compared. */
const statements = {
  ok: { asks: 'an OK with a last insert id', sql: "INSERT INTO passed (who) VALUES ('anna') /* passes, ok */" },
  rows: { asks: 'rows', sql: "SELECT id, name, REPEAT('r', 5000) AS long_text FROM numbers /* passes, rows */" },
  error: { asks: 'an ERR', sql: 'SELECT nothing FROM numbers /* passes, error */' },
  warning: { asks: 'rows with a warning', sql: "SELECT CAST('12x' AS SIGNED) AS v /* passes, warning */" },
  variable: { asks: 'the OK of a SET', sql: 'SET @passes = 1 /* passes, variable */' },
  prepare: { asks: 'COM_STMT_PREPARE', sql: 'SELECT name FROM numbers WHERE id = ? /* passes, prepare */' },
} as const;
type Name = keyof typeof statements;
const names = Object.keys(statements) as Name[];

const endings = {
  'client-fin': { asks: 'FIN of an idle client: the server sees', by: 'client' },
  'client-rst': { asks: 'RST of an idle client: the server sees', by: 'client' },
  'half-close': { asks: 'FIN of a client that waits for an answer: the server sees', by: 'client' },
  'server-fin': { asks: 'FIN of the server, idle: the client sees', by: 'server' },
  'server-rst': { asks: 'RST of the server, idle: the client sees', by: 'server' },
} as const;
type Ending = keyof typeof endings;

interface PassedFacts {
  /** What the client got that had closed its half. */
  readonly halfClosed: string;
  /** Until when (ms since 1970) what comes counts as an answer to the end: what comes later is the proxy's own affair. Recordings may lack it. */
  readonly heard?: Readonly<Record<Ending, number>>;
}
type Seen = Observed<PassedFacts>;

/** So long (ms) an end has for getting to the other side. */
const soonMs = 400;
/** Where the story does not tell, what came a little sooner than the client went on counts. */
const heardUntil = ({ heard }: PassedFacts, name: Ending, since: number): number => heard?.[name] ?? since + soonMs - 50;
/** A query that is not over when its client has closed its half. */
const slow = 'SELECT SLEEP(1) AS v /* asked by half a connection */';

const endMark = (name: Ending) => `'ends, ${name}' AS mark`;

const act =
  (front: Front) =>
  async (stage: Stage): Promise<PassedFacts> => {
    await front.ready?.(stage);
    await stage.node('a').sql?.('CREATE TABLE mywire.passed (id INT AUTO_INCREMENT PRIMARY KEY, who VARCHAR(9)) AUTO_INCREMENT = 300');
    await stage.untilReplicated('a', ['b']);
    // Each server knows the password from then on, which it may ask for once in clear; and an id of a is none of the proxy's own.
    for (let time = 0; time < 20; time++) await (await stage.client('a')).quit();
    await (await stage.client('b')).quit();
    const client = await stage.client(proxy);
    for (const name of names) {
      const { sql } = statements[name];
      await (name === 'prepare' ? client.execute(sql, [1]) : client.query(sql));
    }
    await client.quit();
    await stage.pause('the session is over', 200);
    let halfClosed = '';
    const heard: Partial<Record<Ending, number>> = {};
    const asked = () => carried(stage.wire(), slow)[0];
    for (const name of Object.keys(endings) as Ending[]) {
      const one = await stage.client(proxy);
      await one.query(`SELECT ${endMark(name)}`);
      if (name === 'half-close') {
        const answer = one.query(slow);
        await stage.until('the query is on its way to the server', 5000, () => asked() !== undefined);
        one.halfClose();
        halfClosed = told(await answer);
        // It finds out who is still there.
        await stage.until('the server has answered it', 5000, () => asked()?.answeredAt !== undefined);
      } else if (name === 'client-fin' || name === 'client-rst') one.vanish(name === 'client-fin' ? 'fin' : 'rst');
      else {
        for (const link of backLegs) {
          stage.tap(link).fault({ kind: name === 'server-fin' ? 'hang-up' : 'reset' });
          stage.tap(link).clear();
        }
      }
      await stage.pause(`${name} has arrived`, soonMs);
      heard[name] = clock();
      one.vanish();
    }
    return { halfClosed, heard: heard as Record<Ending, number> };
  };

/** The exchange of a statement on both legs, commands included. */
function legsWith(wire: Wire, text: string): { front: readonly WirePacket[]; back: readonly WirePacket[] } | undefined {
  const at = onLink(wire, frontLeg).flatMap((on) =>
    on.exchanges.filter(({ sql }) => sql?.includes(text)).map((one) => ({ ...one, on })),
  )[0];
  const behind = carried(wire, text)[0];
  return at && behind ? { front: packetsOf(at.on, at), back: packetsOf(behind.on, behind) } : undefined;
}

const packetsOf = (on: WireConnection, { at, command, answers }: Exchange): WirePacket[] => [
  ...on.packets.filter((one) => one.from === 'client' && one.at === at && one.name === command),
  ...answers,
];

function statementDifferences({ wire }: Seen, name: Name): Difference[] | undefined {
  const legs = legsWith(wire, `/* passes, ${name} */`);
  return legs && differencesOf(legs.front, legs.back);
}

/** The packets of the connection phase on both legs: up to the login's OK. */
function loginDifferences({ wire }: Seen): Difference[] | undefined {
  const front = onLink(wire, frontLeg).find((one) => one.exchanges.some(({ sql }) => sql?.includes('/* passes, rows */')));
  const back = carried(wire, '/* passes, rows */')[0]?.on;
  return front && back && differencesOf(loginOf(front), loginOf(back));
}

function loginOf({ packets }: WireConnection): WirePacket[] {
  const first = packets.findIndex(({ name }) => name.startsWith('COM_'));
  return packets.slice(0, first < 0 ? undefined : first);
}

const inWords = (differences: Difference[] | undefined): string => (differences ? changedFields(differences) : 'not on the wire');

/** A world in which every packet of the client's leg has something more. */
const altered = (observed: Seen): Seen => ({
  ...observed,
  wire: {
    connections: observed.wire.connections.map((one) =>
      one.link === frontLeg ? changedPackets(one, (packet) => ({ ...packet, value: { ...packet.value, altered: true } })) : one,
    ),
  },
});

const changedPackets = (one: WireConnection, change: (packet: WirePacket) => WirePacket): WireConnection => ({
  ...one,
  packets: one.packets.map(change),
  exchanges: one.exchanges.map((exchange) => ({ ...exchange, answers: exchange.answers.map(change) })),
});

const frontOf = (wire: Wire, text: string): WireConnection | undefined =>
  onLink(wire, frontLeg).find((one) => one.exchanges.some(({ sql }) => sql?.includes(text)));

/** The only connection to a server that belongs to a client's, by the time of its coming. */
function ownLeg(wire: Wire, front: WireConnection): WireConnection | undefined {
  const found = legsOf(
    front,
    onLink(wire, frontLeg),
    backLegs.flatMap((link) => onLink(wire, link)),
  );
  return found.length === 1 ? found[0] : undefined;
}

function bytesPassed({ wire }: Seen): boolean {
  const front = frontOf(wire, '/* passes, rows */');
  const back = front && ownLeg(wire, front);
  if (!front || !back) return false;
  const same = sameBytes(front, back);
  return same.client && same.server;
}

const endingQuestions = (Object.keys(endings) as Ending[]).map(
  (name): Question<PassedFacts> => ({
    name,
    asks: endings[name].asks,
    answer: ({ wire, facts }) => {
      const [back] = carried(wire, endMark(name));
      const front = frontOf(wire, endMark(name));
      if (!back || !front) return 'not on the wire';
      if (endings[name].by === 'server') {
        // Once the client has gone itself, the proxy may end as it likes.
        const gone = front.endings.find(({ from }) => from === 'client')?.at ?? Number.POSITIVE_INFINITY;
        const sees = endOf({ ...front, endings: front.endings.filter(({ at }) => at < gone) }, 'server');
        return sees === 'open' ? 'nothing' : sees;
      }
      const since = front.endings.find(({ from }) => from === 'client')?.at ?? 0;
      const soon = ({ at }: { readonly at: number }) => at >= since && at < heardUntil(facts, name, since);
      const said = back.on.exchanges.filter((one) => soon(one) && one.command !== 'COM_QUERY').map(({ command }) => command);
      const own = { ...back.on, endings: back.on.endings.filter(soon) };
      const end = endOf(own, 'client');
      const sees = [...new Set(said.slice(0, 2)), ...(end === 'open' ? [] : [end])].join(', ') || 'nothing';
      return name === 'half-close' ? `${sees}; the answer ${facts.halfClosed === '0' ? 'comes' : 'is lost'}` : sees;
    },
    unless: (observed) => otherEnding(observed, name),
  }),
);

/** A world in which the other side sees another ending: none where there was one, else a RST. */
function otherEnding(observed: Seen, name: Ending): Seen {
  const front = frontOf(observed.wire, endMark(name));
  const [back] = carried(observed.wire, endMark(name));
  if (!front || !back) throw new Error(`${name}: not on the wire`);
  const gone = front.endings.find(({ from }) => from === 'client')?.at ?? front.openedAt;
  const { by } = endings[name];
  const [changed, at] = by === 'client' ? [back.on, gone + 1] : [front, front.openedAt];
  const passed = changed.endings.filter(
    (one) => one.from === by && (by === 'client' ? one.at >= gone && one.at < heardUntil(observed.facts, name, gone) : one.at < gone),
  );
  const other = passed.length > 0 ? [] : [{ at, from: by, kind: 'rst' as const }];
  return {
    ...observed,
    wire: {
      connections: observed.wire.connections.map((one) =>
        one === changed ? { ...one, endings: [...other, ...one.endings.filter((ending) => !passed.includes(ending))] } : one,
      ),
    },
  };
}

const passes = {
  haproxy: 'https://docs.haproxy.org/3.0/configuration.html#4.2-mode (tcp: a full-duplex connection, no layer 7 processing)',
  nginx: 'https://nginx.org/en/docs/stream/ngx_stream_proxy_module.html',
};

const questions: readonly Question<PassedFacts>[] = [
  {
    name: 'bytes',
    asks: 'the bytes of a whole session, both ways',
    answer: (observed) => (bytesPassed(observed) ? 'the same, in order' : 'not the same'),
    promised: passes,
    unless: (observed) => {
      const front = frontOf(observed.wire, '/* passes, rows */');
      const others = observed.wire.connections.filter(({ link }) => link === frontLeg);
      return {
        ...observed,
        wire: { connections: bytesPassed(observed) || !front ? others : [...others, { ...front, link: backLegs[0] }] },
      };
    },
  },
  {
    name: 'login',
    asks: 'changed from greeting to login',
    answer: (observed) => inWords(loginDifferences(observed)),
    promised: passes,
    unless: altered,
  },
  ...names.map(
    (name): Question<PassedFacts> => ({
      name,
      asks: `changed in ${statements[name].asks}`,
      answer: (observed) => inWords(statementDifferences(observed, name)),
      promised: passes,
      unless: altered,
    }),
  ),
  ...endingQuestions,
];

/** Every difference with both values, a line each. */
function listed(observed: Seen): string {
  const parts = [
    ['login', loginDifferences(observed)] as const,
    ...names.map((name) => [name, statementDifferences(observed, name)] as const),
  ];
  const line = ({ packet, place, from, field, front, back }: Difference) =>
    `${packet} (${from}, ${place}): ${field}: ${front.slice(0, 200)} | ${back.slice(0, 200)}`;
  return parts
    .map(
      ([part, differences]) => `${part}: at the client | at the server\n${(differences ?? []).map((one) => `  ${line(one)}\n`).join('')}`,
    )
    .join('\n');
}

/** What a proxy passes on as it is, and what it writes itself. */
export const transparencyThrough: readonly Scenario<PassedFacts>[] = fronts.map((front: Front) => ({
  id: `through-a-proxy/transparency-${front.name}`,
  title: `what ${front.title} changes of what passes: bytes, packets, endings`,
  report: '',
  topology: topologyOf(front),
  limitMs: 60_000,
  act: act(front),
  assertions: assertionsOf(questions, front, transparencyMeasured),
  answers: answersOf('What is changed on the way', questions, front),
  plots: (observed) => ({ 'differences.txt': listed(observed) }),
}));
