import { createHash, randomInt } from 'node:crypto';
import { join } from 'node:path';
import { lintRules } from '../../suites/lint.ts';
import { BLOCK, execsOf } from '../fuzz/arbitrary/index.ts';
import { BatchPlayer } from '../fuzz/batch.ts';
import { blame } from '../fuzz/blame.ts';
import { campaign } from '../fuzz/campaign.ts';
import type { CampaignResult, Player } from '../fuzz/campaign-options.ts';
import { corpusText, merge } from '../fuzz/corpus.ts';
import { FuzzError } from '../fuzz/error.ts';
import { type Finding, investigate, type NodeContext } from '../fuzz/finding.ts';
import { Journal } from '../fuzz/journal.ts';
import type { JudgeContext } from '../fuzz/judge.ts';
import type { Likeness } from '../fuzz/likeness.ts';
import type { Oracle } from '../fuzz/oracle.ts';
import { oraclesWith } from '../fuzz/oracles/index.ts';
import { type PlayContext, playPlainLogin } from '../fuzz/play.ts';
import { Execs, type Source } from '../fuzz/source.ts';
import { aliveWatch } from '../fuzz/watches/alive.ts';
import { baselineWatch } from '../fuzz/watches/baseline.ts';
import { measuresOf } from '../fuzz/watches/measure.ts';
import { colors, wantsColor } from '../report/color.ts';
import { EachWritten } from '../report/each-written.ts';
import { FolderNames } from '../report/folder-name.ts';
import { campaignAsJson, campaignAsText, findingLine, isNews, type ToldFinding } from '../report/fuzzed.ts';
import { requireWritable, writeSafely } from '../report/write-safely.ts';
import { databaseName } from '../target/accounts.ts';
import { parseTarget } from '../target/parse-target.ts';
import { startTarget } from '../target/start-target.ts';
import type { RunningTarget } from '../target/target.ts';
import type { FuzzArguments } from './fuzz.ts';
import { aboutOf } from './fuzz-about.ts';
import { playOne } from './fuzz-exec.ts';
import { chosenOracles, corpusOf, readExec, shardFromEnvironment, shardOf } from './fuzz-given.ts';
import { isKnown, knownFindings } from './fuzz-known.ts';
import { phases } from './fuzz-phases.ts';
import { fuzzProgress } from './fuzz-progress.ts';
import { WorkerPlayer } from './fuzz-workers.ts';
import { requireOwned } from './ownership.ts';
import { requireFiles, writeJson } from './pipeline-files.ts';
import { stopOnSignals } from './stop-on-signals.ts';
import { commandLine, requireAnAddress, targetOptionsOf } from './target-options.ts';
import { version } from './version.ts';
import { writeFindings } from './write-findings.ts';

const DEFAULT_MS = 60_000;
/** ms that a figure of the target is waited for: one after the other, and a target may be silent. */
const MEASURE_MS = 1000;

/** ms in which is searched on, at the end, for what has killed the target. */
const LAST_SEARCH_MS = 60_000;

/** A server of ours, with nothing in front of it: what it answers can be foretold. */
const isServer = (name: string): boolean => /^(reference|(local:)?(mariadb|mysql))([?:]|$)/.test(name) && !name.includes('+');

export function listOracles(): void {
  for (const { name, says, onlyByName } of oraclesWith(lintRules, {}))
    process.stdout.write(`${name.padEnd(14)} ${says}${onlyByName ? ' (only where it is named)' : ''}\n`);
}

