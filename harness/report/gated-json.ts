import type { GateReport } from '../gate/gate.ts';
import type { Seen } from '../gate/seen.ts';
import { exitCodeOfGate } from './gate-exit.ts';
import { asciiJson, type JsonResult, jsonResultOf } from './json.ts';

/** Bytes kept per transcript. */
const MOST_BYTES = 16 * 1024;

/** One side of a difference. */
interface JsonSeen {
  readonly stand: Seen['stand'];
  readonly runs: number;
  readonly tries: number;
  readonly deviating: number;
  readonly observations: readonly string[];
  readonly result: JsonResult;
}

/** The gate as JSON text in ASCII, ending with a newline. Within one schema number fields are only added. */
export function gateAsJson(report: GateReport): string {
  const seen = ({ stand, runs, tries, deviating, observations, shown }: Seen): JsonSeen => ({
    stand,
    runs,
    tries,
    deviating,
    observations: [...observations],
    result: jsonResultOf(shown, report.command, MOST_BYTES),
  });
  return asciiJson({
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
  });
}
