import { afterEach, expect, it, vi } from 'vitest';

afterEach(() => {
  vi.restoreAllMocks();
  vi.resetModules();
});

/** Another process has a module of its own, and with it other memories. */
async function anotherProcess(): Promise<() => Promise<number>> {
  vi.resetModules();
  return (await import('./free-port.ts')).freePort;
}

it('gives no port that another process has chosen and whose server does not listen yet', async () => {
  const [mine, theirs] = [await anotherProcess(), await anotherProcess()];
  // Both draw the same number first.
  const draws = [0.501, 0.501, 0.502];
  vi.spyOn(Math, 'random').mockImplementation(() => draws.shift() ?? 0.9);
  const first = await mine();
  expect(await theirs()).not.toBe(first);
  expect(draws).toEqual([]);
});
