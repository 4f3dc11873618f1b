import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import mysql from 'mysql2/promise';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { readCapture } from '../pcap/capture-reader.ts';
import { ending } from '../pcap/ending.ts';
import { reassemble } from '../pcap/reassemble.ts';
import type { TcpConnection } from '../pcap/tcp-connection.ts';
import { type ReferenceServer, startReference } from '../reference/index.ts';
import { freePort } from '../target/free-port.ts';
import { LiveCapture } from '../wire/capture.ts';
import { Connection } from '../wire/connection.ts';
import { CaptureFile } from './capture-file.ts';
import { aboutLink, type Recording, recordLink } from './record-link.ts';
import type { RecordedConnection } from './recorded-connection.ts';

const LIMIT = 5000;
const host = '127.0.0.1';
const login = { user: 'mywire', password: 'mywire-secret' };
const hasWireshark = ['tshark', 'capinfos'].every((program) => spawnSync(program, ['-v']).status === 0);
if (!hasWireshark) console.warn('skipped: tshark and capinfos are not on PATH');

let folder: string;
let reference: ReferenceServer;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'mywire-record-'));
  reference = await startReference({ host, port: 0, dialect: 'mysql' });
});
afterAll(async () => {
  await reference.stop();
  rmSync(folder, { recursive: true });
});

const open: { recording: Recording; file: CaptureFile }[] = [];
afterEach(async () => {
  for (const { recording, file } of open.splice(0)) {
    await recording.stop();
    file.close();
  }
});

let files = 0;
async function record(to: { host: string; port: number } = reference.endpoint, sizes: { mostBytes?: number; mostFiles?: number } = {}) {
  const listen = { host, port: await freePort() };
  const path = join(folder, `${++files}.pcapng`);
  const file = new CaptureFile({ path, about: aboutLink({ listen, to }, '9.9.9'), ...sizes });
  const over: RecordedConnection[] = [];
  const recording = await recordLink({ listen, to }, file, (one) => over.push(one));
  open.push({ recording, file });
  const untilOver = async (n: number): Promise<void> => {
    for (const end = Date.now() + LIMIT; over.length < n && Date.now() < end; ) await new Promise((resolve) => setTimeout(resolve, 5));
    file.flush();
    expect(over.length).toBe(n);
  };
  return { listen, path, file, over, recording, untilOver };
}

const connectionsOf = (path: string) => reassemble(readCapture(new Uint8Array(readFileSync(path))).frames).connections;
const bytesOf = ({ events }: TcpConnection, from: 'client' | 'server') =>
  Buffer.concat(events.flatMap((event) => (event.kind === 'data' && event.from === from ? [event.bytes] : []))).toString('hex');
/** The same connection as bytes and endings. */
const asPassed = (one: TcpConnection) => ({
  client: one.client.text,
  server: one.server.text,
  sent: bytesOf(one, 'client'),
  got: bytesOf(one, 'server'),
  endings: [ending(one, 'client').how, ending(one, 'server').how, ending(one, 'client').first],
});

async function talk(port: number, rows = 1): Promise<void> {
  const client = await mysql.createConnection({ host, port, ...login });
  for (let i = 0; i < rows; i++) await client.query(`SELECT 'row ${i}'`);
  await client.end();
}

describe('against tcpdump on the same port', () => {
  test('mysql2 and the reference server: the same addresses, bytes and endings', async ({ skip }) => {
    const { listen, path, untilOver, over } = await record();
    const capture = await LiveCapture.start([listen.port], { prompt: true }).catch((error: Error) => skip(error.message));
    await Promise.all([talk(listen.port), talk(listen.port, 3)]);
    await untilOver(2);
    await capture.settled(300);
    await capture.stop();
    const byClient = (a: { client: string }, b: { client: string }) => a.client.localeCompare(b.client);
    const recorded = connectionsOf(path).map(asPassed).toSorted(byClient);
    expect(recorded).toEqual(capture.connections.map(asPassed).toSorted(byClient));
    expect(recorded.map(({ got }) => Buffer.from(got, 'hex').includes('row 2')).toSorted()).toEqual([false, true]);
    expect(over.map((one) => one.says)).toEqual([['user mywire'], ['user mywire']]);
  });

  test.each([
    ['server', 'rst'],
    ['server', 'fin'],
    ['client', 'rst'],
    ['client', 'fin'],
  ] as const)('%s ends with %s', async (side, how) => {
    const sockets: Socket[] = [];
    const server = createServer({ allowHalfOpen: true }, (socket) => {
      sockets.push(socket);
      socket.on('error', () => undefined);
      socket.write('hello');
      socket.on('data', () => {
        if (side === 'server') how === 'rst' ? socket.resetAndDestroy() : socket.end();
      });
      socket.on('end', () => socket.end());
    });
    await new Promise<void>((resolve) => server.listen(0, host, resolve));
    const { listen, path, untilOver, over } = await record({ host, port: (server.address() as { port: number }).port });
    const capture = await LiveCapture.start([listen.port], { prompt: true }).catch(() => undefined);
    const client = await Connection.open({ ...listen });
    await client.wait('hello', LIMIT, () => client.events.some((event) => event.kind === 'received'));
    await client.send([Buffer.from('x')], 'x');
    if (side === 'server') await client.ending(LIMIT);
    else if (how === 'rst') client.reset();
    client.close();
    await untilOver(1);
    const [one] = connectionsOf(path);
    expect(ending(one as TcpConnection, side)).toMatchObject({ how, first: side });
    expect(over[0]?.ended[0]).toBe(`${side} ${how.toUpperCase()}`);
    if (capture) {
      await capture.settled(300);
      await capture.stop();
      const [theirs] = capture.connections;
      expect(ending(theirs as TcpConnection, side)).toMatchObject({ how, first: side });
    }
    for (const socket of sockets) socket.destroy();
    server.close();
  });
});

