/** Text travels in the character set of the results (mysql/charset-connection: character_set_results). */
import { isUtf8 } from 'node:buffer';
import { bytesPerCharacter, characterSetOf } from './collation.ts';
import type { Column } from './resultset.ts';
import type { Session } from './session.ts';

/** Text is stored in utf8mb4; a column with this collation holds it. */
const STORED = 45;
const STORED_WIDTH = 4;
const LONGEST = 0xffffffff;

/** The definition as this session is shown it: the collation of its results, and the length in their bytes. */
export function described({ state, has }: Session, column: Column): Column {
  if (column.characterSet !== STORED) return column;
  const characterSet = state.unconverted || has('column-character-set-of-storage') ? STORED : state.collation;
  const width = bytesPerCharacter(characterSet);
  // LONGTEXT is as long as it can be in every character set.
  if (width === STORED_WIDTH || column.columnLength === LONGEST) return { ...column, characterSet };
  return { ...column, characterSet, columnLength: Math.floor(column.columnLength / STORED_WIDTH) * width };
}

/** The name in them: what the statement has said in UTF-8. */
export function convertedName({ state, has }: Session, name: string): string {
  const bytes = Buffer.from(name, 'latin1');
  if (state.unconverted || characterSetOf(state.collation) !== 'latin1' || has('column-name-unconverted') || !isUtf8(bytes)) return name;
  return inLatin1(bytes);
}

/** The value in the bytes of the session's character set. */
export function converted({ state, has }: Session, column: Column, value: string): string {
  const latin1 = has('value-in-latin1-always') || (!state.unconverted && characterSetOf(state.collation) === 'latin1');
  if (column.characterSet !== STORED || !latin1 || has('value-unconverted')) return value;
  return inLatin1(Buffer.from(value, 'latin1'));
}

const inLatin1 = (bytes: Buffer): string =>
  [...bytes.toString('utf8')].map((char) => String.fromCharCode(windows1252.get(char) ?? 0x3f)).join('');

/** What a client has said in character_set_client, in UTF-8. */
export function fromClient({ state }: Session, text: string): string {
  if (state.client === undefined || characterSetOf(state.client) !== 'latin1') return text;
  const unicode = [...text].map((byte) => upper[byte.charCodeAt(0) - 0x80] ?? byte).join('');
  return Buffer.from(unicode, 'utf8').toString('latin1');
}

/** Windows-1252 from 0x80 to 0x9f. Node's own decoder has those of ISO 8859-1 there. */
const upper = '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ';

/** MySQL's latin1 is Windows-1252 (https://dev.mysql.com/doc/refman/8.4/en/charset-we-sets.html). */
const windows1252: ReadonlyMap<string, number> = new Map(
  Array.from({ length: 256 }, (_, byte) => [upper[byte - 0x80] ?? String.fromCharCode(byte), byte] as const),
);
