import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { startReference } from '../reference/index.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'mywire-agent-cli-'));
afterAll(() => rmSync(folder, { recursive: true }));

function start(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const child = spawn(process.execPath, ['dist/harness/cli/main.js', 'agent', ...args], {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 30_000,
  });
  const said = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => {
    said.stdout += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    said.stderr += chunk.toString();
  });
  return { child, said };
}

async function run(args: readonly string[], env?: NodeJS.ProcessEnv) {
  const { child, said } = start(args, env);
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, ...said };
}

async function heard(child: ChildProcess, said: { stderr: string }, what: RegExp): Promise<RegExpExecArray> {
  for (;;) {
    const found = what.exec(said.stderr);
    if (found) return found;
    if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}: ${said.stderr}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** A port on which nobody listens. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

describe.concurrent('mywire agent', { timeout: 40_000 }, () => {
  test.each([
    ['contradictory wishes', ['--refuse-read-only', '--want-read-only'], /cannot be used with option '--refuse-read-only'/],
    ['two ways to the server', ['--socket', '/s', '--host', 'db1'], /cannot be used with option '--host/],
    ['a lag that is none', ['--max-lag', 'much'], /whole number from 0 to/],
    ['a timeout of nothing', ['--timeout', '0'], /whole number from 10 to/],
    ['an address that is none', ['--listen', 'everywhere'], /It must be address:port/],
    ['a schema that is none', ['--schema', 'a\\b'], /It must be a name of 1 to 64 characters/],
    ['an unknown option', ['--password', 'hunter-two'], /unknown option '--password'/],
    ['a condition of nothing', ['--allow-primary'], /^mywire: --allow-primary has a meaning only with --max-lag$/m],
    ['a donor of nothing', ['--available-when-donor'], /^mywire: --available-when-donor has a meaning only with --galera$/m],
    [
      'a file that is not there',
      ['--defaults-file', '/nowhere.cnf'],
      /^mywire: cannot read the account in \/nowhere\.cnf: there is no such file/m,
    ],
  ])('refuses %s with exit code 2', async (_what, args, says) => {
    const { code, stdout, stderr } = await run(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(says);
  });

  test('cannot start where something else listens', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { code, stderr } = await run(['--listen', `127.0.0.1:${(server.address() as { port: number }).port}`]);
    server.close();
    expect(code).toBe(3);
    expect(stderr).toMatch(/^mywire: cannot listen on 127\.0\.0\.1:\d+: something else listens there; choose with --listen/);
  });

  test('checks once, with the account of a file', async () => {
    const server = await startReference({ host: '127.0.0.1', port: 0 });
    const { host, port } = server.endpoint;
    const file = join(folder, 'once.cnf');
    writeFileSync(file, `[client]\nhost=${host}\nport=${port}\nuser=mywire\npassword="mywire-secret"\n`);
    const good = await run(['--once', '--timeout', '10000', '--defaults-file', file]);
    expect(good).toEqual({ code: 0, stdout: 'mywire agent: 200: it answers SELECT 1\n\nok     it answers SELECT 1\n', stderr: '' });
    const bad = await run(['--once', '--timeout', '10000', '--defaults-file', file], { MYWIRE_PASSWORD: 'wrong-one' });
    expect(bad).toMatchObject({ code: 1, stdout: expect.stringMatching(/^mywire agent: 503: .*ERR 1045/), stderr: '' });
    expect(bad.stdout).not.toContain('wrong-one');
    await server.stop();
  });

  test.each(['SIGTERM', 'SIGINT'] as const)('ends on %s at once and cleanly, with requests and a connection under way', async (signal) => {
    const silent = createServer().listen(0, '127.0.0.1'); // a server that never greets
    await once(silent, 'listening');
    const database = (silent.address() as { port: number }).port;
    const { child, said } = start(['--listen', '127.0.0.1:0', '--port', String(database), '--timeout', '20000']);
    const [, port] = await heard(child, said, /listening on 127\.0\.0\.1:(\d+)/);
    const client = connect(Number(port), '127.0.0.1');
    client.on('error', () => {});
    client.write('GET / HTTP/1.0\r\n\r\n');
    await once(client, 'connect');
    const began = performance.now();
    child.kill(signal);
    const [code] = await once(child, 'close');
    expect(code).toBe(0);
    expect(performance.now() - began).toBeLessThan(2000);
    expect(said.stderr).toMatch(new RegExp(`^\\S+Z mywire agent: ends, by ${signal}$`, 'm'));
    silent.close();
  });

  test('tells its first state without being asked, and keeps the secret', async () => {
    const port = await freePort();
    const { child, said } = start(['--listen', '127.0.0.1:0', '--port', String(port)], {
      MYWIRE_PASSWORD: 'hunter-two',
      JOURNAL_STREAM: '8:1',
    });
    await heard(child, said, /^mywire agent: 503: the connection to 127\.0\.0\.1:\d+ failed: connect ECONNREFUSED/m);
    child.kill('SIGTERM');
    await once(child, 'close');
    expect(said.stderr.trim().split('\n')).toHaveLength(3);
    expect(said.stderr + said.stdout).not.toContain('hunter-two');
  });
});
