import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dockerSetup, localSetup } from './node-setup.ts';

let folder: string;
const before = process.env['MYWIRE_PASSWORD'];
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'mywire-setup-'));
  process.env['MYWIRE_PASSWORD'] = 'canary-of-the-environment';
});
afterAll(() => {
  if (before === undefined) delete process.env['MYWIRE_PASSWORD'];
  else process.env['MYWIRE_PASSWORD'] = before;
  rmSync(folder, { recursive: true });
});

test('of a local program: its command line and the configurations that it names, without passwords; no keys, nothing of other folders', () => {
  const file = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const config = file('proxysql.cnf', 'monitor_password="canary"\nname=canary-of-the-environment\nthreads=4\n');
  const key = file('key.pem', 'canary');
  symlinkSync('/etc/hostname', join(folder, 'link.cnf'));
  const setup = localSetup(
    [
      '/bin/x',
      '-c',
      config,
      `--ssl-key=${key}`,
      `--defaults-file=${join(folder, 'link.cnf')}`,
      '--config=/etc/my.cnf',
      '--password=canary',
    ],
    folder,
  );
  expect(setup.files).toEqual({ 'proxysql.cnf': 'monitor_password=***\nname=***\nthreads=4\n' });
  expect(setup.command).toMatch(/^\/bin\/x -c .*proxysql\.cnf .*--password=\*\*\*$/);
  expect(JSON.stringify(setup)).not.toContain('canary');
});

test('of a container: its entrypoint and command, and the configurations that were put into it', () => {
  const setup = dockerSetup({
    entrypoint: ['proxysql'],
    command: ['-c', '/etc/proxysql.cnf', '--password=canary'],
    files: [
      { target: '/etc/proxysql.cnf', content: 'password="canary"' },
      { target: '/mywire/accounts.sql', content: "IDENTIFIED BY 'canary'" },
    ],
  });
  expect(setup).toEqual({ command: 'proxysql -c /etc/proxysql.cnf --password=***', files: { 'proxysql.cnf': 'password=***' } });
});
