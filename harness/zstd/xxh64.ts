/** XXH64 with seed 0: https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md. 64-bit numbers are two halves: bigints would take minutes. */
interface U64 {
  high: number;
  low: number;
}

const P1: U64 = { high: 0x9e3779b1, low: 0x85ebca87 };
const P2: U64 = { high: 0xc2b2ae3d, low: 0x27d4eb4f };
const P3: U64 = { high: 0x165667b1, low: 0x9e3779f9 };
const P4: U64 = { high: 0x85ebca77, low: 0xc2b2ae63 };
const P5: U64 = { high: 0x27d4eb2f, low: 0x165667c5 };

/** All change `a` in place. */
function add(a: U64, b: U64): void {
  const low = a.low + b.low;
  a.high = (a.high + b.high + (low > 0xffff_ffff ? 1 : 0)) >>> 0;
  a.low = low >>> 0;
}

function multiply(a: U64, b: U64): void {
  const a0 = a.low & 0xffff;
  const a1 = a.low >>> 16;
  const b0 = b.low & 0xffff;
  const b1 = b.low >>> 16;
  const middle = a1 * b0 + ((a0 * b0) >>> 16);
  const other = a0 * b1 + (middle & 0xffff);
  const carried = a1 * b1 + Math.floor(middle / 0x10000) + Math.floor(other / 0x10000);
  a.high = (carried + Math.imul(a.high, b.low) + Math.imul(a.low, b.high)) >>> 0;
  a.low = Math.imul(a.low, b.low) >>> 0;
}

function rotate(a: U64, by: number): void {
  const { high, low } = a;
  a.high = ((high << by) | (low >>> (32 - by))) >>> 0;
  a.low = ((low << by) | (high >>> (32 - by))) >>> 0;
}

function xorShift(a: U64, by: number): void {
  const { high, low } = a;
  if (by < 32) {
    a.high = (high ^ (high >>> by)) >>> 0;
    a.low = (low ^ ((low >>> by) | (high << (32 - by)))) >>> 0;
  } else a.low = (low ^ (high >>> (by - 32))) >>> 0;
}

function xor(a: U64, b: U64): void {
  a.high = (a.high ^ b.high) >>> 0;
  a.low = (a.low ^ b.low) >>> 0;
}

const STRIPE = 32;

export class Xxh64 {
  readonly #lanes: readonly [U64, U64, U64, U64];
  readonly #rest = new Uint8Array(STRIPE);
  #resting = 0;
  #total = 0;
  readonly #word: U64 = { high: 0, low: 0 };

  constructor() {
    const first = { ...P1 };
    add(first, P2);
    // 0 - P1.
    const last = { high: ~P1.high >>> 0, low: ~P1.low >>> 0 };
    add(last, { high: 0, low: 1 });
    this.#lanes = [first, { ...P2 }, { high: 0, low: 0 }, last];
  }

  update(bytes: Uint8Array): void {
    this.#total += bytes.length;
    let at = 0;
    if (this.#resting > 0) {
      at = Math.min(STRIPE - this.#resting, bytes.length);
      this.#rest.set(bytes.subarray(0, at), this.#resting);
      this.#resting += at;
      if (this.#resting < STRIPE) return;
      this.#stripes(this.#rest, 0, STRIPE);
      this.#resting = 0;
    }
    const whole = at + (bytes.length - at) - ((bytes.length - at) % STRIPE);
    this.#stripes(bytes, at, whole);
    this.#rest.set(bytes.subarray(whole));
    this.#resting = bytes.length - whole;
  }

  /** The low 32 bits, which are all that Zstandard keeps. */
  low32(): number {
    const hash: U64 = { high: 0, low: 0 };
    if (this.#total >= STRIPE) {
      for (const [i, lane] of this.#lanes.entries()) {
        const turned = { ...lane };
        rotate(turned, [1, 7, 12, 18][i] as number);
        add(hash, turned);
      }
      for (const lane of this.#lanes) {
        const round = { high: 0, low: 0 };
        mix(round, lane);
        xor(hash, round);
        multiply(hash, P1);
        add(hash, P4);
      }
    } else add(hash, P5);
    add(hash, { high: Math.floor(this.#total / 0x1_0000_0000), low: this.#total >>> 0 });
    this.#tail(hash);
    xorShift(hash, 33);
    multiply(hash, P2);
    xorShift(hash, 29);
    multiply(hash, P3);
    xorShift(hash, 32);
    return hash.low;
  }

  #stripes(bytes: Uint8Array, from: number, to: number): void {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const word = this.#word;
    const [a, b, c, d] = this.#lanes;
    for (let at = from; at < to; at += STRIPE) {
      word.low = view.getUint32(at, true);
      word.high = view.getUint32(at + 4, true);
      mix(a, word);
      word.low = view.getUint32(at + 8, true);
      word.high = view.getUint32(at + 12, true);
      mix(b, word);
      word.low = view.getUint32(at + 16, true);
      word.high = view.getUint32(at + 20, true);
      mix(c, word);
      word.low = view.getUint32(at + 24, true);
      word.high = view.getUint32(at + 28, true);
      mix(d, word);
    }
  }

  #tail(hash: U64): void {
    const view = new DataView(this.#rest.buffer, 0, this.#resting);
    let at = 0;
    for (; at + 8 <= this.#resting; at += 8) {
      const round = { high: 0, low: 0 };
      mix(round, { low: view.getUint32(at, true), high: view.getUint32(at + 4, true) });
      xor(hash, round);
      rotate(hash, 27);
      multiply(hash, P1);
      add(hash, P4);
    }
    if (at + 4 <= this.#resting) {
      const word = { high: 0, low: view.getUint32(at, true) };
      multiply(word, P1);
      xor(hash, word);
      rotate(hash, 23);
      multiply(hash, P2);
      add(hash, P3);
      at += 4;
    }
    for (; at < this.#resting; at += 1) {
      const byte = { high: 0, low: view.getUint8(at) };
      multiply(byte, P5);
      xor(hash, byte);
      rotate(hash, 11);
      multiply(hash, P1);
    }
  }
}

/** One round: the lane takes the word in. */
function mix(lane: U64, word: U64): void {
  const taken = { high: word.high, low: word.low };
  multiply(taken, P2);
  add(lane, taken);
  rotate(lane, 31);
  multiply(lane, P1);
}
