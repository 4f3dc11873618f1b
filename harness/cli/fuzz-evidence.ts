import { join } from 'node:path';
import { caseOf } from '../fuzz/case-of.ts';
import { type JudgeContext, judge } from '../fuzz/judge.ts';
import { play } from '../fuzz/play.ts';
import type { CapturedFrame } from '../pcap/captured-frame.ts';
import type { WrittenCase } from '../replay/to-case.ts';
import { type FindingEvidence, writeFindingFolder } from '../report/fuzz-evidence.ts';
import type { ToldFinding } from '../report/fuzzed.ts';
import { versionsOf } from '../report/node-files.ts';
import { carried, shellWord } from '../report/repeat.ts';
import { parseCases } from '../run/case-file.ts';
import { usualLimits } from '../run/limits.ts';
import { toldNode } from '../run/run-target.ts';
import { tryCase } from '../run/try-case.ts';
import type { RunningTarget } from '../target/target.ts';
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
  const words = [
    'mywire fuzz',
    shellWord(target.name),
    '--exec',
    'PATH',
    '--oracle',
    finding.oracle,
    '--seed',
    String(judging.seed),
    ...carried(command),
  ];
  const about = { mywire: version(), target: target.name, versions: versionsOf(nodes), nodes, repeat: words.join(' ') };
  if (finding.exec.clients.length === 0) return writeFindingFolder(folder, finding, { ...about, played: [] });
  const { frames, violations, played } = await playedAgain(finding, target, judging);
  const expected = violations.find(({ kind }) => kind === finding.kind)?.expected;
  const asCase = caseOf(finding, expected);
  const evidence: FindingEvidence = { ...about, played, frames, asCase, caseShows: asCase && (await shows(asCase, target, judging)) };
  return writeFindingFolder(folder, finding, evidence);
}

async function playedAgain({ exec, oracle, path }: ToldFinding, target: RunningTarget, judging: JudgeContext) {
  const capture = await captureOf(target);
  const played = await play(exec, { ...judging.target, keepsTranscript: true });
  let frames: readonly CapturedFrame[] | undefined;
  if (capture) {
    await capture.settled();
    await capture.stop();
    frames = capture.connections.flatMap((one) => capture.framesOf(one)).sort((a, b) => a.number - b.number);
  }
  const { violations } = await judge(exec, path, { ...judging, oracles: judging.oracles.filter(({ name }) => name === oracle) }, 'every');
  return { played: played.clients, frames, violations };
}

async function captureOf(target: RunningTarget): Promise<LiveCapture | undefined> {
  const ports = [...new Set([target.front.port, ...target.legs.map((leg) => leg.to.port)])];
  try {
    return await LiveCapture.start(ports);
  } catch (error) {
    if (error instanceof WireError) return undefined; // not permitted here: the socket's transcript stands in
    throw error;
  }
}

/** Does the case, read as `mywire run --cases` reads it, deviate on the target? */
async function shows(written: WrittenCase, { front, accounts, database }: RunningTarget, judging: JudgeContext): Promise<boolean> {
  const [one] = parseCases(JSON.stringify([written]), 'case.yaml');
  if (!one) return false;
  const limits = { ...usualLimits, answerMs: judging.target.limitMs };
  const tried = await tryCase(one, written.deliveries[0], {
    endpoint: front,
    accounts,
    limits,
    ...(database === undefined ? {} : { database }),
  });
  return tried.deviation !== undefined;
}
