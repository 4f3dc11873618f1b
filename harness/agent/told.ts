import type { Verdict } from './judge.ts';

/** Longest sentence in a body and in the log: servers choose the text of their errors. */
const longest = 400;

/** Hostile text as one line. */
export function plain(text: string): string {
  const line = text.replace(/\p{C}+/gu, ' ').trim();
  return line.length > longest ? `${line.slice(0, longest)}...` : line;
}

/** The reasons, those against traffic first, as one line. */
export function headline({ status, findings }: Verdict): string {
  const reasons = findings.filter(({ ok }) => status === 200 || !ok).map(({ says }) => plain(says));
  return `${status}: ${reasons.join('; ')}`;
}

/** The body of an answer: the verdict, then each check with why. */
export function bodyOf(verdict: Verdict): string {
  const lines = verdict.findings.map(({ ok, says }) => `${ok ? 'ok    ' : 'FAILED'} ${plain(says)}\n`);
  return `mywire agent: ${headline(verdict)}\n\n${lines.join('')}`;
}

/** Same text while the same is wrong, whatever the seconds of lag are. */
const stateOf = ({ status, findings }: Verdict) =>
  `${status} ${findings
    .filter(({ ok }) => !ok)
    .map(({ kind }) => kind)
    .join('|')}`;

/** Writes a line when the state is another than before, and none while it stays. */
export function tellChanges(write: (line: string) => void): (verdict: Verdict) => void {
  let before: Verdict | undefined;
  return (verdict) => {
    if (before === undefined || stateOf(before) !== stateOf(verdict))
      write(`${headline(verdict)}${before && before.status !== verdict.status ? ` (was ${before.status})` : ''}`);
    before = verdict;
  };
}
