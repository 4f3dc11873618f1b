import type { Stage } from '../../../harness/scenario/stage.ts';

/** Sets variables of ProxySQL; its thread reads them before it takes the next packet. */
export async function setVariables(stage: Stage, variables: Readonly<Record<string, string | number>>): Promise<void> {
  for (const [name, value] of Object.entries(variables)) await stage.command('proxysql', `SET mysql-${name}=${value}`);
  await stage.command('proxysql', 'LOAD MYSQL VARIABLES TO RUNTIME');
  stage.tell(
    Object.entries(variables)
      .map(([name, value]) => `mysql-${name}=${value}`)
      .join(', '),
  );
}

/** What ProxySQL says of its mirroring now: statements that run on the mirror, and those that wait for their turn. */
export async function mirroring(stage: Stage): Promise<{ running: number; queued: number }> {
  const text = await stage.command('proxysql', "SELECT * FROM stats_mysql_global WHERE Variable_Name LIKE 'Mirror%'");
  const values = new Map(text.split('\n').map((line) => line.split('\t') as [string, string]));
  return { running: Number(values.get('Mirror_concurrency')), queued: Number(values.get('Mirror_queue_length')) };
}

/** Waits until the mirror has nothing left to do. */
export async function untilMirrored(stage: Stage, limitMs = 10_000): Promise<void> {
  await stage.until('nothing is left for the mirror', limitMs, async () => {
    const { running, queued } = await mirroring(stage);
    return running === 0 && queued === 0;
  });
}
