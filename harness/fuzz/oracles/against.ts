import { lastingDifference } from '../compare.ts';
import { isPipelined, pipelines, stimuliIn } from '../exec.ts';
import { AT_ONCE, kindsOf, type Oracle, WITHOUT_METADATA } from '../oracle.ts';
import type { PlayedClient } from '../play.ts';
import { asksForUnofferedCompression, lostAll, mayLoseAnswers, overtaken, wantsNoMetadata } from '../reading.ts';

/** Two servers that shall be alike answer the same. */
export const against: Oracle = {
  name: 'against',
  says: 'The same exec on the target that this one is held against shows the same, as far as the two must be alike.',
  ofLies: 'same product',
  killedBy: [
    'ok-affected-rows-wrong',
    'null-as-empty-string',
    'init-db-ignored',
    'accepts-any-password',
    'quit-ends-with-rst',
    'quit-and-half-close-ends-with-rst',
  ],
  async judge(played, { again, against: other, likeness = 'same product' }) {
    if (!other) return undefined;
    if (likeness === 'through a proxy' && played.clients.some(asksForUnofferedCompression)) return undefined;
    const { exec } = played;
    const held = await other(exec);
    if (mayLoseAnswers(played, held) || held.clients.some(lostAll)) return undefined;
    const found = await lastingDifference(played, held, likeness, { ours: () => again(exec), theirs: () => other(exec) });
    if (!found) return undefined;
    const { client, ours, theirs, kind, plainKind, expected } = found;
    // What only the other one asked, and the client had run ahead of, was answered by what came next.
    if (likeness === 'through a proxy' && overtaken(expected) < Number.POSITIVE_INFINITY) return undefined;
    return {
      oracle: 'against',
      client,
      ...kindsOf([kind, plainKind], SILENT.test(ours) ? silencedBy(expected, ours) : ''),
      expected,
      says: `client ${client}${howOf(expected, ours)} gets ${ours}; on the target that it is held against ${theirs} (${kind})`,
    };
  },
};

const SILENT = /^(closed|nothing)\b/;
/** Silence that comes before any statement. */
const OF_A_LOGIN = /^nothing for (the greeting|the answer to (HandshakeResponse|SSLRequest))/;
/** What of its ways may be why nothing comes: then it is another fault where it comes without. */
function silencedBy(seen: PlayedClient, ours: string): string {
  const { client } = seen;
  if (isPipelined(client) && stimuliIn(client).length > 1) return AT_ONCE;
  if (client.delivery === 'early') return ', ahead of the greeting';
  // What it says last, and behind which it ends its side at once.
  if (pipelines(client)) return ', without waiting for the answer';
  return wantsNoMetadata(seen) && !OF_A_LOGIN.test(ours) ? WITHOUT_METADATA : '';
}

/** What of its ways may be why the answers differ. */
function howOf(seen: PlayedClient, ours: string): string {
  const { client } = seen;
  const silenced = silencedBy(seen, ours);
  const isCut = silenced !== AT_ONCE && (client.cuts || client.delivery === 'fields' || client.delivery === 'bytes');
  const how = `${isCut ? ', in several segments' : ''}${silenced}`;
  return how === '' ? '' : `${how},`;
}
