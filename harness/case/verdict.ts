/** How the server's side of a connection stood when we stopped looking (facts: a boolean "closed" hides the difference). */
export const endings = ['open', 'fin', 'fin+rst', 'rst', 'timeout'] as const;
/**
 * open: the connection stood when we closed it. fin: the server sent FIN and no RST of its own followed.
 * fin+rst: FIN, then a RST that nothing we sent after the FIN provoked. rst: RST without FIN.
 * timeout: we waited for an end and none came within the limit.
 */
export type Ending = (typeof endings)[number];

/**
 * pass: the answer and the ending are what the source asks. fail: the target deviates. unsupported: the target refused
 * with the error code that means "I do not do this". skipped: not run, for the reason given. inconclusive: nobody can
 * tell: we, or the path, are at fault, or the target was gone, is at a limit of its own (too many connections), or breaks of
 * this case under another delivery; never green.
 */
export const verdicts = ['pass', 'fail', 'unsupported', 'skipped', 'inconclusive'] as const;
export type Verdict = (typeof verdicts)[number];

/**
 * MUST and SHOULD can fail. MAY can only be unsupported, or fail by breaking what it chose to do.
 * OBSERVE: the manuals are silent or disagree; its script has what MySQL and MariaDB are known to do. That a target fails it says
 * that it does otherwise, and not that it is wrong: a difference to know of. What the target did is recorded.
 */
export const levels = ['MUST', 'SHOULD', 'MAY', 'OBSERVE'] as const;
export type Level = (typeof levels)[number];
