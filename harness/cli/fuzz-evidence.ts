import { join } from 'node:path';
import { lintRules } from '../../suites/lint.ts';
import type { Case } from '../case/case.ts';
import { caseOf, type Shown } from '../fuzz/case-of.ts';
import { type JudgeContext, type Judged, judge } from '../fuzz/judge.ts';
import type { Violation } from '../fuzz/oracle.ts';
import type { CapturedFrame } from '../pcap/captured-frame.ts';
import type { WrittenCase } from '../replay/to-case.ts';
import { type FindingEvidence, writeFindingFolder } from '../report/fuzz-evidence.ts';
import type { MustHold } from '../report/fuzz-issue.ts';
import type { ToldFinding } from '../report/fuzzed.ts';
import { maskedEvidence } from '../report/masked-transcript.ts';
import { versionsOf } from '../report/node-files.ts';
import { carried, shellWord } from '../report/repeat.ts';
import { parseCases } from '../run/case-file.ts';
import { RunError } from '../run/error.ts';
import { usualLimits } from '../run/limits.ts';
import { toldNode } from '../run/run-target.ts';
import { tryCase } from '../run/try-case.ts';
import { guardByMark } from '../target/leftovers.ts';
import { revive } from '../target/revive.ts';
import { type RunningTarget, TargetError } from '../target/target.ts';
import { LiveCapture } from '../wire/capture.ts';
import { WireError } from '../wire/error.ts';
import { version } from './version.ts';

export interface FindingPlace {
  readonly target: RunningTarget;
  readonly judging: JudgeContext;
  /** As it was typed. */
  readonly command: string;
}

/** Plays the smallest session of a finding once more, captured, and writes its folder. Its name. */
export async function writeFinding(dir: string, finding: ToldFinding, { target, judging, command }: FindingPlace): Promise<string> {
  const folder = join(dir, finding.id.slice('fuzz/'.length));
  const nodes = target.nodes.map(toldNode);
  const about = {
    mywire: version(),
    target: target.name,
    versions: versionsOf(nodes),
    nodes,
    holds: holdsOf(finding, judging),
    ...repeated(finding, target.name, judging.seed, command),
  };
  const { cut } = judging.target;
  if (finding.exec.clients.length === 0 || cut?.aborted) return writeFindingFolder(folder, finding, { ...about, played: [] });
  const { frames, shown, played } = await playedAgain(finding, target, judging);
  // It was cut off in the middle: what was seen then is no evidence.
  if (cut?.aborted) return writeFindingFolder(folder, finding, { ...about, played: [] });
  const asCase = await caseThatShows(finding, shown, target, judging);
  const { expected, wrong } = shown;
  const both = wrong && expected ? { played: [wrong], right: expected } : { played };
  const evidence: FindingEvidence = { ...about, ...both, frames, ...asCase };
  const own = Object.values(target.accounts).flatMap((account) => (account?.own ? [account.password] : []));
  return writeFindingFolder(folder, finding, maskedEvidence(evidence, own));
}

/** An option of fuzz that run has not. */
const AGAINST = /--against[ =]\S+/;
/** Named by no --oracle: they look at the target whatever is played. */
const watches: ReadonlySet<string> = new Set(['alive', 'baseline']);

/** The commands that show it, in its folder. */
function repeated({ oracle }: ToldFinding, target: string, seed: number, command: string) {
  const given = carried(command);
  const asked = watches.has(oracle) ? [] : ['--oracle', oracle];
  return {
    repeat: ['mywire fuzz', shellWord(target), '--exec exec.json', ...asked, '--seed', String(seed), ...given].join(' '),
    repeatCase: ['mywire run', shellWord(target), '--cases case.yaml --no-expectations', ...carried(command.replace(AGAINST, ''))].join(
      ' ',
    ),
  };
}

function holdsOf({ oracle, kind }: ToldFinding, { oracles }: JudgeContext): MustHold | undefined {
  const rule = oracle === 'well-formed' ? lintRules.find(({ id }) => kind.startsWith(`${id}: `)) : undefined;
  if (rule) return { says: rule.title, level: rule.level, source: rule.source };
  const says = oracles.find(({ name }) => name === oracle)?.says;
  return says === undefined ? undefined : { says, source: [] };
}

