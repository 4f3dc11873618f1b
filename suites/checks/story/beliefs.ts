import type { Stage } from '../../../harness/scenario/stage.ts';

/** A backend of the configuration is named after each. */
export const checks = ['mysql-check', 'httpchk'] as const;
export type Check = (typeof checks)[number];
/** 'UP L7OK', 'DOWN L7STS 503', by check and server: 'httpchk b'. */
export type Beliefs = Readonly<Record<string, string>>;

/** What HAProxy believes now; a server whose next check is under way is left out: the code of its last one is no longer there. */
async function beliefsNow(stage: Stage): Promise<Beliefs> {
  const beliefs: Record<string, string> = {};
  for (const row of await stage.stat('haproxy')) {
    const [check = '', server = '', result = ''] = [row.get('pxname'), row.get('svname'), row.get('check_status')];
    if (!checks.includes(check as Check) || !['a', 'b'].includes(server) || /^$|^\*|^INI$|^UNK$/.test(result)) continue;
    const code = result === 'L7STS' ? ` ${row.get('check_code')}` : '';
    beliefs[`${check} ${server}`] = `${(row.get('status') ?? '').split(' ')[0]} ${result}${code}`;
  }
  return beliefs;
}

/**
 * A check that began before the trouble may take its whole second, the next one begins 0.2 s later and may take a second, too: whoever
 * has not changed for longer has been asked meanwhile, by a check that began in the trouble.
 */
const settledMs = 2500;

/** Waits until no belief has changed for that long, and `enough` holds; what is believed then. */
export async function settledBeliefs(stage: Stage, what: string, enough: () => boolean): Promise<Beliefs> {
  let beliefs: Beliefs = {};
  let since = stage.now();
  await stage.until(`HAProxy has made up its mind: ${what}`, 20_000, async () => {
    const now = { ...beliefs, ...(await beliefsNow(stage)) };
    if (JSON.stringify(now) !== JSON.stringify(beliefs)) since = stage.now();
    beliefs = now;
    return stage.now() - since > settledMs && enough();
  });
  return beliefs;
}

/** What is believed, and why: what each agent said last. */
function told({ topology }: Stage, beliefs: Beliefs): string {
  const lines = Object.entries(beliefs).map(([who, state]) => `${who} ${state}`);
  const words = Object.keys(topology.topology.agents ?? {}).map(
    (name) => `${name}: ${topology.agent(name).log().trim().split('\n').at(-1)}`,
  );
  return [...lines, ...words].join('; ');
}

/** Waits until both checks believe that both servers are well. */
export async function untilAllUp(stage: Stage): Promise<void> {
  let beliefs: Beliefs = {};
  await stage.until(
    'both checks believe that a and b are up',
    30_000,
    async () => {
      beliefs = { ...beliefs, ...(await beliefsNow(stage)) };
      const states = Object.values(beliefs);
      return states.length === checks.length * 2 && states.every((state) => state.startsWith('UP L7OK'));
    },
    () => told(stage, beliefs),
  );
}
