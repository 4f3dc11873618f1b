import type { RunningTarget } from './target.ts';

/**
 * Starts again what we started and what has ended since; a target that lives, or is not ours, is left as it is.
 * @throws TargetError when it does not come up: its port may be taken for a moment
 */
export async function revive({ nodes, restart }: Pick<RunningTarget, 'nodes' | 'restart'>): Promise<void> {
  if (!restart) return;
  const states = await Promise.all(nodes.map((node) => node.state()));
  if (states.some((state) => state !== 'running')) await restart();
}
