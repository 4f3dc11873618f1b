import type { RunReport, Tally, TargetReport } from '../run/result.ts';
import type { Colors } from './color.ts';
import { align, type Cell, cut, oneLine } from './layout.ts';
import { tallied, tallyOf } from './tally.ts';

const headings: Readonly<Record<keyof Tally, string>> = {
  pass: 'pass',
  fail: 'fail',
  known: 'known',
  unsupported: 'unsup',
  skipped: 'skip',
  inconclusive: 'inconcl',
};
/** Longest target name in a heading, in characters. */
const LONGEST_NAME = 40;
const GAP = '   ';

/**
 * Area by target: how many checks came to which verdict. Columns in which no target has anything are left out, except
 * pass and fail; targets that do not fit the terminal side by side follow below.
 */
export function matrix(report: RunReport, columns: number, c: Colors): string[] {
  const judged = report.targets.filter((target) => target.results.length > 0);
  if (judged.length === 0) return [];
  const areas = [...new Set(judged.flatMap((target) => target.results.map((r) => r.area)))].sort();
  const all = tallyOf(judged.flatMap((target) => target.results));
  const shown = tallied.filter((verdict) => verdict === 'pass' || verdict === 'fail' || all[verdict] > 0);
  const left = align([[{ text: '' }], [{ text: 'area' }], ...areas.map((area) => [{ text: cut(oneLine(area), 30) }]), [{ text: 'total' }]]);
  const leftWidth = Math.max(...left.map((line) => line.length));
  const groups = judged.map((target) => groupOf(target, areas, shown, c));
  const out: string[] = [];
  let line: Group[] = [];
  let width = leftWidth;
  const flush = (): void => {
    if (line.length === 0) return;
    if (out.length > 0) out.push('');
    for (const [i, name] of left.entries())
      out.push([name.padEnd(leftWidth), ...line.map((group) => group.lines[i] as string)].join(GAP).trimEnd());
    line = [];
    width = leftWidth;
  };
  for (const group of groups) {
    if (width + GAP.length + group.width > columns) flush();
    line.push(group);
    width += GAP.length + group.width;
  }
  flush();
  return out;
}

interface Group {
  readonly width: number;
  readonly lines: readonly string[];
}

/** The columns of one target: its name, the headings, a row per area, the sum. */
function groupOf(target: TargetReport, areas: readonly string[], shown: readonly (keyof Tally)[], c: Colors): Group {
  const byArea = new Map<string, TargetReport['results'][number][]>();
  for (const result of target.results) {
    const list = byArea.get(result.area);
    if (list) list.push(result);
    else byArea.set(result.area, [result]);
  }
  const row = (results: TargetReport['results']): Cell[] => {
    const tally = tallyOf(results);
    return shown.map((verdict) => ({ text: `${tally[verdict]}`, paint: paintOf(verdict, tally[verdict], c) }));
  };
  const heading = shown.map((verdict): Cell => ({ text: headings[verdict], paint: c.dim }));
  const rows = [heading, ...areas.map((area) => row(byArea.get(area) ?? [])), row(target.results)];
  const right = new Set(shown.keys());
  const width = Math.max(
    ...align(
      rows.map((cells) => cells.map(({ text }) => ({ text }))),
      right,
    ).map((text) => text.length),
  );
  const name = cut(oneLine(target.target), Math.max(width, LONGEST_NAME));
  const full = Math.max(width, name.length);
  const pad = ' '.repeat(full - width);
  return { width: full, lines: [c.bold(name.padEnd(full)), ...align(rows, right).map((text) => text + pad)] };
}

function paintOf(verdict: keyof Tally, n: number, c: Colors): (text: string) => string {
  if (n === 0) return c.dim;
  if (verdict === 'pass') return c.green;
  if (verdict === 'fail') return c.red;
  return verdict === 'skipped' || verdict === 'unsupported' ? (text) => text : c.yellow;
}
