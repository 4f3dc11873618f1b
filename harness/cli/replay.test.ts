import { execFile, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startReference } from '../reference/index.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const command = ['dist/harness/cli/main.js', 'replay'];
const variants = 'pcaps/mariadb-10.11.19-handshake-variants.pcap';
const areas = 'pcaps/areas/mariadb-10.11.19.pcap';
let folder = '';

function replay(...args: string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [...command, ...args],
      {
        cwd: root,
        timeout: 60_000,
        maxBuffer: 64 << 20,
        env: { ...process.env, APP_PASSWORD: 'mywire-secret', MYWIRE_PASSWORD: undefined },
      },
      (_error, stdout, stderr) => resolve({ code: child.exitCode, stdout, stderr }),
    );
  });
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'mywire-replay-'));
  writeFileSync(join(folder, 'empty'), '');
  writeFileSync(join(folder, 'text'), 'this is no capture at all\n');
  const whole = readFileSync(new URL(`../../${variants}`, import.meta.url));
  writeFileSync(join(folder, 'cut.pcap'), whole.subarray(0, 5000));
  writeFileSync(join(folder, 'header.pcap'), whole.subarray(0, 24));
  writeFileSync(join(folder, 'users.yaml'), 'app: {password-env: NOWHERE}\n');
  writeFileSync(join(folder, 'keylog'), '# nothing\n');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const at = (name: string) => join(folder, name);

