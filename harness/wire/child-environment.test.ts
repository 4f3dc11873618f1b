import { expect, test } from 'vitest';
import { childEnvironment, withhold } from './child-environment.ts';

test.each([
  ['MYWIRE_PASSWORD', false],
  ['MYSQL_PWD', false],
  ['DB_PASS', false],
  ['APP_PW', false],
  ['GITHUB_TOKEN', false],
  ['AWS_SECRET_ACCESS_KEY', false],
  ['DEPLOY_KEY', false],
  ['DOCKER_AUTH_CONFIG', true], // docker's own programs read it
  ['PWD', true],
  ['OLDPWD', true],
  ['PATH', true],
  ['HOME', true],
  ['TMPDIR', true],
  ['LD_LIBRARY_PATH', true],
  ['MYWIRE_BIN_PROXYSQL', true],
  ['SSH_AUTH_SOCK', true],
])('a program that we start sees %s: %s', (name, seen) => {
  expect(name in childEnvironment({ [name]: 'x' })).toBe(seen);
});

test('what a user says is a password is not handed on, whatever its name', () => {
  const name = 'MYWIRE_TEST_ORDINARY';
  expect(childEnvironment({ [name]: 'x' })).toHaveProperty(name);
  withhold(name);
  expect(childEnvironment({ [name]: 'x' })).not.toHaveProperty(name);
});
