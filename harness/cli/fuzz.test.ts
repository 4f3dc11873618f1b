import { execFile, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hostileServer } from '../hostile/hostile-server.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const command = [join(root, 'dist/harness/cli/main.js')];
const mywire = (...args: string[]) => mywireIn(root, ...args);

function mywireIn(cwd: string, ...args: string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [...command, ...args], { cwd, timeout: 280_000 }, (_error, stdout, stderr) =>
      resolve({ code: child.exitCode, stdout, stderr }),
    );
  });
}

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'mywire-fuzz-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('what cannot be done is one sentence and exit code 2', { timeout: 60_000 }, () => {
  test.each([
    [['fuzz'], 'say what to fuzz'],
    [['fuzz', 'reference', '--oracle', 'nobody'], 'there is no oracle "nobody"; the oracles are answers'],
    [['fuzz', 'reference', '--oracle', 'against'], '--against local:mariadb'],
    [['fuzz', 'reference', '--shard', '3/2'], 'a shard is i/n with i from 1 to n'],
    [['fuzz', 'reference', '--time', 'soon'], 'It must be a duration: 90s, 10m, 2h.'],
    [['fuzz', 'reference', '--exec', '/nowhere.json'], 'cannot read the session in /nowhere.json: there is no such file'],
    [['merge', '/nowhere', '--out', '/tmp'], '/nowhere is no folder of a campaign'],
  ])('mywire %j', async (args, says) => {
    const { code, stderr } = await mywire(...args);
    expect(stderr).toContain(says);
    expect(stderr).not.toContain('    at ');
    expect(code).toBe(2);
  });
});

test('a target that answers no login is not fuzzed: one sentence and exit code 3', { timeout: 60_000 }, async () => {
  const server = await hostileServer('login-silence');
  try {
    const given = ['--check-user', 'probe', '--limit', '1500', '--out', join(folder, 'silent')];
    const { code, stderr } = await mywire('fuzz', `127.0.0.1:${server.port}`, ...given);
    expect(stderr).toContain(
      'a plain login is not answered: nothing within 1500 ms for the answer to HandshakeResponse41. Give it more time (--limit)',
    );
    expect(stderr).not.toContain('    at ');
    expect(code).toBe(3);
  } finally {
    server.stop();
  }
});

describe('a campaign', { timeout: 300_000 }, () => {
  const defect = ['reference?defect=ok-affected-rows-wrong', '--oracle', 'against', '--against', 'reference'];

  test('finds a planted fault, makes it small, and writes what shows it again', async () => {
    const out = join(folder, 'planted');
    const { code, stdout } = await mywire('fuzz', ...defect, '--runs', '64', '--seed', '3', '--out', out);
    expect(stdout).toMatch(/^FOUND fuzz\/against-[0-9a-f]{8} {2}\(again/m);
    expect(code).toBe(1);
    const of = join(out, 'findings', readdirSync(join(out, 'findings'))[0] as string);
    expect(readdirSync(of)).toEqual(
      expect.arrayContaining(['case.yaml', 'exec.json', 'issue.md', 'nodes.json', 'transcript.txt', 'wire.pcapng']),
    );
    const exec = JSON.parse(readFileSync(join(of, 'exec.json'), 'utf8')) as { clients: { acts: unknown[] }[] };
    expect(exec.clients.length).toBe(1);
    expect(exec.clients[0]?.acts.length).toBeLessThanOrEqual(3);
    const again = await mywire('fuzz', ...defect, '--exec', join(of, 'exec.json'));
    expect(again.code).toBe(1);
    const clean = await mywire('fuzz', 'reference', ...defect.slice(1), '--exec', join(of, 'exec.json'));
    expect(clean.stdout).toContain('nothing is broken');
    expect(clean.code).toBe(0);
    const asCase = ['--cases', join(of, 'case.yaml'), '--no-expectations', '--no-haproxy'];
    expect((await mywire('run', 'reference', ...asCase)).code).toBe(0);
    expect((await mywire('run', defect[0] as string, ...asCase)).code).toBe(1);
    // What the issue prints, where it says.
    const printed = [...readFileSync(join(of, 'issue.md'), 'utf8').matchAll(/^mywire (.*)$/gm)].map(([, words = '']) => words);
    expect(printed.map((words) => words.split(' ')[0])).toEqual(['fuzz', 'run']);
    for (const words of printed) expect((await mywireIn(of, ...words.replaceAll("'", '').split(' '))).code, words).toBe(1);
  });

  test('shards are joined to one', async () => {
    const shard = (i: number) =>
      mywire('fuzz', ...defect, '--runs', '128', '--seed', '3', '--shard', `${i}/2`, '--out', join(folder, `shard-${i}`));
    await shard(1);
    await shard(2);
    const blocks = [1, 2].flatMap((i) =>
      readFileSync(join(folder, `shard-${i}`, 'journal.jsonl'), 'utf8')
        .split('\n')
        .flatMap((line) => /^\{"block":(\d+)/.exec(line)?.[1] ?? []),
    );
    expect(blocks.map(Number).sort((a, b) => a - b)).toEqual([0, 1]);
    const { code, stdout } = await mywire('merge', join(folder, 'shard-1'), join(folder, 'shard-2'), '--out', join(folder, 'all'));
    expect(stdout).toMatch(/2 campaigns on reference/);
    expect(code).toBe(1);
    expect(existsSync(join(folder, 'all', 'corpus.jsonl'))).toBe(true);
  });

  test('Ctrl-C ends it with a report; the same command goes on, and another one is kept apart', async () => {
    const out = join(folder, 'stopped');
    const args = ['fuzz', 'reference', '--oracle', 'answers', '--time', '60s', '--seed', '5', '--out', out];
    const child = spawn(process.execPath, [...command, ...args], { cwd: root });
    let told = '';
    child.stdout.on('data', (chunk) => {
      told += chunk;
    });
    await new Promise<void>((resolve) => {
      const look = setInterval(() => {
        if (!existsSync(join(out, 'journal.jsonl')) || !readFileSync(join(out, 'journal.jsonl'), 'utf8').includes('"block"')) return;
        clearInterval(look);
        child.kill('SIGINT');
        resolve();
      }, 50);
    });
    await new Promise((resolve) => child.on('exit', resolve));
    expect(told).toMatch(/stopping: .*\n[\s\S]*The same sessions again: --seed 5/);
    const on = await mywire(...args.map((one) => (one === '60s' ? '1s' : one)));
    expect(on.stdout).toMatch(/going on behind \d+ sessions of before/);
    const other = await mywire(...args.map((one) => (one === '5' ? '6' : one)));
    expect(other.stderr).toContain('is of a campaign with seed "5", this one has "6"');
    expect(other.code).toBe(2);
  });

  test('a corpus that is broken is told with its line', async () => {
    const file = join(folder, 'corpus.jsonl');
    writeFileSync(file, '{"exec":\n');
    const { code, stderr } = await mywire('fuzz', 'reference', '--corpus', file, '--out', join(folder, 'x'));
    expect(stderr).toContain(`${file}:1: is no JSON; remove the line`);
    expect(code).toBe(2);
  });
});
