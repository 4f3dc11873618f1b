import { Composer, type CST, Document, isScalar, LineCounter, Parser, visit } from 'yaml';

/** A YAML (or JSON) text that was read, and where in it a value stands. */
export interface Yaml {
  readonly value: unknown;
  /** Line of the value at this path, from 1; where it is missing, that of what is around it. */
  readonly lineOf: (path: readonly PropertyKey[]) => number;
}

/** The error of the room that reads, for a line (from 1) and why it is not taken: one line, without the file's name. */
export type Refuses = (line: number, why: string) => Error;

/** Deeper than anything that a person writes; what walks a value may do so by recursion. */
const DEEPEST = 200;
/** Characters; a longer file would take hundreds of MB as YAML. */
const LONGEST = 800_000;
/** Tokens behind one value: comments are, and mistakes, each of which would be an error of its own. */
const MOST_BEHIND = 50_000;

/**
 * Reads YAML that anybody may have written, in bounded time and memory: no cycles, no aliases that multiply, no depth that
 * a stack would not hold. Throws what `refuses` makes.
 */
export function readYaml(text: string, refuses: Refuses, { failsafe = false }: { readonly failsafe?: boolean } = {}): Yaml {
  if (text.length > LONGEST) return readLongJson(text, refuses);
  const lines = new LineCounter();
  const bad = (offset: number, why: string) => refuses(lines.linePos(offset).line || 1, oneLine(why));
  // Not parseDocument: it goes as deep as the text, and V8 dies of some regular expressions where a stack is nearly full.
  const tokens: CST.Token[] = [];
  for (const token of new Parser(lines.addNewLine).parse(text)) {
    if (token.type === 'error') throw bad(token.offset, token.source ? `${token.message}: ${JSON.stringify(token.source)}` : token.message);
    tokens.push(token);
  }
  if (tokens.some((token) => depthOf(token) > DEEPEST)) throw bad(0, TOO_DEEP);
  // Each key against each other, and each error with its line, would take hours for a file that is made for it.
  const options = { prettyErrors: false, uniqueKeys: false, keepSourceTokens: false, ...(failsafe && { schema: 'failsafe' }) };
  const [document = new Document(null), another] = [...new Composer(options).compose(tokens, true, text.length)];
  if (another) throw bad(another.range?.[0] ?? 0, 'a second document begins here: give one');
  const [broken] = document.errors;
  if (broken) throw bad(broken.pos[0], broken.message);
  const twice = keyTwice(document);
  if (twice) throw bad(twice.offset, `Map keys must be unique: ${twice.key}`);
  return { value: plainValue(document, (why) => bad(0, why)), lineOf: (path) => lines.linePos(offsetOf(document, path)).line || 1 };
}

/** Cases that a program wrote may be many; JSON costs little. */
function readLongJson(text: string, refuses: Refuses): Yaml {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw refuses(1, `it has more than ${LONGEST} characters and is no JSON: divide it, or write it as JSON`);
  }
  requireFlat(value, (why) => refuses(1, why));
  return { value, lineOf: () => 1 };
}

const TOO_DEEP = `it is nested more than ${DEEPEST} deep, or no YAML at all: write it flatter`;

/** Without recursion: collections in one another; infinite where one has too much behind it. */
function depthOf(token: CST.Token): number {
  let deepest = 0;
  const left: [CST.Token, number][] = [[token, 0]];
  for (let next = left.pop(); next; next = left.pop()) {
    const [one, depth] = next;
    deepest = Math.max(deepest, depth);
    if ('end' in one && (one.end?.length ?? 0) > MOST_BEHIND) return Number.POSITIVE_INFINITY;
    if (one.type === 'document' && one.value) left.push([one.value, depth]);
    if (!('items' in one)) continue;
    for (const { key, value } of one.items) for (const inner of [key, value]) if (inner) left.push([inner, depth + 1]);
  }
  return deepest;
}

function keyTwice(document: Document): { readonly offset: number; readonly key: string } | undefined {
  let found: { offset: number; key: string } | undefined;
  visit(document, {
    Map(_, map) {
      const seen = new Set<unknown>();
      for (const { key } of map.items) {
        if (!isScalar(key)) continue;
        if (seen.has(key.value)) {
          found = { offset: key.range?.[0] ?? 0, key: String(key.value) };
          return visit.BREAK;
        }
        seen.add(key.value);
      }
      return undefined;
    },
  });
  return found;
}

function plainValue(document: Document, bad: (why: string) => Error): unknown {
  let value: unknown;
  try {
    value = document.toJS();
  } catch (error) {
    throw bad(
      /alias count/.test((error as Error).message) ? 'its aliases multiply to too much: write less of them' : (error as Error).message,
    );
  }
  requireFlat(value, bad);
  return value;
}

/** Neither a cycle nor too deep. */
function requireFlat(value: unknown, bad: (why: string) => Error): void {
  const around = new Set<unknown>();
  const walk = (one: unknown): void => {
    if (typeof one !== 'object' || one === null) return;
    if (around.has(one)) throw bad('an alias stands inside its own anchor: write the value out');
    if (around.size >= DEEPEST) throw bad(TOO_DEEP);
    around.add(one);
    for (const inner of Object.values(one)) walk(inner);
    around.delete(one);
  };
  walk(value);
}

function offsetOf(document: Document, path: readonly PropertyKey[]): number {
  for (let length = path.length; length >= 0; length--) {
    const node = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
    const range = (node as { range?: [number, number, number] } | null | undefined)?.range;
    if (range) return range[0];
  }
  return 0;
}

/** Without what a terminal would act on: the parser quotes the text. */
function oneLine(says: string): string {
  return (says.split('\n')[0] ?? '').slice(0, 300).replaceAll(/[\p{Cc}\p{Cf}\p{Cs}]/gu, '.');
}