describe.skipIf(!hasWireshark)('Wireshark', () => {
  test('decodes the file without a word of complaint', { timeout: 30_000 }, async () => {
    const { listen, path, untilOver } = await record();
    await talk(listen.port);
    await untilOver(1);
    const tshark = (...args: string[]) =>
      spawnSync('tshark', ['-r', path, '-d', `tcp.port==${listen.port},mysql`, ...args], { encoding: 'utf8' });
    expect(tshark('-Y', '_ws.expert.severity >= 0x600000 || _ws.malformed || tcp.analysis.flags').stdout).toBe('');
    const fields = tshark('-Y', 'mysql', '-T', 'fields', '-e', 'mysql.user', '-e', 'mysql.query').stdout.split('\n');
    expect(fields).toContain('mywire\t');
    expect(fields).toContain("\tSELECT 'row 0'");
    const info = spawnSync('capinfos', [path], { encoding: 'utf8' });
    expect([info.status, info.stderr.replace(/^Running as .*\n/, '')]).toEqual([0, '']);
    expect(info.stdout).toContain(`Name = ${host}:${listen.port} to ${host}:${reference.endpoint.port}`);
    expect(info.stdout).toMatch(/Strict time order: +True/);
  });
});

describe('the file', () => {
  test('keeps to its size, in files that each can be read alone, and only the newest are kept', async () => {
    const { listen, path, file, untilOver } = await record(undefined, { mostBytes: 10_000, mostFiles: 2 });
    for (let i = 0; i < 4; i++) {
      await talk(listen.port, 40);
      await untilOver(i + 1);
    }
    expect(file.paths.length).toBe(2);
    expect(file.paths.every((name) => /^.*\/\d+-\d+\.pcapng$/.test(name))).toBe(true);
    expect(readdirSync(folder).filter((name) => join(folder, name).startsWith(path.replace('.pcapng', ''))).length).toBe(2);
    for (const name of file.paths) {
      const { frames, fault, interfaces } = readCapture(new Uint8Array(readFileSync(name)));
      expect(fault).toBeUndefined();
      expect(interfaces.length).toBe(frames.length > 0 ? 1 : 0);
    }
  });

  test('is never replaced', () => {
    const path = join(folder, 'precious.pcapng');
    writeFileSync(path, 'precious');
    const make = () => new CaptureFile({ path, about: { application: 'mywire' } });
    expect(make).toThrow(expect.objectContaining({ name: 'RecordError', code: 'RECORD_BAD_FILE' }));
    expect(readFileSync(path, 'utf8')).toBe('precious');
  });

  test.each(['SIGINT', 'SIGTERM'] as const)(
    'is whole after %s, and the last line tells connections, bytes and file',
    { timeout: 30_000 },
    async (signal) => {
      const port = await freePort();
      const path = join(folder, `${signal}.pcapng`);
      const root = fileURLToPath(new URL('../../', import.meta.url));
      const to = `${host}:${reference.endpoint.port}`;
      const args = ['dist/harness/cli/main.js', 'record', '--listen', `${port}`, '--to', to, '--write', path];
      const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
      let said = '';
      child.stdout.on('data', (chunk: Buffer) => {
        said += chunk.toString();
      });
      await once(child.stdout, 'data');
      await talk(port);
      child.kill(signal);
      const [code] = await once(child, 'close');
      const lines = said.trim().split('\n');
      expect(lines[0]).toBe(`recording ${host}:${port} to ${to} into ${path}; Ctrl-C ends it`);
      expect(lines[1]).toMatch(/ {2}connection 1 {2}127\.0\.0\.1:\d+ {2}user mywire {2}sent \d+ B, got \d+ B {2}[\d.]+ s {2}/);
      const { frames, fault } = readCapture(new Uint8Array(readFileSync(path)));
      expect(fault).toBeUndefined();
      expect(lines.at(-1)).toMatch(
        new RegExp(`^1 connection, \\d+ B from clients, \\d+ B from the server; [\\d.]+ kB, ${frames.length} frames in ${path}$`),
      );
      expect(code).toBe(0);
    },
  );

  test('survives kill -9 in the middle of traffic', { timeout: 30_000 }, async () => {
    const port = await freePort();
    const path = join(folder, 'killed.pcapng');
    const root = fileURLToPath(new URL('../../', import.meta.url));
    const to = `${host}:${reference.endpoint.port}`;
    const args = ['dist/harness/cli/main.js', 'record', '--listen', `${port}`, '--to', to, '--write', path];
    const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
    await once(child.stdout, 'data');
    const clients = await Promise.all(Array.from({ length: 4 }, () => mysql.createConnection({ host, port, ...login })));
    let answered = 0;
    const work = clients.map(async (client) => {
      client.on('error', () => undefined);
      for (;;) {
        await client.query("SELECT 'before the end'");
        answered++;
      }
    });
    const settled = Promise.allSettled(work);
    while (answered < 200) await new Promise((resolve) => setTimeout(resolve, 2));
    child.kill('SIGKILL');
    await once(child, 'exit');
    await settled;
    for (const client of clients) client.destroy();
    const { frames, fault } = readCapture(new Uint8Array(readFileSync(path)));
    expect(fault).toBeUndefined();
    const { connections } = reassemble(frames);
    expect(connections.length).toBe(4);
    const rows = connections.map((one) => Buffer.from(bytesOf(one, 'client'), 'hex').toString('latin1').split('before the end').length - 1);
    // What passed in the last turn of the event loop may be missing: at most a statement of each.
    expect(rows.reduce((sum, n) => sum + n)).toBeGreaterThanOrEqual(answered - 4);
    if (hasWireshark) expect(spawnSync('tshark', ['-r', path], { encoding: 'utf8' }).stderr).not.toContain('cut short');
  });
});

