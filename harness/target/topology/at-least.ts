import type { Topology } from './topology.ts';

/** '3.4.0-64a335366' as [3, 4]; undefined without numbers. */
function majorAndMinor(version: string): readonly [number, number] | undefined {
  const match = /(\d+)(?:\.(\d+))?/.exec(version);
  return match ? [Number(match[1]), Number(match[2] ?? 0)] : undefined;
}

/** Why a version of a product is too old for what a topology sets it up with; undefined when it is not. */
export function tooOld(topology: Topology, product: string, version: string): string | undefined {
  for (const plan of Object.values(topology.nodes)) {
    if (plan.product !== product || plan.atLeast === undefined) continue;
    const [here, needed] = [majorAndMinor(version), majorAndMinor(plan.atLeast)];
    if (here && needed && (here[0] - needed[0] || here[1] - needed[1]) >= 0) continue;
    return `${product} ${version || '(of an unknown version)'} is too old for ${topology.id}, which needs ${plan.atLeast} or later.`;
  }
  return undefined;
}