/** Runs a campaign and prints what came of it; the exit code. */
export async function fuzzTarget(name: string, options: FuzzArguments): Promise<number> {
  parseTarget(name); // a misspelt name is told before anything is started
  if (options.against !== undefined) parseTarget(options.against);
  const named = [name, ...(options.against === undefined ? [] : [options.against])];
  requireAnAddress(named, options);
  await requireOwned(named, 'sessions that are odd on purpose, of which some servers die', options);
  const oracles = chosenOracles(oraclesWith(lintRules, isServer(name) ? { database: databaseName } : undefined), options);
  const shard = shardOf(options.shard ?? shardFromEnvironment());
  const seed = options.seed ?? randomInt(0, 0xffffffff);
  const out =
    options.out ?? join('mywire-fuzz', `${new FolderNames().same(name)}-${seed}${shard ? `-${shard.index + 1}of${shard.of}` : ''}`);
  const corpus = corpusOf(options.corpus);
  const only = options.exec === undefined ? undefined : readExec(options.exec);
  const screen = options.json === '-' ? process.stderr : process.stdout;
  const c = colors(options.color && wantsColor(screen));
  const say = (line: string): void => void screen.write(`${line}\n`);
  const known = knownFindings(options.expectations);
  if (!only) await requireWritable(out);
  await requireFiles({ '--json': options.json });

  const stop = stopOnSignals(() =>
    say('stopping: finishing what is under way, then reporting what was reached (once more to stop at once)'),
  );
  const started: RunningTarget[] = [];
  let end = (): void => {};
  const start = async (which: string): Promise<RunningTarget> => {
    const target = await startTarget(which, { ...targetOptionsOf(options), onNote: say });
    started.push(target);
    return target;
  };
  try {
    const target = await start(name);
    const against = options.against === undefined ? undefined : await start(options.against);
    const from = performance.now();
    const asked = await aboutOf(target, options.limit);
    // What only one of the two takes makes them different.
    const about = against && against.proxiesFrom === undefined ? { ...asked, takesProxyHeaders: false } : asked;
    const judging = judgingOf(target, against, seed, oracles, options);
    await Promise.all(started.map((one) => requireAnswer(one, options.limit)));
    if (only) return await playOne(only, target, judging, say);
    const { journal, reached } = Journal.open(join(out, 'journal.jsonl'), {
      target: name,
      seed,
      shard: shard ? `${shard.index + 1}/${shard.of}` : '',
      corpus: createHash('sha256').update(JSON.stringify(corpus)).digest('hex').slice(0, 16),
    });
    const versions = target.nodes.map((node) => `${node.product} ${node.version}`.trim()).join(' + ');
    say(`${c.bold(name)} (${versions})${options.against === undefined ? '' : ` against ${options.against}`}: seed ${seed}, into ${out}`);
    if (reached.blocks.size > 0) say(`going on behind ${reached.blocks.size * BLOCK} sessions of before`);
    const progress = fuzzProgress(screen, from);
    const timed = options.time ?? (options.runs === undefined ? DEFAULT_MS : undefined);
    const phase = phases({ timed, limitMs: options.limit, from, stop: stop.signal });
    end = phase.end;
    const source = { seed, about, corpus };
    const execs = new Execs(source);
    const players = playersOf(options, source, judging, phase.cutPlays);
    const nodes = nodesOf(target, { ...judging.target, cut: phase.cutLooks });
    const alive = aliveWatch(target);
    let result: CampaignResult;
    try {
      const blaming = { target, play: judging.target, alive, cut: phase.cutLooks };
      result = await campaign({
        execs,
        players,
        runs: options.runs,
        shard,
        journal,
        reached,
        alive,
        usual: execsOf(about, seed, 0),
        isExpected: (violation) => isKnown(violation, known, target.nodes) !== undefined,
        lastSearchMs: () => (stop.signal.aborted ? 0 : Math.min(LAST_SEARCH_MS, phase.evidenceMs() / 2)),
        blame: (suspects, violation, searchMs) => blame(suspects, violation, blaming, searchMs),
        watches: [await baselineWatch(measuresOf(target, Math.min(options.limit, MEASURE_MS)))],
        investigate: (suspicion, well) =>
          investigate(suspicion, until(judging, phase.cutLooks), nodes, stop.signal, { well, life: () => lifeOf(target) }),
        onFinding: (finding) => progress.line(findingLine(finding, isKnown(finding, known, target.nodes), c)),
        onProgress: (now) => {
          phase.looking(now.suspicions);
          progress.at(now);
        },
        signal: phase.over,
        cut: phase.cutPlays,
      });
    } finally {
      progress.done();
      await Promise.all(players.map((player) => player.end?.()));
    }
    const evidence = until(judging, phase.evidence());
    const toldOf = (one: Finding): ToldFinding => ({ ...one, ...knownAs(isKnown(one, known, target.nodes)) });
    const place = { target, judging: evidence, command: commandLine(process.argv.slice(2)) };
    const writes = new EachWritten();
    const { told, folders } = await writeFindings(join(out, 'findings'), result.found, toldOf, place, phase.evidenceMs(), writes);
    await writes.attempt(() => writeSafely(join(out, 'corpus.jsonl'), corpusText(merge(result.entries))));
    const report = {
      mywire: version(),
      target: name,
      versions,
      against: options.against,
      seed,
      out,
      ms: performance.now() - from,
      ...result,
      found: told,
    };
    const json = `${campaignAsJson(report)}\n`;
    for (const file of [options.json, join(out, 'findings.json')]) await writeJson(writes, file, () => json);
    say(campaignAsText(report, c, folders));
    writes.end();
    if (told.some(isNews)) return 1;
    return result.execs === 0 || result.broken !== undefined ? 3 : 0;
  } finally {
    stop.end();
    end();
    await Promise.all(started.map((target) => target.stop()));
  }
}

