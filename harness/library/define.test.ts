import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { startReference } from '../reference/index.ts';
import { CaseError, cases, defineCase, defineTarget, exitCodeOf, reportAsSarif, run, select } from './index.ts';

const greets = defineCase({ id: 'mine/greets', title: 'it greets', level: 'MUST', script: [{ expect: [{ packet: 'HandshakeV10' }] }] });

test.each([
  ['an id without an area', { id: 'greets' as 'x/greets' }, 'write words with'],
  ['an id with a blank', { id: 'mine/it greets' as const }, 'write words with'],
  ['no step', { script: [] }, 'has no step'],
  ['nothing that is expected', { script: [{ send: { message: 'COM_QUIT' as const } }] }, 'could not fail'],
])("a case of one's own with %s is refused", (_what, over, says) => {
  expect(() => defineCase({ ...greets, ...over })).toThrow(CaseError);
  expect(() => defineCase({ ...greets, ...over })).toThrow(says);
});

test("a target of one's own is started, judged and stopped", async () => {
  const events: string[] = [];
  const mine = (defects: readonly string[]) =>
    defineTarget({
      name: `mine ${defects}`,
      async start() {
        const server = await startReference({ defects: defects as never });
        events.push('started');
        return {
          ...server.endpoint,
          accounts: { check: { user: 'haproxy_check', password: '', plugin: 'mysql_native_password' } },
          stop: () => server.stop().then(() => void events.push('stopped')),
        };
      },
    });
  const report = await run({
    targets: [mine([]), mine(['answers-com-quit'])],
    cases: [greets, ...select(cases, { cases: ['quit/after-login'] })],
  });
  expect(events).toEqual(['started', 'stopped', 'started', 'stopped']);
  expect(report.targets.map(({ target, results }) => [target, ...results.map((r) => r.verdict)])).toEqual([
    ['mine ', 'pass', 'pass', 'pass', 'pass', 'pass', 'pass'],
    ['mine answers-com-quit', 'pass', 'pass', 'pass', 'fail', 'fail', 'fail'],
  ]);
  expect(exitCodeOf(report)).toMatchObject({ code: 1 });
  expect(JSON.parse(reportAsSarif(report, () => undefined)).runs[0].results).toHaveLength(1);
});

test('a target that does not come up is in the report, and is stopped', async () => {
  const closed = createServer();
  await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve));
  const { port } = closed.address() as { port: number };
  await new Promise((resolve) => closed.close(resolve));
  let stopped = 0;
  const target = defineTarget({ name: 'mine', start: async () => ({ host: '127.0.0.1', port, stop: () => void stopped++ }) });
  const report = await run({ targets: [target], cases: [greets] });
  expect(report.targets[0]?.failure?.code).toBe('TARGET_UNREACHABLE');
  expect(exitCodeOf(report)).toMatchObject({ code: 3 });
  expect(stopped).toBe(1);
});

test('a signal ends a run, and what was not reached is inconclusive', async () => {
  const report = await run({ targets: ['reference'], cases: [greets], signal: AbortSignal.abort() });
  expect(exitCodeOf(report)).toMatchObject({ code: 3 });
});

test('a name that is no target is told at once', async () => {
  await expect(run({ targets: ['reference', 'mariadbb:11.8'], cases: [greets] })).rejects.toMatchObject({ code: 'TARGET_BAD_NAME' });
});
