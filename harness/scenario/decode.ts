import { createHash } from 'node:crypto';
import { Conversation } from '../codec/conversation.ts';
import type { LabelledPacket } from '../codec/labelled-packet.ts';
import type { TlsDecryption } from '../codec/tls-decryption.ts';
import type { Exchange, WireConnection, WireEnder, WirePacket, WireSide } from './wire.ts';

/** What passed on one connection, in order: the common form of a tap's record and of a capture's connection. */
export interface ConnectionBytes {
  readonly link: string;
  readonly number: number;
  /** ms since 1970. */
  readonly openedAt: number;
  readonly events: readonly (
    | { readonly at: number; readonly from: WireSide; readonly kind: 'bytes'; readonly bytes: Uint8Array; readonly frame?: number }
    | { readonly at: number; readonly from: WireEnder; readonly kind: 'fin' | 'rst' | 'refused' }
  )[];
}

/** Decodes one connection, inside TLS too where that can be read. Never throws: what cannot be read is a packet with a problem. */
export function decodeConnection({ link, number, openedAt, events }: ConnectionBytes, tls?: TlsDecryption): WireConnection {
  const conversation = new Conversation({ tls });
  const labels: LabelledPacket[] = [];
  const endings: { at: number; from: WireEnder; kind: 'fin' | 'rst' | 'refused' }[] = [];
  // A packet's mark is the place of the event that completed it.
  for (const [place, event] of events.entries()) {
    if (event.kind !== 'bytes') endings.push({ at: event.at, from: event.from, kind: event.kind });
    else
      for (const label of event.from === 'client'
        ? conversation.fromClient(event.bytes, place)
        : conversation.fromServer(event.bytes, place))
        labels.push(label);
  }
  labels.push(...conversation.finish(events.length - 1));
  const packets = new Map<LabelledPacket, WirePacket>(labels.map((label) => [label, packetOf(label, events[label.at ?? 0])]));
  const greeting = labels.find(({ name }) => name === 'HandshakeV10')?.value;
  const login = labels.find(({ name }) => name.startsWith('HandshakeResponse'))?.value;
  return {
    link,
    number,
    openedAt,
    ...(greeting ? { threadId: Number(greeting['threadId']), serverVersion: String(greeting['serverVersion']) } : {}),
    ...(login ? { user: String(login['user']) } : {}),
    opening: openingOf(events),
    sent: { client: sentBy('client', events), server: sentBy('server', events) },
    packets: [...packets.values()],
    exchanges: exchangesOf(labels, packets),
    endings,
  };
}

function sentBy(side: WireSide, events: ConnectionBytes['events']): { bytes: number; digest: string } {
  const hash = createHash('sha256');
  let bytes = 0;
  for (const event of events) {
    if (event.kind !== 'bytes' || event.from !== side) continue;
    bytes += event.bytes.length;
    hash.update(event.bytes);
  }
  return { bytes, digest: hash.digest('hex') };
}

/** Hex of what the client sent first. */
function openingOf(events: ConnectionBytes['events']): string {
  const sent = events.flatMap((event) => (event.kind === 'bytes' && event.from === 'client' ? [event.bytes] : []));
  return Buffer.concat(sent.slice(0, 8)).subarray(0, 256).toString('hex');
}

function packetOf(label: LabelledPacket, event: ConnectionBytes['events'][number] | undefined): WirePacket {
  const { from, name, sequenceId, size, problem } = label;
  const frame = event && 'frame' in event ? event.frame : undefined;
  return {
    at: event?.at ?? 0,
    from,
    name,
    ...(sequenceId === undefined ? {} : { sequenceId }),
    size,
    // Rows by the million are decoded when somebody asks for their fields.
    get value() {
      return label.value;
    },
    get payload() {
      return label.payload;
    },
    ...(problem === undefined ? {} : { problem }),
    ...(frame === undefined ? {} : { frame }),
  };
}

/** Each command of the client with what answers it; the codec knows which packet answers which. */
function exchangesOf(labels: readonly LabelledPacket[], packets: ReadonlyMap<LabelledPacket, WirePacket>): Exchange[] {
  const asked = labels.filter(({ from, name }) => from === 'client' && (name.startsWith('COM_') || name.startsWith('HandshakeResponse')));
  const answers = new Map<LabelledPacket, WirePacket[]>(asked.map((label) => [label, []]));
  const files = new Map<LabelledPacket, Uint8Array[]>();
  let file: Uint8Array[] = [];
  for (const label of labels) {
    if (label.answers) answers.get(label.answers)?.push(packets.get(label) as WirePacket);
    if (label.name === 'LocalInfileRequest' && label.answers) {
      file = [];
      files.set(label.answers, file);
    }
    if (label.name === 'LocalInfileData') file.push(label.payload);
  }
  return asked.map((label) => {
    const own = answers.get(label) ?? [];
    const sql = label.name === 'COM_QUERY' || label.name === 'COM_STMT_PREPARE' ? label.value?.['query'] : undefined;
    const last = own.at(-1);
    const { at, frame } = packets.get(label) as WirePacket;
    const sent = files.get(label);
    return {
      at,
      ...(frame === undefined ? {} : { frame }),
      ...(sent ? { file: sent } : {}),
      command: label.name.startsWith('COM_') ? label.name : 'login',
      ...(sql === undefined ? {} : { sql: Buffer.from(sql as Uint8Array).toString('utf8') }),
      payload: label.payload,
      answers: own,
      ...(last ? { answeredAt: last.at } : {}),
    };
  });
}
