import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { policyOf } from '../gate/config.ts';
import { usualPolicy } from '../gate/policy.ts';
import { configIn } from './config-file.ts';

/** As the file has it: the name of a variable of the environment. */
const SECRET = `$\{SECRET}`;

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'mywire-config-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const read = (name: string, text: string, env: NodeJS.ProcessEnv = {}) => {
  const file = join(folder, name);
  writeFileSync(file, text);
  return configIn(file, env);
};
const refused = async (name: string, text: string): Promise<string> => {
  const error: unknown = await read(name, text).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'GATE_BAD_CONFIG' });
  return (error as Error).message.replace(folder, '');
};

const yaml = `# what stops an upgrade here
baseline: haproxy:2.6+mariadb:11.8
candidate: haproxy:\${VERSION}+mariadb:11.8
gate:
  stop:
    regression: [MUST]
    change: [MUST, SHOULD]
  ignore: [replication, 'mariadb/*']
  healthChecks: [post-41]
accounts:
  user: app
  password: \${SECRET}
images:
  'mariadb:11.8': registry.example/mariadb:11.8
`;

test('YAML and TypeScript say the same', async () => {
  const env = { VERSION: '3.2', SECRET: 'hush' };
  const expected = {
    baseline: 'haproxy:2.6+mariadb:11.8',
    candidate: 'haproxy:3.2+mariadb:11.8',
    gate: {
      stop: { regression: ['MUST'], change: ['MUST', 'SHOULD'] },
      ignore: ['replication', 'mariadb/*'],
      healthChecks: ['post-41'],
    },
    accounts: { user: 'app', password: 'hush' },
    images: { 'mariadb:11.8': 'registry.example/mariadb:11.8' },
  };
  expect(await read('all.yaml', yaml, env)).toEqual(expected);
  const module = `type Levels = string[];\nexport default ${JSON.stringify({ ...expected, accounts: { user: 'app', password: SECRET } })} satisfies object;\n`;
  expect(await read('all.ts', module, env)).toEqual(expected);
  expect(await read('empty.yaml', '# nothing\n')).toEqual({});
});

test('what it does not say about the policy stays as usual', async () => {
  const policy = policyOf(await read('part.yaml', 'gate:\n  stop:\n    lost: []\n'), []);
  expect(policy.stop).toEqual({ ...usualPolicy.stop, lost: [] });
  expect(policy.healthChecks).toBeUndefined();
});

describe('what is wrong is told with its line', () => {
  test.each([
    ['no YAML', 'gate: [', '/x.yaml:1'],
    [
      'an unknown setting',
      'gate:\n  stops: {}\n',
      '/x.yaml:2: gate.stops: there is no such setting; there are stop, areas, ignore, healthChecks',
    ],
    ['an unknown level', 'gate:\n  stop:\n    regression: [MUST, WILL]\n', '/x.yaml:3: gate.stop.regression.1: '],
    ['an unknown kind', 'gate:\n  stop:\n    worse: [MUST]\n', '/x.yaml:3: gate.stop.worse: '],
    ['a list that is none', 'baseline: a\ngate:\n  areas: quit\n', '/x.yaml:3: gate.areas: '],
    [
      'a password in the file',
      'accounts:\n  user: app\n  password: hush\n',
      '/x.yaml:3: accounts.password: must come from the environment',
    ],
    ['what the environment lacks', `candidate: "haproxy:$\{NONE}"\n`, '/x.yaml:1: candidate: the environment has no NONE'],
  ])('%s', async (_, text, says) => {
    expect(await refused('x.yaml', text)).toContain(says);
  });

  test('in a module, too', async () => {
    expect(await refused('x.ts', 'export default {\n  gate: {\n    stop: { regression: ["WILL"] },\n  },\n};\n')).toContain(
      '/x.ts:3: gate.stop.regression.0: ',
    );
    expect(await refused('y.ts', 'export default {\n')).toContain('/y.ts cannot be read as a module');
  });
});

test('a program or an image of no product is no setting', async () => {
  expect(await refused('program.yaml', 'binaries:\n  proxsql: /opt/proxysql\n')).toMatch(
    /^\/program\.yaml:2: binaries\.proxsql: it must be product or product:version; the products are mariadb, /,
  );
  expect(await refused('image.yaml', 'images:\n  mariadb: mine/mariadb\n')).toMatch(
    /^\/image\.yaml:2: images\.mariadb: it must be product:version; the products are mariadb, /,
  );
});
