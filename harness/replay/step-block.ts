/** Steps of a block: a power of two. */
export const BITS = 12;
export const BLOCK = 1 << BITS;

/** Columns of so many steps. */
export class Block {
  readonly connection = new Uint32Array(BLOCK);
  readonly at = new Float64Array(BLOCK);
  readonly answeredAt = new Float64Array(BLOCK).fill(Number.POSITIVE_INFINITY);
  readonly frame = new Uint32Array(BLOCK);
  /** What was sent, and answered, at one time stands in the order of these. */
  readonly sentFrame = new Uint32Array(BLOCK);
  readonly answerFrame = new Uint32Array(BLOCK);
  readonly what = new Uint8Array(BLOCK);
  readonly role = new Uint8Array(BLOCK);
  /** 1: it was sent outside any transaction. */
  readonly alone = new Uint8Array(BLOCK);
  /** Of the packet that is sent, headers included. */
  readonly packet = new Float64Array(BLOCK);
  readonly length = new Uint32Array(BLOCK);
  /** Of the packed answer; -1: none. */
  readonly answer = new Float64Array(BLOCK).fill(-1);
  /** Of the bytes of the answer; a length of 0: they are not compared. */
  readonly answerLength = new Uint32Array(BLOCK);
  readonly a = new Int32Array(BLOCK);
  readonly b = new Int32Array(BLOCK);
}

/** Slots in the order in which their steps were sent: most stand so already. */
export function sortedByTime(slots: Uint32Array<ArrayBuffer>, blocks: readonly Block[]): Uint32Array<ArrayBuffer> {
  const at = (slot: number) => (blocks[slot >> BITS] as Block).at[slot & (BLOCK - 1)] as number;
  const frame = (slot: number) => (blocks[slot >> BITS] as Block).sentFrame[slot & (BLOCK - 1)] as number;
  const byTime = (a: number, b: number) => at(a) - at(b) || frame(a) - frame(b) || a - b;
  const isSorted = slots.every((slot, i) => i === 0 || byTime(slots[i - 1] as number, slot) < 0);
  return isSorted ? slots : slots.sort(byTime);
}
