import type { Case } from '../../harness/case/case.ts';
import { manual } from '../manual.ts';
import { done, getsLock, getsLockOfOuter, query, value } from '../query-steps.ts';
import { ended, loggedIn, quit, readError, works } from '../steps.ts';

/** What belongs to one connection, as another one sees it. */
export const cases = [
  {
    id: 'session/user-variables-of-another-connection',
    title: 'a user variable of one connection is NULL on another one that has not set it',
    level: 'MUST',
    source: [manual['mysql/user-variables-of-a-session'], manual['mariadb/user-variables-of-a-session']],
    needs: ['check-account'],
    script: [
      ...loggedIn,
      query("SET @mywire_own = 'here'"),
      done(),
      { beside: [...loggedIn, query('SELECT @mywire_own'), value(null), ...quit] },
      query('SELECT @mywire_own'),
      value('here'),
      ...works,
    ],
    killedBy: ['user-variables-of-all-connections'],
  },
  {
    id: 'session/locks-of-a-client-that-left',
    title: 'the lock of GET_LOCK() of a client that has left without COM_QUIT is free for another one',
    level: 'MUST',
    source: [manual['mysql/locks-go-with-the-session'], manual['mariadb/locks-go-with-the-session']],
    needs: ['check-account'],
    script: [
      ...loggedIn,
      ...getsLock,
      { do: 'half-close' },
      { expect: [readError, { closes: true }] },
      ended,
      { beside: [...loggedIn, ...getsLockOfOuter, ...quit] },
    ],
    killedBy: ['locks-outlive-connection'],
  },
] as const satisfies readonly Case[];
