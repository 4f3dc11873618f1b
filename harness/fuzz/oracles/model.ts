import { isLie, stimuliIn } from '../exec.ts';
import { surpriseIn } from '../model.ts';
import type { Oracle } from '../oracle.ts';
import type { PlayedClient } from '../play.ts';
import { isReadAs320, overtaken, plainAhead, readOtherwise, waitsForTls } from '../reading.ts';
import { goesFirst } from '../tokens.ts';

/**
 * Each client is answered as the state machine of a session foretells. For servers and the built-in one: a proxy answers
 * some statements itself, and is held against its server instead. `database`: the one that the target was given.
 */
export const model = (database: string | undefined): Oracle => ({
  name: 'model',
  says: 'Each statement, command and login of a client that keeps to the protocol gets an answer that its session allows.',
  onlyByName: true,
  killedBy: ['autocommit-flag-stays', 'multi-goes-on-after-err', 'affected-rows-at-most-one', 'statement-err-hy000'],
  judge({ clients }) {
    for (const [client, seen] of clients.entries()) {
      if (goesFirst(seen) || isReadOtherwise(seen) || !isForetold(seen, database)) continue;
      const surprise = surpriseIn(seen, database);
      if (surprise)
        return { oracle: 'model', client, kind: surprise.kind, says: `client ${client}, stimulus ${surprise.stimulus}: ${surprise.kind}` };
    }
    return undefined;
  },
});

/** What the state machine is precise for: no lie, and of databases the one that is there. */
const isForetold = ({ client }: PlayedClient, database: string | undefined): boolean =>
  stimuliIn(client).every(
    (one) => !isLie(one) && (one.with?.['database'] === undefined || one.with['database'] === '' || one.with['database'] === database),
  );

const isReadOtherwise = (seen: PlayedClient): boolean =>
  waitsForTls(seen) || isReadAs320(seen) || Math.min(readOtherwise(seen), plainAhead(seen), overtaken(seen)) < Number.POSITIVE_INFINITY;
