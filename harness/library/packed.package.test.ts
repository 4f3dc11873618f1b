import { type ExecFileException, execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const example = join(root, 'fixtures/examples/own-case');
/** Bytes. Fetched in a second; what is not needed to run (recordings of areas, bench, types of cases) stays out. */
const MOST_PACKED = 1_600_000;

interface Outcome {
  readonly code: number | string | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

function command(cwd: string, program: string, ...args: string[]): Promise<Outcome> {
  return new Promise((resolve) => {
    const options = { cwd, timeout: 900_000, maxBuffer: 64 << 20, env: { ...process.env, NO_COLOR: '1', GITHUB_ACTIONS: '' } };
    execFile(program, args, options, (error: ExecFileException | null, stdout, stderr) =>
      resolve({ code: error ? (error.code ?? error.signal ?? undefined) : 0, stdout, stderr }),
    );
  });
}

let folder = '';
let project = '';
let packed: { readonly filename: string; readonly size: number; readonly files: readonly { readonly path: string }[] };
let unreachable: string | undefined;

/** Built anew into a folder of its own, packed as npm does it, and installed into what was an empty folder. */
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'mywire-packed-'));
  project = join(folder, 'project');
  const stage = join(folder, 'stage');
  mkdirSync(stage);
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const built = await command(
    root,
    process.execPath,
    tsc,
    '-p',
    'tsconfig.build.json',
    '--outDir',
    join(stage, 'dist'),
    '--incremental',
    'false',
  );
  expect(built).toMatchObject({ code: 0 });
  for (const name of ['package.json', 'README.md', 'LICENSE', 'CHANGELOG.md', 'docs', 'fixtures'])
    cpSync(join(root, name), join(stage, name), { recursive: true });
  mkdirSync(join(stage, 'pcaps'));
  for (const { name } of readdirSync(join(root, 'pcaps'), { withFileTypes: true }).filter((one) => one.isFile()))
    cpSync(join(root, 'pcaps', name), join(stage, 'pcaps', name));
  const pack = await command(stage, 'npm', 'pack', '--ignore-scripts', '--json');
  [packed] = JSON.parse(pack.stdout) as [typeof packed];
  cpSync(example, project, { recursive: true });
  // mywire comes from the tarball; vitest and TypeScript are ours.
  writeFileSync(join(project, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
  const install = await command(
    project,
    'npm',
    'install',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--no-save',
    join(stage, packed.filename),
  );
  if (/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ENETUNREACH/.test(install.stderr)) unreachable = install.stderr.split('\n')[0];
  else expect(install).toMatchObject({ code: 0 });
  // What a user's project has beside mywire; ours will do.
  for (const name of ['typescript', 'vitest', '@types/node', 'undici-types']) {
    mkdirSync(join(project, 'node_modules/@types'), { recursive: true });
    rmSync(join(project, 'node_modules', name), { recursive: true, force: true });
    symlinkSync(join(root, 'node_modules', name), join(project, 'node_modules', name));
  }
}, 1_200_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the packed package', { timeout: 600_000 }, () => {
  test('holds what a run needs, and is small', () => {
    const paths = packed.files.map(({ path }) => path);
    expect(packed.size).toBeLessThan(MOST_PACKED);
    expect(
      paths.filter((path) =>
        /^dist\/.*\.(test|suite)\.|testdata|tsbuildinfo|\/bench\b|^pcaps\/(areas|scenarios)|^harness(?!\/report\/html\/page\/)|^suites/.test(
          path,
        ),
      ),
    ).toEqual([]);
    expect(paths).toEqual(
      expect.arrayContaining([
        'dist/harness/cli/main.js',
        'dist/harness/library/index.js',
        'dist/harness/library/index.d.ts',
        'dist/suites/index.d.ts',
        'fixtures/expectations/proxysql.yaml',
        'docs/engineer.md',
        'fixtures/configs/haproxy.cfg',
        'pcaps/mysql-9.7.4-haproxy-2.6.12-post41.pcap',
      ]),
    );
    expect(readdirSync(join(root, 'pcaps')).filter((name) => /-haproxy-/.test(name) && !paths.includes(`pcaps/${name}`))).toEqual([]);
  });

  const mywire = (...args: string[]): Promise<Outcome> => command(project, join(project, 'node_modules/.bin/mywire'), ...args);

  test.each([
    ['--version', 0, JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version as string],
    ['--help', 0, 'Usage: mywire'],
    ['list --area quit', 0, 'quit/after-login'],
    ['explain quit/after-login', 0, 'send COM_QUIT'],
    ['run reference --area quit', 0, 'Exit code 0, good: no deviation.'],
    ['run reference?defect=answers-com-quit --case quit/after-login', 1, 'Exit code 1, deviates: '],
    [`inspect ${join(root, 'pcaps/proxysql-2.7.1-haproxy-2.6.12-post41.pcap')}`, 0, 'exit 0: nothing broken in 8 MySQL connections'],
    ['fuzz reference --runs 20 --seed 1', 0, 'finding'],
  ])('mywire %s', async (line, code, says) => {
    if (unreachable !== undefined) throw new Error(unreachable);
    const outcome = await mywire(...line.split(' '));
    expect(outcome.stderr).not.toMatch(/^ +at /m);
    expect({ code: outcome.code, says: outcome.stdout.includes(says) ? says : outcome.stdout + outcome.stderr }).toEqual({ code, says });
  });

  test('its types check in a project that uses them strictly', async ({ skip }) => {
    if (unreachable !== undefined) skip(unreachable);
    expect(await command(project, process.execPath, 'node_modules/typescript/bin/tsc', '--noEmit', '-p', '.')).toEqual({
      code: 0,
      stdout: '',
      stderr: '',
    });
  });

  test('the example runs: a case and a target of its own, in its own vitest', async ({ skip }) => {
    if (unreachable !== undefined) skip(unreachable);
    const { code, stdout } = await command(project, process.execPath, 'node_modules/vitest/vitest.mjs', 'run');
    expect(stdout).toMatch(/our-proxy +6 +0\n/);
    expect(code).toBe(0);
  });
});