/** A fault that does not come every time is asked for so often. */
const TRIES = 10;

/** Until it comes, captured. */
async function playedAgain({ exec, oracle, path, kind, again }: ToldFinding, target: RunningTarget, judging: JudgeContext) {
  const capture = await captureOf(target);
  const context = {
    ...judging,
    target: { ...judging.target, keepsTranscript: true },
    oracles: judging.oracles.filter(({ name }) => name === oracle),
  };
  // What never came again is not asked for over and over.
  const tries = again.shown > 0 ? TRIES : 1;
  let shown: Violation | undefined;
  let judged: Judged;
  let i = 0;
  do {
    await wake(target);
    judged = await judge(exec, path, context, 'every');
    shown = judged.violations.find((one) => one.kind === kind);
    i++;
  } while (!shown && i < (judged.unreachable === undefined ? tries : TRIES) && !judging.target.cut?.aborted);
  let frames: readonly CapturedFrame[] | undefined;
  if (capture) {
    await capture.settled();
    await capture.stop();
    frames = capture.connections.flatMap((one) => capture.framesOf(one)).sort((a, b) => a.number - b.number);
  }
  // Nobody was there: a refused connection is no evidence.
  const played = judged.unreachable === undefined ? judged.played.clients : [];
  return { played, frames: played.length > 0 ? frames : undefined, shown: (shown ?? {}) as Shown };
}

/** The session before may have killed it. What does not come up is told by the next one. */
export async function wake(target: RunningTarget): Promise<void> {
  try {
    await revive(target);
  } catch (error) {
    if (!(error instanceof TargetError)) throw error;
  }
}

/** The finding in the language of cases: where its own cuts cannot be said there, with those that show it as well. */
async function caseThatShows(
  finding: ToldFinding,
  shown: Shown,
  target: RunningTarget,
  judging: JudgeContext,
): Promise<Pick<FindingEvidence, 'asCase' | 'caseShows'>> {
  const { wrong } = shown;
  const { cuts, ...client } = wrong?.client ?? finding.exec.clients[0];
  const ways = cuts === undefined ? [client] : (['fields', 'bytes'] as const).map((delivery) => ({ ...client, delivery }));
  let passes: WrittenCase | undefined;
  for (const way of ways) {
    const said = wrong ? { ...shown, wrong: { ...wrong, client: way } } : shown;
    const { clients } = finding.exec;
    const asCase = caseOf({ ...finding, exec: { clients: [way, ...clients.slice(1)] } }, said);
    const read = asCase && asRead(asCase);
    if (!read) return {};
    for (let i = 0; i < (wrong ? TRIES : 1) && !judging.target.cut?.aborted; i++) {
      await wake(target);
      if (await shows(read, target, judging)) return { asCase, caseShows: true };
    }
    passes ??= cuts === undefined ? asCase : undefined;
  }
  return { asCase: passes, caseShows: false };
}

async function captureOf(target: RunningTarget): Promise<LiveCapture | undefined> {
  const ports = [...new Set([target.front.port, ...target.legs.map((leg) => leg.to.port)])];
  try {
    return await LiveCapture.start(ports, { keepsData: false, guard: guardByMark() });
  } catch (error) {
    if (error instanceof WireError) return undefined; // not permitted here: the socket's transcript stands in
    throw error;
  }
}

/** The case as `mywire run --cases` reads it; what cannot be read is none, and no reason to lose the finding. */
function asRead(written: WrittenCase): Case | undefined {
  try {
    return parseCases(JSON.stringify([written]), 'case.yaml')[0];
  } catch (error) {
    if (!(error instanceof RunError)) throw error;
    return undefined;
  }
}

/** Does the case deviate on the target, under the last of its deliveries? */
async function shows(one: Case, { front, accounts, database }: RunningTarget, judging: JudgeContext): Promise<boolean> {
  const limits = { ...usualLimits, answerMs: judging.target.limitMs };
  const tried = await tryCase(one, one.deliveries?.at(-1) ?? 'whole', {
    endpoint: front,
    accounts,
    limits,
    ...(database === undefined ? {} : { database }),
  });
  return tried.deviation !== undefined;
}
