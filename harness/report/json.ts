import type { Source } from '../case/case.ts';
import type { CheckResult, Deviation, HealthState, RecordedCheck, RunReport, Tally, TargetReport, ToldProfile } from '../run/result.ts';
import type { Transcript, TranscriptEvent } from '../wire/transcript.ts';
import { type ExitCode, exitCodeOf } from './exit-code.ts';
import { repeatCommand } from './repeat.ts';
import { tallyOf, tallyOfRun } from './tally.ts';

/**
 * The machine-readable report. Within one schema number fields are only added, never renamed or removed. Every field is
 * always there; what does not apply is null. Times are ms, bytes are hex.
 */
export interface JsonReport {
  readonly schema: 'mywire.report/1';
  /** mywire's version. */
  readonly mywire: string;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly command: string;
  readonly ms: number;
  readonly exit: ExitCode;
  readonly totals: Tally;
  readonly targets: readonly JsonTarget[];
  /** What each case asked, by its id, as a fingerprint: equal as long as the question is. */
  readonly cases: Readonly<Record<string, string>>;
  readonly recorded: readonly RecordedCheck[];
  readonly untested: readonly string[];
  readonly problems: readonly string[];
}

export interface JsonTarget {
  readonly target: string;
  readonly versions: string;
  readonly dialect: 'mysql' | 'mariadb' | null;
  readonly profile: ToldProfile | null;
  readonly ms: number;
  readonly totals: Tally;
  readonly notes: readonly string[];
  readonly expectationProblems: readonly string[];
  readonly failure: { readonly code: string; readonly says: string } | null;
  readonly healthChecks: readonly JsonHealthState[];
  readonly results: readonly JsonResult[];
}

export interface JsonHealthState extends Omit<HealthState, 'code' | 'seen'> {
  readonly code: number | null;
  readonly seen: readonly string[];
}

export interface JsonResult {
  readonly target: string;
  readonly case: string;
  readonly area: string;
  readonly title: string;
  readonly level: CheckResult['level'];
  readonly delivery: CheckResult['delivery'];
  readonly source: readonly Source[];
  readonly link: string | null;
  readonly verdict: CheckResult['verdict'];
  readonly reason: string | null;
  readonly known: { readonly reason: string; readonly link: string } | null;
  readonly answer: CheckResult['answer'];
  readonly ending: CheckResult['ending'];
  readonly deviation: Deviation | null;
  readonly observation: string;
  readonly tries: number;
  readonly deviatingTries: number;
  readonly tally: Readonly<Record<string, number>> | null;
  readonly ms: number;
  /** The command that runs this check again. */
  readonly repeat: string;
  /** Null for what passed. */
  readonly transcript: JsonTranscript | null;
}

export interface JsonTranscript {
  readonly ending: Transcript['ending'];
  readonly events: readonly JsonEvent[];
}

/**
 * TranscriptEvent, with `bytes` as `length` and `hex`. `hex` is shorter than `length` says where the report would have
 * grown too large (see `mostBytes`); `segments` lists at most 1,000.
 */
export type JsonEvent = Exclude<TranscriptEvent, { readonly bytes: Uint8Array }> | JsonSent | JsonReceived;
interface JsonBytes {
  readonly at: number;
  readonly length: number;
  readonly hex: string;
}
interface JsonSent extends JsonBytes {
  readonly kind: 'sent';
  readonly label: string;
  readonly segments: readonly number[];
}
interface JsonReceived extends JsonBytes {
  readonly kind: 'received';
}

/** Bytes kept per transcript in a report of a whole run, and in the file of one result. */
const MOST_BYTES_OF_RUN = 16 * 1024;
const MOST_BYTES_OF_RESULT = 4 * 1024 * 1024;
const MOST_SEGMENTS = 1000;

/** Of which checks the transcript is told. */
export type Telling = 'what did not pass' | 'everything';

/** The whole report as JSON text in ASCII, ending with a newline. */
export function reportAsJson(report: RunReport, telling: Telling = 'what did not pass'): string {
  return [...reportAsJsonParts(report, telling)].join('');
}

/** The same text part by part, a result at a time: of a peer that floods it is many times what the run itself holds. */
export function* reportAsJsonParts(report: RunReport, telling: Telling = 'what did not pass'): Generator<string> {
  // The text has nothing but this here: within a string its quotes are escaped.
  const [head = '', ...behind] = asciiJson(jsonReport(report, telling, () => [])).split(NO_RESULTS);
  yield head;
  for (const [at, { results }] of report.targets.entries()) {
    yield results.length === 0 ? NO_RESULTS : NO_RESULTS.slice(0, -1);
    for (const [i, result] of results.entries()) {
      const text = asciiJson(jsonResultOfRun(result, report.command, telling)).trimEnd();
      yield `${i === 0 ? '' : ','}\n${text.replaceAll(/^/gm, RESULT_INDENT)}`;
    }
    if (results.length > 0) yield `\n      ]`;
    yield behind[at] as string;
  }
}

