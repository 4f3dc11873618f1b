import type { Case } from '../case/case.ts';
import type { Delivery } from '../case/delivery.ts';
import type { Step } from '../case/step.ts';
import { Connection } from '../wire/connection.ts';
import { type Plan, planOf } from './delivering.ts';
import { Matcher } from './matcher.ts';
import { Player } from './player.ts';
import { Session } from './session.ts';
import { NO_CONNECTION, type Try, type TryContext } from './try.ts';

/** Plays a script once over a fresh connection. Never throws: what goes wrong is in the result. */
export async function tryCase(
  one: Pick<Case, 'script' | 'limitMs' | 'mostBytes' | 'needs'>,
  delivery: Delivery,
  context: TryContext,
  outer: Session | undefined = undefined,
): Promise<Try> {
  const session = new Session(context.accounts, context.database, outer ? undefined : context.composed, fieldsOf(outer));
  if (outer) session.tlsSessions = outer.tlsSessions;
  const limits = one.limitMs === undefined ? context.limits : { ...context.limits, answerMs: one.limitMs };
  let plan: Plan;
  try {
    plan = planOf(one.script, delivery, session);
  } catch (error) {
    return failedToBuild(error);
  }
  const connection = await Connection.open({
    ...context.endpoint,
    ...(one.needs?.includes('proxy-protocol') && context.proxiesFrom !== undefined ? { localAddress: context.proxiesFrom } : {}),
    connectLimitMs: limits.connectMs,
    probeAfterMs: limits.afterFinMs,
    ...(one.mostBytes === undefined ? {} : { mostBytes: one.mostBytes }),
    ...(plan.early ? { early: plan.early } : {}),
  });
  try {
    if (connection.failed) return unreachable(connection);
    const beside = (script: readonly Step[]): Promise<Try> => tryCase({ ...one, script }, 'whole', context, session);
    const matcher = new Matcher(session, one.mostBytes === undefined ? context : { ...context, mostBytes: one.mostBytes });
    return await new Player(connection, matcher, limits, plan, context, beside).play(one.script, delivery);
  } catch (error) {
    return failedToBuild(error, connection);
  } finally {
    connection.close();
  }
}

/** What a second connection may know of the first. */
function fieldsOf(outer: Session | undefined): Map<string, string | number> {
  return new Map([...(outer?.fields ?? [])].map(([name, value]) => [`outer.${name}`, value]));
}

function unreachable(connection: Connection): Try {
  const last = connection.events.at(-1);
  const why = last && 'detail' in last ? last.detail : 'no connection';
  return { inconclusive: `no connection: ${why}`, observation: NO_CONNECTION, transcript: connection.transcript('open'), packets: [] };
}

function failedToBuild(error: unknown, connection?: Connection): Try {
  const why = error instanceof Error ? error.message : String(error);
  return {
    inconclusive: why,
    observation: 'not run',
    transcript: connection?.transcript('open') ?? { startedAt: Date.now(), events: [], ending: 'open' },
    packets: [],
  };
}
