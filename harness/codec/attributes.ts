import { Reader, Writer } from './bytes.ts';
import { latin1, text } from './field.ts';
import { readLenenc, writeLenenc } from './lenenc.ts';
import type { Field } from './message.ts';

/** Name and value; order and doubles are kept, as on the wire. */
export type Attribute = readonly [name: string, value: string];

/** Connection attributes: the length of all pairs, then string<lenenc> name and value of each. */
export const attributes: Field<readonly Attribute[]> = {
  wire: 'int<lenenc> + (string<lenenc>, string<lenenc>)*',
  fallback: [],
  read(r) {
    const total = r.part('length', 'int<lenenc>', () => readLenenc(r));
    const end = r.off + r.peek(Number(total)).length;
    // The pairs may not read past their total: a view that ends there makes the reader throw.
    const inner = new Reader(r.bytes.subarray(0, end));
    inner.off = r.off;
    const pairs: Attribute[] = [];
    while (inner.left > 0) {
      const i = pairs.length;
      const next = (): string => latin1(inner.take(Number(readLenenc(inner))));
      const name = inner.part(`${i}.name`, 'string<lenenc>', next);
      const value = inner.part(`${i}.value`, 'string<lenenc>', next);
      pairs.push([name, value]);
    }
    r.off = end;
    r.parts.push(...inner.parts);
    return pairs;
  },
  write(w, pairs) {
    const body = new Writer();
    const ends: [string, number, number][] = [];
    pairs.forEach(([name, value], i) => {
      for (const [part, of] of [
        ['name', name],
        ['value', value],
      ] as const) {
        const from = body.length;
        const b = text(of, w);
        writeLenenc(body, b.length);
        body.raw(b);
        ends.push([`${i}.${part}`, from, body.length]);
      }
    });
    w.part('length', 'int<lenenc>', () => writeLenenc(w, body.length));
    const at = w.length;
    w.raw(body.done());
    for (const [field, from, to] of ends) w.parts.push({ field, wire: 'string<lenenc>', off: at + from, len: to - from });
  },
};
