import type { Result } from '../result.ts';
import type { Session } from '../session.ts';

/** What a statement does and comes to, in one result or (a CALL) several. Throws Refusal. */
export type Answer = (session: Session, match: RegExpMatchArray) => Result | readonly Result[] | Promise<Result | readonly Result[]>;

/** A statement that the server knows, by its text without comments and without the final semicolon. */
export type Statement = readonly [pattern: RegExp, answer: Answer];
