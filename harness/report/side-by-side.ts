import type { LabelledPacket } from '../codec/conversation.ts';
import { endingInWords } from '../run/describe.ts';
import type { CheckResult } from '../run/result.ts';
import type { Colors } from './color.ts';
import { fieldsInWords, headline } from './field-value.ts';
import { cut, flow, oneLine, wrap } from './layout.ts';
import { endedAt, storyOf } from './wire-story.ts';

/** Packets of one side that are shown, and lines of one packet's fields. */
const MOST_PACKETS = 12;
const MOST_FIELD_LINES = 8;
const BETWEEN = '  ';
const DIFFERS = '≠ ';

interface Block {
  /** Equal where the same was done, whatever the scramble. */
  readonly key: string;
  /** What it is; and its fields, told where nothing else parts the two. */
  readonly lines: readonly string[];
  readonly more: readonly string[];
}

/** What two targets did in the same check, packet beside packet; `≠` marks where they part. */
export function sideBySide(before: CheckResult, after: CheckResult, columns: number, c: Colors): string[] {
  const width = Math.max(24, Math.floor((columns - BETWEEN.length - DIFFERS.length) / 2));
  const [left, right] = [blocksOf(before, width), blocksOf(after, width)];
  const parts = (i: number): boolean => left[i]?.key !== right[i]?.key;
  const inFields = !left.some((block, i) => block.more.length > 0 && parts(i)) && left.length === right.length;
  const told = (block: Block | undefined, differs: boolean): readonly string[] => [
    ...(block?.lines ?? []),
    ...(differs || inFields ? (block?.more ?? []) : []),
  ];
  const lines = [row(' ', cut(oneLine(before.target), width), cut(oneLine(after.target), width), width, c.bold)];
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const differs = parts(i);
    const [one, other] = [told(left[i], differs), told(right[i], differs)];
    for (let at = 0; at < Math.max(one.length, other.length); at++)
      lines.push(row(differs && at === 0 ? DIFFERS : '', one[at] ?? '', other[at] ?? '', width, differs ? c.yellow : undefined));
  }
  return lines;
}

function row(mark: string, left: string, right: string, width: number, paint: ((text: string) => string) | undefined): string {
  const line = `${mark.padEnd(DIFFERS.length)}${left.padEnd(width)}${BETWEEN}${right}`.trimEnd();
  return paint ? paint(line) : line;
}

function blocksOf(result: CheckResult, width: number): Block[] {
  const { transcript, observation, verdict, reason } = result;
  if (!transcript) {
    const says = verdict === 'skipped' ? `not asked: ${reason ?? ''}` : `its packets were not kept; it did: ${observation}`;
    return [{ key: observation, lines: wrap(oneLine(says), width), more: [] }];
  }
  const story = storyOf(transcript);
  const packets = [
    ...story.lines.flatMap((line) => line.packets.map((packet) => ({ packet, at: line.event.at }))),
    ...story.left.map((packet) => ({ packet, at: undefined })),
  ];
  const shown = packets.slice(0, MOST_PACKETS).map(({ packet, at }) => packetBlock(packet, at, width));
  const more =
    packets.length > MOST_PACKETS
      ? [{ key: `${packets.length}`, lines: [`and ${packets.length - MOST_PACKETS} more packets`], more: [] }]
      : [];
  const ended = endedAt(transcript);
  const ending = endingInWords(transcript.ending);
  return [
    ...shown,
    ...more,
    { key: ending, lines: [`ended: ${ending}${ended === undefined ? '' : ` at ${ended.toFixed(1)} ms`}`], more: [] },
  ];
}

function packetBlock(packet: LabelledPacket, at: number | undefined, width: number): Block {
  const mine = packet.from === 'client';
  const first = wrap(`${mine ? '>' : '<'} ${oneLine(headline(packet))}${at === undefined ? '' : ` at ${at.toFixed(1)} ms`}`, width);
  const fields = mine
    ? []
    : flow(
        fieldsInWords(packet).map((field) => oneLine(field)),
        width - 2,
      ).map((line) => `  ${line}`);
  const rest = fields.length > MOST_FIELD_LINES ? [...fields.slice(0, MOST_FIELD_LINES), '  …'] : fields;
  const problem = packet.problem ? wrap(oneLine(packet.problem), width - 2).map((line) => `  ${line}`) : [];
  const told = ['errorCode', 'statusFlags'].map((field) => String(packet.value?.[field] ?? '')).join(' ');
  return {
    key: `${packet.from} ${packet.name} ${packet.sequenceId ?? ''} ${told} ${packet.problem ?? ''}`,
    lines: [...first, ...problem],
    more: rest,
  };
}
