import { lastingDifference } from '../compare.ts';
import { isPipelined } from '../exec.ts';
import type { Oracle } from '../oracle.ts';
import { asksForUnofferedCompression, mayLoseAnswers } from '../reading.ts';

/** Two servers that shall be alike answer the same. */
export const against: Oracle = {
  name: 'against',
  says: 'The same exec on the target that this one is held against shows the same, as far as the two must be alike.',
  ofLies: 'same product',
  killedBy: ['ok-affected-rows-wrong', 'null-as-empty-string', 'init-db-ignored', 'accepts-any-password'],
  async judge(played, { again, against: other, likeness = 'same product' }) {
    if (!other) return undefined;
    if (likeness === 'through a proxy' && played.clients.some(asksForUnofferedCompression)) return undefined;
    const { exec } = played;
    const held = await other(exec);
    if (mayLoseAnswers(played, held)) return undefined;
    const found = await lastingDifference(played, held, likeness, { ours: () => again(exec), theirs: () => other(exec) });
    if (!found) return undefined;
    const { client, ours, theirs, kind, expected } = found;
    return {
      oracle: 'against',
      client,
      kind,
      expected,
      says: `client ${client}${isPipelined(expected.client) ? ', several commands at once,' : ''} gets ${ours}; on the target that it is held against ${theirs}`,
    };
  },
};
