import { join } from 'node:path';
import { lintRules } from '../../suites/lint.ts';
import type { Case } from '../case/case.ts';
import { caseOf, type Shown } from '../fuzz/case-of.ts';
import { type JudgeContext, type Judged, judge } from '../fuzz/judge.ts';
import type { Violation } from '../fuzz/oracle.ts';
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
import { revive } from '../target/revive.ts';
import { type RunningTarget, TargetError } from '../target/target.ts';
import type { EvidenceCapture } from './evidence-capture.ts';
import { version } from './version.ts';

export interface FindingPlace {
  readonly target: RunningTarget;
  readonly judging: JudgeContext;
  /** As it was typed. */
  readonly command: string;
  /** Of the target; absent where none is permitted. */
  readonly capture?: EvidenceCapture | undefined;
}

/** Plays the smallest session of a finding once more, captured. Writes its folder when the capture has told of it: its name. */
export async function playFinding(dir: string, finding: ToldFinding, place: FindingPlace): Promise<() => Promise<string>> {
  const { target, judging, command, capture } = place;
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
  const unplayed = () => writeFindingFolder(folder, finding, { ...about, played: [] });
  if (finding.exec.clients.length === 0 || cut?.aborted) return unplayed;
  const from = Date.now();
  const { played, shown } = await playedAgain(finding, target, judging);
  const to = Date.now();
  // It was cut off in the middle: what was seen then is no evidence.
  if (cut?.aborted) return unplayed;
  const asCase = await caseThatShows(finding, shown, target, judging);
  const { expected, wrong } = shown;
  const both = wrong && expected ? { played: [wrong], right: expected } : { played };
  const own = Object.values(target.accounts).flatMap((account) => (account?.own ? [account.password] : []));
  return async () => {
    const frames = played.length > 0 ? await capture?.framesBetween(from, to) : undefined;
    const evidence: FindingEvidence = { ...about, ...both, frames, ...asCase };
    return writeFindingFolder(folder, finding, maskedEvidence(evidence, own));
  };
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
  // Nobody was there: a refused connection is no evidence.
  const played = judged.unreachable === undefined ? judged.played.clients : [];
  return { played, shown: (shown ?? {}) as Shown };
}

/** The session before may have killed it. What does not come up is told by the next one. */
export async function wake(target: RunningTarget): Promise<void> {
  try {
    await revive(target);
  } catch (error) {
    if (!(error instanceof TargetError)) throw error;
  }
}

/**
 * The finding in the language of cases: where its own cuts cannot be said there, with those that show it as well. Whether the
 * case deviates is told where it was run often enough, and of what never came again it is not asked.
 */
async function caseThatShows(finding: ToldFinding, shown: Shown, target: RunningTarget, judging: JudgeContext): Promise<AsCase> {
  const { wrong } = shown;
  const { cut } = judging.target;
  const { cuts, ...client } = wrong?.client ?? finding.exec.clients[0];
  const ways = cuts === undefined ? [client] : (['fields', 'bytes'] as const).map((delivery) => ({ ...client, delivery }));
  const tries = wrong ? TRIES : 1;
  let passes: WrittenCase | undefined;
  for (const way of ways) {
    const said = wrong ? { ...shown, wrong: { ...wrong, client: way } } : shown;
    const { clients } = finding.exec;
    const asCase = caseOf({ ...finding, exec: { clients: [way, ...clients.slice(1)] } }, said);
    const read = asCase && asRead(asCase);
    if (!read) return {};
    passes ??= cuts === undefined ? asCase : undefined;
    if (finding.again.shown === 0) return { asCase: passes };
    for (let i = 1; i <= tries; i++) {
      await wake(target);
      const deviates = await shows(read, target, judging);
      if (cut?.aborted) return { asCase: passes };
      if (deviates) return { asCase, caseRuns: { deviates: 1, of: i } };
    }
  }
  return { asCase: passes, caseRuns: { deviates: 0, of: tries } };
}

type AsCase = Pick<FindingEvidence, 'asCase' | 'caseRuns'>;

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
