import type { Stimulus } from '../../case/step.ts';
import type { Act } from '../exec.ts';
import { type About, hasFeature } from './about.ts';
import type { Chance } from './chance.ts';
import type { Agreed } from './login.ts';
import { attributesOfQuery } from './parameters.ts';
import { CANARY, type Does, type Known, type Needs } from './statement.ts';
import { isFeature, statements } from './statements.ts';

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
  /** In the database, and no read-only transaction: a temporary table that is made is there. */
  makesTables: boolean;
}

const act = (stimulus: Stimulus): Act => ({ send: [stimulus] });

/** Does the target have what it needs? What the session lacks is told by its answer. */
export function canSay(about: About, needs: readonly Needs[] = []): boolean {
  return needs.every((need) => {
    if (need === 'database' || need === 'qualified') return about.database !== undefined;
    if (need === 'mysql' || need === 'mariadb') return about.dialect === need;
    if (need === 'any sql') return about.sql !== 'reference';
    return !isFeature(need) || hasFeature(about, need as never);
  });
}
interface Vocabulary {
  readonly all: readonly Known[];
  /** Without tables, for who has no rights. */
  readonly poor: readonly Known[];
}
const vocabularies = new WeakMap<About, Vocabulary>();
export function sayable(about: About): Vocabulary {
  let found = vocabularies.get(about);
  if (!found) {
    const all = statements.filter(({ needs }) => canSay(about, needs));
    found = { all, poor: all.filter(({ needs }) => !needsRights(needs)) };
    vocabularies.set(about, found);
  }
  return found;
}
export const needsRights = (needs: readonly Needs[] = []): boolean =>
  needs.some((need) => need === 'database' || need === 'qualified' || isFeature(need));
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
  const attributes = agreed.flags.has('QUERY_ATTRIBUTES') && chance.oneIn(3) ? { parameters: attributesOfQuery(chance, talk.canary) } : {};
  const stimulus: Stimulus = { message: 'COM_QUERY', with: { query: text, ...attributes } };
  return before.length === 0 ? [act(stimulus)] : [...before, act(stimulus)];
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
/** The statement that makes it. */
export function created(talk: Talk, table: string): readonly Act[] {
  const known = creators.get(table);
  return known && canSay(talk.about, known.needs) ? statementActs(talk, known) : [];
}
