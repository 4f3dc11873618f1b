import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { relative } from 'node:path';
import type { Case } from '../case/case.ts';
import type { CaseSource } from '../report/sarif.ts';
import { packageRoot } from '../run/package-root.ts';
import type { RunReport } from '../run/result.ts';

/**
 * Where the cases of a report are written: a file of the user's own, or suites/<area>/<topic>.cases.ts, at the line of its
 * id where that stands there as a word (others are made from a table).
 */
export async function caseSources(report: RunReport, ownFiles: readonly string[] = []): Promise<(id: string) => CaseSource | undefined> {
  const found = new Map<string, CaseSource>();
  const results = report.targets.flatMap((target) => target.results);
  for (const area of new Set(results.map((result) => result.area))) for (const [id, source] of await ofArea(area)) found.set(id, source);
  const own = ownFiles.map((name) => ({ file: relative(process.cwd(), name) || name, text: readFileSync(name, 'utf8') }));
  return (id) => {
    const mine = own.find(({ text }) => text.includes(id));
    return mine ? { file: mine.file, line: lineOf(mine.text, id) } : found.get(id);
  };
}

/** Of the cases that come with mywire: they are loaded by then, so to ask their files costs nothing. */
async function ofArea(area: string): Promise<[string, CaseSource][]> {
  const folder = new URL(`../../suites/${encodeURIComponent(area)}/`, import.meta.url);
  if (!existsSync(folder)) return [];
  const out: [string, CaseSource][] = [];
  for (const name of readdirSync(folder).filter((one) => /\.cases\.[jt]s$/.test(one))) {
    const { cases } = (await import(new URL(name, folder).href)) as { cases?: readonly Case[] };
    const file = `suites/${area}/${name.replace(/\.js$/, '.ts')}`;
    const source = new URL(file, packageRoot);
    const text = existsSync(source) ? readFileSync(source, 'utf8') : '';
    for (const { id } of cases ?? []) out.push([id, { file, line: lineOf(text, id) }]);
  }
  return out;
}

/** From 1; 1 where the id does not stand in it. */
function lineOf(text: string, id: string): number {
  const at = text.indexOf(id);
  return at < 0 ? 1 : text.slice(0, at).split('\n').length;
}