/** Of a target that answers nobody, silence shows nothing. Throws FuzzError FUZZ_SILENT_TARGET. */
async function requireAnswer(target: RunningTarget, limitMs: number): Promise<void> {
  const { overdue } = await playPlainLogin(playOn(target, limitMs));
  if (overdue === undefined) return;
  throw new FuzzError(
    'FUZZ_SILENT_TARGET',
    `${target.name}: a plain login is not answered: nothing within ${limitMs} ms for ${overdue}. Give it more time (--limit), or see with mywire run what is wrong with its logins.`,
  );
}

const knownAs = (reason: string | undefined): { known?: string } => (reason === undefined ? {} : { known: reason });

function judgingOf(
  target: RunningTarget,
  against: RunningTarget | undefined,
  seed: number,
  oracles: readonly Oracle[],
  { limit }: FuzzArguments,
): JudgeContext {
  return {
    seed,
    target: playOn(target, limit),
    ...(against ? { against: playOn(against, limit), likeness: likenessOf(target, against) } : {}),
    oracles,
  };
}

/** The same programs must do the same; a proxy may change what is its own affair. */
const likenessOf = (one: RunningTarget, other: RunningTarget): Likeness =>
  one.nodes.map(({ product }) => product).join() === other.nodes.map(({ product }) => product).join() ? 'same product' : 'through a proxy';

const playOn = ({ front, accounts, database, proxiesFrom }: RunningTarget, limitMs: number): PlayContext => ({
  endpoint: front,
  accounts,
  ...(database === undefined ? {} : { database }),
  ...(proxiesFrom === undefined ? {} : { proxiesFrom }),
  limitMs,
  hurryMs: Math.max(100, Math.round(limitMs / 10)),
});

/** The same, until the signal: then no connection stays. */
const until = (judging: JudgeContext, cut: AbortSignal): JudgeContext => ({
  ...judging,
  target: { ...judging.target, cut },
  against: judging.against && { ...judging.against, cut },
});

/** Each node alone, as a client reaches it; a node that is nobody's front has no accounts of its own. */
const nodesOf = (target: RunningTarget, front: PlayContext): NodeContext[] =>
  target.nodes.map(({ name, endpoint }) => ({ name, target: { ...front, endpoint } }));

/** Which programs it is made of just now. */
const lifeOf = async ({ nodes }: RunningTarget): Promise<string> =>
  (await Promise.all(nodes.map(async (node) => `${node.pid} ${await node.state()}`))).join();

function playersOf(
  { workers, concurrency }: FuzzArguments,
  source: Source,
  judging: JudgeContext,
  cut: AbortSignal,
): (Player & { end?(): Promise<void> })[] {
  // A process of its own has room for what dies young (fuzz-workers.ts); from the sources it takes long to start.
  if (workers === 1 && !import.meta.url.endsWith('.js')) return [new BatchPlayer(new Execs(source), until(judging, cut), concurrency)];
  const { target, against, likeness, oracles } = judging;
  const task = { source, target, against, likeness, oracles: oracles.map(({ name }) => name), concurrency };
  return Array.from({ length: workers }, () => new WorkerPlayer(task));
}
