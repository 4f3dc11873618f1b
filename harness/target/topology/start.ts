import type { TargetOptions } from '../options.ts';
import type { Place } from './choice.ts';
import type { RunningTopology } from './running.ts';
import type { Topology } from './topology.ts';

/**
 * Starts a topology: all its programs side by side, taps on the links that have one, replication between its servers.
 * @throws TargetError with every code there is; nothing is left running then
 */
export async function startTopology(topology: Topology, place: Place, options: TargetOptions = {}): Promise<RunningTopology> {
  if (place.on === 'local') return (await import('./local.ts')).startLocalTopology(topology, options);
  return (await import('./docker.ts')).startDockerTopology(topology, place.versions, options);
}
