import { type ChildProcess, fork } from 'node:child_process';
import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import { inChild } from './child.ts';
import type { BenchLine, Figure } from './line.ts';
import { exponent, LINEAR } from './measure.ts';

/** Memory and CPU time of 1, 100 and 10,000 connections that stand open at once: the client's socket, bare ones, and the server that is built in. */
export const line: BenchLine = {
  about: 'memory at 1, 100 and 10,000 open connections: of our client, as a ratio to bare sockets of Node, and of the reference server',
  promise: 'under 300 MB, and linear',
  bench,
};

const COUNTS = [1, 100, 10_000];
const MEMORY = 300e6;
/** Connections that are opened at once: a backlog is 511 by default. */
const AT_ONCE = 200;
const self = fileURLToPath(import.meta.url);

/** With so many connections open: bytes of memory, and ms of CPU that opening them took. */
interface Standing {
  readonly count: number;
  readonly rss: number;
  readonly cpuMs: number;
}

async function bench(_args: readonly string[], say: (line: string) => void, tiny: boolean): Promise<readonly Figure[]> {
  const counts = tiny ? [1, 10] : COUNTS;
  const rows: Record<'ours' | 'bare' | 'server', Standing[]> = { ours: [], bare: [], server: [] };
  for (const count of counts) {
    for (const part of ['bare', 'ours'] as const) {
      const server = new Peer(['server']);
      const [port] = (await server.asked<[number]>()) as [number];
      const client = new Peer([part, String(port), String(count)]);
      rows[part].push(await client.asked<Standing>());
      if (part === 'ours') rows.server.push({ ...(await server.asked<Standing>('how much?')), count });
      client.end();
      server.end();
    }
    const told = (['ours', 'bare', 'server'] as const).map(
      (part) => `${part} ${((rows[part].at(-1) as Standing).rss / 1e6).toFixed(0)} MB`,
    );
    say(`${count} connections: ${told.join(', ')}`);
  }
  const last = (part: keyof typeof rows): Standing => rows[part].at(-1) as Standing;
  const each = (part: keyof typeof rows): number => (last(part).rss - (rows[part][0] as Standing).rss) / (last(part).count - 1);
  say(
    `for each connection: ours ${(each('ours') / 1000).toFixed(1)} kB, bare ${(each('bare') / 1000).toFixed(1)} kB, server ${(each('server') / 1000).toFixed(1)} kB`,
  );
  const many = `${last('ours').count} connections`;
  const cpu = rows.ours.filter(({ count }) => count > 1).map(({ count, cpuMs }) => [count, cpuMs] as const);
  return [
    { name: `our client with ${many}, of the 300 MB`, ratio: last('ours').rss / MEMORY, most: 1 },
    { name: `reference server with ${many}, of the 300 MB`, ratio: last('server').rss / MEMORY, most: 1 },
    { name: `each of ${many}, against a bare socket`, ratio: each('ours') / each('bare') },
    { name: `CPU time to open ${many}, against bare sockets`, ratio: last('ours').cpuMs / last('bare').cpuMs },
    ...(cpu.length < 2 ? [] : [{ name: 'growth of CPU time with the connections (exponent)', ratio: exponent(cpu), most: LINEAR }]),
  ];
}

/** A part in a process of its own, which lives until it is ended. */
class Peer {
  readonly #process: ChildProcess;
  constructor(args: readonly string[]) {
    this.#process = fork(self, args, { execArgv: [...process.execArgv, '--expose-gc'] });
  }
  asked<T>(question?: string): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#process.once('message', (answer) => resolve(answer as T));
      this.#process.once('exit', (code) => reject(new Error(`a process with connections ended with code ${code}`)));
      if (question !== undefined) this.#process.send(question);
    });
  }
  end(): void {
    this.#process.removeAllListeners('exit');
    this.#process.kill('SIGKILL');
  }
}

const cpuMs = (): number => Object.values(process.cpuUsage()).reduce((sum, one) => sum + one, 0) / 1000;

function standing(count: number, before = 0): Standing {
  (globalThis as { gc?: () => void }).gc?.();
  return { count, rss: process.memoryUsage.rss(), cpuMs: cpuMs() - before };
}

async function server(): Promise<readonly [number]> {
  const { startReference } = await import('../../reference/index.ts');
  const { endpoint } = await startReference({ connectTimeoutMs: 600_000 });
  process.on('message', () => process.send?.(standing(0)));
  return [endpoint.port];
}

/** Every connection has its greeting. */
async function clients(open: (port: number) => Promise<unknown>, port: number, count: number): Promise<Standing> {
  const all: unknown[] = [];
  await open(port); // what is loaded and compiled once
  const before = cpuMs();
  while (all.length < count)
    all.push(...(await Promise.all(Array.from({ length: Math.min(AT_ONCE, count - all.length) }, () => open(port)))));
  process.on('message', () => all.length);
  return standing(count, before);
}

const bare = (port: number): Promise<unknown> =>
  new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    socket.on('error', reject);
    socket.once('data', () => resolve(socket));
  });

async function ours(port: number): Promise<unknown> {
  const { Connection } = await import('../../wire/connection.ts');
  const connection = await Connection.open({ host: '127.0.0.1', port });
  await connection.wait('the greeting', 10_000, () => connection.receivedBytes > 0);
  if (connection.receivedBytes === 0) throw new Error('a connection was not greeted');
  return connection;
}

inChild<unknown>(self, ([part = '', port, count]) =>
  part === 'server' ? server() : clients(part === 'ours' ? ours : bare, Number(port), Number(count)),
);
