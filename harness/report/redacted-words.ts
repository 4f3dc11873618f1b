import { createReadStream } from 'node:fs';
import { ending } from '../pcap/ending.ts';
import { OpenCapture } from '../pcap/open-capture.ts';
import { TcpReassembler } from '../pcap/reassemble.ts';
import type { TcpConnection, TcpEvent } from '../pcap/tcp-connection.ts';
import { tcpSegment } from '../pcap/tcp-segment.ts';
import type { TranscriptEvent } from '../wire/transcript.ts';
import { count, oneLine } from './layout.ts';
import { codeBlock, plain } from './markdown.ts';
import { transcriptAsText } from './transcript-text.ts';

/** What is told of; the capture has all of it. */
const MOST_CONNECTIONS = 40;
const MOST_BYTES = 1 << 20;
const MOST_LINES = 200;

/** What a redacted capture says, for a person: of each connection its transcript. Nothing that was said is in it, since none is in the capture. */
export async function redactedTranscript(path: string): Promise<string> {
  const told = new Map<TcpConnection, { readonly events: TcpEvent[]; bytes: number }>();
  let more = 0;
  const reassembler = new TcpReassembler({
    sink: {
      opened: (connection) => {
        if (told.size < MOST_CONNECTIONS) told.set(connection, { events: [], bytes: 0 });
        else more++;
      },
      event: (connection, event) => {
        const one = told.get(connection);
        if (!one || one.bytes > MOST_BYTES) return;
        if (event.kind === 'data') one.bytes += event.bytes.length;
        one.events.push(event.kind === 'data' ? { ...event, bytes: event.bytes.slice() } : event);
      },
    },
  });
  for await (const frames of new OpenCapture(createReadStream(path)).batches())
    for (const frame of frames) {
      const segment = tcpSegment(frame);
      if (typeof segment !== 'string') reassembler.push(segment);
    }
  reassembler.end();
  const parts = [...told].map(([{ id, client, server }, { events }]) =>
    [`tcp.stream ${id}: ${client.text} to ${server.text}`, '', transcriptOf(client.text, server.text, events)].join('\n'),
  );
  const rest = more > 0 ? [`(${count(more, 'more connection')} ${more === 1 ? 'is' : 'are'} in the capture)\n`] : [];
  return [
    'Written anew from the redacted capture: texts are filler (x). -> is from the client, <- from the server.\n',
    ...parts,
    ...rest,
  ].join('\n');
}

function transcriptOf(local: string, remote: string, events: readonly TcpEvent[]): string {
  const from = events[0]?.timeNs ?? 0n;
  const told = events.flatMap((event): TranscriptEvent[] => {
    const at = Number(event.timeNs - from) / 1e6;
    const ours = event.from === 'client';
    switch (event.kind) {
      case 'syn':
        return [{ at, kind: 'connected', local, remote }];
      case 'data':
        return ours
          ? [{ at, kind: 'sent', bytes: event.bytes, segments: [event.bytes.length], label: `frame ${event.frame}` }]
          : [{ at, kind: 'received', bytes: event.bytes }];
      case 'fin':
        return [ours ? { at, kind: 'half-closed' } : { at, kind: 'fin' }];
      case 'rst':
        return [ours ? { at, kind: 'reset-sent' } : { at, kind: 'rst' }];
      default:
        return [];
    }
  });
  return transcriptAsText({ startedAt: Number(from) / 1e6, events: told, ending: ending({ events }, 'server').how });
}

/** What of result.json nobody has said on a wire. */
interface Told {
  readonly case?: unknown;
  readonly delivery?: unknown;
  readonly title?: unknown;
  readonly target?: unknown;
  readonly level?: unknown;
  readonly source?: unknown;
}

/** The issue of a check without what was said: what was asked and must hold, and the redacted transcript. `own`: the case is the user's. */
export function redactedIssue(result: Told, transcript: string, own: boolean): string {
  const text = (value: unknown): string => (typeof value === 'string' ? oneLine(value) : '');
  const sources = Array.isArray(result.source) && !own ? (result.source as Readonly<Record<string, unknown>>[]) : [];
  const lines = transcript.split('\n');
  return [
    `# ${plain(`${text(result.case)}, delivery ${text(result.delivery)}, on ${text(result.target)}`)}`,
    '',
    ...(own ? [] : [`What should hold (${text(result.level)}): ${plain(text(result.title))}.`, '']),
    ...sources.map(
      ({ manual, page, url, says }) => `* ${plain(text(says))} (${plain(text(manual))}, ${plain(text(page))}: <${text(url)}>)`,
    ),
    '',
    '## What was sent, and what came back',
    '',
    'Redacted: texts are filler (x) of the same length.',
    '',
    ...codeBlock([...lines.slice(0, MOST_LINES), ...(lines.length > MOST_LINES ? ['(the rest is in transcript.txt)'] : [])]),
    '',
  ].join('\n');
}
