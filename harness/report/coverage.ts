import { type Coverage, flagUses, type Grid, pluginUses, situations } from '../run/coverage.ts';

/** Why a row or a cell of the map has no case: 'COM_SHUTDOWN' or 'COM_SHUTDOWN / over TLS'. */
export type Untested = Readonly<Record<string, string>>;

/** The coverage map as Markdown: a table per dimension with counts, the reasons for what is empty, and the cases of each row. */
export function coverageMarkdown(coverage: Coverage, untested: Untested, cases: number): string {
  const sections = [
    section('Commands', 'Who is asked about each command, and in which situation it is sent.', coverage.commands, situations, untested),
    section(
      'Capability flags',
      'What the client does with each flag; needed: only a target that offers it is asked.',
      coverage.capabilities,
      flagUses,
      untested,
    ),
    section(
      'Authentication plugins',
      'The default accounts have the plugin of their server, and count for both.',
      coverage.plugins,
      pluginUses,
      untested,
    ),
    section('Answers', 'What the cases expect of the server.', coverage.answers, ['expected'], untested),
  ];
  const head = [
    '# What the cases ask',
    '',
    `Drawn by \`npm run draw\` from the ${cases} cases and \`suites/untested.ts\`, as \`mywire list --coverage\` prints it; a test holds it against them.`,
    'A number counts the cases in a cell; below each table stands which they are, and why a row is empty.',
  ];
  return `${[...head, ...sections.flat()].join('\n')}\n`;
}

/** Rows that no case speaks of and no reason explains, and reasons for rows that have cases: both are faults of the map. */
export function coverageFaults(coverage: Coverage, untested: Untested): string[] {
  const rows = new Map(Object.values(coverage).flatMap((grid: Grid) => [...grid]));
  const empty = [...rows].filter(([, columns]) => columns.size === 0).map(([row]) => row);
  return [
    ...empty.filter((row) => untested[row] === undefined).map((row) => `${row} has no case and no reason`),
    ...Object.keys(untested).flatMap((key) => {
      const [row = '', column] = key.split(' / ');
      const columns = rows.get(row);
      if (!columns) return [`there is no row ${row}`];
      const tested = column === undefined ? columns.size > 0 : columns.has(column);
      return tested ? [`${key} has cases, and a reason why not`] : [];
    }),
  ];
}

function section(title: string, says: string, grid: Grid, columns: readonly string[], untested: Untested): string[] {
  const rows = [...grid].map(([row, cells]) => [
    row,
    ...columns.map((column) => String(cells.get(column)?.length ?? '')),
    String(idsOf(cells).length || ''),
  ]);
  const why = Object.entries(untested).filter(([key]) => grid.has(key.split(' / ')[0] as string));
  return [
    '',
    `## ${title}`,
    '',
    says,
    '',
    ...table(['', ...columns, 'cases'], rows),
    ...(why.length > 0 ? ['', 'Not tested:', '', ...why.map(([key, reason]) => `- ${key}: ${reason}`)] : []),
    '',
    '<details><summary>which cases</summary>',
    '',
    ...[...grid].filter(([, cells]) => cells.size > 0).map(([row, cells]) => `- **${row}**: ${told(cells)}`),
    '',
    '</details>',
  ];
}

function idsOf(cells: ReadonlyMap<string, readonly string[]>): string[] {
  return [...new Set([...cells.values()].flat())];
}

/** A row with hundreds of cases says no more by naming them all. */
const MOST_NAMED = 40;

function told(cells: ReadonlyMap<string, readonly string[]>): string {
  const ids = idsOf(cells);
  return ids.length <= MOST_NAMED ? ids.join(', ') : `${ids.slice(0, MOST_NAMED).join(', ')} and ${ids.length - MOST_NAMED} more`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map((_, at) => (at === 0 ? '---' : '--:'))), ...rows.map(line)];
}
