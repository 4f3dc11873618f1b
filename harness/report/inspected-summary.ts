import type { LintRule } from '../case/lint-rule.ts';
import type { Finding } from '../inspect/finding.ts';
import type { Inspected } from '../inspect/inspected.ts';
import type { InspectionEnd } from '../inspect/inspection.ts';
import { isBroken } from '../inspect/totals.ts';
import type { RecordedCheck } from '../run/result.ts';
import { Alike, storyOf } from './alike.ts';
import { captureTime } from './capture-time.ts';
import type { Colors } from './color.ts';
import { storyLines } from './inspected-story.ts';
import { totalLines } from './inspected-totals.ts';
import { count, duration, oneLine, wrap } from './layout.ts';
import { manualsAbout, manualsOf } from './manual-line.ts';
import { recordedTable } from './recorded-table.ts';
import { wireText } from './wire-text.ts';

/** Connections told one by one; with more, those that did the same are told once. */
const MOST_SINGLE = 40;
const MOST_STORIES = 500;
/** Places of a broken rule that are told. */
const MOST_PLACES = 5;
const MOST_CHECKS = 1000;

interface Story {
  readonly lines: readonly string[];
  readonly streams: number[];
  count: number;
}
interface Broken {
  readonly finding: Finding;
  readonly places: { readonly stream: number; readonly finding: Finding }[];
  /** Of the servers; undefined where the capture does not show it. */
  readonly dialects: Set<Inspected['dialect']>;
  count: number;
}

/** A health check, and how many got the same. */
type Counted = Omit<RecordedCheck, 'count'> & { count: number };
/** What is told of connections that did the same. */
interface Told {
  readonly story: Story;
  /** Undefined where they are no health checks, or of too many kinds. */
  readonly check: Counted | undefined;
}

const brokenBy = ({ rule, side }: Finding): string => `${rule} ${side}`;

/** Collects what a summary needs of connections as they go by; bounded, however many they are. */
export class InspectedSummary {
  readonly #stories = new Map<string, Story>();
  readonly #alike = new Alike<Told>();
  readonly #single: Inspected[] = [];
  readonly #broken = new Map<string, Broken>();
  readonly #checks = new Map<string, Counted>();
  #connections = 0;
  #untold = 0;

  add(one: Inspected): void {
    this.#connections++;
    if (this.#single.length < MOST_SINGLE) this.#single.push(one);
    this.#tellStory(one);
    for (const finding of one.findings) this.#tellFinding(one, finding);
  }

  lines(end: InspectionEnd, rules: readonly LintRule[], file: string, columns: number, c: Colors): string[] {
    const grouped = this.#connections > MOST_SINGLE;
    const told = grouped ? this.#groups(columns, c) : this.#ones(columns, c);
    const checks = recordedTable([...this.#checks.values()], columns, c);
    return [
      ...told,
      ...(checks.length > 0 ? [c.bold('Health checks: what each got'), ...checks, ''] : []),
      ...this.#findings(rules, file, columns, c),
      ...totalLines(end, columns),
    ];
  }

  #tellStory(one: Inspected): void {
    const { story, check } = this.#alike.find(one) ?? this.#toldOf(one);
    if (check) check.count++;
    if (!story) {
      this.#untold++;
      return;
    }
    story.count++;
    if (story.streams.length < MOST_PLACES) story.streams.push(one.stream);
  }

  #toldOf(one: Inspected): Partial<Told> {
    const check = one.check ? this.#checkOf(one) : undefined;
    const story = this.#storyOf(one);
    if (!story) return { check };
    const told = { story, check };
    this.#alike.keep(one, told);
    return told;
  }

  #storyOf(one: Inspected): Story | undefined {
    const key = storyOf(one);
    let story = this.#stories.get(key);
    if (!story && this.#stories.size < MOST_STORIES) {
      story = { lines: key.split('\n'), streams: [], count: 0 };
      this.#stories.set(key, story);
    }
    return story;
  }

  #tellFinding({ stream, dialect }: Inspected, finding: Finding): void {
    const key = brokenBy(finding);
    let known = this.#broken.get(key);
    if (!known) {
      known = { finding, places: [], dialects: new Set(), count: 0 };
      this.#broken.set(key, known);
    }
    known.dialects.add(dialect);
    known.count++;
    if (known.places.length < MOST_PLACES) known.places.push({ stream, finding });
  }

  #checkOf(one: Inspected): Counted | undefined {
    const check = recordedCheck(one);
    const key = checkBy(check);
    const known = this.#checks.get(key);
    if (known || this.#checks.size >= MOST_CHECKS) return known;
    this.#checks.set(key, check);
    return check;
  }

  #ones(columns: number, c: Colors): string[] {
    return [...this.#single]
      .sort((a, b) => a.stream - b.stream)
      .flatMap((one) => [
        `${c.bold(`#${one.stream}`)}  ${one.client} > ${one.server}  frames ${one.frames.first} to ${one.frames.last}  ${when(one)}`,
        ...indented(storyLines(one), columns),
        '',
      ]);
  }

  #groups(columns: number, c: Colors): string[] {
    const stories = [...this.#stories.values()].sort((a, b) => b.count - a.count);
    const lines = stories.flatMap((story) => {
      const more = story.count > story.streams.length ? ', …' : '';
      const head = `${c.bold(count(story.count, 'connection'))}  to ${story.lines[0]}  (${story.streams.map((n) => `#${n}`).join(', ')}${more})`;
      return [head, ...indented(story.lines.slice(1), columns), ''];
    });
    return this.#untold > 0
      ? [...lines, `${count(this.#untold, 'connection')} more, of other stories, are not told: --json has all.`, '']
      : lines;
  }

  #findings(rules: readonly LintRule[], file: string, columns: number, c: Colors): string[] {
    if (this.#broken.size === 0) return [];
    const list = [...this.#broken.values()].sort((a, b) => Number(isBroken(b.finding)) - Number(isBroken(a.finding)) || b.count - a.count);
    const broken = list.filter(({ finding }) => isBroken(finding));
    const notes = list.filter(({ finding }) => !isBroken(finding));
    return [
      ...(broken.length > 0
        ? [c.bold('What breaks the protocol'), ...broken.flatMap((one) => findingLines(one, rules, file, columns, c)), '']
        : []),
      ...(notes.length > 0
        ? [c.bold('Worth knowing, and nobody is accused'), ...notes.flatMap((one) => noteLines(one, columns, c)), '']
        : []),
    ];
  }
}

