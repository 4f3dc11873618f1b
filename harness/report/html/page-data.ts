import type { CapturedFrame } from '../../pcap/captured-frame.ts';
import type { CheckResult, RunReport, TargetReport } from '../../run/result.ts';
import { checkAsPcapng } from '../check-capture.ts';
import { deviationOf } from '../deviations.ts';
import { exitCodeOf } from '../exit-code.ts';
import { duration, oneLine } from '../layout.ts';
import { manualLine } from '../manual-line.ts';
import { repeatCommand } from '../repeat.ts';
import { counted } from '../tally.ts';
import type { PageCase, PageData, PageKind, PageResult, PageStory } from './data.ts';
import { legsOf } from './legs.ts';
import { packed } from './packed.ts';
import { GREEN, NOT_GREEN, wireOf } from './story-data.ts';

export interface HtmlOptions {
  /** Two targets by name, baseline and candidate: the page opens with what differs between them. */
  readonly compare?: readonly [baseline: string, candidate: string];
  /** What the candidate's result is beside the baseline's, where somebody has judged that; else the page compares what was seen. */
  readonly kindOf?: (result: CheckResult) => PageKind | undefined;
  /** Of a gate: what it ends with, and the results that stop it, what to look at first in front. */
  readonly gate?: { readonly exit: PageData['exit']; readonly stops: readonly CheckResult[] };
  /** Captured frames of a result, where there was a capture. */
  readonly captures?: (result: CheckResult) => readonly CapturedFrame[] | undefined;
  /** The folder of evidence of a result, relative to the file, with / between its parts. */
  readonly evidence?: (result: CheckResult) => string | undefined;
}

/** Everything that rides in the file. */
export interface Freight {
  readonly data: PageData;
  /** Stories of the results in order, block by block, packed. */
  readonly stories: readonly string[];
  /** pcapng files by result, packed. */
  readonly captures: ReadonlyMap<number, string>;
}

/** Characters of stories in a block: what a click has to unpack. */
const BLOCK = 256 * 1024;
/** Bytes of one pcapng, and of all in the file (packed). */
const MOST_CAPTURE = 256 * 1024;
const MOST_CAPTURES = 8 * 1024 * 1024;
const MOST_TALLIED = 20;

/** A run as the page's data. */
export function freightOf(report: RunReport, options: HtmlOptions): Freight {
  const strings = new Numbers<string>((text) => text);
  const sources = new Numbers<PageData['sources'][number]>(({ says, url }) => `${url}\n${says}`);
  const cases = new Numbers<PageCase>(({ id }) => id);
  const captures = new Map<number, string>();
  const results: PageResult[] = [];
  const blocks: number[] = [];
  const stories: string[] = [];
  let room = MOST_CAPTURES;
  let block: string[] = [];
  let size = 0;
  const close = (): void => {
    if (block.length > 0) stories.push(packed(`[${block.join(',')}]`));
    block = [];
    size = 0;
  };
  for (const [at, target] of report.targets.entries())
    for (const result of target.results) {
      const frames = options.captures?.(result);
      const file = result.verdict === 'pass' ? undefined : captureOf(result, target, report, frames, room);
      if (file) captures.set(results.length, file.packed);
      room -= file?.packed.length ?? 0;
      if (block.length === 0) blocks.push(results.length);
      const story = JSON.stringify(storyOf(result, report.command, frames, options.evidence?.(result)));
      block.push(story);
      size += story.length;
      results.push([
        cases.of(caseOf(result, sources)),
        at,
        strings.of(result.delivery),
        counted(result),
        result.reason ? strings.of(oneLine(result.reason)) : -1,
        result.observation ? strings.of(oneLine(result.observation)) : -1,
        file?.size ?? 0,
      ]);
      if (size >= BLOCK) close();
    }
  close();
  const { kindOf, gate } = options;
  const all = report.targets.flatMap((target) => target.results);
  const kinds = kindOf
    ? all.flatMap((result, i) => {
        const kind = kindOf(result);
        return kind ? [[i, kind] as const] : [];
      })
    : null;
  const data: PageData = {
    mywire: oneLine(report.mywire),
    startedAt: oneLine(report.startedAt),
    command: oneLine(report.command),
    took: duration(report.ms),
    exit: gate ? { code: gate.exit.code, reason: oneLine(gate.exit.reason) } : exitCodeOf(report),
    targets: report.targets.map((target) => ({
      name: oneLine(target.target),
      versions: oneLine(target.versions),
      took: duration(target.ms),
      notes: target.notes.map((note) => oneLine(note)),
      problems: target.expectationProblems.map((problem) => oneLine(problem)),
      failure: target.failure ? oneLine(`${target.failure.says} (${target.failure.code})`) : '',
    })),
    problems: report.problems.map((problem) => oneLine(problem)),
    untested: report.untested.map((one) => oneLine(one)),
    strings: strings.all,
    sources: sources.all,
    cases: cases.all,
    results,
    blocks,
    compare: options.compare ? pairOf(report, options.compare) : null,
    kinds,
    stops: gate ? gate.stops.map((result) => all.indexOf(result)).filter((at) => at >= 0) : null,
  };
  return { data, stories, captures };
}

