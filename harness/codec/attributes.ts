import { type BlockItem, block } from './block.ts';
import type { Reader, Writer } from './bytes.ts';
import { latin1, text } from './field.ts';
import { readLenenc, skipLenencBytes, writeLenenc } from './lenenc.ts';

/** Name and value; order and doubles are kept, as on the wire. */
export type Attribute = readonly [name: string, value: string];

/** A string<lenenc> that is one part. */
export function readString(r: Reader, part: string): string {
  return r.part(part, 'string<lenenc>', () => latin1(r.take(Number(readLenenc(r)))));
}
export function writeString(w: Writer, part: string, value: string): void {
  w.part(part, 'string<lenenc>', () => {
    const body = text(value, w);
    writeLenenc(w, body.length);
    w.raw(body);
  });
}

const pair: BlockItem<Attribute> = {
  wire: 'string<lenenc>, string<lenenc>',
  read: (r, i) => [readString(r, `${i}.name`), readString(r, `${i}.value`)],
  skip: (r) => skipLenencBytes(r) && skipLenencBytes(r),
  write(w, [name, value], i) {
    writeString(w, `${i}.name`, name);
    writeString(w, `${i}.value`, value);
  },
};

/** Connection attributes: the length of all pairs, then string<lenenc> name and value of each. */
export const attributes = block(pair);
