/** Damages captures in ways that can be repeated: the number is the seed. */

export type Random = (below: number) => number;

/** Mulberry32. */
export function randomFrom(seed: number): Random {
  let state = Math.imul(seed + 1, 0x9e3779b1) >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

/** Where lengths and counts break. */
export const NUMBERS = [
  0, 1, 2, 3, 4, 7, 8, 0x7f, 0x80, 0xff, 0x100, 0x7fff, 0x8000, 0xffff, 0x1_0000, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff,
];

type Mutation = (bytes: Uint8Array, random: Random, seeds: readonly Uint8Array[]) => Uint8Array;

const MUTATIONS: readonly Mutation[] = [
  function flipBit(bytes, random) {
    const at = random(bytes.length);
    bytes[at] = (bytes[at] as number) ^ (1 << random(8));
    return bytes;
  },
  function setByte(bytes, random) {
    bytes[random(bytes.length)] = random(256);
    return bytes;
  },
  function setWord(bytes, random) {
    if (bytes.length < 4) return bytes;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    // Where the words of both formats stand, more often than not.
    const at = Math.min(bytes.length - 4, random(2) ? random(bytes.length) & ~3 : random(bytes.length));
    view.setUint32(at, NUMBERS[random(NUMBERS.length)] as number, random(2) === 0);
    return bytes;
  },
  function setHeader(bytes, random) {
    bytes[random(Math.min(64, bytes.length))] = random(256);
    return bytes;
  },
  function fill(bytes, random) {
    const at = random(bytes.length);
    return bytes.fill(random(2) ? 0xff : 0, at, Math.min(bytes.length, at + random(64)));
  },
  function remove(bytes, random) {
    const at = random(bytes.length);
    return new Uint8Array(Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + random(200))]));
  },
  function repeat(bytes, random) {
    const at = random(bytes.length);
    const end = at + random(400);
    return new Uint8Array(Buffer.concat([bytes.subarray(0, end), bytes.subarray(at)]));
  },
  function cut(bytes, random) {
    return bytes.slice(0, random(bytes.length));
  },
  function splice(bytes, random, seeds) {
    const other = seeds[random(seeds.length)] as Uint8Array;
    const at = random(other.length);
    return new Uint8Array(Buffer.concat([bytes.subarray(0, random(bytes.length)), other.subarray(at, at + random(2000))]));
  },
];

/** Damage that knows nothing of what the bytes mean, up to `times` of it. */
export function scratch(whole: Uint8Array, random: Random, seeds: readonly Uint8Array[], times: number): Uint8Array {
  let bytes = whole;
  for (let left = 1 + random(times); left > 0 && bytes.length > 0; left -= 1) {
    bytes = (MUTATIONS[random(MUTATIONS.length)] as Mutation)(bytes, random, seeds);
  }
  return bytes;
}

export function mutate(seeds: readonly Uint8Array[], number: number): Uint8Array {
  return scratch((seeds[number % seeds.length] as Uint8Array).slice(), randomFrom(number), seeds, 6);
}
