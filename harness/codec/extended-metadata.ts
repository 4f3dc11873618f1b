import { readString, writeString } from './attributes.ts';
import { block } from './block.ts';

/** What MariaDB tells of a column beyond its type (mariadb/result-set-packets#extended-metadata). */
export interface ExtendedMetadata {
  /** 0: the name of a data type ("point", "uuid", "inet6"), 1: a format ("json"). */
  readonly type: number;
  readonly value: string;
}

export const extendedMetadata = block<ExtendedMetadata>({
  wire: 'int<1>, string<lenenc>',
  read: (r, i) => ({ type: r.part(`${i}.type`, 'int<1>', () => r.uint(1)), value: readString(r, `${i}.value`) }),
  write(w, { type, value }, i) {
    w.part(`${i}.type`, 'int<1>', () => w.uint(1, type));
    writeString(w, `${i}.value`, value);
  },
});
