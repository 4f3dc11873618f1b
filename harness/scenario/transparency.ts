import type { WireConnection, WireEnder, WirePacket, WireSide } from './wire.ts';

/** Something that is not the same on both sides of a proxy. */
export interface Difference {
  /** The manual's name of the message. */
  readonly packet: string;
  /** Of the client's leg, from 1; of the server's leg where the client's has no such packet. */
  readonly place: number;
  readonly from: WireSide;
  /** 'size', 'sequence id', a field of the message, or 'packet' where one leg has none. */
  readonly field: string;
  /** At the client, and at the server; '–' where there is none. */
  readonly front: string;
  readonly back: string;
}

/**
 * What a proxy has changed, packet by packet: the packets of the client's leg beside those of the server's leg, in order.
 * Packets of the same name are compared; one that a leg lacks is a difference, not a shift of all behind it.
 */
export function differencesOf(front: readonly WirePacket[], back: readonly WirePacket[]): Difference[] {
  return (['client', 'server'] as const).flatMap((from) =>
    pairsOf(
      front.filter((one) => one.from === from),
      back.filter((one) => one.from === from),
    ).flatMap(({ one, other, place }) => differing(one, other, place, from)),
  );
}

function differing(one: WirePacket | undefined, other: WirePacket | undefined, place: number, from: WireSide): Difference[] {
  const packet = (one ?? other)?.name ?? '';
  if (!one || !other) return [{ packet, place, from, field: 'packet', front: one ? 'there' : '–', back: other ? 'there' : '–' }];
  const fields = [...new Set([...Object.keys(one.value ?? {}), ...Object.keys(other.value ?? {})])];
  const compared = [
    { field: 'sequence id', values: [one.sequenceId, other.sequenceId] },
    { field: 'size', values: [one.size, other.size] },
    ...fields.map((field) => ({ field, values: [one.value?.[field], other.value?.[field]] })),
  ];
  return compared.flatMap(({ field, values }) => {
    const [mine, theirs] = values.map(plain) as [string, string];
    return mine === theirs ? [] : [{ packet, place, from, field, front: mine, back: theirs }];
  });
}

interface Pair {
  readonly one?: WirePacket;
  readonly other?: WirePacket;
  readonly place: number;
}

/** The longest common row of names; what stands between is on one leg alone. */
function pairsOf(front: readonly WirePacket[], back: readonly WirePacket[]): Pair[] {
  const longest = Array.from({ length: front.length + 1 }, () => new Uint32Array(back.length + 1));
  const at = (i: number, j: number): number => longest[i]?.[j] ?? 0;
  for (let i = front.length - 1; i >= 0; i--) {
    for (let j = back.length - 1; j >= 0; j--) {
      const same = front[i]?.name === back[j]?.name;
      (longest[i] as Uint32Array)[j] = same ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const pairs: Pair[] = [];
  let [i, j] = [0, 0];
  while (i < front.length || j < back.length) {
    const [one, other] = [front[i], back[j]];
    if (one && other && one.name === other.name) pairs.push({ one, other, place: ++i && ++j && i });
    else if (one && (!other || at(i + 1, j) >= at(i, j + 1))) pairs.push({ one, place: ++i });
    else if (other) pairs.push({ other, place: ++j });
  }
  return pairs;
}

/** A value in words, bytes in hex. */
function plain(value: unknown): string {
  if (value === undefined) return '–';
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
  if (Array.isArray(value)) return `[${value.map(plain).join(', ')}]`;
  if (value !== null && typeof value === 'object') {
    return `{${Object.entries(value)
      .map(([key, one]) => `${key}: ${plain(one)}`)
      .join(', ')}}`;
  }
  return String(value);
}

/** Whether both legs carried the same bytes in the same order, per direction. */
export function sameBytes(front: WireConnection, back: WireConnection): Readonly<Record<WireSide, boolean>> {
  const same = (side: WireSide) => front.sent[side].bytes === back.sent[side].bytes && front.sent[side].digest === back.sent[side].digest;
  return { client: same('client'), server: same('server') };
}

/** How a side ended on a leg: 'FIN', 'FIN, RST', 'open'. A fault of the link counts as the side that it stands for. */
export function endOf({ endings }: WireConnection, ...sides: readonly WireEnder[]): string {
  const kinds = endings.filter(({ from }) => sides.includes(from)).map(({ kind }) => kind.toUpperCase());
  return kinds.join(', ') || 'open';
}

/** The connections of the server's legs that came while one of the client's leg was the newest: for proxies that give each client its own. */
export function legsOf(front: WireConnection, fronts: readonly WireConnection[], backs: readonly WireConnection[]): WireConnection[] {
  const next = Math.min(...fronts.map(({ openedAt }) => openedAt).filter((at) => at > front.openedAt));
  return backs.filter(({ openedAt }) => openedAt >= front.openedAt && openedAt < next);
}

/** What was changed, without values: 'HandshakeV10: threadId, serverVersion; OK: statusFlags'. */
export function changedFields(differences: readonly Difference[]): string {
  const packets = [...new Set(differences.map(({ packet }) => packet))];
  const fieldsOf = (packet: string) => [...new Set(differences.filter((one) => one.packet === packet).map(wordOf))].join(', ');
  return packets.map((packet) => `${packet}: ${fieldsOf(packet)}`).join('; ') || 'nothing';
}

function wordOf({ field, front, back }: Difference): string {
  if (field !== 'packet') return field;
  return front === '–' ? 'left out' : back === '–' ? 'put in' : field;
}
