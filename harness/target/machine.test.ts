import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { colors } from '../report/color.ts';
import { machineAsText } from '../report/machine.ts';
import { examineMachine, filesHere, nodeHere } from './machine.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'mywire-machine-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** No Docker, and no program but those of one folder. */
const bare = (): NodeJS.ProcessEnv => ({ PATH: folder, DOCKER_HOST: 'unix:///nonexistent/docker.sock' });

describe('what this machine has', () => {
  test.each([
    ['20.19.0', 'here'],
    ['20.18.3', 'limited'],
    ['22.23.3', 'here'],
    ['24.9.0', 'here'],
    ['18.20.4', 'limited'],
  ])('Node %s is %s', (version, state) => {
    expect(nodeHere(version).state).toBe(state);
  });

  test.each([
    [256, 'limited'],
    [1024, 'here'],
    ['unlimited', 'here'],
    [undefined, 'here'],
  ])('a limit of %s open files is %s', (limit, state) => {
    expect(filesHere(limit).state).toBe(state);
  });

  test('each product and tool once, and what is not here says how to get it', { timeout: 60_000 }, async () => {
    const { found } = await examineMachine();
    const names = found.map(({ what }) => what);
    for (const name of [
      'Node',
      'Docker',
      'mariadbd',
      'mysqld',
      'haproxy',
      'proxysql',
      'mysqlrouter',
      'maxscale',
      'nginx',
      'tcpdump',
      'tshark',
      'openssl',
      'open files',
      'free space',
    ])
      expect(names.filter((one) => one === name)).toEqual([name]);
    for (const one of found)
      expect(one.state === 'here' ? one.get : (one.get ?? '')).toEqual(one.state === 'here' ? undefined : expect.stringMatching(/\w{4}/));
  });

  test('a program that is another product under this name is limited, with what it says', { timeout: 60_000 }, async () => {
    const path = join(folder, 'not-haproxy');
    writeFileSync(path, '#!/bin/sh\necho something else\n', { mode: 0o755 });
    const { found } = await examineMachine({ env: { ...bare(), MYWIRE_BIN_HAPROXY: path } });
    expect(found.find(({ what }) => what === 'haproxy')).toMatchObject({
      state: 'limited',
      says: expect.stringContaining("it says 'something else'"),
    });
    expect(found.find(({ what }) => what === 'Docker')).toMatchObject({ state: 'missing', get: expect.stringContaining('dockerd') });
  });

  test('a server makes it a machine that can judge, by its name as a target', { timeout: 60_000 }, async () => {
    const path = join(folder, 'mysqld-of-mine');
    writeFileSync(path, '#!/bin/sh\necho "$0  Ver 9.7.4 for Linux on x86_64 (mine)"\n', { mode: 0o755 });
    const { servers } = await examineMachine({ env: { ...bare(), MYWIRE_BIN_MYSQL: path } });
    expect(servers).toContain('local:mysql');
    expect(servers.filter((one) => !one.startsWith('local:'))).toEqual([]);
  });

  test('the text has a line for each, under what is missing how to get it, and no byte of a program but text', () => {
    const text = machineAsText(
      {
        found: [
          { what: 'Node', state: 'here', says: '20.20.2', for: 'everything' },
          { what: 'haproxy', state: 'limited', says: 'it says \x1b[2Jx', for: 'HAProxy', get: 'apt-get install haproxy' },
        ],
        servers: [],
      },
      { columns: 80, c: colors(false) },
    );
    expect(text).toBe(
      [
        'ok  Node     20.20.2',
        '!   haproxy  it says .[2Jx',
        '             for HAProxy',
        '             get it: apt-get install haproxy',
        '',
        'No real server can be started here: only addresses (mywire run HOST:PORT) and',
        'the built-in server (mywire run reference) can be judged.',
        '',
      ].join('\n'),
    );
  });
});
