import { readdirSync, readFileSync } from 'node:fs';
import { suites } from '../../suites/index.ts';
import type { Case } from '../case/case.ts';
import { wantsColor } from '../report/color.ts';
import { EachWritten } from '../report/each-written.ts';
import { exitCodeOf } from '../report/exit-code.ts';
import { columnsOf } from '../report/layout.ts';
import { maskedRun } from '../report/masked-transcript.ts';
import { createProgress } from '../report/progress.ts';
import { requireWritable } from '../report/write-safely.ts';
import type { Expectation } from '../run/expectations.ts';
import { usualLimits } from '../run/limits.ts';
import { packageRoot } from '../run/package-root.ts';
import type { CheckResult, RecordedCheck, RunReport } from '../run/result.ts';
import { type RunOutcome, runAll } from '../run/run-all.ts';
import { type Selection, select } from '../run/select.ts';
import { githubJob } from './github.ts';
import { heavyRun, requireOwned } from './ownership.ts';
import { requireFiles, writeJson, writePipelineFiles } from './pipeline-files.ts';
import { requireKnown } from './require-known.ts';
import type { RunArguments } from './run.ts';
import { keepHeapSmall } from './small-heap.ts';
import { stopOnSignals } from './stop-on-signals.ts';
import { commandLine, requireAnAddress, targetOptionsOf } from './target-options.ts';
import { timeLimit } from './time-limit.ts';
import { version } from './version.ts';

/** Runs what the command line asks for and prints it; the exit code. */
export async function runTargets(named: readonly string[], options: RunArguments, selection: Selection): Promise<number> {
  const all = options.cases ? (await import('./given-files.ts')).casesIn(options.cases) : suites;
  const cases = select(all, selection);
  for (const name of named) await requireKnown(name);
  requireAnAddress(named, options);
  await requireOwned(named, heavyRun(cases, options.tries), options);
  const expectations = await loadExpectations(options);
  const toStdout = options.json === '-';
  const screen = toStdout ? process.stderr : process.stdout;
  const tty = screen.isTTY === true;
  const color = options.color && wantsColor(screen);
  // Before the run, not after it.
  if (options.out !== undefined) await requireWritable(options.out);
  const { json, junit, sarif, html } = options;
  await requireFiles({ '--json': json, '--junit': junit, '--sarif': sarif, '--html': html });
  const github = await githubJob(options.github, screen);
  // What cases let go of would else be held until three times as much is.
  keepHeapSmall();
  const progress = createProgress(screen, { tty, color });
  const stop = stopOnSignals(() =>
    progress.note('stopping: finishing the cases under way, then reporting what was reached (once more to stop at once)'),
  );
  const targetOptions = targetOptionsOf(options);

  let targets = named;
  let untested: readonly string[] = [];
  let recorded: RecordedCheck[] | undefined;
  if (named.length === 0) {
    const { chooseTargets } = await import('../target/choose-targets.ts');
    const choice = await chooseTargets(targetOptions);
    progress.note(choice.says);
    ({ targets, untested } = choice);
    recorded = await judgePcaps();
  }
  const limit = options.timeLimit === undefined ? undefined : timeLimit(options.timeLimit);
  const outcome = await runAll({
    targets,
    targetOptions,
    cases,
    knownIds: new Set([...suites, ...all].map((one) => one.id)),
    expectations,
    askHaproxy:
      options.haproxy && !options.cases && selection.cases === undefined && (!selection.areas || selection.areas.includes('health-check')),
    capture: options.out !== undefined || options.html !== undefined,
    untested,
    command: commandLine(process.argv.slice(2)),
    version: version(),
    concurrency: options.concurrency,
    limits: { ...usualLimits, answerMs: options.limit },
    ...(options.delivery ? { deliveries: options.delivery } : {}),
    ...(options.tries === undefined ? {} : { tries: options.tries }),
    signal: limit ? AbortSignal.any([stop.signal, limit]) : stop.signal,
    onTarget: (target, versions, total) => progress.target(target, versions, total),
    onResult: (result) => progress.result(result),
    onNote: (line) => progress.note(line),
  });
  progress.done();
  const password = options.password ?? process.env['MYWIRE_PASSWORD'];
  const { report: live, frames } = maskedRun(outcome, password === undefined ? [] : [password]);
  const report: RunReport = recorded ? { ...live, recorded } : live;
  const writes = new EachWritten();
  const evidence = await writeFiles(writes, report, options, frames, all);
  const { reportAsText } = await import('../report/terminal.ts');
  screen.write(reportAsText(report, { color, columns: columnsOf(screen, 120), ...(evidence ? { evidence } : {}) }));
  await github?.end(report);
  stop.end();
  writes.end();
  return exitCodeOf(report).code;
}

async function writeFiles(
  writes: EachWritten,
  report: RunReport,
  options: RunArguments,
  frames: RunOutcome['frames'],
  all: readonly Case[],
): Promise<Map<CheckResult, string> | undefined> {
  const { json, out, html } = options;
  await writeJson(writes, json, async () => (await import('../report/json.ts')).reportAsJsonParts(report));
  await writePipelineFiles(writes, report, options);
  const evidence = out === undefined ? undefined : await writes.attempt(() => writeFolders(out, report, options, frames, all));
  if (html !== undefined) {
    const { writeHtml } = await import('./html-report.ts');
    await writes.attempt(() => writeHtml(html, report, frames, evidence));
  }
  return evidence;
}

async function writeFolders(
  out: string,
  report: RunReport,
  options: RunArguments,
  frames: RunOutcome['frames'],
  all: readonly Case[],
): Promise<Map<CheckResult, string>> {
  const { writeEvidence } = await import('../report/evidence.ts');
  return writeEvidence(out, report, {
    captures: (result) => frames.get(result),
    caseOf: (id) => suites.find((one) => one.id === id),
    ownCaseOf: (id) => (options.cases === undefined ? undefined : all.find((one) => one.id === id)),
    json: true,
    junit: true,
  });
}

/** The recordings that ship with mywire, judged: what real servers answered to HAProxy's checks. */
async function judgePcaps(): Promise<RecordedCheck[]> {
  const { judgeRecording } = await import('../run/recording.ts');
  const folder = new URL('pcaps/', packageRoot);
  const files = readdirSync(folder).filter((name) => /-haproxy-.*\.pcap(ng)?$/.test(name));
  return files.flatMap((name) => {
    const server = name.slice(0, name.indexOf('-haproxy-')).replace(/-(?=\d)/, ' ');
    return [...judgeRecording(readFileSync(new URL(name, folder)), name, server, []).checks];
  });
}

async function loadExpectations(options: RunArguments): Promise<Expectation[]> {
  if (options.expectations === false) return [];
  const [{ expectationsIn }, { shippedExpectations }] = await Promise.all([
    import('./given-files.ts'),
    import('../run/shipped-expectations.ts'),
  ]);
  return [...shippedExpectations(), ...expectationsIn(options.expectations ?? [])];
}
