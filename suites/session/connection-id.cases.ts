import type { Case } from '../../harness/case/case.ts';
import { manual } from '../manual.ts';
import { query, value } from '../query-steps.ts';
import { changed, changeUserSource, reset, resetSource } from '../session-steps.ts';
import { loggedIn, works } from '../steps.ts';

const source = [manual['mysql/v10-thread-id'], manual['mysql/connection-id-is-unique'], manual['mariadb/connection-id-is-unique']] as const;
/** A client that kills what takes too long does it by the id of the greeting. */
const sameId = [query('SELECT CONNECTION_ID()'), value({ sameAs: 'HandshakeV10.threadId' })] as const;

/** A connection has one id, whoever uses it and however often it begins anew. */
export const cases = [
  {
    id: 'session/change-user-leaves-connection-id',
    title: 'behind COM_CHANGE_USER CONNECTION_ID() is still the thread id of the greeting',
    level: 'SHOULD',
    source: [...source, ...changeUserSource],
    needs: ['check-account'],
    script: [...loggedIn, ...sameId, ...changed, ...sameId, ...works],
    deliveries: ['whole'],
    killedBy: ['change-user-gives-another-id'],
  },
  {
    id: 'session/reset-leaves-connection-id',
    title: 'behind COM_RESET_CONNECTION CONNECTION_ID() is still the thread id of the greeting',
    level: 'SHOULD',
    source: [...source, ...resetSource],
    needs: ['check-account'],
    script: [...loggedIn, ...sameId, ...reset, ...sameId, ...works],
    deliveries: ['whole'],
    killedBy: ['reset-gives-another-id'],
  },
] as const satisfies readonly Case[];
