import { existsSync, readFileSync } from 'node:fs';
import { packageRoot } from '../run/package-root.ts';
import { FuzzError } from './error.ts';
import type { Exec } from './exec.ts';

/** An exec that showed something new, and what. One line of JSON each, so that two corpora merge by their lines. */
export interface Entry {
  readonly exec: Exec;
  readonly shows: readonly string[];
}

const shipped = new URL('fixtures/corpus/sessions.jsonl', packageRoot);

/** What every campaign plays before anything fresh: sessions that have shown something somewhere. */
export const shippedCorpus = (): Exec[] => (existsSync(shipped) ? readCorpus(shipped.pathname).map(({ exec }) => exec) : []);

/** Reads a corpus. Throws FuzzError FUZZ_BAD_CORPUS with file and line. */
export function readCorpus(file: string): Entry[] {
  return parseCorpus(readFileSync(file, 'utf8'), file);
}

export function parseCorpus(text: string, file: string): Entry[] {
  return text.split('\n').flatMap((line, i) => {
    if (line.trim() === '') return [];
    const bad = (why: string) => new FuzzError('FUZZ_BAD_CORPUS', `${file}:${i + 1}: ${why}`);
    let entry: Entry;
    try {
      entry = JSON.parse(line) as Entry;
    } catch {
      throw bad('is no JSON; remove the line');
    }
    if (!isExec(entry?.exec)) throw bad('must have "exec" with "clients", each with acts, delivery and leaves; remove the line');
    return [{ exec: entry.exec, shows: Array.isArray(entry.shows) ? entry.shows : [] }];
  });
}

/** The least that can be played. What the stimuli hold is checked when they are put together. */
export function isExec(one: unknown): one is Exec {
  const clients = (one as Exec | undefined)?.clients;
  return (
    Array.isArray(clients) &&
    clients.length > 0 &&
    clients.every((c) => Array.isArray(c?.acts) && typeof c.delivery === 'string' && typeof c.leaves === 'string')
  );
}

export const corpusText = (entries: readonly Entry[]): string => entries.map((entry) => `${JSON.stringify(entry)}\n`).join('');

/**
 * The smallest corpus that shows all that these show: what an entry shows and one before it has shown already is no
 * reason to keep it. Short execs come first, so that merging in any order gives the same.
 */
export function merge(entries: readonly Entry[]): Entry[] {
  const shows = new Map<string, Set<string>>();
  for (const { exec, shows: of } of entries) {
    const text = JSON.stringify(exec);
    shows.set(text, new Set([...(shows.get(text) ?? []), ...of]));
  }
  const texts = [...shows.keys()].sort((a, b) => a.length - b.length || (a < b ? -1 : 1));
  const shown = new Set<string>();
  return texts.flatMap((text) => {
    const fresh = [...(shows.get(text) ?? [])].some((one) => !shown.has(one));
    for (const one of shows.get(text) ?? []) shown.add(one);
    return fresh ? [{ exec: JSON.parse(text) as Exec, shows: [...(shows.get(text) ?? [])].sort() }] : [];
  });
}

/** At most so many entries, and at most so long as text: first those that show most in the fewest bytes. */
export function densest(entries: readonly Entry[], most: number, mostBytes: number): Entry[] {
  const left = new Map(entries.map((entry) => [JSON.stringify(entry.exec), entry]));
  const shown = new Set<string>();
  const kept: Entry[] = [];
  for (let bytes = 0; kept.length < most; ) {
    let best: { text: string; entry: Entry; worth: number } | undefined;
    for (const [text, entry] of left) {
      const worth = entry.shows.filter((one) => !shown.has(one)).length / text.length;
      if (worth > (best?.worth ?? 0) && bytes + text.length <= mostBytes) best = { text, entry, worth };
    }
    if (!best) break;
    left.delete(best.text);
    bytes += best.text.length;
    for (const one of best.entry.shows) shown.add(one);
    kept.push(best.entry);
  }
  return kept;
}
