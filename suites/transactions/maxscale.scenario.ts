import { behindSplitter } from './story/splitter.ts';

/** S2 on MaxScale's readwritesplit. */
export const onMaxscale = behindSplitter({
  id: 'transactions/maxscale',
  title: 'MaxScale readwritesplit: a transaction keeps its reads, and dies with its server as a whole',
  proxy: 'maxscale',
  config: 'maxscale-reader-writer.cnf',
  modes: [{ name: 'readwritesplit', keepsReads: true }],
  source: 'https://mariadb.com/docs/maxscale/reference/maxscale-routers/maxscale-readwritesplit',
  async ready(stage) {
    await stage.until('MaxScale sends reads to a replica', 15_000, async () => {
      const client = await stage.client('maxscale').catch(() => undefined);
      const answer = await client?.query('SELECT @@server_id AS id');
      await client?.quit();
      return answer?.ok === true && Number(answer.rows[0]?.['id']) !== 1;
    });
  },
});
