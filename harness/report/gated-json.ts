import type { Kind } from '../gate/difference.ts';
import type { GateReport, GateStep } from '../gate/gate.ts';
import type { Seen } from '../gate/seen.ts';
import type { ExitCode } from './exit-code.ts';
import { exitCodeOfGate } from './gate-exit.ts';
import { asciiJson, type JsonResult, jsonResultOf } from './json.ts';

/** Bytes kept per transcript. */
const MOST_BYTES = 16 * 1024;

/** The report of `mywire gate --json`. Within one schema number fields are only added. Times are ms, bytes are hex. */
export interface JsonGate {
  readonly schema: 'mywire.gate/1';
  /** mywire's version. */
  readonly mywire: string;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly command: string;
  readonly ms: number;
  readonly exit: ExitCode;
  /** One, or one per version after the first. */
  readonly steps: readonly JsonStep[];
}

export interface JsonStep {
  readonly baseline: { readonly target: string; readonly versions: string };
  readonly candidate: { readonly target: string; readonly versions: string };
  readonly verdict: GateStep['verdict'];
  /** Why, most important first; one line each. */
  readonly reasons: readonly string[];
  readonly compared: GateStep['compared'];
  readonly differences: readonly JsonDifference[];
  readonly health: GateStep['health'];
  readonly capabilities: GateStep['capabilities'];
  readonly notCompared: GateStep['notCompared'];
}

export interface JsonDifference {
  readonly kind: Kind;
  /** Enough was seen of both to exclude that one behaviour, which varies, was caught at two moments. */
  readonly sure: boolean;
  readonly stops: boolean;
  /** Why it does not stop the gate. */
  readonly why: string | null;
  readonly before: JsonSeen;
  readonly after: JsonSeen;
}

/** One side of a difference. */
export interface JsonSeen {
  readonly stand: Seen['stand'];
  readonly runs: number;
  readonly tries: number;
  readonly deviating: number;
  readonly observations: readonly string[];
  readonly result: JsonResult;
}

/** The gate as JSON text in ASCII, ending with a newline. */
export function gateAsJson(report: GateReport): string {
  const seen = ({ stand, runs, tries, deviating, observations, shown }: Seen): JsonSeen => ({
    stand,
    runs,
    tries,
    deviating,
    observations: [...observations],
    result: jsonResultOf(shown, report.command, MOST_BYTES),
  });
  const json: JsonGate = {
    schema: 'mywire.gate/1',
    mywire: report.mywire,
    startedAt: report.startedAt,
    command: report.command,
    ms: Math.round(report.ms),
    exit: exitCodeOfGate(report),
    steps: report.steps.map(({ baseline, candidate, verdict, reasons, differences, health, capabilities, notCompared, compared }) => ({
      baseline: { target: baseline.target, versions: baseline.versions },
      candidate: { target: candidate.target, versions: candidate.versions },
      verdict,
      reasons,
      compared,
      differences: differences.map(({ kind, sure, ruling, before, after }) => ({
        kind,
        sure,
        stops: ruling.stops,
        why: ruling.stops ? null : (ruling.why ?? null),
        before: seen(before),
        after: seen(after),
      })),
      health,
      capabilities,
      notCompared,
    })),
  };
  return asciiJson(json);
}
