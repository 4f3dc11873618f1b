import { connect, createServer, type Socket } from 'node:net';
import { describe, expect, test } from 'vitest';
import { suites } from '../../suites/index.ts';
import type { Case } from '../case/case.ts';
import { startReference } from '../reference/index.ts';
import { databaseName } from '../target/accounts.ts';
import { headerKept } from './delivering.ts';
import { runTarget } from './run-target.ts';
import { atAddress } from './testing/at-address.ts';

const lengths = (segments: readonly Uint8Array[]): number[] => segments.map(({ length }) => length);
const pieces = (...of: number[]): Uint8Array[] => of.map((length) => new Uint8Array(length));

describe('headerKept', () => {
  test.each([
    [
      [1, 1, 1, 1, 1, 1],
      [5, 1],
    ],
    [
      [3, 1, 4, 4],
      [8, 4],
    ],
    [[2, 2], [4]],
    [
      [2, 3, 1],
      [5, 1],
    ],
    [
      [60, 5],
      [60, 5],
    ],
    [[4], [4]],
  ])('of segments of %j makes %j', (given, made) => {
    expect(lengths(headerKept(pieces(...given)))).toEqual(made);
  });
});

/** A proxy that swallows the first header of a client when that comes alone, as ProxySQL does. */
async function loser(port: number, dies = 0): Promise<{ port: number; stop: () => void }> {
  const sockets = new Set<Socket>();
  let alone = 0;
  const server = createServer((client) => {
    const back = connect(port, '127.0.0.1');
    sockets.add(client).add(back);
    for (const socket of [client, back]) socket.on('error', () => undefined);
    back.pipe(client);
    client.once('data', (first: Buffer) => {
      if (first.length > 4) back.write(first);
      else if (++alone === dies) client.destroy();
      client.on('data', (more) => {
        if (first.length > 4) back.write(more);
      });
      client.on('end', () => back.end());
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    stop: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

describe('a target that loses the first header when it comes alone', () => {
  test('is asked again where it died as it was asked', async () => {
    const server = await startReference({ defects: [] });
    const proxy = await loser(server.endpoint.port, 2);
    const ping = suites.find(({ id }) => id === 'command/ping') as Case;
    try {
      const { results } = await runTarget(atAddress({ host: '127.0.0.1', port: proxy.port }), [ping], {
        concurrency: 1,
        limits: { connectMs: 5000, answerMs: 1500, quietMs: 300, afterFinMs: 5 },
      });
      expect(results.map((r) => `${r.delivery}: ${r.verdict}`)).toEqual(['whole: pass', 'bytes: fail', 'fields: pass']);
    } finally {
      proxy.stop();
      await server.stop();
    }
  });

  test('is told so by the case about it, and judged in all others', async () => {
    const server = await startReference({ defects: [] });
    const proxy = await loser(server.endpoint.port);
    const endpoint = { host: '127.0.0.1', port: proxy.port };
    const target = { ...atAddress(endpoint), database: databaseName };
    const named = (id: string): Case => suites.find((one) => one.id === id) as Case;
    try {
      const { results, notes } = await runTarget(target, [named('command/ping'), named('framing/first-header-apart')], {
        limits: { connectMs: 5000, answerMs: 1500, quietMs: 300, afterFinMs: 5 },
      });
      expect(results.map((r) => `${r.case} ${r.delivery}: ${r.verdict}`)).toEqual([
        'command/ping whole: pass',
        'command/ping bytes: pass',
        'command/ping fields: pass',
        'framing/first-header-apart whole: fail',
      ]);
      expect(notes).toEqual([expect.stringContaining('framing/first-header-apart')]);
    } finally {
      proxy.stop();
      await server.stop();
    }
  });
});
