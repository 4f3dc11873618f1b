import { startHaproxyChecks } from '../target/haproxy-checks.ts';
import { parseTarget } from '../target/parse-target.ts';
import { type RunningTarget, TargetError } from '../target/target.ts';
import type { JudgeOptions } from './judge-target.ts';
import type { HealthState } from './result.ts';

/**
 * HAProxy's own belief about the server that it would check, in each check mode that its version has: the front of the target, or
 * what stands behind the HAProxy that is the front (and then that HAProxy's version is the one to judge). Undefined where it cannot be asked.
 */
export async function askHaproxy(
  target: RunningTarget,
  options: Pick<JudgeOptions, 'targetOptions' | 'signal' | 'onNote'>,
): Promise<HealthState[] | undefined> {
  const user = target.accounts.check?.user;
  const judged = target.nodes.find(({ product }) => product !== 'haproxy');
  if (user === undefined || !judged || options.signal?.aborted) return undefined;
  const endpoint = target.nodes[0] === judged ? target.front : judged.endpoint;
  const image = haproxyImage(target.name);
  try {
    const judge = await startHaproxyChecks({ endpoint, user, options: options.targetOptions, ...(image === undefined ? {} : { image }) });
    try {
      const states = await judge.states();
      return states.map(({ mode, status, check, code, description, downs, seen }) => ({
        mode,
        by: `HAProxy ${judge.version}`,
        status,
        check,
        code,
        description,
        transitions: downs,
        seen,
      }));
    } finally {
      await judge.stop();
    }
  } catch (error) {
    if (!(error instanceof TargetError)) throw error;
    options.onNote?.(`HAProxy was not asked what it believes: ${error.message}`);
    return undefined;
  }
}

/** 'haproxy:3.2' where that is the front of the target. */
function haproxyImage(name: string): string | undefined {
  const spec = parseTarget(name);
  const first = spec.kind === 'docker' ? spec.parts[0] : undefined;
  return first?.product === 'haproxy' ? `haproxy:${first.version}` : undefined;
}
