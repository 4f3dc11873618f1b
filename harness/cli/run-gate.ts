import { existsSync, statSync } from 'node:fs';
import { gunzipSync, gzipSync } from 'node:zlib';
import { suites } from '../../suites/index.ts';
import { type GateConfig, policyOf } from '../gate/config.ts';
import { type GateOptions, type GateReport, gate } from '../gate/gate.ts';
import { savedSide } from '../gate/saved.ts';
import type { Side } from '../gate/side.ts';
import { targetsPerVersion } from '../gate/versions.ts';
import { wantsColor } from '../report/color.ts';
import { EachWritten } from '../report/each-written.ts';
import { exitCodeOfGate } from '../report/gate-exit.ts';
import { gateAsRun } from '../report/gate-run.ts';
import { gateAsText } from '../report/gated.ts';
import { columnsOf } from '../report/layout.ts';
import { maskedTarget } from '../report/masked-transcript.ts';
import { createProgress } from '../report/progress.ts';
import { writeSafely } from '../report/write-safely.ts';
import { usualLimits } from '../run/limits.ts';
import type { RunReport, TargetReport } from '../run/result.ts';
import { requireNamed, type Selection, select } from '../run/select.ts';
import { shippedExpectations } from '../run/shipped-expectations.ts';
import { withServer } from '../target/choose-targets.ts';
import type { TargetOptions } from '../target/options.ts';
import { configIn } from './config-file.ts';
import { CliError } from './error.ts';
import type { GateArguments } from './gate.ts';
import { githubJob } from './github.ts';
import { casesIn, expectationsIn } from './given-files.ts';
import { givenBytes } from './given-text.ts';
import { asker, heavyRun, requireOwned } from './ownership.ts';
import { requireFiles, writeJson, writePipelineFiles } from './pipeline-files.ts';
import { requireKnown } from './require-known.ts';
import { keepHeapSmall } from './small-heap.ts';
import { stopOnSignals } from './stop-on-signals.ts';
import { commandLine, requireAnAddress, targetOptionsOf } from './target-options.ts';
import { timeLimit } from './time-limit.ts';
import { version } from './version.ts';

/** A saved baseline is read whole; more than this is none. */
const MOST_BYTES = 96 << 20;

/** Compares what command line and configuration name, and prints what came of it; the exit code. */
export async function runGate(given: GateArguments, selected: Selection): Promise<number> {
  const config = await configIn(given.config);
  const options = withConfig(given, config);
  const areas = selected.areas ?? config.gate?.areas;
  const selection = { ...selected, ...(areas ? { areas } : {}) };
  const all = options.cases ? casesIn(options.cases) : suites;
  const cases = select(all, selection);
  // A misspelt one would stop the gate for what it was told to let pass.
  requireNamed([...suites, ...all], config.gate?.ignore ?? [], 'gate.ignore');
  const targetOptions = targetOptionsOf(options);
  const unasked = new Set(all.filter((one) => !cases.includes(one)).map(({ id }) => id));
  const names = await namesOf(options, targetOptions, unasked);
  const named = names.filter((one) => typeof one === 'string');
  for (const name of named) await requireKnown(name);
  requireAnAddress(named, given);
  await requireOwned(named, heavyRun(cases, options.tries), options, { config, ask: asker() });
  const toStdout = options.json === '-';
  const screen = toStdout ? process.stderr : process.stdout;
  const color = options.color && wantsColor(screen);
  const { json, junit, sarif, html } = options;
  await requireFiles({ '--json': json, '--junit': junit, '--sarif': sarif, '--html': html, '--save': options.save });
  const progress = createProgress(screen, { tty: screen.isTTY === true, color, sideBySide: true });
  const stop = stopOnSignals(() =>
    progress.note('stopping: finishing the cases under way, then telling what was reached (once more to stop at once)'),
  );
  const github = await githubJob(options.github, screen);
  // Both sides are held with their packets until the end.
  keepHeapSmall();
  const limit = options.timeLimit === undefined ? undefined : timeLimit(options.timeLimit);
  const password = options.password ?? process.env['MYWIRE_PASSWORD'];
  const shared: GateOptions = {
    ...(password === undefined ? {} : { masked: (target: TargetReport) => maskedTarget(target, [password]) }),
    targetOptions,
    cases,
    knownIds: new Set([...suites, ...all].map((one) => one.id)),
    expectations: shippedExpectations(),
    askHaproxy: options.haproxy && selection.cases === undefined && (!selection.areas || selection.areas.includes('health-check')),
    capture: false,
    concurrency: options.concurrency,
    limits: { ...usualLimits, answerMs: options.limit },
    ...(options.tries === undefined ? {} : { tries: options.tries }),
    policy: policyOf(config, expectationsIn(options.expectations ?? [])),
    command: commandLine(process.argv.slice(2)),
    version: version(),
    signal: limit ? AbortSignal.any([stop.signal, limit]) : stop.signal,
    onTarget: (target, versions, total) => progress.target(target, versions, total),
    onResult: (result) => progress.result(result),
    onNote: (line) => progress.note(line),
  };
  const report = await gate(names, shared);
  progress.done();
  const writes = new EachWritten();
  const { save: saved } = options;
  if (saved !== undefined) await writes.attempt(() => save(saved, report));
  const run = gateAsRun(report);
  await writeFiles(writes, report, run, options);
  stop.end();
  if (report.steps.length === 0 && saved !== undefined) {
    writes.end();
    return savedOnly(report, saved, screen);
  }
  screen.write(gateAsText(report, { color, columns: columnsOf(screen, 120) }));
  await github?.end(run);
  writes.end();
  return exitCodeOfGate(report).code;
}

