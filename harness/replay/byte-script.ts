import { Conversation } from '../codec/conversation.ts';
import type { LabelledPacket } from '../codec/labelled-packet.ts';
import { withoutIgnoredResets } from '../pcap/ending.ts';
import type { TcpConnection, TcpEvent } from '../pcap/tcp-connection.ts';
import { type Reached, stations } from './progress.ts';

/** A client's packet that has to be made anew for another server's scramble: a login, or what goes on with one. */
export interface Proof {
  readonly label: LabelledPacket;
  /** Of the client's stream. */
  readonly from: number;
  readonly to: number;
}

/** One thing that the client did. */
export interface Turn {
  /** ms since the connection was opened. */
  readonly at: number;
  readonly frame: number;
  /** Bytes of the client's stream (from, to), as one segment; or how it ended its side. */
  readonly does: { readonly from: number; readonly to: number } | 'fin' | 'rst';
  /** Packets of the server that the client's host had by then, and how far that was. */
  readonly after: number;
  readonly reached: Reached;
  /** ms since anybody had sent anything. */
  readonly silentForMs: number;
}

/** What one client of a capture did, byte for byte, and what it got. */
export interface ByteScript {
  readonly stream: Uint8Array;
  readonly turns: readonly Turn[];
  readonly proofs: readonly Proof[];
  /** Packets of the client, and what of its bytes is none. */
  readonly sent: readonly LabelledPacket[];
  /** Of the server; `at` is the frame. */
  readonly answers: readonly LabelledPacket[];
  /** How far the server came. */
  readonly end: Reached;
  /** The client's host has sent a RST, if only in answer to what came too late: how the server would have ended, the capture does not tell. */
  readonly cutOff: boolean;
}

const ofLogin = new Set(['HandshakeResponse41', 'AuthSwitchResponse', 'COM_CHANGE_USER']);

/** Takes a connection of a capture apart. What the client sent behind the server's end nobody read: it is left out. */
export function byteScript({ events: all }: Pick<TcpConnection, 'events'>): ByteScript {
  const events = withoutIgnoredResets(all);
  const conversation = new Conversation();
  const began = events[0]?.timeNs ?? 0n;
  const over = events.findIndex(({ kind, from }) => from === 'server' && (kind === 'fin' || kind === 'rst'));
  const base = events.find(({ kind, from }) => kind === 'data' && from === 'server')?.seq;
  const pieces: Uint8Array[] = [];
  const sent: LabelledPacket[] = [];
  const answers: LabelledPacket[] = [];
  const turns: (Omit<Turn, 'after' | 'reached'> & { readonly received: number })[] = [];
  let length = 0;
  let received = 0;
  let spoke = 0;
  for (const [place, event] of events.entries()) {
    if (event.kind === 'data' && event.from === 'server') {
      received += event.bytes.length;
      spoke = Number(event.timeNs - began) / 1e6;
      for (const label of conversation.fromServer(event.bytes, event.frame)) answers.push(label);
      continue;
    }
    const does = doneBy(event, length, over >= 0 && place > over);
    if (!does) continue;
    const { frame } = event;
    const at = Number(event.timeNs - began) / 1e6;
    const silentForMs = at - spoke;
    turns.push({
      at,
      frame,
      does,
      silentForMs,
      received: base === undefined ? 0 : acknowledged(event, base, received),
    });
    if (event.kind !== 'data') continue;
    spoke = at;
    length += event.bytes.length;
    pieces.push(event.bytes);
    for (const label of conversation.fromClient(event.bytes, frame)) sent.push(label);
  }
  for (const label of conversation.finish()) (label.from === 'client' ? sent : answers).push(label);
  const ends = answers.map(({ offset, size }) => offset + size);
  const reached = stations(answers, conversation.unanswered === 0);
  return {
    stream: Buffer.concat(pieces),
    turns: turns.map(({ received: bytes, ...turn }) => {
      const after = countUpTo(ends, bytes);
      return { ...turn, after, reached: reached[after] as Reached };
    }),
    proofs: sent
      .filter(({ name, carrier, value }) => ofLogin.has(name) && !carrier && value !== undefined)
      .map((label) => ({ label, from: label.offset, to: label.offset + label.size })),
    sent,
    answers,
    end: reached[answers.length] as Reached,
    cutOff: events.some(({ kind, from }) => kind === 'rst' && from === 'client'),
  };
}

/** Of numbers that grow: how many are no larger. */
function countUpTo(numbers: readonly number[], limit: number): number {
  let [from, to] = [0, numbers.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((numbers[middle] as number) <= limit) from = middle + 1;
    else to = middle;
  }
  return from;
}

function doneBy(event: TcpEvent, length: number, isOver: boolean): Turn['does'] | undefined {
  if (event.from !== 'client') return undefined;
  if (event.kind === 'data') return isOver ? undefined : { from: length, to: length + event.bytes.length };
  if (event.kind === 'rst') return event.provoked || isOver ? undefined : 'rst';
  return event.kind === 'fin' ? 'fin' : undefined;
}

/** Bytes of the server that the sender of this frame had; without an ACK, all that had been captured. */
function acknowledged({ ack }: TcpEvent, base: number, received: number): number {
  if (ack === undefined) return received;
  const bytes = (ack - base) >>> 0;
  return bytes > 0x7fffffff ? 0 : bytes;
}
