import type { DeclaredAccount, Stimulus } from '../../case/step.ts';
import type { Act } from '../exec.ts';
import { executedBehind } from './prepared.ts';
import { characterSets } from './statements.ts';
import { shownBehind, type Talk } from './talk.ts';

/** Whom a client becomes: mostly somebody who is let in without a further round. */
function who({ chance, about: { accounts } }: Talk): Pick<Stimulus, 'account' | 'password'> {
  const plain: DeclaredAccount | 'unknown' = accounts.includes('check') ? 'check' : (accounts[0] ?? 'unknown');
  switch (chance.below(10)) {
    case 0:
      return { account: 'unknown' };
    case 1:
    case 2:
      return { account: accounts.includes('login') ? 'login' : plain };
    case 3:
      return { account: accounts.includes('login') ? 'login' : plain, password: chance.of(['wrong', 'empty', 'without-its-end'] as const) };
    case 4:
      return { account: chance.of([plain, ...accounts]) };
    default:
      return { account: plain };
  }
}

/** COM_CHANGE_USER: logs in anew, now and then several times, and looks at what is left of the session before. */
export function changeUser(talk: Talk): readonly Act[] {
  const { chance, about, agreed, canary, tables } = talk;
  const change = (): Act => {
    const fields = {
      database: chance.weighted([
        [about.database === undefined ? 0 : 6, about.database ?? ''],
        [3, ''],
        [1, 'information_schema'],
        [1, 'mywire_no_such_database'],
      ]),
      ...(chance.oneIn(3) ? { characterSet: chance.of([8, 33, 45, 46, 47, 63, 224]) } : {}),
    };
    const attributes = agreed.flags.has('CONNECT_ATTRS') && chance.oneIn(2) ? { attributes: { program_name: canary } } : {};
    return { send: [{ message: 'COM_CHANGE_USER', ...who(talk), with: fields, ...attributes }] };
  };
  tables.clear();
  talk.makesTables = false;
  // MariaDB takes no more than three that fail.
  const times = chance.oneIn(12) ? 5 : 1;
  const asked: Act = {
    send: [
      {
        message: 'COM_QUERY',
        with: {
          query: chance.of(['SELECT CURRENT_USER()', 'SELECT USER()', 'SELECT DATABASE()', 'SELECT LAST_INSERT_ID()', characterSets]),
        },
      },
    ],
  };
  return [...Array.from({ length: times }, change), ...(chance.oneIn(2) ? [asked] : []), ...shownBehind(talk), ...executedBehind(talk)];
}
