import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { tellsPassword, withoutPasswords } from './without-passwords.ts';

test.each([
  [
    'ProxySQL',
    'mysql_users = ( { username = "app", password = "canary\\" 1", default_hostgroup = 0 } )',
    '{ username = "app", password = ***, default_hostgroup = 0 }',
  ],
  ['ProxySQL admin', 'admin_credentials="admin:canary;radmin:canary"', 'admin_credentials=***'],
  ['ProxySQL monitor', "monitor_password='canary'", 'monitor_password=***'],
  ['MaxScale', 'user=app\npassword=canary#1', 'user=app\npassword=***'],
  ['an option', '/usr/sbin/mariadbd --port=3306 --password=canary --user=root', '--password=*** --user=root'],
  [
    'HAProxy userlist',
    'userlist l\n  user app insecure-password canary\n  user b password $6$k6y3o.eP$canary',
    '  user app insecure-password ***\n  user b password ***',
  ],
  ['HAProxy stats', 'stats auth admin:canary', 'stats auth admin:***'],
  [
    'SQL',
    "CREATE USER a IDENTIFIED BY 'canary'; ALTER USER b IDENTIFIED WITH mysql_native_password AS 'canary'",
    'IDENTIFIED BY ***; ALTER USER b IDENTIFIED WITH mysql_native_password AS ***',
  ],
  ['MariaDB', "CREATE USER a IDENTIFIED VIA ed25519 USING PASSWORD('canary')", 'USING PASSWORD(***'],
  ['a URI', 'mysql://app:canary@10.0.0.1:3306/shop', 'mysql://app:***@10.0.0.1:3306/shop'],
  ['JSON', '{"user": "app", "password": "canary", "port": 1}', '"password": ***, "port": 1'],
  ['a key', 'x\n-----BEGIN RSA PRIVATE KEY-----\ncanary\n-----END RSA PRIVATE KEY-----\ny', 'x\n(a private key)\ny'],
  ['half a key', '-----BEGIN PRIVATE KEY-----\ncanary', '(a private key)'],
  ['a hash', 'hash *2470C0C06DEE42FD1618BB99005ADCA2EC9D1E19 and $A$005$canary', 'hash *** and ***'],
])('%s', (_, text, shown) => {
  const out = withoutPasswords(text);
  expect(out).not.toContain('canary');
  expect(out).toContain(shown);
});

test.each([
  ['mysql -uroot -pcanary db', 'mysql -uroot -p*** db'],
  ["I ran `mysql -u root -p'canary 2' db`", 'mysql -u root -p*** db'],
  ['["mysqldump", "-uroot", "-pcanary"]', '"-p***'],
  ['kubectl exec x -- /usr/bin/mariadb-dump -pcanary db > out', 'mariadb-dump -p*** db'],
  ['MYSQL_PWD=canary mysql', 'MYSQL_PWD=*** mysql'],
  ['export MYSQL_PWD="canary 1"', 'MYSQL_PWD=***'],
  ['docker run -e MYSQL_ROOT_PASSWORD=canary -p3306:3306 mysql', 'MYSQL_ROOT_PASSWORD=*** -p3306:3306'],
  ['sysbench --mysql-password=canary run', '--mysql-password=*** run'],
  ['mysqlsh --sql root:canary@localhost', 'root:***@localhost'],
  ['see mysql://app:canary@db:3306/shop', 'mysql://app:***@db:3306/shop'],
])('a password on a command line: %s', (text, shown) => {
  expect(tellsPassword(text)).toBe(true);
  const out = withoutPasswords(text);
  expect(out).not.toContain('canary');
  expect(out).toContain(shown);
  expect(tellsPassword(out)).toBe(false);
});

test.each([
  'mysql -u root -p db',
  'mysql -P3306 -u root --port=3306',
  'docker run --name mysql -p3306:3306 mysql:9.7',
  'mysql -p$MYSQL_PWD; mysql -p"$PASS"; MYSQL_PWD=$X mysql --password=<password> mysql -p***',
  'MYWIRE_PASSWORD=… mywire run 10.0.0.1:3306',
  "ERR 1045 #28000 \"Access denied for user 'a'@'b' (using password: NO)\"",
  'mysqld --port=3306 -P 3306; the mysql server is non-permissive',
])('no password: %s', (text) => {
  expect(tellsPassword(text)).toBe(false);
});

test("of SQL: SET PASSWORD, and PASSWORD('…')", () => {
  const text = "SET PASSWORD FOR 'a'@'b' = 'canary'; SET PASSWORD = PASSWORD('canary')";
  expect(withoutPasswords(text)).not.toContain('canary');
});

test('a known password goes wherever it stands, a short one does not', () => {
  expect(withoutPasswords('--init=canary-word, root', ['canary-word', 'ro', ''])).toBe('--init=***, root');
});

test('what is no password stays: every configuration of fixtures differs in nothing else', () => {
  const folder = new URL('../../fixtures/configs/', import.meta.url);
  for (const name of readdirSync(folder)) {
    const lines = readFileSync(new URL(name, folder), 'utf8').split('\n');
    const changed = lines.filter((line) => withoutPasswords(line) !== line);
    expect(changed.filter((line) => !/password|credentials/.test(line))).toEqual([]);
  }
});
