import type { TargetOptions } from './options.ts';
import { parseTarget } from './parse-target.ts';
import type { RunningTarget } from './target.ts';

/**
 * Makes a target ready to be tested.
 * @param name as `parseTarget` reads it
 * @throws TargetError with every code there is; nothing is left running then
 */
export async function startTarget(name: string, options: TargetOptions = {}): Promise<RunningTarget> {
  const spec = parseTarget(name);
  switch (spec.kind) {
    case 'address':
      return (await import('./address.ts')).openAddress(spec, options);
    case 'local':
      return (await import('./local.ts')).startLocal(spec, options);
    case 'reference':
      return (await import('./reference.ts')).startReferenceTarget(spec);
    case 'docker':
      return (await import('./docker.ts')).startDocker(spec, options);
  }
}

export { type Choice, chooseTargets } from './choose-targets.ts';
