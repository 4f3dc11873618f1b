import dns from 'node:dns';
import { mkdtempSync, rmSync } from 'node:fs';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type ReferenceServer, startReference } from '../reference/index.ts';
import { mywireProgram } from './program.ts';

/** Of Docker, on this machine: it is asked whether it publishes the port. */
const DAEMON = '/nonexistent';

let server: ReferenceServer;
let folder = '';
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'mywire-named-'));
  server = await startReference();
  vi.stubEnv('DOCKER_HOST', `unix://${DAEMON}`);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Where this process connects to while a verb runs, each place once, and the names that it looks up. */
async function places(args: readonly string[]): Promise<{ readonly to: string[]; readonly names: string[] }> {
  const to = new Set<string>();
  const names = new Set<string>();
  const { connect } = Socket.prototype;
  const { lookup } = dns;
  vi.spyOn(Socket.prototype, 'connect').mockImplementation(function (this: Socket, ...given: unknown[]) {
    // Node's own connect() hands its arguments on as one array.
    const [first] = given.flat() as { host?: string; port?: number; path?: string }[];
    to.add(first?.path ?? `${first?.host}:${first?.port}`);
    return Reflect.apply(connect, this, given) as Socket;
  });
  vi.spyOn(dns, 'lookup').mockImplementation(((...given: unknown[]) => {
    names.add(String(given[0]));
    return Reflect.apply(lookup, dns, given);
  }) as never);
  for (const stream of [process.stdout, process.stderr]) vi.spyOn(stream, 'write').mockReturnValue(true);
  try {
    await (await mywireProgram()).parseAsync(args, { from: 'user' });
  } finally {
    vi.restoreAllMocks();
    process.exitCode = undefined;
  }
  return { to: [...to].sort(), names: [...names] };
}

test.each([
  ['run', ['AT', '--check-user', 'haproxy_check', '--case', 'quit/*', '--no-haproxy']],
  ['gate', ['--baseline', 'AT', '--candidate', 'AT', '--check-user', 'haproxy_check', '--case', 'quit/after-login', '--no-haproxy']],
  [
    'fuzz',
    ['AT', '--check-user', 'haproxy_check', '--runs', '32', '--seed', '1', '--limit', '500', '--out', 'FOLDER', '--no-expectations'],
  ],
  ['agent', ['--once', '--host', 'HOST', '--port', 'PORT', '--user', 'haproxy_check']],
])('%s sends to the target that is named, and asks for no name', async (verb, words) => {
  const { host, port } = server.endpoint;
  const given: Record<string, string> = { AT: `${host}:${port}`, HOST: host, PORT: String(port), FOLDER: join(folder, verb) };
  const { to, names } = await places([verb, ...words.map((word) => given[word] ?? word)]);
  expect(to.filter((place) => place !== DAEMON)).toEqual([`${host}:${port}`]);
  expect(names.filter((name) => name !== host)).toEqual([]);
});

test.each([
  ['list', []],
  ['explain', ['quit/after-login']],
  ['inspect', ['pcaps/areas/proxysql-2.7.1/session.pcapng.gz']],
])('%s sends to nobody', async (verb, words) => {
  expect(await places([verb, ...words])).toEqual({ to: [], names: [] });
});
