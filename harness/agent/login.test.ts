import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { loginOf } from './login.ts';
import { parseOptionFile } from './option-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'mywire-agent-'));
const file = join(folder, 'agent.cnf');
afterAll(() => rmSync(folder, { recursive: true }));

// What `my_print_defaults --defaults-file=FILE client` of MariaDB 10.11 makes of the same lines.
test.each([
  ['password=plain', 'plain'],
  ['password = spaced out ', 'spaced out'],
  ['password="a # b"', 'a # b'],
  ["password='single'", 'single'],
  ['password=a#b', 'a'],
  ['password="a#b"#c', 'a#b'],
  ['password="a\\"b"', 'a"b'],
  ['password=cut # off', 'cut'],
  ['password="tab\\tback\\\\slash\\sspace"', 'tab\tback\\slash space'],
  ['password=equals=too', 'equals=too'],
  ['password=', ''],
])('the option file line %s', (line, password) => {
  expect(parseOptionFile(`[client]\n${line}\n`, 'f').get('password')).toBe(password);
});

test('only [client] and [mywire-agent] are read, the latter wins, comments and order do not matter', () => {
  const text = '# c\n; c\n[mywire-agent]\r\nuser=agent\r\n[client]\nuser=other\nssl_ca = /ca\nskip-x\n[mysqld]\nsocket=/server\n';
  expect(Object.fromEntries(parseOptionFile(text, 'f'))).toEqual({ user: 'agent', 'ssl-ca': '/ca', 'skip-x': '' });
});

test.each([
  ['!includedir /etc/mysql/conf.d', /^f:1: !include/],
  ['user=x', /^f:1: there is no \[group\]/],
  ['[client]\nwhat is this secret', /^f:2: this is no "name = value"$/],
])('%j is refused with its line, without its text', (text, says) => {
  expect(() => parseOptionFile(text, 'f')).toThrow(says);
});

test('the command line wins over the file, MYWIRE_PASSWORD over its password', () => {
  writeFileSync(file, '[client]\nuser=agent\npassword=filed\nhost=db1\nport=3307\nsocket=/run/s\n');
  const given = { defaultsFile: file };
  expect(loginOf(given, {})).toEqual({
    host: 'db1',
    port: 3307,
    socketPath: '/run/s',
    user: 'agent',
    password: 'filed',
  });
  expect(loginOf({ ...given, host: 'db2' }, {})).not.toHaveProperty('socketPath');
  expect(loginOf({ ...given, user: 'me', port: 1 }, { MYWIRE_PASSWORD: 'env' })).toMatchObject({
    user: 'me',
    port: 1,
    password: 'env',
  });
  expect(loginOf({}, {})).toEqual({ host: '127.0.0.1', port: 3306, user: 'mywire_agent', password: '' });
});

test('a file that cannot be used is an error of usage', () => {
  expect(() => loginOf({ defaultsFile: '/nowhere.cnf' }, {})).toThrow(expect.objectContaining({ code: 'AGENT_BAD_OPTION' }));
  writeFileSync(file, '[client]\nport=many\n');
  expect(() => loginOf({ defaultsFile: file }, {})).toThrow(/port must be a whole number/);
});
