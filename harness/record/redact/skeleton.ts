/** How a layer that cannot be read is cut into pieces: TLS records, compressed packets. Only their headers are shown. */
export interface Layer {
  readonly headerBytes: number;
  /** Bytes of the body; undefined where this is no header of the layer. */
  bodyBytes(header: Uint8Array): number | undefined;
}

export const tlsRecords: Layer = {
  headerBytes: 5,
  bodyBytes: ([type = 0, major, minor = 9, high = 0, low = 0]) =>
    type >= 20 && type <= 24 && major === 3 && minor <= 4 ? high * 256 + low : undefined,
};

/** int<3> length, int<1> sequence id, int<3> length before compression. */
export const compressedPackets: Layer = {
  headerBytes: 7,
  bodyBytes: ([a = 0, b = 0, c = 0]) => a + b * 256 + c * 65_536,
};

/** Walks one direction of such a layer: header bytes stay, bodies become zeros. Behind what is no header all is filled. */
export class Skeleton {
  readonly #layer: Layer;
  readonly #header: Uint8Array;
  #headerAt = 0;
  #bodyLeft = 0;
  #lost = false;

  constructor(layer: Layer) {
    this.#layer = layer;
    this.#header = new Uint8Array(layer.headerBytes);
  }

  /** As many bytes as came. */
  push(bytes: Uint8Array): Uint8Array {
    const out = new Uint8Array(bytes.length);
    for (let at = 0; at < bytes.length && !this.#lost; ) {
      if (this.#bodyLeft > 0) {
        const here = Math.min(this.#bodyLeft, bytes.length - at);
        this.#bodyLeft -= here;
        at += here;
        continue;
      }
      out[at] = this.#header[this.#headerAt++] = bytes[at] as number;
      at++;
      if (this.#headerAt < this.#layer.headerBytes) continue;
      this.#headerAt = 0;
      const body = this.#layer.bodyBytes(this.#header);
      if (body !== undefined) this.#bodyLeft = body;
      else {
        this.#lost = true;
        out.fill(0, Math.max(0, at - this.#layer.headerBytes), at);
      }
    }
    return out;
  }
}
