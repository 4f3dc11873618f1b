import type { Past } from './history.ts';
import { lastOf } from './history.ts';
import { type Figure, keptOf } from './line.ts';

/** All figures, one a line: what is promised, what was measured, what it was before on such a machine. */
export function table(figures: readonly Figure[], history: readonly Past[], machine: string): string {
  const rows = [
    ['figure', 'promised', 'measured', 'before', ''],
    ...figures.map((figure) => [
      figure.name,
      promised(figure),
      measured(figure),
      told(lastOf(history, figure.name, machine)?.ratio),
      mark(figure),
    ]),
  ];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => (row[column] as string).length)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, i) => (i === 0 || i === 4 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] as number)))
      .join('  ')
      .trimEnd();
  return `${rows.map(line).join('\n')}\n`;
}

const told = (ratio: number | undefined): string => (ratio === undefined ? '' : ratio.toFixed(2));

export function promised({ least, most }: Pick<Figure, 'least' | 'most'>): string {
  return least !== undefined ? `>= ${least}` : most !== undefined ? `<= ${most}` : '';
}

const measured = ({ ratio }: Figure): string => (ratio === undefined ? '-' : ratio.toFixed(2));

function mark(figure: Figure): string {
  if (figure.ratio === undefined) return `not measured: ${figure.why ?? 'no reason given'}`;
  const kept = keptOf(figure);
  return kept === undefined ? '' : kept ? 'kept' : 'MISSED';
}
