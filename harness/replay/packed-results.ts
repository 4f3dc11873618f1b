import type { Result } from './outcome.ts';

/** Results as few bytes: of millions of captured answers the plan holds no objects. */
const kinds = ['ok', 'err', 'rows', 'prepared', 'other'] as const;

/** Appends numbers and short texts to a list of bytes. */
export class Packing {
  readonly bytes: number[] = [];

  /** A whole number, not negative. */
  number(value: number): this {
    let rest = value;
    for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) this.bytes.push((rest % 0x80) | 0x80);
    this.bytes.push(rest);
    return this;
  }

  /** latin1. */
  text(value: string): this {
    this.number(value.length);
    for (let i = 0; i < value.length; i++) this.bytes.push(value.charCodeAt(i) & 0xff);
    return this;
  }

  results(results: readonly Result[]): this {
    this.number(results.length);
    for (const one of results) this.#result(one);
    return this;
  }

  #result(one: Result): void {
    this.number(kinds.indexOf(one.kind));
    switch (one.kind) {
      case 'ok':
        this.number(one.affectedRows).text(one.lastInsertId);
        return;
      case 'err':
        this.number(one.code).text(one.sqlState);
        return;
      case 'rows':
        this.number(one.columns).number(one.rows).text(Buffer.from(one.digest, 'hex').toString('latin1'));
        return;
      case 'prepared':
        this.number(one.parameters).number(one.columns);
        return;
      case 'other':
        this.text(one.name);
    }
  }
}

/** Takes out again what was packed, in the same order. */
export class Unpacking {
  readonly #bytes: Uint8Array;
  #at: number;

  constructor(bytes: Uint8Array, at: number) {
    this.#bytes = bytes;
    this.#at = at;
  }

  number(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 0x80) {
      const byte = this.#bytes[this.#at++] as number;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
  }

  text(): string {
    const length = this.number();
    const { buffer, byteOffset } = this.#bytes;
    this.#at += length;
    return length === 0 ? '' : Buffer.from(buffer, byteOffset + this.#at - length, length).toString('latin1');
  }

  results(): Result[] {
    return Array.from({ length: this.number() }, () => this.#result());
  }

  #result(): Result {
    const kind = kinds[this.number()];
    switch (kind) {
      case 'ok':
        return { kind, affectedRows: this.number(), lastInsertId: this.text() };
      case 'err':
        return { kind, code: this.number(), sqlState: this.text() };
      case 'rows':
        return { kind, columns: this.number(), rows: this.number(), digest: Buffer.from(this.text(), 'latin1').toString('hex') };
      case 'prepared':
        return { kind, parameters: this.number(), columns: this.number() };
      default:
        return { kind: 'other', name: this.text() };
    }
  }
}