const NO_RESULTS = '"results": []';
const RESULT_INDENT = ' '.repeat(8);

/** One result as JSON text; `command` is the run's. Its transcript is whole (up to 4 MiB). */
export function resultAsJson(result: CheckResult, command: string): string {
  return asciiJson(jsonResult(result, command, MOST_BYTES_OF_RESULT, true));
}

/** One result with its transcript, up to so many bytes of it. */
export const jsonResultOf = (result: CheckResult, command: string, mostBytes: number): JsonResult =>
  jsonResult(result, command, mostBytes, true);

export function jsonReport(
  report: RunReport,
  telling: Telling = 'what did not pass',
  results = (target: TargetReport): JsonResult[] => target.results.map((result) => jsonResultOfRun(result, report.command, telling)),
): JsonReport {
  return {
    schema: 'mywire.report/1',
    mywire: report.mywire,
    startedAt: report.startedAt,
    command: report.command,
    ms: rounded(report.ms),
    exit: exitCodeOf(report),
    totals: tallyOfRun(report),
    targets: report.targets.map((target) => jsonTarget(target, results(target))),
    cases: report.cases ?? {},
    recorded: report.recorded ?? [],
    untested: report.untested,
    problems: report.problems,
  };
}

function jsonTarget(target: TargetReport, results: readonly JsonResult[]): JsonTarget {
  return {
    target: target.target,
    versions: target.versions,
    dialect: target.dialect ?? null,
    profile: target.profile ?? null,
    ms: rounded(target.ms),
    totals: tallyOf(target.results),
    notes: target.notes,
    expectationProblems: target.expectationProblems,
    failure: target.failure ?? null,
    healthChecks: (target.healthChecks ?? []).map((state) => ({ ...state, code: state.code ?? null, seen: state.seen ?? [] })),
    results,
  };
}

const jsonResultOfRun = (result: CheckResult, command: string, telling: Telling): JsonResult =>
  jsonResult(result, command, MOST_BYTES_OF_RUN, telling === 'everything' || result.verdict !== 'pass');

function jsonResult(result: CheckResult, command: string, mostBytes: number, withTranscript: boolean): JsonResult {
  return {
    target: result.target,
    case: result.case,
    area: result.area,
    title: result.title,
    level: result.level,
    delivery: result.delivery,
    source: result.source.map(({ manual, page, url, says }) => ({ manual, page, url, says })),
    link: result.link ?? null,
    verdict: result.verdict,
    reason: result.reason ?? null,
    known: result.known ? { reason: result.known.reason, link: result.known.link } : null,
    answer: result.answer,
    ending: result.ending,
    deviation: result.deviation ?? null,
    observation: result.observation,
    tries: result.tries,
    deviatingTries: result.deviatingTries,
    tally: result.tally ?? null,
    ms: rounded(result.ms),
    repeat: repeatCommand(result, command),
    transcript: withTranscript && result.transcript ? jsonTranscript(result.transcript, mostBytes) : null,
  };
}

function jsonTranscript(transcript: Transcript, mostBytes: number): JsonTranscript {
  let room = mostBytes;
  const hex = (bytes: Uint8Array): string => {
    const shown = bytes.subarray(0, room);
    room -= shown.length;
    return Buffer.from(shown.buffer, shown.byteOffset, shown.length).toString('hex');
  };
  const events = transcript.events.map((event): JsonEvent => {
    const at = rounded(event.at);
    if (event.kind === 'received')
      return { at, kind: 'received', length: event.bytes.length + (event.leftOut ?? 0), hex: hex(event.bytes) };
    if (event.kind === 'sent') {
      const { label, segments, bytes, leftOut = 0 } = event;
      return { at, kind: 'sent', label, segments: segments.slice(0, MOST_SEGMENTS), length: bytes.length + leftOut, hex: hex(bytes) };
    }
    return { ...event, at };
  });
  return { ending: transcript.ending, events };
}

/** To the microsecond. */
const rounded = (ms: number): number => Math.round(ms * 1000) / 1000;

/** Text of a server may hold what a terminal acts on: outside of ASCII, everything is escaped. */
export function asciiJson(value: unknown): string {
  const text = JSON.stringify(value, undefined, 2);
  return `${text.replaceAll(/[\x7f-\uffff]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)}\n`;
}
