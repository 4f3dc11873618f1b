import { readStat } from './haproxy-stat.ts';

/** How HAProxy is told to check: `option mysql-check` without a user, or with one and this word. */
export const checkModes = ['none', 'pre-41', 'post-41', 'post-80'] as const;
export type CheckMode = (typeof checkModes)[number];

/** What HAProxy believes of the server by one kind of check. The words are those of `show stat`. */
export interface CheckState {
  readonly mode: CheckMode;
  /** 'UP', 'DOWN' … at the end. */
  readonly status: string;
  /** The last check: 'L7OK', 'L7STS' (ERR packet), 'L7RSP' (no answer, or none that is one), 'L4CON' … */
  readonly check: string;
  /** The ERR code where check is 'L7STS'. */
  readonly code?: number;
  /** HAProxy's words for the last check. */
  readonly description: string;
  /** How often it went from UP to DOWN since HAProxy started. */
  readonly downs: number;
  /** How many checks failed while it was UP. */
  readonly failures: number;
  /** Every different result that was seen, in order: 'UP L7OK', 'DOWN L7RSP'. More than one: it flaps. */
  readonly seen: readonly string[];
}

/**
 * Reads the servers out of the CSV of `show stat`; the backend's name is the mode.
 * https://docs.haproxy.org/3.0/management.html#9.1
 */
export function readCheckStates(csv: string): CheckState[] {
  return readStat(csv).flatMap((row) => {
    const mode = checkModes.find((known) => known === row.get('pxname'));
    if (!mode || row.get('svname') !== 'tested') return [];
    const code = Number(row.get('check_code') ?? 0);
    const status = row.get('status') ?? '';
    // A star marks the previous result while the next check runs.
    const check = (row.get('check_status') ?? '').replace(/^\* /, '');
    return [
      {
        mode,
        status,
        check,
        ...(code !== 0 && { code }),
        description: row.get('last_chk') || row.get('check_desc') || '',
        downs: Number(row.get('chkdown') ?? 0),
        failures: Number(row.get('chkfail') ?? 0),
        seen: [`${status} ${check}`],
      },
    ];
  });
}

/** One state out of two samples of the same mode, in order. */
export function joinStates(earlier: CheckState | undefined, later: CheckState): CheckState {
  return { ...later, seen: [...new Set([...(earlier?.seen ?? []), ...later.seen])] };
}

/** True once the first check is over. */
export function isKnown({ check }: CheckState): boolean {
  return check !== '' && check !== 'INI' && check !== 'UNK';
}
