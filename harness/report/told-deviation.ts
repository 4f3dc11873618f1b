import type { LabelledPacket, Side } from '../codec/conversation.ts';
import { endingInWords } from '../run/describe.ts';
import type { CheckResult } from '../run/result.ts';
import type { Colors } from './color.ts';
import { deviationOf, type ToldDeviation } from './deviations.ts';
import { fieldsInWords, headline, hexRows } from './field-value.ts';
import { count, flow, hang, oneLine, wrap } from './layout.ts';
import { manualLine } from './manual-line.ts';
import { repeatCommand } from './repeat.ts';
import { endedAt, storyOf, type WireStory } from './wire-story.ts';

/** Width of the labels at the left, and of the times behind them, in characters. */
const LABEL = 11;
const TIME = 10;
/** Packets told per direction; the transcript in the evidence has all. */
const MOST_PACKETS = 12;
/** Bytes of a packet that are shown. */
const MOST_BYTES = 64;
const MOST_TALLIED = 8;

export interface TellingOptions {
  readonly columns: number;
  readonly c: Colors;
  /** The command of the run, for what must be repeated. */
  readonly command: string;
  /** Where the evidence lies. */
  readonly folder?: string | undefined;
}

/** A deviation told like a bug report. */
export function toldDeviation(told: ToldDeviation, { columns, c, command, folder }: TellingOptions): string[] {
  const { shown } = told;
  const { expected, got } = deviationOf(shown);
  const width = Math.max(30, columns - LABEL - 2);
  const part = (label: string, lines: readonly string[]): string[] => hang(`  ${label}`, lines, LABEL + 2, c.dim);
  const text = (label: string, says: string): string[] => part(label, wrap(oneLine(says), width));
  const story = shown.transcript && storyOf(shown.transcript);
  return [
    `${c.red('FAIL')}  ${c.bold(shown.level)}  ${c.bold(oneLine(shown.case))}`,
    ...wrap(oneLine(shown.title), columns - 2).map((line) => `  ${line}`),
    ...text('target', shown.target),
    ...text('delivery', told.same.map((r) => r.delivery).join(', ')),
    ...part('tries', triesLines(shown, width)),
    ...(story ? part('sent', sideLines(story, 'client', width)) : []),
    ...(story ? part('received', sideLines(story, 'server', width)) : []),
    ...(shown.transcript ? text('ended', endingLine(shown)) : []),
    ...(expected === '' ? [] : text('expected', expected)),
    ...text('got', got),
    ...told.others.flatMap((same) => text('', otherLine(same))),
    ...shown.source.flatMap((source, i) => [...text(i === 0 ? 'manual' : '', manualLine(source)), ...part('', [oneLine(source.url)])]),
    ...(told.alsoIn.length > 0 ? text('also in', alsoLine(told)) : []),
    ...(shown.link ? part('link', [oneLine(shown.link)]) : []),
    ...(folder ? part('evidence', [oneLine(folder)]) : []),
    ...part('repeat', [c.cyan(repeatCommand(shown, command))]),
  ];
}

function alsoLine({ shown, alsoIn }: ToldDeviation): string {
  const what = shown.deviation?.axis === 'liveness' ? 'the same deviation' : 'the same bytes sent and the same deviation';
  return `${count(alsoIn.length, 'more case')} with ${what}: ${alsoIn.join(', ')}`;
}

function otherLine(same: readonly CheckResult[]): string {
  const first = same[0] as CheckResult;
  const { expected, got } = deviationOf(first);
  const wanted = expected === '' ? '' : `; expected: ${expected}`;
  return `under ${same.map((r) => r.delivery).join(', ')}: ${got}${wanted}`;
}

/** How often it happened, where the case tries more than once. */
function triesLines(result: CheckResult, width: number): string[] {
  if (result.tries <= 1) return [];
  const tally = Object.entries(result.tally ?? {}).sort(([, a], [, b]) => b - a);
  const digits = String(tally[0]?.[1] ?? 0).length;
  const lines = tally
    .slice(0, MOST_TALLIED)
    .flatMap(([observation, n]) => hang(`${String(n).padStart(digits)} x `, wrap(oneLine(observation), width - digits - 3), digits + 3));
  const more = tally.length > MOST_TALLIED ? [`and ${tally.length - MOST_TALLIED} more kinds of answer`] : [];
  return [`${result.tries}, of which ${result.deviatingTries} deviated; the first that did is shown`, ...lines, ...more];
}

function endingLine(result: CheckResult): string {
  const transcript = result.transcript as NonNullable<CheckResult['transcript']>;
  const at = endedAt(transcript);
  const when = at === undefined ? '' : `, ${at.toFixed(1)} ms after the connection was asked for`;
  return `${endingInWords(transcript.ending)}${when}`;
}

/** The packets of one direction with their times, fields and bytes. */
function sideLines(story: WireStory, side: Side, width: number): string[] {
  const kind = side === 'client' ? 'sent' : 'received';
  const packets = story.lines.flatMap(({ event, packets }) =>
    event.kind === kind ? packets.map((packet) => ({ at: event.at, packet })) : [],
  );
  const left = story.left.filter((packet) => packet.from === side).map((packet) => ({ at: undefined, packet }));
  const all = [...packets, ...left];
  if (all.length === 0) return ['nothing'];
  const lines = all.slice(0, MOST_PACKETS).flatMap(({ at, packet }) => packetLines(story, at, packet, width));
  const more = all.length > MOST_PACKETS ? [`and ${all.length - MOST_PACKETS} more packets`] : [];
  return [...labelLines(story, side, width), ...lines, ...more];
}

/** What the case calls the bytes it sent. */
function labelLines(story: WireStory, side: Side, width: number): string[] {
  if (side !== 'client') return [];
  const labels = story.lines.flatMap(({ event }) => (event.kind === 'sent' && event.label !== '' ? [event.label] : []));
  return labels.length === 0 ? [] : wrap(oneLine(labels.join(', then ')), width);
}

function packetLines(story: WireStory, at: number | undefined, packet: LabelledPacket, width: number): string[] {
  const room = Math.max(20, width - TIME);
  // Of a server packet that reads well the fields say it all; ours are shown byte for byte.
  const plain = packet.from === 'server' && packet.spans !== undefined && !packet.problem;
  const lines = [
    ...wrap(headline(packet), room),
    ...flow(fieldsInWords(packet), room),
    ...(packet.problem ? wrap(oneLine(packet.problem), room) : []),
    ...(plain ? [] : hexRows(story.wireBytes(packet), MOST_BYTES, room)),
  ];
  return hang(at === undefined ? '' : `${at.toFixed(1)} ms`, lines, TIME);
}
