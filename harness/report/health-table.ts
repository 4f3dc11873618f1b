import type { HealthState, TargetReport } from '../run/result.ts';
import type { Colors } from './color.ts';
import { align, type Cell, oneLine } from './layout.ts';

/** What HAProxy itself believes of each server: check mode by target. */
export function healthTable(targets: readonly TargetReport[], c: Colors): string[] {
  const rows = targets.flatMap((target) =>
    (target.healthChecks ?? []).map((state): Cell[] => [
      { text: oneLine(target.target) },
      { text: oneLine(state.by) },
      { text: oneLine(state.mode) },
      { text: oneLine(state.status), paint: state.status.startsWith('UP') ? c.green : c.red },
      { text: oneLine(state.check) },
      { text: state.code === undefined ? '-' : `${state.code}` },
      { text: `${state.transitions}`, ...(state.transitions > 0 ? { paint: c.red } : {}) },
      { text: oneLine(described(state), 200) },
    ]),
  );
  if (rows.length === 0) return [];
  const heading = ['server', 'judge', 'mysql-check', 'state', 'check', 'code', 'changes', 'description'];
  return align([heading.map((text) => ({ text, paint: c.dim })), ...rows], new Set([5, 6]));
}

/** A check that flaps gave several results; the last one alone would mislead. */
function described({ description, seen = [] }: HealthState): string {
  return seen.length > 1 ? `seen in turn: ${seen.join(', ')}` : description;
}
