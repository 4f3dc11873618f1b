import type { Player } from '../../fuzz/campaign-options.ts';
import type { Batch } from '../../fuzz/schedule.ts';

/** Oracles that make no connection of their own. */
export const askingNobody: readonly string[] = ['answers', 'well-formed', 'leaks', 'separate'];

/** Plays batches as a campaign does, until there is no next one or the signal comes: another begins where there is room. How many sessions that were. */
export async function playBatches(player: Player, next: () => Batch | undefined, signal: AbortSignal): Promise<number> {
  let sessions = 0;
  const underWay: Promise<unknown>[] = [];
  const one = async (): Promise<void> => {
    for (let batch = next(); batch && !signal.aborted; batch = next()) {
      const begun = batch;
      await new Promise<void>((room, failed) => {
        underWay.push(player.play(begun, signal, room).then(({ execs }) => (sessions += execs)));
        underWay.at(-1)?.then(() => room(), failed);
      });
    }
  };
  await Promise.all([one(), one()]);
  await Promise.all(underWay);
  return sessions;
}
