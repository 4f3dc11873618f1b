import type { RecordedCheck } from '../run/result.ts';
import type { Colors } from './color.ts';
import { groupBy } from './deviations.ts';
import { align, type Cell, oneLine, wrap } from './layout.ts';

/** Narrowest column in which an outcome still reads, in characters. */
const NARROWEST = 18;

/** OK versus RST: a row per server version, a column per check mode, each cell how often which outcome was recorded. */
export function recordedTable(checks: readonly RecordedCheck[], columns: number, c: Colors): string[] {
  const servers = groupBy(checks, (check) => check.server);
  const modes = [...new Set(checks.map((check) => check.mode))];
  if (servers.length === 0) return [];
  const nameWidth = Math.max(6, ...servers.map((of) => oneLine((of[0] as RecordedCheck).server, 40).length));
  const room = Math.floor((columns - nameWidth) / modes.length) - 2;
  if (room < NARROWEST) return stacked(servers, c);
  const rows = servers.flatMap((of) => {
    const cells = modes.map((mode) =>
      outcomes(
        of.filter((check) => check.mode === mode),
        room,
        c,
      ),
    );
    const height = Math.max(...cells.map((cell) => cell.length));
    return Array.from({ length: height }, (_, i): Cell[] => [
      { text: i === 0 ? oneLine((of[0] as RecordedCheck).server, 40) : '', paint: c.bold },
      ...cells.map((cell) => cell[i] ?? { text: '' }),
    ]);
  });
  return align([[{ text: 'server', paint: c.dim }, ...modes.map((mode): Cell => ({ text: oneLine(mode, room), paint: c.dim }))], ...rows]);
}

/** For a narrow terminal: one block per server. */
function stacked(servers: readonly RecordedCheck[][], c: Colors): string[] {
  return servers.flatMap((of) => {
    const rows = merged(of, (check) => `${check.mode} ${check.verdict} ${check.outcome}`).map((check): Cell[] => [
      { text: `  ${oneLine(check.mode, 40)}` },
      { text: `${check.verdict} x ${check.count}`, paint: paintOf(check.verdict, c) },
      { text: oneLine(check.outcome), paint: c.dim },
    ]);
    return [c.bold(oneLine((of[0] as RecordedCheck).server, 40)), ...align(rows)];
  });
}

/** The lines of one cell: each verdict with its count, below it what was on the wire. */
function outcomes(checks: readonly RecordedCheck[], width: number, c: Colors): Cell[] {
  if (checks.length === 0) return [{ text: '-', paint: c.dim }];
  return merged(checks, (check) => `${check.verdict} ${check.outcome}`).flatMap((check) => [
    { text: `${check.verdict} x ${check.count}`, paint: paintOf(check.verdict, c) },
    ...wrap(oneLine(check.outcome), width).map((text) => ({ text, paint: c.dim })),
  ]);
}

/** The same outcome from several files is one, with the sum of the counts; the most frequent first. */
function merged(checks: readonly RecordedCheck[], key: (check: RecordedCheck) => string): RecordedCheck[] {
  return groupBy(checks, key)
    .map((same) => ({ ...(same[0] as RecordedCheck), count: same.reduce((sum, check) => sum + check.count, 0) }))
    .sort((a, b) => b.count - a.count);
}

function paintOf(verdict: RecordedCheck['verdict'], c: Colors): (text: string) => string {
  if (verdict === 'OK') return c.green;
  return verdict === 'open' ? c.yellow : c.red;
}
