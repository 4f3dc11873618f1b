import type { Misdeed } from './acts.ts';
import { answers } from './answers.ts';
import { compressions } from './compression.ts';
import { greetings } from './greeting.ts';
import { overHttp } from './http.ts';
import { logins } from './login.ts';
import { oddAnswers } from './odd-answers.ts';
import { openings } from './opening.ts';
import { underTls } from './tls.ts';

export type { Misdeed } from './acts.ts';

const one: Readonly<Record<string, Misdeed>> = {
  ...openings,
  ...overHttp,
  ...greetings,
  ...logins,
  ...underTls,
  ...compressions,
  ...answers,
  ...oddAnswers,
};

/** By name, in the order of the phases in which they happen. */
export const misdeeds: Readonly<Record<string, Misdeed>> = {
  ...one,
  'every-other-connection-another': async (peer) => {
    const all = Object.values(one);
    // Thirty-seven is prime to the length of the table, or near enough: every misdeed comes.
    await (all[(peer.number * 37) % all.length] as Misdeed)(peer);
  },
};
