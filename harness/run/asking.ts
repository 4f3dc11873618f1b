import type { Case } from '../case/case.ts';
import { type Feature, type FeatureName, features } from '../case/feature.ts';
import { type AskedSql, knowsTheWord, sqlOf } from '../case/sql-word.ts';
import type { Step } from '../case/step.ts';
import { isServer, passesBytesOn } from '../target/products.ts';
import { atLimit } from './at-limit.ts';
import { printable } from './describe.ts';
import { loggedIn } from './login-script.ts';
import { notReached } from './not-reached.ts';
import type { ServerPacket } from './server-packet.ts';
import type { TryContext } from './try.ts';
import { tryCase } from './try-case.ts';

/** So many statements are asked side by side: a server may have room for few connections. */
const AT_ONCE = 24;
/** A password may take a key of its own making, and a case that is skipped for a slow answer would say nothing; in ms. */
const PASSWORD_MS = 8000;
/** Characters of its message that are told. */
const MOST_QUOTED = 100;

/** What a server said to a statement in an ordinary session: the first value of a resultset, an ERR, or what is neither. */
interface Said {
  readonly first?: unknown;
  readonly refused?: string;
  readonly unclear?: string;
  /** It is at a limit of its own, and the question without an answer. */
  readonly limit?: string;
}

/** What a server was found to have and to know. */
export interface Found {
  readonly features: ReadonlyMap<FeatureName, boolean>;
  /** The statements that it refused, with its ERR, and questions about features without a right answer; of a server that nobody has named. */
  readonly refused: ReadonlyMap<AskedSql, string>;
  /** What nobody knows whether it is there: a limit of the server kept it from telling, and which. */
  readonly limited: ReadonlyMap<FeatureName, string>;
}

/**
 * Asks the server for the features that these cases need and, where nobody has said what it is, for the SQL that they are told in.
 * `chain`: the products that it is made of, front to back.
 */
