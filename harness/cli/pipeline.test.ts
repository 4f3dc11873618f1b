import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { suites } from '../../suites/index.ts';
import { result, run, target } from '../report/testdata/reports.ts';
import { caseSources } from './case-source.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

function mywire(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<{ code: number | null; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      ['dist/harness/cli/main.js', 'run', ...args],
      { cwd: root, timeout: 60_000, env: { ...process.env, ...env } },
      (_error, stdout, stderr) => resolve({ code: child.exitCode, stdout, stderr }),
    );
  });
}

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'mywire-pipeline-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.concurrent('what a pipeline sees of mywire run', { timeout: 90_000 }, () => {
  const broken = ['reference?defect=greeting-protocol-11', '--case', 'greeting/comes-first', '--no-haproxy'];

  test("in a job of GitHub's: a summary, an annotation, and no command from anything else", async () => {
    const summary = join(folder, 'summary.md');
    writeFileSync(summary, 'of the step before\n');
    const { code, stdout } = await mywire(broken, { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: summary });
    expect(code).toBe(1);
    const lines = stdout.split('\n');
    const [, token] = /^::stop-commands::([0-9a-f-]{36})$/.exec(lines[0] ?? '') ?? [];
    const end = lines.indexOf(`::${token}::`);
    expect(end).toBeGreaterThan(5);
    expect(lines.slice(end + 1, -1)).toEqual([
      expect.stringMatching(/^::error title=MUST greeting\/comes-first::reference\?defect=greeting-protocol-11: .*%0Agot .*%0Arepeat/),
    ]);
    expect(readFileSync(summary, 'utf8')).toMatch(
      /^of the step before\n### mywire: failed\n\n[\s\S]*\*\*MUST\*\* `greeting\/comes-first` on `reference\?defect=greeting-protocol-11`/,
    );
  });

  test.each([
    ['elsewhere', broken, {}],
    ['with --no-github', [...broken, '--no-github'], { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: '/nowhere/summary' }],
  ])('%s nothing is a command', async (_what, args, env) => {
    const { code, stdout } = await mywire(args, { GITHUB_ACTIONS: '', ...env });
    expect(code).toBe(1);
    expect(stdout).not.toMatch(/^::/m);
  });

  test('--json - keeps standard output to itself', async () => {
    const { code, stdout, stderr } = await mywire([...broken, '--json', '-', '--github'], { GITHUB_ACTIONS: '', GITHUB_STEP_SUMMARY: '' });
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ schema: 'mywire.report/1' });
    expect(stderr).toMatch(/^::error title=/m);
  });

  test('--sarif names the file of the case and its line', async () => {
    const file = join(folder, 'mywire.sarif');
    const { code } = await mywire([...broken, '--sarif', file]);
    expect(code).toBe(1);
    const log = JSON.parse(readFileSync(file, 'utf8')) as { runs: [{ results: { locations: [{ physicalLocation: unknown }] }[] }] };
    const text = readFileSync(join(root, 'suites/greeting/initial-handshake.cases.ts'), 'utf8').split('\n');
    expect(log.runs[0].results.map((one) => one.locations[0].physicalLocation)).toEqual([
      {
        artifactLocation: { uri: 'suites/greeting/initial-handshake.cases.ts' },
        region: { startLine: text.findIndex((line) => line.includes("'greeting/comes-first'")) + 1 },
      },
    ]);
  });

  test('a time limit ends the run: what was not reached is inconclusive, and so is a target', async () => {
    const { code, stdout } = await mywire(['reference', 'reference?defect=answers-com-quit', '--time-limit', '1ms', '--no-haproxy']);
    expect(code).toBe(3);
    expect(stdout).toMatch(
      /checks? of \d+ cases: the time limit of 1\.0 ms was over before this case|could not be judged: the time limit of 1\.0 ms was over before reference/,
    );
    expect(stdout).toContain('the time limit of 1.0 ms was over before reference?defect=answers-com-quit');
    expect(stdout).toMatch(/Exit code 3, inconclusive: /);
    expect(stdout.split('\n').length).toBeLessThan(60);
  });

  test('what deviated before the time was over is exit code 1 all the same; a limit that is not reached changes nothing', async () => {
    expect((await mywire([...broken, 'reference', '--time-limit', '2m'])).code).toBe(1);
    expect((await mywire(['reference', '--case', 'quit/after-login', '--no-haproxy', '--time-limit', '2m'])).code).toBe(0);
  });

  test('a time limit is a duration', async () => {
    const { code, stderr } = await mywire(['reference', '--time-limit', 'soon']);
    expect(code).toBe(2);
    expect(stderr).toContain('It must be a duration: 90s, 10m, 2h.');
  });
});

test('every case has a file, and most a line', async () => {
  const sourceOf = await caseSources(run([target(suites.map((one) => result({ case: one.id })))]));
  const sources = suites.map(({ id }) => [id, sourceOf(id)] as const);
  expect(sources.filter(([, source]) => !source || !existsSync(join(root, source.file)))).toEqual([]);
  expect(sources.filter(([, source]) => (source?.line ?? 1) > 1).length).toBeGreaterThan(suites.length * 0.8);
});

test('a case of a file of the user is in that file', async () => {
  const file = join(folder, 'mine.yaml');
  writeFileSync(file, '# mine\n- id: mine/first\n  title: x\n');
  const sourceOf = await caseSources(run([target([result({ case: 'mine/first' })])]), [file]);
  expect(sourceOf('mine/first')).toMatchObject({ line: 2, file: expect.stringMatching(/mine\.yaml$/) });
});
