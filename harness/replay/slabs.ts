/** Bytes of a slab; what is longer has one of its own. */
const SLAB = 1 << 20;

/** Byte strings, one behind the other, outside the heap. A place is a number. */
export class Slabs {
  readonly #slabs: Uint8Array[] = [];
  #end = SLAB;

  /** Copies the bytes; where they are now. */
  add(bytes: ArrayLike<number>): number {
    const { length } = bytes;
    if (this.#end + length > SLAB) {
      this.#slabs.push(new Uint8Array(Math.max(SLAB, length)));
      this.#end = 0;
    }
    const slab = this.#slabs.length - 1;
    (this.#slabs[slab] as Uint8Array).set(bytes, this.#end);
    const place = slab * SLAB + this.#end;
    this.#end += length;
    return place;
  }

  /** The slab, and where in it the place is. */
  at(place: number): { readonly bytes: Uint8Array; readonly offset: number } {
    const slab = Math.floor(place / SLAB);
    return { bytes: this.#slabs[slab] as Uint8Array, offset: place - slab * SLAB };
  }

  /** A view. */
  take(place: number, length: number): Uint8Array {
    const slab = Math.floor(place / SLAB);
    const offset = place - slab * SLAB;
    return (this.#slabs[slab] as Uint8Array).subarray(offset, offset + length);
  }
}
