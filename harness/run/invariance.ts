import type { CheckResult } from './result.ts';

/**
 * The same bytes must get the same answers however they travel: TCP has no message boundaries. Compares each delivery of
 * a case with the `whole` one; a result that passed by itself but answers otherwise fails. How the connection closes
 * (FIN or RST) may differ, since it depends on what the server had read by then.
 */
export function judgeInvariance(results: readonly CheckResult[]): CheckResult[] {
  const whole = new Map(results.filter((r) => r.delivery === 'whole' && r.verdict === 'pass').map((r) => [r.case, r]));
  return results.map((r) => {
    const base = whole.get(r.case);
    if (!base || r === base || r.verdict !== 'pass' || r.tries > 1 || answers(r) === answers(base)) return r;
    const got = `${answers(r)} — but sent whole: ${answers(base)}`;
    const deviation = { axis: 'invariance', step: 0, expected: 'the same answers as when sent whole', got } as const;
    return { ...r, verdict: 'fail', answer: 'fail', reason: got, deviation };
  });
}

const answers = (r: CheckResult): string => r.observation.replace(/(FIN followed by RST|FIN|RST)$/, 'closed');
