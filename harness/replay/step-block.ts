/** Steps of a block: a power of two. */
export const BITS = 12;
export const BLOCK = 1 << BITS;

/** Columns of so many steps. */
export class Block {
  readonly connection = new Uint32Array(BLOCK);
  readonly at = new Float64Array(BLOCK);
  readonly answeredAt = new Float64Array(BLOCK).fill(Number.POSITIVE_INFINITY);
  readonly frame = new Uint32Array(BLOCK);
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