describe('what cannot be recorded', () => {
  test('a port that is in use', async () => {
    const file = new CaptureFile({ path: join(folder, 'in-use.pcapng'), about: { application: 'mywire' } });
    const { port } = reference.endpoint;
    await expect(recordLink({ listen: { host, port }, to: { host, port: 1 } }, file, () => undefined)).rejects.toMatchObject({
      code: 'RECORD_CANNOT_LISTEN',
      message: expect.stringMatching(/^127\.0\.0\.1:\d+: cannot listen there: .*EADDRINUSE.*give another port$/),
    });
    file.discard();
    expect(readdirSync(folder)).not.toContain('in-use.pcapng');
  });

  test.each([
    [host, host],
    ['0.0.0.0', 'localhost'],
    ['db1', 'db1'],
  ])('a circle: listening on %s:3307 for %s:3307', async (from, to) => {
    const file = new CaptureFile({ path: join(folder, 'circle.pcapng'), about: { application: 'mywire' } });
    const made = recordLink({ listen: { host: from, port: 3307 }, to: { host: to, port: 3307 } }, file, () => undefined);
    await expect(made).rejects.toMatchObject({ code: 'RECORD_BAD_ADDRESS' });
    file.discard();
  });

  test('a server that is not there: the client gets RST, and the file and the line say why', async () => {
    const { listen, path, untilOver, over, recording } = await record({ host, port: await freePort() });
    const client = await Connection.open({ ...listen });
    expect(await client.ending(LIMIT)).toBe('rst');
    client.close();
    await untilOver(1);
    expect(recording.totals).toMatchObject({ connections: 1, refused: 1, open: 0 });
    expect(over[0]?.inWords()).toContain('the server could not be reached (ECONNREFUSED), the client got RST');
    const { frames } = readCapture(new Uint8Array(readFileSync(path)));
    expect(frames.at(-1)?.comment).toBe('The relay could not connect to the server: ECONNREFUSED.');
    expect(ending(connectionsOf(path)[0] as TcpConnection, 'server').how).toBe('rst');
  });

  test('a connection that is open when the recording stops gets FIN on both sides, told as ours', async () => {
    const { listen, path, over, recording } = await record();
    const client = await Connection.open({ ...listen });
    await client.wait('greeting', LIMIT, () => client.events.some((event) => event.kind === 'received'));
    await recording.stop();
    expect(await client.ending(LIMIT)).toBe('fin');
    client.close();
    expect(over[0]?.ended).toEqual(['still open when the recording was stopped']);
    const { frames } = readCapture(new Uint8Array(readFileSync(path)));
    expect(frames.slice(-2).map(({ comment }) => comment)).toEqual(Array(2).fill('Made by the relay: the recording was stopped.'));
  });
});

test('a client that never closes does not keep the recording: it gets FIN, and its descriptor goes', async () => {
  const { listen, recording } = await record();
  const socket = connect({ ...listen, allowHalfOpen: true });
  await once(socket, 'data'); // the greeting
  const ended = once(socket, 'end');
  await recording.stop();
  await ended;
  const closed = new Promise<void>((resolve) => socket.on('error', () => {}).once('close', () => resolve()));
  const timer = setInterval(() => socket.write('x'), 10);
  await closed; // by RST: nobody is there to take it
  clearInterval(timer);
});
