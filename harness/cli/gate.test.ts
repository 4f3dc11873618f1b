import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const main = join(root, 'dist/harness/cli/main.js');
const few = ['--area', 'quit', '--no-haproxy'];

function gate(...args: string[]): Promise<{ readonly code: number | null; readonly out: string }> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [main, 'gate', ...args],
      { cwd: root, timeout: 120_000, maxBuffer: 64 << 20 },
      (_error, stdout, stderr) => resolve({ code: child.exitCode, out: stdout + stderr }),
    );
  });
}

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'mywire-gate-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.concurrent('mywire gate', { timeout: 150_000 }, () => {
  test('lets the same server pass', async () => {
    const { code, out } = await gate('--baseline', 'reference', '--candidate', 'reference', ...few);
    expect(out).toContain('PASSED  reference');
    expect(out).toContain('no difference');
    expect(code).toBe(0);
  });

  test('stops a candidate with a fault, and names the case; the other way round it is an improvement', async () => {
    const faulty = 'reference?defect=quit-keeps-open';
    const worse = await gate('--baseline', 'reference', '--candidate', faulty, ...few);
    expect(worse.out).toMatch(/STOPPED {2}reference.*\n {2}regressions +\d+ checks of \d+ cases?: quit\//);
    expect(worse.code).toBe(1);
    const better = await gate('--baseline', faulty, '--candidate', 'reference', ...few);
    expect(better.out).toMatch(/PASSED .*\n {2}improvements +\d+ checks of \d+ cases?: quit\//);
    expect(better.code).toBe(0);
  });

  test('a saved baseline stands in for what was in production', async () => {
    const saved = join(folder, 'saved.json.gz');
    const made = await gate('--baseline', 'reference', '--save', saved, ...few);
    expect(made.out).toContain(`--baseline ${saved} --candidate TARGET`);
    expect(made.code).toBe(0);
    const results = JSON.parse(gunzipSync(readFileSync(saved)).toString()).targets[0].results as { transcript: unknown }[];
    expect(results.every(({ transcript }) => transcript !== null)).toBe(true);
    expect((await gate('--baseline', saved, '--candidate', 'reference', ...few)).code).toBe(0);
    const worse = await gate('--baseline', saved, '--candidate', 'reference?defect=quit-keeps-open', ...few);
    expect(worse.out).toMatch(/^ {2}≠ /m);
    expect(worse.code).toBe(1);
  });

  test('does as its configuration says, and the command line goes before it', async () => {
    const config = join(folder, 'gate.yaml');
    writeFileSync(config, 'baseline: reference\ncandidate: reference?defect=quit-keeps-open\ngate:\n  areas: [quit]\n  ignore: [quit]\n');
    const ignored = await gate('--config', config, '--no-haproxy');
    expect(ignored.out).toContain('[the policy ignores it]');
    expect(ignored.code).toBe(0);
    const other = await gate('--config', config, '--candidate', 'reference', '--no-haproxy');
    expect(other.out).toContain('no difference');
  });

  test('writes what pipelines and people look at', async () => {
    const file = (name: string): string => join(folder, name);
    const files = ['--html', file('g.html'), '--junit', file('g.xml'), '--sarif', file('g.sarif'), '--json', file('g.json')];
    const { code } = await gate('--baseline', 'reference', '--candidate', 'reference?defect=quit-keeps-open', ...few, ...files);
    expect(code).toBe(1);
    const read = (name: string): string => readFileSync(file(name), 'utf8');
    expect(read('g.html')).toContain('id="data"');
    expect(read('g.xml')).toMatch(/<testcase [^>]*name="quit\/[\s\S]*?<failure/);
    const sarif = JSON.parse(read('g.sarif')) as { runs: { results: { ruleId: string }[] }[] };
    expect(sarif.runs[0]?.results.map(({ ruleId }) => ruleId)).toContain('quit/after-login');
    expect(JSON.parse(read('g.json')).exit.code).toBe(1);
  });

  test('ends at its time limit, inconclusive', async () => {
    const { code, out } = await gate('--baseline', 'reference', '--candidate', 'reference', '--no-haproxy', '--time-limit', '3s');
    expect(out).toContain('INCONCLUSIVE');
    expect(code).toBe(3);
  });

  test('a target that cannot be had makes it inconclusive, at once', async () => {
    const { code, out } = await gate('--baseline', 'reference', '--candidate', '127.0.0.1:1', ...few);
    expect(out).toContain('TARGET_UNREACHABLE');
    expect(out).not.toContain('checks done');
    expect(code).toBe(3);
  });

  test.each([
    [[], 'say what to compare'],
    [['--baseline', 'reference'], 'say what to compare'],
    [['--baseline', 'reference', '--candidate', 'refrence'], 'refrence'],
    [['--baseline', 'reference', '--candidate', 'reference?defect=nothing'], 'there is no defect "nothing"'],
    [['--versions', 'haproxy:2.6'], 'at least two versions'],
    [['--versions', 'haproxy:2.6,3.0', '--baseline', 'reference'], 'takes the place'],
    [['--baseline', 'package.json', '--candidate', 'reference'], 'package.json is no saved baseline'],
    [['--config', 'nowhere.yaml'], 'cannot read the configuration in nowhere.yaml: there is no such file'],
  ])('%j is a usage error', async (args, says) => {
    const { code, out } = await gate(...args);
    expect(out).toContain(says);
    expect(out).not.toMatch(/^ +at /m);
    expect(code).toBe(2);
  });

  test.each([
    ['replicaton', 'replication'],
    ['quit/after-logn', 'quit/after-login'],
  ])('%s in gate.ignore fits nothing, which is told before anything runs', async (name, meant) => {
    const config = join(folder, `${name.replace('/', '-')}.yaml`);
    writeFileSync(config, `gate:\n  ignore: [quit, ${name}]\n`);
    const { code, out } = await gate('--config', config, '--baseline', 'reference', '--candidate', 'reference', ...few);
    expect(out).toContain(`gate.ignore: there is no area and no case "${name}"; did you mean "${meant}"?`);
    expect(code).toBe(2);
  });
});
