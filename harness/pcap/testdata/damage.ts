import { gzipSync } from 'node:zlib';
import { readCapture } from '../capture-reader.ts';
import type { FrameView } from '../captured-frame.ts';
import { tcpInIp } from '../ip.ts';
import { ipHeaderAt } from '../link.ts';
import { NUMBERS, type Random, randomFrom, scratch } from './mutate.ts';

/**
 * Damages captures where it hurts: in the lengths of records and blocks, in the headers of IP and TCP, in the lengths of MySQL,
 * in the order of frames, with frames of another capture between them, compressed or not. The number is the seed.
 */
export function damage(seeds: readonly Uint8Array[], number: number): Uint8Array {
  const random = randomFrom(number);
  let bytes: Uint8Array = (seeds[number % seeds.length] as Uint8Array).slice();
  for (let left = random(3); left > 0; left -= 1) bytes = rearranged(bytes, random, seeds);
  for (let left = random(5); left > 0; left -= 1) spoilNumber(bytes, random);
  if (random(3) === 0) bytes = scratch(bytes, random, seeds, 3);
  const wrap = random(8);
  if (wrap > 1 || bytes.length === 0) return bytes;
  const wrapped = wrap === 0 ? new Uint8Array(gzipSync(bytes, { level: 1 })) : storedZstd(bytes);
  return random(2) ? scratch(wrapped, random, seeds, 2) : wrapped;
}

/** A frame's record: what stands before the frame, and the frame itself. */
interface Place {
  /** First byte of the record. */
  readonly at: number;
  readonly end: number;
  readonly frame: FrameView;
}

/** The frames of an uncompressed capture and their records; of one that is damaged, those before the damage. */
function placesIn(bytes: Uint8Array): Place[] {
  const { frames, format } = settled(bytes);
  return (frames as FrameView[]).map((frame) => {
    const start = frame.start;
    if (format === 'pcapng') return { at: start - 28, end: start + ((frame.length + 3) & ~3) + 4, frame };
    return { at: start - 16, end: start + frame.length, frame };
  });
}

function settled(bytes: Uint8Array): { frames: readonly unknown[]; format?: string | undefined } {
  try {
    return readCapture(bytes);
  } catch {
    return { frames: [] };
  }
}

/** Frames away, twice, elsewhere, or of another capture between them. */
function rearranged(bytes: Uint8Array, random: Random, seeds: readonly Uint8Array[]): Uint8Array {
  const places = placesIn(bytes);
  const first = places[0]?.at;
  if (first === undefined) return bytes;
  let records = places.map(({ at, end }) => bytes.subarray(at, end));
  const at = random(records.length);
  const to = at + 1 + random(records.length - at);
  switch (random(5)) {
    case 0:
      records.splice(at, 1 + random(8));
      break;
    case 1:
      records.splice(at, 0, ...records.slice(at, to));
      break;
    case 2:
      records = [...records.slice(0, at), ...records.slice(at, to).reverse(), ...records.slice(to)];
      break;
    case 3:
      records = records.filter(() => random(10) > 0);
      break;
    default: {
      const other = seeds[random(seeds.length)] as Uint8Array;
      const theirs = placesIn(other).map((place) => other.subarray(place.at, place.end));
      for (const [i, record] of theirs.slice(0, 200).entries()) records.splice(Math.min(records.length, at + 2 * i), 0, record);
    }
  }
  return new Uint8Array(Buffer.concat([bytes.subarray(0, first), ...records]));
}

/** One number of one header becomes another. */
function spoilNumber(bytes: Uint8Array, random: Random): void {
  const places = placesIn(bytes);
  const place = places[random(places.length || 1)];
  if (!place) return;
  const at = [record, ip, tcp, mysql, mysql, inside][random(6)]?.(place, random);
  if (at === undefined || at.offset + at.size > bytes.length) return;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const near = random(2) === 0;
  const value = (old: number) => (near ? old + random(9) - 4 : (NUMBERS[random(NUMBERS.length)] as number));
  const little = at.little ?? random(2) === 0;
  if (at.size === 1) view.setUint8(at.offset, value(view.getUint8(at.offset)));
  else if (at.size === 2) view.setUint16(at.offset, value(view.getUint16(at.offset, little)), little);
  else view.setUint32(at.offset, value(view.getUint32(at.offset, little)), little);
}

interface NumberAt {
  readonly offset: number;
  readonly size: 1 | 2 | 4;
  readonly little?: boolean;
}
const one = <T>(list: readonly T[], random: Random): T => list[random(list.length)] as T;
type Chosen = (place: Place, random: Random) => NumberAt | undefined;

/** Any word of the record's header: lengths, times, interfaces; or the length behind a block. */
const record: Chosen = ({ at, end, frame }, random) => ({
  offset: random(8) === 0 ? end - 4 : at + 4 * random(Math.max(1, (frame.start - at) / 4)),
  size: 4,
  little: true,
});

const header = ({ frame }: Place) => {
  const at = ipHeaderAt(frame.linkType, frame.view, frame.start, frame.start + frame.length);
  const found = typeof at === 'string' ? at : tcpInIp(frame.view, at, frame.start + frame.length);
  return typeof found === 'string' || typeof at === 'string' ? undefined : { ipAt: at, ...found };
};

/** Version, lengths, fragments, protocol, addresses. */
const ip: Chosen = (place, random) => {
  const found = header(place);
  return found && { offset: found.ipAt + random(found.tcpAt - found.ipAt), size: random(2) ? 1 : 2, little: false };
};

/** Ports, sequence numbers, the offset of the payload, flags. */
const tcp: Chosen = (place, random) => {
  const found = header(place);
  const field = one([0, 2, 4, 4, 8, 8, 12, 13, 13, 14] as const, random);
  return (
    found && { offset: found.tcpAt + field, size: field === 12 || field === 13 ? 1 : field === 4 || field === 8 ? 4 : 2, little: false }
  );
};

const payload = (place: Place) => {
  const found = header(place);
  if (!found) return undefined;
  const { view, start, length } = place.frame;
  const at = found.tcpAt + 12 < start + length ? found.tcpAt + (view.getUint8(found.tcpAt + 12) >>> 4) * 4 : start + length;
  return at < start + length ? { at, end: start + length } : undefined;
};

/** The length, the sequence id or the first byte of the packet with which a segment begins. */
const mysql: Chosen = (place, random) => {
  const found = payload(place);
  return found && { offset: found.at + one([0, 0, 1, 2, 3, 4], random), size: random(3) === 0 ? 2 : 1, little: true };
};

/** Anything in it: many are lengths of strings. */
const inside: Chosen = (place, random) => {
  const found = payload(place);
  return found && { offset: found.at + random(found.end - found.at), size: one([1, 1, 2, 4] as const, random), little: true };
};

/** A zstd frame (RFC 8878) of blocks that are stored: no compressor is needed for it. */
function storedZstd(bytes: Uint8Array): Uint8Array {
  const parts: Uint8Array[] = [Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x38)];
  for (let at = 0; at < bytes.length; at += 0x1_0000) {
    const block = bytes.subarray(at, at + 0x1_0000);
    const last = at + 0x1_0000 >= bytes.length ? 1 : 0;
    const head = (block.length << 3) | last;
    parts.push(Uint8Array.of(head & 0xff, (head >>> 8) & 0xff, head >>> 16), block);
  }
  return new Uint8Array(Buffer.concat(parts));
}
