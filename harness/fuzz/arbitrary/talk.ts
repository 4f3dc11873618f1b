import type { Stimulus } from '../../case/step.ts';
import type { CapabilityName, MariadbCapabilityName } from '../../codec/capability.ts';
import type { Act } from '../exec.ts';
import { type About, hasFeature } from './about.ts';
import { act } from './acts.ts';
import type { Chance } from './chance.ts';
import type { Agreed } from './login.ts';
import { attributesOfQuery } from './parameters.ts';
import { probesOf } from './probes.ts';
import { CANARY, type Does, type Known, type Needs } from './statement.ts';
import { isFeature, knownBySql, statementGroups, statements } from './statements.ts';

/** A session while its commands are chosen. */
export interface Talk {
  readonly chance: Chance;
  readonly about: About;
  readonly agreed: Agreed;
  /** All is sent before anything is answered. */
  readonly ahead: boolean;
  readonly canary: string;
  /** Temporary tables that are there. */
  readonly tables: Set<string>;
  /** What would show what has been done to the session (probes.ts). */
  readonly shows: Set<string>;
  /** In the database, and no read-only transaction: a temporary table that is made is there. */
  makesTables: boolean;
}

/** Does the target have what it needs? What the session lacks is told by its answer. */
export function canSay(about: About, needs: readonly Needs[] = []): boolean {
  return needs.every((need) => {
    if (need === 'database' || need === 'qualified') return about.database !== undefined;
    if (need === 'mysql' || need === 'mariadb') return about.dialect === need;
    if (need === 'any sql') return about.sql !== 'reference';
    if (need === 'built in') return about.sql === 'reference';
    if (need === 'direct') return about.direct === true;
    return !isFeature(need) || hasFeature(about, need as never);
  });
}
interface Vocabulary {
  readonly all: readonly Known[];
  /** The same by what they are about. */
  readonly groups: readonly (readonly [weight: number, readonly Known[]])[];
  /** Without tables, for who has no rights. */
  readonly poor: readonly Known[];
  readonly bySql: ReadonlyMap<string, Known>;
}
const vocabularies = new WeakMap<About, Vocabulary>();
export function sayable(about: About): Vocabulary {
  let found = vocabularies.get(about);
  if (!found) {
    const all = statements.filter(({ needs }) => canSay(about, needs));
    const groups = statementGroups.map(([weight, list]) => [weight, list.filter(({ needs }) => canSay(about, needs))] as const);
    const poor = all.filter(({ needs }) => !needsRights(needs));
    found = { all, groups: groups.filter(([, list]) => list.length > 0), poor, bySql: new Map(all.map((known) => [known.sql, known])) };
    vocabularies.set(about, found);
  }
  return found;
}
/** Statements that show what a capability flag is for. */
const flagged: readonly (readonly [flag: CapabilityName | MariadbCapabilityName, of: RegExp])[] = [
  ['SESSION_TRACK', /session_track_/],
  ['OPTIONAL_RESULTSET_METADATA', /resultset_metadata/],
  ['FOUND_ROWS', /^UPDATE/],
  ['IGNORE_SPACE', /COUNT \(/],
  ['QUERY_ATTRIBUTES', /query_attribute/],
  ['INTERACTIVE', /interactive_timeout/],
  ['CONNECT_ATTRS', /connect_attrs/],
  ['MULTI_STATEMENTS', /; /],
  ['PROGRESS', /^ALTER TABLE mywire_maria/],
  ['EXTENDED_METADATA', /^SELECT (JSON_OBJECT|t_json|t_point|CAST\('(::1|123e))/],
  ['MULTI_RESULTS', /^CALL /],
  ['NO_SCHEMA', /FROM mywire\.numbers/],
];
/** Those of one of the flags that were agreed on. */
export function ofFlags({ chance, about, agreed: { flags, extended } }: Talk): readonly Known[] {
  const there = flagged.filter(([flag]) => flags.has(flag as CapabilityName) || extended.has(flag as MariadbCapabilityName));
  if (there.length === 0) return [];
  const [, of] = chance.of(there);
  return sayable(about).all.filter(({ sql }) => of.test(sql));
}

export const needsRights = (needs: readonly Needs[] = []): boolean =>
  needs.some((need) => need === 'database' || need === 'qualified' || isFeature(need));
/** Whoever asks what attributes the statement has sends some, where that may be. */
const ASKS_FOR_ATTRIBUTES = 'query-attribute-function' satisfies Needs;
/** A statement, and before it the table that it is about, where that is missing. */
export function statementActs(talk: Talk, known: Known): readonly Act[] {
  const { chance, agreed, tables } = talk;
  const effects = effectsOf(known);
  const before: Act[] = [];
  for (const does of effects) {
    if ('uses' in does || ('begins' in does && does.begins === 'read only')) talk.makesTables = false;
    const table = tableOf(does);
    if (!table) continue;
    if ('creates' in does) {
      if (tables.has(table)) before.push(act({ message: 'COM_QUERY', with: { query: `DROP TEMPORARY TABLE IF EXISTS ${table}` } }));
      tables.add(table);
    } else if ('drops' in does) tables.delete(table);
    else if (!tables.has(table) && !chance.oneIn(6)) before.push(...created(talk, table));
  }
  const text = known.sql.includes(CANARY) ? known.sql.replaceAll(CANARY, talk.canary) : known.sql;
  const sends = agreed.flags.has('QUERY_ATTRIBUTES') && (known.needs?.includes(ASKS_FOR_ATTRIBUTES) || chance.oneIn(3));
  const attributes = sends ? { parameters: attributesOfQuery(chance, talk.canary) } : {};
  const stimulus: Stimulus = { message: 'COM_QUERY', with: { query: text, ...attributes } };
  const shows = probesOf(known.sql).filter((sql) => sayable(talk.about).bySql.has(sql));
  for (const one of shows) talk.shows.add(one);
  // What comes behind the request is the file.
  const asksForFile = known.sql.startsWith('LOAD DATA');
  return [...before, act(stimulus), ...(!asksForFile && chance.oneIn(3) ? chained(talk, shows) : [])];
}

/** What shows it, and what shows that. */
function chained(talk: Talk, shows: readonly string[]): readonly Act[] {
  const { chance, about } = talk;
  const acts: Act[] = [];
  let next = shows;
  while (next.length > 0 && acts.length < 4) {
    const sql = chance.of(next);
    acts.push(probe(talk, sql));
    next = chance.oneIn(3) ? [] : probesOf(sql).filter((one) => sayable(about).bySql.has(one));
  }
  return acts;
}

/** Said as it is: whether what it speaks of is there is what it shows. */
const probe = ({ agreed, canary, shows }: Talk, sql: string): Act => {
  if (agreed.poor && needsRights(knownBySql.get(sql)?.needs)) return act({ message: 'COM_PING' });
  for (const one of probesOf(sql)) shows.add(one);
  return act({ message: 'COM_QUERY', with: { query: sql.replaceAll(CANARY, canary) } });
};
/** Up to three of those that would show what should be undone now. */
export function shownBehind(talk: Talk): readonly Act[] {
  const { chance } = talk;
  const left = [...talk.shows];
  talk.shows.clear();
  const acts: Act[] = [];
  while (left.length > 0 && acts.length < 3 && !chance.oneIn(4))
    acts.push(probe(talk, left.splice(chance.below(left.length), 1)[0] as string));
  return acts;
}

const effectsOf = ({ does }: Known): readonly Does[] => (does === undefined ? [] : Array.isArray(does) ? does : [does as Does]);
const tableOf = (does: Does): string | undefined =>
  ('creates' in does && does.creates) ||
  ('drops' in does && does.drops) ||
  ('into' in does && does.into) ||
  ('empties' in does && does.empties) ||
  ('reads' in does && does.reads) ||
  ('touches' in does && does.touches) ||
  undefined;

const creators = new Map(
  statements.flatMap((known) => effectsOf(known).flatMap((does) => ('creates' in does ? [[does.creates, known] as const] : []))),
);
/** What puts rows into it. */
const fillers = new Map(
  [...creators.keys()].flatMap((name) => {
    const known = statements.find(({ sql }) => sql.startsWith(`INSERT INTO ${name} `));
    return known ? [[name, known] as const] : [];
  }),
);
/** The statement that makes it, and now and then one that fills it. */
export function created(talk: Talk, table: string): readonly Act[] {
  const known = creators.get(table);
  if (!known || !canSay(talk.about, known.needs)) return [];
  const filled = fillers.get(table);
  return [...statementActs(talk, known), ...(filled && talk.chance.oneIn(2) ? statementActs(talk, filled) : [])];
}
