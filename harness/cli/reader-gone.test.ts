import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, openSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** How it ends when the one who reads it leaves behind its first words, as `head -1` does. */
async function readAWord(...args: string[]): Promise<{ code: number | null; signal: NodeJS.Signals | null; complaint: string }> {
  const child = spawn(process.execPath, ['dist/harness/cli/main.js', ...args], { cwd: root });
  let complaint = '';
  child.stderr.on('data', (chunk) => (complaint += chunk));
  child.stdout.once('data', () => child.stdout.destroy());
  const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
  return { code, signal, complaint };
}

// 141 is what a shell says of a program that SIGPIPE ended. With 0 a pipeline with pipefail would take it for a gate that is open.
test('what judges, and whose reader leaves, has no good end', async () => {
  const gate = ['gate', '--baseline', 'reference', '--candidate', 'reference', '--case', 'quit/after-login'];
  expect(await readAWord(...gate)).toEqual({ code: 141, signal: null, complaint: expect.not.stringContaining('Error') });
});

// A full disk under `mywire run … > report.txt` is not a target that deviates (1).
test
  .skipIf(!existsSync('/dev/full'))
  .each([
    [['list']],
    [['run', 'reference', '--case', 'quit/after-login', '--no-haproxy']],
    [['inspect', 'pcaps/areas/proxysql-2.7.1/session.pcapng.gz']],
  ])('standard output on a full disk: %j', async (args) => {
  const child = spawn(process.execPath, ['dist/harness/cli/main.js', ...args], {
    cwd: root,
    stdio: ['ignore', openSync('/dev/full', 'w'), 'pipe'],
  });
  let complaint = '';
  child.stderr?.on('data', (chunk) => (complaint += chunk));
  const [code] = (await once(child, 'close')) as [number | null];
  expect({ code, complaint }).toEqual({
    code: 2,
    complaint: expect.stringMatching(/^mywire: standard output cannot be written \(ENOSPC[^\n]*\): let it go to another place\n$/),
  });
});
