import { Reader, type Span, Writer } from './bytes.ts';
import { readLenenc, skipLenenc, skipLenencBytes, writeLenenc } from './lenenc.ts';
import type { Field } from './message.ts';
import { skipByReading } from './skim.ts';

/** One of the things that a block holds, as many as its length has room for. `i` counts them. */
export interface BlockItem<T> {
  readonly wire: string;
  read(r: Reader, i: number): T;
  /** Moves past what `read` reads; false where that would throw. */
  skip?(r: Reader): boolean;
  write(w: Writer, value: T, i: number): void;
}

/** int<lenenc> length in bytes, then items until it is used up. An item that reaches past it throws CODEC_TRUNCATED. */
export function block<T>(item: BlockItem<T>): Field<readonly T[]> {
  return {
    wire: `int<lenenc> + (${item.wire})*`,
    fallback: [],
    skip(r, scope) {
      if (r.byte === 0) {
        r.off++;
        return true;
      }
      return item.skip ? skipItems(r, item as Skippable<T>) : skipByReading(this, r, scope);
    },
    read(r) {
      const total = r.part('length', 'int<lenenc>', () => readLenenc(r));
      const end = r.off + r.peek(Number(total)).length;
      // A view that ends with the block makes the reader throw.
      const inner = new Reader(r.bytes, r.start, end, r.quiet);
      inner.off = r.off;
      const items = readItems(inner, item);
      r.off = end;
      r.parts.push(...inner.parts);
      return items;
    },
    write(w, items) {
      const body = new Writer();
      items.forEach((one, i) => {
        item.write(body, one, i);
      });
      w.part('length', 'int<lenenc>', () => writeLenenc(w, body.length));
      const at = w.length;
      w.raw(body.done());
      w.parts.push(...body.parts.map((span): Span => ({ ...span, off: at + span.off })));
    },
  };
}

type Skippable<T> = BlockItem<T> & { skip(r: Reader): boolean };

function skipItems<T>(r: Reader, item: Skippable<T>): boolean {
  const at = r.off;
  if (!skipLenencBytes(r)) return false;
  const items = new Reader(r.bytes, at, r.off, true);
  if (!skipLenenc(items)) return false;
  while (items.left > 0) if (!item.skip(items)) return false;
  return true;
}

/** Items until the bytes end. */
function readItems<T>(r: Reader, item: BlockItem<T>): T[] {
  const items: T[] = [];
  while (r.left > 0) items.push(item.read(r, items.length));
  return items;
}