async function writeFiles(writes: EachWritten, report: GateReport, run: RunReport, options: GateArguments): Promise<void> {
  const { json, html } = options;
  await writeJson(writes, json, async () => (await import('../report/gated-json.ts')).gateAsJson(report));
  if (html !== undefined) {
    const { writeGateHtml } = await import('./html-report.ts');
    await writes.attempt(() => writeGateHtml(html, report));
  }
  await writePipelineFiles(writes, run, options);
}

/** What the command line does not say, the configuration may. */
function withConfig(
  given: GateArguments,
  { baseline, candidate, versions, expectations, images, binaries, accounts }: GateConfig,
): GateArguments {
  const named = given.baseline !== undefined || given.candidate !== undefined || given.versions !== undefined;
  const targets = { ...(baseline && { baseline }), ...(candidate && { candidate }), ...(versions && { versions }) };
  return {
    ...accounts,
    ...(named ? {} : targets),
    ...given,
    // One side on the command line, the other as configured: a candidate tried against production.
    ...(named && given.versions === undefined ? { baseline: given.baseline ?? baseline, candidate: given.candidate ?? candidate } : {}),
    expectations: [...(expectations ?? []), ...(given.expectations ?? [])],
    binary: { ...binaries, ...given.binary },
    image: { ...images, ...given.image },
  } as GateArguments;
}

/** What is compared, first to last. Throws CliError CLI_BAD_OPTION, CLI_NO_FILE. */
async function namesOf(
  options: GateArguments,
  targetOptions: TargetOptions,
  unasked: ReadonlySet<string>,
): Promise<[string | Side, ...string[]]> {
  const { baseline, candidate, versions, save } = options;
  if (versions !== undefined) {
    if (baseline !== undefined || candidate !== undefined)
      throw new CliError('CLI_BAD_OPTION', '--versions takes the place of --baseline and --candidate');
    const [first, ...rest] = targetsPerVersion(versions);
    return [await withServer(first, targetOptions), ...(await Promise.all(rest.map((name) => withServer(name, targetOptions))))];
  }
  if (baseline === undefined || (candidate === undefined && save === undefined))
    throw new CliError(
      'CLI_BAD_OPTION',
      'say what to compare: --baseline haproxy:2.6 --candidate haproxy:3.2, or --versions haproxy:2.6,3.0,3.2',
    );
  if (/\.json(\.gz)?$/.test(baseline) && !existsSync(baseline))
    throw new CliError('CLI_NO_FILE', `--baseline ${baseline}: there is no such file`);
  const before =
    existsSync(baseline) && statSync(baseline).isFile()
      ? savedSide(textOf(baseline), baseline, unasked)
      : await withServer(baseline, targetOptions);
  return candidate === undefined ? [before] : [before, await withServer(candidate, targetOptions)];
}

function textOf(file: string): string {
  const bytes = givenBytes(file, 'the baseline', MOST_BYTES);
  try {
    return (bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes, { maxOutputLength: MOST_BYTES }) : bytes).toString();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const why =
      code === 'ERR_BUFFER_TOO_LARGE' ? `it is more than ${MOST_BYTES >> 20} MiB of JSON; save it with fewer cases (--area)` : message;
    throw new CliError('CLI_NO_FILE', `cannot read the baseline ${file}: ${why}`);
  }
}

async function save(file: string, { mywire, startedAt, command, ms, last }: GateReport): Promise<void> {
  const { reportAsJson } = await import('../report/json.ts');
  const target = last.runs[0];
  if (!target) return;
  const whole = {
    mywire,
    startedAt,
    command,
    ms,
    targets: [target],
    ...(last.cases ? { cases: last.cases } : {}),
    untested: [],
    problems: [],
  };
  const json = reportAsJson(whole, 'everything');
  await writeSafely(file, file.endsWith('.gz') ? gzipSync(json) : json);
}

/** Without a candidate nothing is compared: the baseline was written. */
function savedOnly({ last }: GateReport, file: string, screen: NodeJS.WriteStream): number {
  const target = last.runs[0];
  if (!target || target.failure) {
    screen.write(`mywire: ${target?.failure?.says ?? 'nothing was run'}\n`);
    return 3;
  }
  screen.write(
    `${target.results.length} checks of ${target.target} (${target.versions}) are in ${file}: mywire gate --baseline ${file} --candidate TARGET\n`,
  );
  return 0;
}
