import { connect, createServer, type Socket } from 'node:net';
import { expect, test } from 'vitest';
import { suites } from '../../suites/index.ts';
import { areaOf } from '../case/case.ts';
import { startReference } from '../reference/index.ts';
import { accountsWith, databaseName } from '../target/accounts.ts';
import { runTarget } from './run-target.ts';

/** How many connections go through before every other one is reset. */
const SOUND = 60;

test('a target that resets every other connection is told as such, and no case is suspected of it', async () => {
  const server = await startReference({});
  let taken = 0;
  const relay = createServer((client: Socket) => {
    client.on('error', () => undefined);
    if (++taken > SOUND && taken % 2 === 0) return void client.resetAndDestroy();
    const behind = connect(server.endpoint).on('error', () => client.destroy());
    client.pipe(behind).pipe(client);
  });
  const port = await new Promise<number>((resolve) =>
    relay.listen(0, '127.0.0.1', () => resolve((relay.address() as { port: number }).port)),
  );
  const endpoint = { host: '127.0.0.1', port };
  try {
    const node = { name: 'relay', product: 'reference', version: '', endpoint, state: async () => 'running', log: () => '' } as const;
    const { results, notes, expectationProblems } = await runTarget(
      {
        name: 'relay',
        nodes: [node],
        legs: [],
        front: endpoint,
        accounts: accountsWith('mysql_native_password'),
        database: databaseName,
        path: { transparent: true },
        stop: async () => {},
      },
      suites.filter((one) => areaOf(one) === 'command' && !one.tries),
      { limits: { connectMs: 5000, answerMs: 2000, quietMs: 300, afterFinMs: 5 }, deliveries: ['whole'] },
    );
    expect(expectationProblems).toEqual([expect.stringMatching(/^plain logins end now so and now so/)]);
    expect(notes.filter((one) => one.startsWith('The bracket failed'))).toEqual([]);
    expect(results.filter(({ deviation }) => deviation?.axis === 'liveness')).toEqual([]);
  } finally {
    relay.close();
    await server.stop();
  }
});