export async function askFor(cases: readonly Case[], context: TryContext, chain: readonly string[]): Promise<Found> {
  const named = chain[0] !== 'unknown';
  const throughReader = chain.some(mayReadCommands);
  const refused = new Map<AskedSql, string>();
  const there = new Map<FeatureName, boolean>();
  const limited = new Map<FeatureName, string>();
  const keep = (asked: AskedSql, said: Said): void => {
    if (!named && said.refused !== undefined) refused.set(asked, said.refused);
  };
  const ofFeature = async (name: FeatureName): Promise<void> => {
    const feature: Feature = features[name];
    const said = await askFeature(feature, context);
    if (said.limit !== undefined) {
      limited.set(name, said.limit);
      return;
    }
    const isThere = said.first === feature.yes;
    const { commandOf } = feature;
    there.set(name, isThere && !(throughReader && commandOf !== undefined && (await isTooLarge(commandOf, context))));
    const asked: AskedSql = `COM_QUERY ${feature.asks}`;
    // A case that says the same itself is run, and shows what is wrong with the answer.
    keep(asked, said.unclear === undefined || sql.includes(asked) ? said : { refused: said.unclear });
  };
  const ofSql = async (asked: AskedSql): Promise<void> => keep(asked, await ask(asked, context, {}));
  const sql = named ? [] : [...new Set(cases.flatMap(sqlOf))];
  const names = featuresOf(cases);
  const left = [...names.map((name) => () => ofFeature(name)), ...sql.map((query) => () => ofSql(query))];
  const worker = async (): Promise<void> => {
    for (let next = left.shift(); next && !context.signal?.aborted; next = left.shift()) await next();
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  for (const name of names) if (!there.has(name) && !limited.has(name)) limited.set(name, notReached(context.signal, 'it was asked'));
  return { features: new Map(names.map((name) => [name, there.get(name) ?? false])), refused, limited };
}

function featuresOf(cases: readonly Case[]): FeatureName[] {
  const named = cases
    .flatMap((one) => one.needs ?? [])
    .flatMap((need) => (typeof need === 'object' && 'feature' in need ? [need.feature] : []));
  return [...new Set(named)];
}

/** As whichever account there is, unless it is about one. */
async function askFeature(feature: Feature, context: TryContext): Promise<Said> {
  if (feature.inDatabase && context.database === undefined) return {};
  return ask(`COM_QUERY ${feature.asks}`, context, feature);
}

type How = Pick<Feature, 'inDatabase' | 'characterSet' | 'ofLogin'>;

async function ask(asked: AskedSql, context: TryContext, { inDatabase, characterSet, ofLogin }: How): Promise<Said> {
  const account = context.accounts.check && !ofLogin ? 'check' : 'login';
  if (!context.accounts[account]) return {};
  const any = 'any' as const;
  const at = asked.indexOf(' ');
  const [message, query] = [asked.slice(0, at) as 'COM_QUERY' | 'COM_STMT_PREPARE', asked.slice(at + 1)];
  const script: readonly Step[] = [
    ...loggedIn(context, account, {
      ...(inDatabase && { capabilities: { add: ['CONNECT_WITH_DB'] } }),
      ...(characterSet && { with: { characterSet } }),
    }),
    { send: { message, with: { query } } },
    {
      expect: [
        { packet: 'TextResultset', sequenceId: any },
        { packet: 'OK', sequenceId: any },
        { packet: 'StmtPrepareOK', sequenceId: any },
        { packet: 'ERR', sequenceId: any },
      ],
    },
  ];
  const { packets, deviation, inconclusive } = await tryCase({ script, ...(ofLogin && { limitMs: PASSWORD_MS }) }, 'whole', context);
  const last = packets.at(-1);
  const { name, value = {} } = last ?? {};
  if (deviation) return { unclear: deviation.got };
  const limit = inconclusive ?? (last && (atLimit(last, context) ?? tooLarge(last)));
  if (limit !== undefined) return { limit };
  if (name !== 'ERR') return isVariable(query) && value['first'] === '' ? { refused: 'an empty value' } : { first: value['first'] };
  if (knowsTheWord(Number(value['errorCode']))) return {};
  return { refused: `ERR ${value['errorCode']} "${printable(value['errorMessage']).slice(0, MOST_QUOTED)}"` };
}

/** A proxy that reads what passes through it, or something of which nobody has said what it is. */
const mayReadCommands = (product: string): boolean => product !== 'reference' && !isServer(product) && !passesBytesOn(product);

/** Is a COM_QUERY of so many bytes answered with ERR 1153? What closes without a word, or is silent, is judged by the cases. */
async function isTooLarge(bytes: number, context: TryContext): Promise<boolean> {
  const account = context.accounts.check ? 'check' : 'login';
  const script: readonly Step[] = [
    ...loggedIn(context, account),
    { send: { message: 'COM_QUERY', with: { query: "SELECT LENGTH('a" }, padTo: bytes, tail: "')" } },
    { expect: [{ packet: 'ERR', sequenceId: 'any', where: { errorCode: PACKET_TOO_LARGE } }] },
  ];
  const { deviation, inconclusive } = await tryCase({ script }, 'whole', context);
  return deviation === undefined && inconclusive === undefined;
}

/** ER_NET_PACKET_TOO_LARGE (mysql/mysql-errors: server error reference). */
const PACKET_TOO_LARGE = 1153;
/** No case is as short as the questions before them may have to be. */
const tooLarge = ({ name, value }: ServerPacket): string | undefined =>
  name === 'ERR' && Number(value['errorCode']) === PACKET_TOO_LARGE
    ? `the server takes no statement of this length: ERR 1153 "${printable(value['errorMessage'])}". Raise max_allowed_packet.`
    : undefined;

/** One that is asked for alone always has a value. */
const isVariable = (query: string): boolean => /^SELECT @@[\w.]+$/i.test(query);
