import { expect, test } from 'vitest';
import { repeatCommand, repeatStory } from './repeat.ts';
import { HOSTILE, result } from './testdata/reports.ts';

const one = result({ target: '127.0.0.1:3306', case: 'quit/now', delivery: 'whole' });
const base = 'mywire run 127.0.0.1:3306 --case quit/now --delivery whole';

test.each([
  ['nothing to carry', 'mywire run 127.0.0.1:3306 --json out.json --case x --delivery bytes', base],
  [
    'accounts and tries',
    'mywire run --check-user haproxy_check 127.0.0.1:3306 --user=app --password *** --tries 50',
    `${base} --check-user haproxy_check --user=app --tries 50`,
  ],
  ['a quoted path', "mywire run --binary 'proxysql=/opt/my dir/proxysql' x", `${base} --binary 'proxysql=/opt/my dir/proxysql'`],
  ['what is known was to fail, too', 'mywire run --no-expectations --tries 5', `${base} --no-expectations --tries 5`],
  ['an option without its value', 'mywire run --user', base],
])('%s', (_name, command, wanted) => expect(repeatCommand(one, command)).toBe(wanted));

test('a target that a shell would read otherwise is quoted', () => {
  const { target: _, ...rest } = one;
  expect(repeatCommand({ ...rest, target: '[::1]:3306' }, '')).toBe("mywire run '[::1]:3306' --case quit/now --delivery whole");
  expect(repeatCommand({ ...rest, target: "a';reboot;'" }, '')).toBe(
    String.raw`mywire run 'a'\'';reboot;'\''' --case quit/now --delivery whole`,
  );
  expect(repeatCommand({ ...rest, target: HOSTILE }, '').split('\n')).toHaveLength(1);
});

test.each<[string, Parameters<typeof repeatStory>, string]>([
  [
    'a place',
    ['switchover/careless', 'haproxy:2.6+mariadb:10.11', false],
    'switchover/careless --on haproxy:2.6+mariadb:10.11 --out evidence',
  ],
  [
    'with the programs that were named',
    ['a/b', 'local', true, { binaries: { proxysql: '/opt/my dir/proxysql', haproxy: undefined }, images: { 'mariadb:11.8': 'mine/db' } }],
    "a/b --on local --full --binary 'proxysql=/opt/my dir/proxysql' --image mariadb:11.8=mine/db --out evidence",
  ],
])('a scenario: %s', (_name, given, wanted) => expect(repeatStory(...given)).toBe(`mywire scenario ${wanted}`));
