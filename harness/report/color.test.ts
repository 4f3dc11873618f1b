import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';

/** picocolors looks at the environment once, when it is loaded: each question needs a process of its own. */
function asked(env: Record<string, string>, isTTY: boolean): string {
  const script = `import(${JSON.stringify(new URL('color.ts', import.meta.url).href)}).then((m) => console.log(String(m.wantsColor({ isTTY: ${isTTY} }))))`;
  const { PATH = '', HOME = '' } = process.env;
  const run = spawnSync(process.execPath, ['--import', 'tsx', '-e', script], { env: { PATH, HOME, ...env }, encoding: 'utf8' });
  expect(run.status, run.stderr).toBe(0);
  return run.stdout.trim();
}

test.each([
  ['a log', {}, false, 'false'],
  ['a log of a CI system', { CI: '1' }, false, 'false'],
  ['a log with FORCE_COLOR', { FORCE_COLOR: '1' }, false, 'true'],
  ['a TTY with NO_COLOR', { NO_COLOR: '1' }, true, 'false'],
  ['NO_COLOR before FORCE_COLOR', { NO_COLOR: '1', FORCE_COLOR: '1' }, true, 'false'],
])('%s', (_name, env, isTTY, wanted) => expect(asked(env, isTTY)).toBe(wanted));