describe.concurrent('mywire replay', { timeout: 60_000 }, () => {
  test('what is as in the capture ends with 0, and says so', async () => {
    const { code, stdout, stderr } = await replay(variants, '--target', 'reference?dialect=mariadb', '--stream', '2', '--stream', '4');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('1 of 2 connections byte for byte');
    expect(stdout).toMatch(/^same: /m);
  });

  // In this recording stream 4 is encrypted, in 16 the client sends a command that is not repeated.
  const clients = 'harness/codec/recordings/mysql-9.7.4-clients.pcap';
  test.each([
    ['alone: all is judged', ['12'], 0, /^same: /m],
    ['beside one that is encrypted: not all is', ['12', '4'], 3, /but 1 connection was not played \(tcp.stream 4: it is encrypted/],
    ['beside one that differs: that is the verdict', ['12', '4', '5'], 1, /^differs: 1 connection/m],
  ])('a connection that is as in the capture, %s', async (_what, streams, code, says) => {
    const chosen = streams.flatMap((stream) => ['--stream', stream]);
    const { stdout, ...ended } = await replay(clients, '--target', 'reference?dialect=mysql', ...chosen);
    expect(ended).toMatchObject({ code });
    expect(stdout).toMatch(says);
  });

  test('what differs ends with 1; JSON has both packets and the frame', async () => {
    const defect = 'reference?dialect=mariadb&defect=ping-answers-eof';
    const { code, stdout } = await replay(variants, '--target', defect, '--stream', '9', '--statements', '--json', '-');
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      verdict: 'differs',
      target: defect,
      connections: [
        {
          connection: 'tcp.stream 9',
          difference: {
            command: 'COM_PING',
            packets: { captured: { name: 'OK', frame: 113, payload: '00000002000000' }, replayed: { name: 'EOF' } },
          },
        },
      ],
    });
  });

  test.each([
    [['4'], false],
    [['4', '2'], true],
  ])('with --bytes, connections %j: that they keep no order among each other is told: %s', async (streams, told) => {
    const chosen = streams.flatMap((stream) => ['--stream', stream]);
    const { stdout } = await replay(variants, '--target', 'reference?dialect=mariadb', '--bytes', ...chosen);
    expect(stdout.includes('each keeps its own order alone')).toBe(told);
    expect(stdout).toMatch(/^same: every answer was the captured one/m);
  });

  test('both packets stand side by side', async () => {
    const { stdout } = await replay(variants, '--target', 'reference?dialect=mariadb&defect=ping-answers-eof', '--stream', '9', '--bytes');
    expect(stdout).toMatch(/captured, frame 113 +\| now/);
    expect(stdout).toMatch(/OK, sequence id 1 +\| EOF, sequence id 1/);
  });

  test('--to-case writes the smallest case, and that fails in the same way', async () => {
    const defect = 'reference?dialect=mariadb&defect=ping-answers-eof';
    const file = at('ping.yaml');
    const { stdout } = await replay(variants, '--target', defect, '--stream', '9', '--statements', '--to-case', file);
    expect(stdout).toContain(`1 case written to ${file}`);
    const run = (target: string) =>
      new Promise<{ code: number | null; stdout: string }>((resolve) => {
        const args = ['dist/harness/cli/main.js', 'run', target, '--cases', file];
        const child = execFile(process.execPath, args, { cwd: root, timeout: 60_000 }, (_error, out) =>
          resolve({ code: child.exitCode, stdout: out }),
        );
      });
    const [right, wrong] = await Promise.all([run('reference?dialect=mariadb'), run(defect)]);
    expect(right).toMatchObject({ code: 0 });
    expect(wrong).toMatchObject({ code: 1, stdout: expect.stringMatching(/OK.*EOF|EOF/) });
  });

  test('--to-case tries a case with a password as whom the capture was played', async () => {
    const server = await startReference({ dialect: 'mariadb', defects: ['ping-answers-eof'] });
    const file = at('password.yaml');
    const { stdout } = await replay(
      'pcaps/areas/mariadb-10.11.19/login.pcapng',
      ...['--target', `127.0.0.1:${server.endpoint.port}`, '--stream', '2', '--statements', '--to-case', file],
      ...['--user', 'mywire', '--password', 'mywire-secret'],
    ).finally(() => server.stop());
    expect(stdout).toContain(`1 case written to ${file}`);
    expect(stdout).not.toContain('played alone');
    expect(readFileSync(file, 'utf8')).toMatch(/account: login/);
  });

  test('no password of the command line reaches a report', async () => {
    const { stdout } = await replay(
      areas,
      '--target',
      'reference?dialect=mariadb',
      '--stream',
      '91',
      '--password',
      'my-secret-word',
      '--user',
      'mywire',
      '--json',
      '-',
    );
    expect(JSON.parse(stdout)).toMatchObject({ verdict: 'unjudged' });
    expect(stdout).not.toContain('my-secret-word');
  });

  test('the password from the environment gets in', async () => {
    const { stdout } = await replay(
      areas,
      '--target',
      'reference?dialect=mariadb',
      '--stream',
      '91',
      '--user',
      'mywire',
      '--password-env',
      'APP_PASSWORD',
      '--json',
      '-',
    );
    expect((JSON.parse(stdout) as { connections: object[] }).connections[0]).not.toHaveProperty('unjudged');
  });

  test.each([
    [[variants], 2, 'say where to play'],
    [['nowhere.pcap', '--target', 'reference'], 2, 'cannot read the capture in nowhere.pcap: there is no such file'],
    [['pcaps', '--target', 'reference'], 2, 'cannot read the capture in pcaps: it is a folder'],
    [['@empty', '--target', 'reference'], 2, 'The input is empty'],
    [['@text', '--target', 'reference'], 2, 'neither pcap nor pcapng'],
    [['@header.pcap', '--target', 'reference'], 3, 'nothing to play'],
    [[variants, '--target', 'refrence'], 2, 'refrence'],
    [[variants, '--target', 'reference', '--stream', 'two'], 2, '--stream two'],
    [[variants, '--target', 'reference', '--server', '3306'], 2, '127.0.0.1:13406 (15)'],
    [[variants, '--target', 'reference', '--bytes', '--statements'], 2, 'not both'],
    [[variants, '--target', 'reference', '--users', '@nowhere'], 2, 'cannot read the users'],
    [[variants, '--target', 'reference', '--users', '@users.yaml'], 2, 'no variable NOWHERE'],
    [[variants, '--target', 'reference', '--password-env', 'NOWHERE'], 2, 'no such variable'],
    [[variants, '--target', 'reference', '--keylog', '@keylog'], 2, 'no secret'],
    [[variants, '--target', 'reference', '--order', 'none'], 2, 'answers, causes'],
    [[variants, '--target', '127.0.0.1:1', '--stream', '4'], 3, 'connection refused'],
  ])('%o: %i', async (args, code, says) => {
    const outcome = await replay(...args.map((word) => (word.startsWith('@') ? at(word.slice(1)) : word)));
    expect(outcome).toMatchObject({ code, stderr: expect.stringContaining(says) });
    expect(outcome.stderr).not.toContain('fault of mywire');
  });

  test('a capture that is cut is played as far as it goes, and the cut is told', async () => {
    const { stdout } = await replay(at('cut.pcap'), '--target', 'reference?dialect=mariadb');
    expect(stdout).toContain('The capture is cut at byte 5000');
    expect(stdout).toMatch(/\d+ connections?, /);
  });

  test('Ctrl-C reports what was reached, and ends', async () => {
    const deaf: Server = createServer((socket: Socket) => void socket.on('error', () => undefined));
    const port = await new Promise<number>((resolve) =>
      deaf.listen(0, '127.0.0.1', () => resolve((deaf.address() as { port: number }).port)),
    );
    const child = spawn(process.execPath, [...command, variants, '--target', `127.0.0.1:${port}`, '--stream', '4'], { cwd: root });
    let said = '';
    child.stdout.on('data', (chunk) => (said += chunk));
    // The first knock asks whether somebody listens; who comes behind it is played.
    deaf.once('connection', () => deaf.once('connection', () => child.kill('SIGINT')));
    // The login that is under way would wait for 10 s.
    const code = await Promise.race([new Promise((resolve) => child.on('exit', resolve)), pause(5000, 'still there')]);
    child.kill('SIGKILL');
    deaf.close();
    expect(code).toBe(3);
    expect(said).toContain('it was interrupted');
  });
});
