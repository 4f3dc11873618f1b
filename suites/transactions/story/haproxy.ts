import type { Stage } from '../../../harness/scenario/stage.ts';
import { nodes } from './transaction.ts';

/** HAProxy in front of three servers: port 'front' leads to all, port 'writer' to one. */
export const haproxy = {
  proxy: 'haproxy',
  config: 'haproxy-all-and-writer.cfg',
  balancing: 'https://docs.haproxy.org/3.0/configuration.html#4-balance (leastconn), #5.2-backup',
  ready,
} as const;

/** Its first checks may have come before the servers: waits until it has seen each of them well. */
async function ready(stage: Stage): Promise<void> {
  await stage.until('HAProxy believes that all three servers are up', 20_000, async () => {
    const rows = (await stage.stat('haproxy')).filter((row) => nodes.some((node) => node === row.get('svname')));
    const up = rows.filter((row) => row.get('status')?.startsWith('UP') || row.get('status')?.startsWith('no check'));
    const checked = rows.filter((row) => row.get('check_status') === 'L7OK');
    return up.length === rows.length && checked.length >= nodes.length;
  });
}
