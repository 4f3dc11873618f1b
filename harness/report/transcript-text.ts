import type { LabelledPacket } from '../codec/conversation.ts';
import { endingInWords } from '../run/describe.ts';
import type { Transcript, TranscriptEvent } from '../wire/transcript.ts';
import { headline, hexOf } from './field-value.ts';
import { count, oneLine } from './layout.ts';
import { fieldLines } from './packet-fields.ts';
import { storyOf, type WireStory } from './wire-story.ts';

/** Packets told field by field; a peer that floods does not fill the disk. */
const MOST_PACKETS = 2000;
/** Bytes shown of what has no fields. */
const MOST_BYTES = 1024;
const TIME = 12;

/**
 * A transcript for a person: a line per event with its time (ms since the connection was asked for) and direction
 * (`->` from us), below it the packets it completed, and per field its offset and length in the payload.
 */
export function transcriptAsText(transcript: Transcript): string {
  const story = storyOf(transcript);
  let told = 0;
  const lines = story.lines.flatMap(({ event, packets }) => {
    const shown = packets.slice(0, Math.max(0, MOST_PACKETS - told));
    told += packets.length;
    return [eventLine(event), ...shown.flatMap((packet) => packetLines(story, packet))];
  });
  const more = told > MOST_PACKETS ? [`${' '.repeat(TIME)}  (${told - MOST_PACKETS} more packets are not told)`] : [];
  const left = story.left.flatMap((packet) => packetLines(story, packet));
  return [...lines, ...more, ...left, `${' '.repeat(TIME)}  ending: ${endingInWords(transcript.ending)}`, ''].join('\n');
}

function eventLine(event: TranscriptEvent): string {
  return `${event.at.toFixed(3).padStart(TIME)}  ${oneLine(eventInWords(event))}`;
}

const notKept = ({ leftOut }: { readonly leftOut?: number }): string => (leftOut ? `, and ${leftOut} more that were not kept` : '');

/** Begins with the way: '->  ', '<-  ' or four spaces. */
export function eventInWords(event: TranscriptEvent): string {
  switch (event.kind) {
    case 'connected':
      return `    connected, ${event.local} to ${event.remote}`;
    case 'sent':
      return `->  ${count(event.bytes.length, 'byte')} in ${count(event.segments.length, 'segment')}${notKept(event)}: ${event.label}`;
    case 'received':
      return `<-  ${count(event.bytes.length, 'byte')}${notKept(event)}`;
    case 'tls':
      return `    TLS is on: ${event.version}, ${event.cipher}`;
    case 'half-closed':
      return '->  FIN (we read on)';
    case 'reset-sent':
      return '->  RST';
    case 'waited': {
      const outcome = { met: 'it came', ended: 'the connection ended', limit: 'the limit passed', 'under way': 'bytes still came or went' }[
        event.outcome
      ];
      return `    waited ${event.ms.toFixed(3)} ms for ${event.name}: ${outcome}`;
    }
    case 'fin':
    case 'rst':
      return `<-  ${event.kind.toUpperCase()}${event.detail ? ` (${event.detail})` : ''}`;
    case 'refused':
    case 'failed':
      return `    ${event.kind === 'refused' ? 'connection refused' : 'failed'}${event.detail ? `: ${event.detail}` : ''}`;
    case 'closed-by-us':
      return '    closed by us';
  }
}

function packetLines(story: WireStory, packet: LabelledPacket): string[] {
  const arrow = packet.from === 'client' ? '->' : '<-';
  const indent = ' '.repeat(TIME + 2);
  const problem = packet.problem ? `  PROBLEM: ${oneLine(packet.problem)}` : '';
  const head = `${indent}${arrow}  ${headline(packet)}, at offset ${packet.offset}${problem}`;
  const fields = fieldLines(packet).map((line) => `${indent}      ${line}`.trimEnd());
  if (fields.length > 0 && !packet.problem) return [head, ...fields];
  return [head, ...fields, `${indent}      bytes ${hexOf(story.wireBytes(packet), MOST_BYTES)}`];
}