function findingLines(broken: Broken, rules: readonly LintRule[], file: string, columns: number, c: Colors): string[] {
  const { finding, places } = broken;
  const rule = rules.find(({ id }) => id === finding.rule);
  const all = rule?.source ?? [];
  const pages = finding.side === 'client' ? manualsAbout(all, finding.packet) : all;
  const lines = [
    ...places.map(
      (place) =>
        `#${place.stream}, frame ${place.finding.frame}, ${wireText(place.finding.packet, 40)} at offset ${place.finding.offset}: ${oneLine(place.finding.says, 300)}`,
    ),
    ...(broken.count > places.length ? [`and ${broken.count - places.length} more times`] : []),
    ...(rule ? [`must hold: ${rule.title}`] : []),
    ...manualsOf(pages, broken.dialects).map(({ manual, page, says, url }) => `${manual}, ${page}: ${says} (${url})`),
    `see it: mywire inspect ${quoted(file)} --connection ${places[0]?.stream} --packets   Wireshark: tcp.stream == ${places[0]?.stream} (frame ${places[0]?.finding.frame})`,
  ];
  return [
    `${c.red(`${finding.side} breaks ${finding.rule}`)} (${finding.level}), ${count(broken.count, 'time')}`,
    ...indented(lines, columns),
  ];
}

/** For a shell, where the name needs it; harmless on a terminal. */
function quoted(file: string): string {
  return /^[\w@%+=:,./-]+$/.test(file) ? file : `'${oneLine(file).replaceAll("'", "'\\''")}'`;
}

/** A note: who, how often, and the first place. */
function noteLines({ finding, places, count: times }: Broken, columns: number, c: Colors): string[] {
  const text = `${finding.side}: ${oneLine(finding.says, 300)}`;
  const where = places.map((place) => `#${place.stream} frame ${place.finding.frame}`).join(', ');
  return [
    `${c.yellow(finding.rule)}, ${count(times, 'time')} (${where}${times > places.length ? ', …' : ''})`,
    ...indented([text], columns),
  ];
}

const checkBy = ({ server, mode, outcome }: Counted): string => `${server} ${mode} ${outcome}`;

/** What a health check got, as the table of recordings tells it. */
function recordedCheck(one: Inspected): Counted {
  const server = `${one.server}${one.serverVersion === undefined ? '' : ` ${wireText(one.serverVersion, 30)}`}`;
  const { how, by } = one.ending;
  const [error] = one.errors;
  const err = error ? [`ERR ${error.code}${error.sqlState === undefined ? '' : `#${wireText(error.sqlState, 5)}`}`] : [];
  // MySQL tells a client that has gone that it cannot read it any more: nobody has seen that.
  const unseen = error !== undefined && by === 'client' && one.ending.frame !== undefined && error.frame > one.ending.frame;
  const answers = [
    ...(one.serverVersion === undefined ? [] : ['greeting']),
    ...(one.login === 'accepted' ? ['OK'] : []),
    ...(unseen ? [] : err),
  ];
  const ending = by === 'client' ? 'client closed first' : how === 'open' ? 'still open' : how.toUpperCase();
  const outcome = [...(answers.length > 0 ? answers : ['no byte']), ending, ...(unseen ? err.map((text) => `then ${text}`) : [])].join(
    ', ',
  );
  // What decided the check came first: a greeting for those without a user, the OK of the login for the others.
  const good = one.login === 'accepted' || (one.check === 'no user' && one.serverVersion !== undefined);
  const verdict = good ? 'OK' : error ? 'ERR' : how === 'open' ? 'open' : (how.toUpperCase() as RecordedCheck['verdict']);
  return { file: '', server, mode: one.check ?? '', outcome, count: 0, verdict };
}

const indented = (lines: readonly string[], columns: number): string[] =>
  lines.flatMap((line) => wrap(line, columns - 6).map((part, i) => `${i === 0 ? '    ' : '      '}${part}`));

function when({ startedNs, endedNs }: Inspected): string {
  const started =
    captureTime(startedNs)
      ?.replace('T', ' ')
      .replace(/\d{3}Z$/, '') ?? 'at no time';
  if (startedNs === 0n && endedNs === 0n) return started;
  const ms = Number(endedNs - startedNs) / 1e6;
  return `${started}  ${ms < 0 ? `the clock of the capture went back by ${duration(-ms)}` : duration(ms)}`;
}
