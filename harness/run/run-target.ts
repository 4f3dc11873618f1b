import { withFewErrors, withShortSelects } from '../case/asks.ts';
import type { Case } from '../case/case.ts';
import type { RunningNode, RunningTarget } from '../target/target.ts';
import { Engine } from './engine.ts';
import { RunError } from './error.ts';
import { losesPieces } from './in-pieces.ts';
import { judgeInvariance } from './invariance.ts';
import { usualLimits } from './limits.ts';
import { jobsOf } from './order.ts';
import { type Profile, probe, toldProfile } from './profile.ts';
import type { TargetReport, ToldNode } from './result.ts';
import type { RunOptions } from './run-options.ts';
import type { TryContext } from './try.ts';

/** Of a host that is blocked because of what the cases do. */
const blocks = `the server ${withFewErrors}, and connections that fail are among the cases: run FLUSH HOSTS, and raise it for a target under test`;

/** Of a SELECT that has been ended: where it reads rows of InnoDB the ERR is not that of the time, 3024 (sql/handler.cc, HA_ERR_QUERY_INTERRUPTED). */
const interrupts = `the server ${withShortSelects}, and told of one by ERR 1317, as of a KILL: raise max_execution_time for a target under test`;

/** Runs the cases on one running target. Never throws for what the target does; the report says it. */
export async function runTarget(target: RunningTarget, cases: readonly Case[], options: RunOptions = {}): Promise<TargetReport> {
  const from = performance.now();
  const context: TryContext = {
    endpoint: target.front,
    accounts: target.accounts,
    ...(target.database === undefined ? {} : { database: target.database }),
    ...(target.proxiesFrom === undefined ? {} : { proxiesFrom: target.proxiesFrom }),
    limits: options.limits ?? usualLimits,
    ...(options.signal ? { signal: options.signal } : {}),
    ...(options.onTry ? { onTry: options.onTry } : {}),
    ...(target.path.transparent ? {} : { endingsHidden: true }),
  };
  const versions = target.nodes.map((n) => `${n.product} ${n.version}`.trim()).join(' + ');
  const base = { target: target.name, versions, nodes: target.nodes.map(toldNode) };
  let profile: Profile;
  try {
    profile = await probe(
      target.name,
      context,
      cases,
      target.nodes.map((node) => node.product),
    );
  } catch (error) {
    if (!(error instanceof RunError)) throw error;
    return {
      ...base,
      results: [],
      notes: [],
      expectationProblems: [],
      failure: { code: error.code, says: error.message },
      ms: performance.now() - from,
    };
  }
  const jobs = jobsOf(cases, options);
  await options.onStart?.(jobs.length);
  const engine = new Engine(
    target,
    {
      ...context,
      refuses: profile.refuses,
      unclear: profile.unclear,
      ...(profile.delays === undefined ? {} : { delays: profile.delays }),
      ...(profile.patienceMs === undefined ? {} : { patienceMs: profile.patienceMs }),
      ...(profile.without.includes(withFewErrors) && { blocks }),
      ...(profile.without.includes(withShortSelects) && { interrupts }),
    },
    profile,
    options,
  );
  const results = judgeInvariance(await engine.run(jobs));
  const oneFault = losesPieces(results);
  return {
    ...base,
    dialect: profile.dialect,
    profile: toldProfile(profile),
    results,
    notes: [...notesOn(target, profile), ...engine.notes, ...(oneFault ? [oneFault] : [])],
    expectationProblems: engine.problems,
    ms: performance.now() - from,
  };
}

/** A node as the report tells it. */
export function toldNode({ name, product, version, setup }: RunningNode): ToldNode {
  return { name, product, version, ...(setup && { setup: setup() }) };
}

function notesOn(target: RunningTarget, profile: Profile): string[] {
  const notes: string[] = [];
  if (!target.path.transparent)
    notes.push(`The path to the target is not transparent: ${target.path.why}. FIN and RST are judged as "closed".`);
  for (const account of ['check', 'login'] as const) {
    if (target.accounts[account] && profile[account].is !== 'works') notes.push(`The declared account ${profile[account].says}.`);
    const plugin = profile.otherPlugins.get(account);
    const { user, plugin: named } = target.accounts[account] ?? {};
    if (plugin !== undefined) notes.push(`${user} is asked for ${plugin}; what is about ${named} (--plugin) is skipped.`);
  }
  return notes;
}
