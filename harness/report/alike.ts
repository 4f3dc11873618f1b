import type { Inspected, SeenEnding, SeenError } from '../inspect/inspected.ts';
import { clientName, MOST_ERRORS, MOST_WAITING, storyLines } from './inspected-story.ts';

/** Connections that are compared with: most captures have few kinds of them, and a story costs more than to see that it was told. */
const COMPARED = 64;

/** What a connection did, as one text that is the same for all that did the same. */
export const storyOf = (one: Inspected): string => [one.server, ...storyLines(one)].join('\n');

/** Finds what is known of a connection that did the same as one not long before. */
export class Alike<Known> {
  /** The one that was asked for last stands first. */
  readonly #known: { readonly one: Inspected; readonly known: Known }[] = [];

  find(one: Inspected): Known | undefined {
    const list = this.#known;
    for (let i = 0; i < list.length; i++) {
      const found = list[i] as { one: Inspected; known: Known };
      if (!isAlike(found.one, one)) continue;
      if (i > 0) {
        list.copyWithin(1, 0, i);
        list[0] = found;
      }
      return found.known;
    }
    return undefined;
  }

  keep(one: Inspected, known: Known): void {
    if (this.#known.unshift({ one, known }) > COMPARED) this.#known.pop();
  }
}

/** Everything that a story tells is the same, and so are the rules that were broken. */
export function isAlike(one: Inspected, other: Inspected): boolean {
  return (
    one.server === other.server &&
    one.rows === other.rows &&
    one.user === other.user &&
    one.database === other.database &&
    one.plugin === other.plugin &&
    one.login === other.login &&
    one.serverVersion === other.serverVersion &&
    one.dialect === other.dialect &&
    one.declared === other.declared &&
    one.beginning === other.beginning &&
    one.early === other.early &&
    one.check === other.check &&
    one.compression === other.compression &&
    one.undecoded === other.undecoded &&
    // Those with gaps or in TLS are few, or of large bodies: their stories are made.
    one.gaps === undefined &&
    other.gaps === undefined &&
    one.tls === undefined &&
    other.tls === undefined &&
    one.missing.client === other.missing.client &&
    one.missing.server === other.missing.server &&
    sameCommands(one.commands, other.commands) &&
    sameErrors(one, other) &&
    sameEnding(one.ending, other.ending) &&
    sameRules(one, other) &&
    (one.clientAttributes === other.clientAttributes || clientName(one.clientAttributes) === clientName(other.clientAttributes))
  );
}

/** In the same order too. */
function sameCommands(one: Inspected['commands'], other: Inspected['commands']): boolean {
  const names = Object.keys(one);
  let i = 0;
  for (const name in other) if (names[i++] !== name || one[name] !== other[name]) return false;
  return i === names.length;
}

function sameErrors(one: Inspected, other: Inspected): boolean {
  // Of a malformed ERR no fields are kept.
  if (one.errorCount !== other.errorCount || one.errors.length !== other.errors.length) return false;
  for (let i = 0; i < MOST_ERRORS && i < one.errors.length; i++) {
    const [a, b] = [one.errors[i] as SeenError, other.errors[i] as SeenError];
    if (a.code !== b.code || a.sqlState !== b.sqlState || a.answers !== b.answers || a.message !== b.message) return false;
  }
  return true;
}

function sameEnding(one: SeenEnding, other: SeenEnding): boolean {
  if (one.how !== other.how || one.by !== other.by || one.other !== other.other) return false;
  // They are few, and their frames are told.
  if (one.ignored || other.ignored) return false;
  if (one.after?.from !== other.after?.from || one.after?.packet !== other.after?.packet) return false;
  const [a, b] = [one.waiting, other.waiting];
  if (a.length !== b.length) return false;
  for (let i = 0; i < MOST_WAITING && i < a.length; i++) if (a[i]?.packet !== b[i]?.packet || a[i]?.begun !== b[i]?.begun) return false;
  return true;
}

function sameRules({ findings: one }: Inspected, { findings: other }: Inspected): boolean {
  if (one.length !== other.length) return false;
  for (let i = 0; i < one.length; i++) if (one[i]?.rule !== other[i]?.rule || one[i]?.side !== other[i]?.side) return false;
  return true;
}
