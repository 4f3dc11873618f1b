import { surpriseIn } from '../model.ts';
import type { Oracle } from '../oracle.ts';

/**
 * Each client is answered as the state machine of a session foretells. For servers and the built-in one: a proxy answers
 * some statements itself, and is held against its server instead. `database`: the one that the target was given.
 */
export const model = (database: string | undefined): Oracle => ({
  name: 'model',
  says: 'Each statement, command and login of a client that keeps to the protocol gets an answer that its session allows.',
  killedBy: ['autocommit-flag-stays', 'multi-goes-on-after-err', 'affected-rows-at-most-one', 'statement-err-hy000'],
  judge({ clients }) {
    for (const [client, seen] of clients.entries()) {
      const found = surpriseIn(seen, database);
      if (found) return { oracle: 'model', client, kind: found.kind, says: `client ${client}: stimulus ${found.stimulus}: ${found.kind}` };
    }
    return undefined;
  },
});
