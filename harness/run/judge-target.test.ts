import { expect, test } from 'vitest';
import type { Case } from '../case/case.ts';
import { startTarget } from '../target/start-target.ts';
import { judgeTarget } from './judge-target.ts';

const one: Case = {
  id: 'quit/x',
  title: 'it greets',
  level: 'MUST',
  source: [],
  script: [{ expect: [{ packet: 'HandshakeV10' }] }],
  deliveries: ['whole'],
  killedBy: ['x'],
};

test('HAProxy is asked before the first case: a case may bring the server down', async () => {
  const told: string[] = [];
  const target = await startTarget('reference', {});
  try {
    await judgeTarget(
      target,
      {
        targetOptions: { binaries: { haproxy: '/nowhere/haproxy' } },
        cases: [one],
        knownIds: new Set([one.id]),
        expectations: [],
        askHaproxy: true,
        capture: false,
        onNote: (line) => told.push(line),
        onResult: ({ case: id }) => told.push(id),
      },
      new Map(),
    );
  } finally {
    await target.stop();
  }
  expect(told).toEqual([expect.stringMatching(/^HAProxy was not asked/), 'quit/x']);
});
