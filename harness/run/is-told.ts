import type { AccountName, Step } from '../case/step.ts';
import { loggedIn } from './login-script.ts';
import type { TryContext } from './try.ts';
import { tryCase } from './try-case.ts';

/** The account that probes ask as; undefined where none was given. */
export const asking = ({ accounts }: TryContext): AccountName | undefined =>
  accounts.check ? 'check' : accounts.login ? 'login' : undefined;
export const asked = (context: TryContext, account: AccountName, query: string): Step[] => [
  ...loggedIn(context, account),
  { send: { message: 'COM_QUERY', with: { query } } },
];

/** Does this account get in, and is the first value that it is told like this? */
export async function isTold(context: TryContext, account: AccountName, query: string, pattern: string): Promise<boolean> {
  const expected: Step = { expect: [{ packet: 'TextResultset', sequenceId: 'any', where: { first: { pattern } } }] };
  const { deviation, inconclusive } = await tryCase({ script: [...asked(context, account, query), expected] }, 'whole', context);
  return !deviation && !inconclusive;
}
