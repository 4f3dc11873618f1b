import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'full-disk-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A disk that takes small files only: `ulimit -f` counts in blocks of 512 or 1024 bytes, and either is between the two reports. */
const BLOCKS = 48;

test('a report that the disk has no room for costs neither the other reports nor what is told', () => {
  const words = 'run reference --area quit --no-haproxy --no-color --json "$0/run.json" --junit "$0/junit.xml"';
  const script = `ulimit -f ${BLOCKS}; exec "$1" dist/harness/cli/main.js ${words}`;
  const { status, stdout, stderr } = spawnSync('sh', ['-c', script, folder, process.execPath], { cwd: root, encoding: 'utf8' });
  expect({ status, files: readdirSync(folder), stdout, stderr }).toEqual({
    status: 2,
    files: ['junit.xml'],
    stdout: expect.stringMatching(/\d+ pass, 0 fail\. Exit code 0/),
    stderr: expect.stringMatching(/^mywire: \S+run\.json cannot be written: [^\n]+\n$/),
  });
});