/** Two targets of one name (the same, before and after) are its first and its last. */
function pairOf({ targets }: RunReport, [before, after]: readonly [string, string]): readonly [number, number] | null {
  const pair = [targets.findIndex(({ target }) => target === before), targets.findLastIndex(({ target }) => target === after)] as const;
  return pair.includes(-1) ? null : pair;
}

function caseOf(result: CheckResult, sources: Numbers<PageData['sources'][number]>): PageCase {
  return {
    id: oneLine(result.case),
    area: oneLine(result.area),
    title: oneLine(result.title),
    level: result.level,
    sources: result.source.map((source) => sources.of({ says: manualLine(source), url: followable(source.url) })),
    link: oneLine(result.link ?? ''),
  };
}

/** Cases of a user's file may have any text as an address. */
function followable(url: string): string {
  return /^https?:\/\/[^\s"'<>\\]+$/.test(url) ? oneLine(url) : '';
}

function captureOf(
  result: CheckResult,
  target: TargetReport,
  report: RunReport,
  frames: readonly CapturedFrame[] | undefined,
  room: number,
): { readonly size: number; readonly packed: string } | undefined {
  const file = checkAsPcapng(result, target, report, frames);
  if (!file || file.length > MOST_CAPTURE) return undefined;
  const content = packed(file);
  return content.length > room ? undefined : { size: file.length, packed: content };
}

function storyOf(
  result: CheckResult,
  command: string,
  frames: readonly CapturedFrame[] | undefined,
  evidence: string | undefined,
): PageStory {
  const { expected, got } = deviationOf(result);
  const { transcript, known, tries, deviatingTries } = result;
  return {
    expected: oneLine(expected),
    got: result.verdict === 'pass' ? '' : oneLine(got),
    known: known ? { reason: oneLine(known.reason), link: oneLine(known.link) } : null,
    tries: tries > 1 ? `${tries}, of which ${deviatingTries} deviated${deviatingTries > 0 ? '; the first that did is shown' : ''}` : '',
    tally: Object.entries(result.tally ?? {})
      .sort(([, a], [, b]) => b - a)
      .slice(0, MOST_TALLIED)
      .map(([observation, n]) => [n, oneLine(observation)]),
    took: duration(result.ms),
    repeat: repeatCommand(result, command),
    evidence: evidence ?? '',
    wire: transcript
      ? {
          ...wireOf(transcript, result.verdict === 'pass' ? GREEN : NOT_GREEN),
          legs: frames && frames.length > 0 ? legsOf(frames, transcript.startedAt) : [],
        }
      : null,
  };
}

/** Values that stand once, each with its number. */
class Numbers<T> {
  readonly all: T[] = [];
  readonly #known = new Map<string, number>();
  readonly #key: (value: T) => string;

  constructor(key: (value: T) => string) {
    this.#key = key;
  }

  of(value: T): number {
    const key = this.#key(value);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    this.#known.set(key, this.all.length);
    return this.all.push(value) - 1;
  }
}
