import { execFile, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const command = ['dist/harness/cli/main.js'];

interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function mywire(...args: string[]): Promise<Outcome> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [...command, ...args],
      { cwd: root, timeout: 30_000, maxBuffer: 64 << 20 },
      (_error, stdout, stderr) => resolve({ code: child.exitCode, stdout, stderr }),
    );
  });
}

let folder = '';
const folderOf = (name: string) => join(tmpdir(), `mywire-cli-${process.pid}-${name}`);
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'mywire-cli-'));
  writeFileSync(join(folder, 'broken.yaml'), '- case: quit/twice\n  target: "reference\n');
  writeFileSync(join(folder, 'bare.yaml'), '# mine\n- case: quit/twice\n  target: reference\n');
  writeFileSync(
    join(folder, 'stale.yaml'),
    '- case: quit/afer-login\n  target: reference\n  reason: It answers COM_QUIT.\n  link: https://example.org/1\n',
  );
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
  rmSync(folderOf('fuzz'), { recursive: true, force: true });
});

describe.concurrent('mywire', { timeout: 40_000 }, () => {
  test('list shows the cases, and how many', async () => {
    const { code, stdout, stderr } = await mywire('list');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^quit\/after-login +SHOULD +\S/m);
    const lines = stdout.trimEnd().split('\n');
    expect(lines.at(-1)).toBe(`${lines.length - 1} cases`);
  });

  test('list --json is JSON, and keeps to the selection', async () => {
    const { code, stdout } = await mywire('list', '--json', '--area', 'quit');
    expect(code).toBe(0);
    const rows = JSON.parse(stdout) as { id: string; killedBy: string[] }[];
    expect(rows.map((row) => row.id)).toContain('quit/after-login');
    expect(rows.filter((row) => !row.id.startsWith('quit/'))).toEqual([]);
  });

  test('explain tells what a case sends and who says so', async () => {
    const { code, stdout } = await mywire('explain', 'quit/after-login');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^quit\/after-login\n/);
    expect(stdout).toContain('https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_com_quit.html');
    expect(stdout).toMatch(/send COM_QUIT/);
  });

  test.each([
    ['a verb', ['lst'], /unknown command 'lst'/],
    ['an option of list', ['list', '--jsn'], /unknown option '--jsn'/],
    ['an option of run', ['run', 'reference', '--csae', 'quit/*'], /unknown option '--csae'/],
    ['a level', ['list', '--level', 'MIGHT'], /It must be one of MUST, /],
    ['a number', ['run', 'reference', '--limit', '1'], /whole number from 50 to 600000/],
    ['a connection', ['inspect', 'any', '--connection', 'x'], /whole number from 0 to /],
    [
      'a product',
      ['run', 'reference', '--binary', 'proxsql=/opt/proxysql'],
      /product=path or product:version=path; the products are mariadb, /,
    ],
    ['an image without a version', ['gate', '--image', 'mariadb=mine'], /product:version=image; the products are mariadb, /],
    ['two forms of a list', ['list', '--json', '--coverage'], /'--coverage' cannot be used with option '--json'/],
  ])('refuses %s that it does not know, as commander does', async (_what, args, says) => {
    const { code, stdout, stderr } = await mywire(...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(says);
    expect(stderr).toMatch(/\(mywire( \w+)? --help shows /);
    expect(stderr).not.toMatch(/^ +at /m);
  });

  test.each([
    ['a case', ['explain', 'quit/after-logon'], /no case has the id "quit\/after-logon"; did you mean "quit\/after-login"\?/],
    ['a case to run', ['run', 'reference', '--case', 'quit/nowhere'], /no case has the id "quit\/nowhere"/],
    ['an area', ['list', '--area', 'quits'], /there is no area "quits"; the areas are greeting, |there is no area "quits"; the areas are /],
    ['a target', ['run', 'mariadbb:11.8'], /mariadbb/],
    ['a defect', ['run', 'reference?defect=sloth', '--case', 'quit/twice'], /no defect "sloth"; "mywire serve/],
    ['a defect to run', ['run', 'reference?defect=answers-com-qit'], /; did you mean "answers-com-quit"\?; "mywire serve/],
    ['a defect to serve', ['serve', '--defect', 'answers-com-qit'], /; did you mean "answers-com-quit"\?; "mywire serve/],
    ['a baseline', ['gate', '--baseline', 'no.json.gz', '--candidate', 'reference'], /--baseline no\.json\.gz: there is no such file/],
    ['a product', ['run', '127.0.0.1:1', '--as', 'oracle:19'], /there is no product "oracle"/],
    ['an address', ['run', 'reference', '--as', 'proxysql:2.7.1'], /--as: said of a target that is an address.*; reference is none/],
    ['an address', ['fuzz', 'reference', '--database', 'shop'], /--database: said of a target that is an address/],
    ['an address', ['gate', '--baseline', 'reference', '--candidate', 'reference', '--check-user', 'x'], /none of reference is one/],
    ['a file', ['run', 'reference', '--expectations', '/nowhere/known.yaml'], /cannot read the expectations in \/nowhere\/known\.yaml/],
  ])('refuses %s that does not exist, in one line', async (_what, args, says) => {
    const { code, stdout, stderr } = await mywire(...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(says);
    expect(stderr).toMatch(/^mywire: [^\n]+\n$/);
  });

  // Each before anything is started: what took an hour cannot be written again.
  test.each([
    ['run', ['reference', '--junit'], 'dist', /dist cannot be written: it is a folder/],
    ['run', ['reference', '--json'], 'package.json/x', /cannot be written: a part of the path is a file/],
    ['run', ['reference', '--sarif'], '-', /--sarif -: only --json writes to standard output/],
    ['gate', ['--baseline', 'reference', '--save'], 'dist', /dist cannot be written: it is a folder/],
    ['fuzz', ['reference', '--out', folderOf('fuzz'), '--json'], 'dist', /dist cannot be written: it is a folder/],
    ['scenario', ['S1', '--json'], 'dist', /dist cannot be written: it is a folder/],
    ['replay', ['pcaps/none.pcap', '--target', 'reference', '--to-case'], 'dist', /dist cannot be written: it is a folder/],
  ])('%s %j %s is refused before the work', async (verb, args, file, says) => {
    const { code, stdout, stderr } = await mywire(verb, ...args, file);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(says);
  });

  test.each([
    ['run', ['--expectations', 'a.yaml', '--no-expectations']],
    ['fuzz', ['--no-expectations', '--expectations', 'a.yaml']],
  ])('%s %j contradicts itself', async (verb, args) => {
    const { code, stderr } = await mywire(verb, 'reference', ...args);
    expect({ code, stderr }).toEqual({ code: 2, stderr: 'mywire: give --expectations or --no-expectations, not both\n' });
  });

  test.each([
    ['broken.yaml', /broken\.yaml:[23]: ./],
    ['bare.yaml', /bare\.yaml:2: reason: ./],
  ])('refuses the expectations in %s, with file and line', async (file, says) => {
    const { code, stdout, stderr } = await mywire('run', 'reference', '--case', 'quit/twice', '--expectations', join(folder, file));
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(says);
    expect(stderr).toMatch(/^mywire: [^\n]+\n$/);
  });

  test('fails a run whose expectations name no case', async () => {
    const { code, stdout } = await mywire(
      'run',
      'reference',
      '--case',
      'quit/twice',
      '--no-haproxy',
      '--expectations',
      join(folder, 'stale.yaml'),
    );
    expect(code).toBe(1);
    expect(stdout).toContain('stale.yaml:1: no case has the id quit/afer-login');
  });

  test('cannot judge an address where nothing listens', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    await new Promise((resolve) => server.close(resolve));
    const { code, stdout, stderr } = await mywire('run', `127.0.0.1:${port}`, '--case', 'quit/*');
    expect(code).toBe(3);
    expect(`${stdout}${stderr}`).toMatch(/connection refused/);
    expect(`${stdout}${stderr}`).not.toMatch(/^ +at /m);
  });

  test('run finds nothing wrong with the reference server', async () => {
    const { code, stdout, stderr } = await mywire('run', 'reference', '--case', 'quit/*', '--no-haproxy');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/Exit code 0/);
    expect(stdout).not.toMatch(/^FAIL/m);
  });

  test('run names the case of a defect, and how to repeat it', async () => {
    const { code, stdout } = await mywire('run', 'reference?defect=answers-com-quit', '--case', 'quit/*', '--no-haproxy');
    expect(code).toBe(1);
    expect(stdout).toMatch(/^FAIL +\S+ +quit\/twice$/m);
    expect(stdout).toContain("mywire run 'reference?defect=answers-com-quit' --case quit/twice --delivery whole");
    expect(stdout).toMatch(/Exit code 1/);
  });

  test('run --json - writes nothing else to standard output', async () => {
    const { code, stdout } = await mywire(
      'run',
      'reference?defect=answers-com-quit',
      '--case',
      'quit/after-login',
      '--no-haproxy',
      '--json',
      '-',
    );
    expect(code).toBe(1);
    const report = JSON.parse(stdout) as { targets: { results: { case: string; verdict: string }[] }[] };
    const results = report.targets.flatMap((target) => target.results);
    expect(new Set(results.map((r) => `${r.case} ${r.verdict}`))).toEqual(new Set(['quit/after-login fail']));
  });

  test('the password is not in the report', async () => {
    const { stdout, stderr } = await mywire(
      'run',
      'reference',
      '127.0.0.1:1',
      '--case',
      'quit/after-login',
      '--no-haproxy',
      '--user',
      'mywire',
      '--password',
      'hunter-two',
      '--json',
      '-',
    );
    expect(JSON.parse(stdout)).toBeTypeOf('object');
    expect(`${stdout}${stderr}`).not.toContain('hunter-two');
  });

  test('scenario --list tells the stories and their assertions; a wrong name or place is told what to write', async () => {
    const { code, stdout } = await mywire('scenario', '--list', 'S1');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^switchover\/careless +S1 /m);
    expect(stdout).toContain('replication-stops-with-1062');
    expect(stdout).not.toContain('health-check/');
    const unknown = await mywire('scenario', 'switchover/nothing');
    expect(unknown).toMatchObject({ code: 2, stderr: expect.stringContaining('"mywire scenario --list" shows all') });
    const nowhere = await mywire('scenario', 'S1', '--on', 'haproxi:3.0');
    expect(nowhere).toMatchObject({ code: 2, stderr: expect.stringContaining('haproxy:2.2+mariadb:10.5') });
  });

  test('scenario skips what this machine does not have, and an empty run is not good', async () => {
    const { code, stdout } = await mywire('scenario', 'switchover/careless', '--on', 'mariadb:0.0', '--json', '-');
    const { results } = JSON.parse(stdout) as { results: { verdict: string; reason: string }[] };
    expect(code).toBe(1);
    expect(new Set(results.map(({ verdict }) => verdict))).toEqual(new Set(['skipped']));
  });

  test('list takes a reader that has seen enough for no failure', async () => {
    const child = spawn(process.execPath, [...command, 'list', '--json'], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: 30_000,
    });
    let stderr = '';
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString();
    });
    child.stdout.destroy(); // before it has written a word
    const code = await new Promise((resolve) => child.once('close', resolve));
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });
});
