import { areaOf } from '../case/case.ts';
import type { Job } from './order.ts';
import type { CheckResult } from './result.ts';

/** The result of a check that sent nothing, or whose answer is not what it is judged by. */
export function unrun(target: string, job: Job, verdict: 'skipped' | 'inconclusive' | 'fail', reason: string): CheckResult {
  const { id, title, level, source } = job.case;
  return {
    target,
    case: id,
    area: areaOf(job.case),
    title,
    level,
    delivery: job.delivery,
    source,
    verdict,
    reason,
    answer: 'unjudged',
    ending: 'unjudged',
    observation: 'not run',
    tries: 0,
    deviatingTries: 0,
    ms: 0,
  };
}
