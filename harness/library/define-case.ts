import type { Case } from '../case/case.ts';

/** A case of a user's own: manuals and defects of the built-in server need not be named. */
export type OwnCase = Omit<Case, 'source' | 'killedBy'> & Partial<Pick<Case, 'source' | 'killedBy'>>;

/** A case that is none. */
export class CaseError extends Error {
  override readonly name = 'CaseError';
  readonly code = 'CASE_BAD';
}

/** What is killed by no defect of the built-in server: the case is about something that somebody saw. */
const noDefect = ['(a case of a user)'] as const;

/**
 * A case of one's own, in the language of harness/case: the steps of its script send, expect, end. Throws CaseError for an id
 * that is not 'area/topic' in words, for an empty script, and for a script that expects nothing: it could not fail.
 */
export function defineCase(own: OwnCase): Case {
  if (!/^[a-z0-9.-]+\/[a-z0-9./-]+$/.test(own.id))
    throw new CaseError(`"${own.id}" is no id: write words with '-' between them, and one '/' behind the area, as in my-bug/early-quit`);
  if (own.script.length === 0) throw new CaseError(`${own.id}: the script has no step`);
  if (own.script.every((step) => !('expect' in step) && !('end' in step)))
    throw new CaseError(`${own.id}: the script expects nothing, so the case could not fail: add a step { expect: … } or { end: … }`);
  return { source: [], killedBy: noDefect, ...own };
}
