import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { judged } from './.audit.mjs';

const read = (path) => readFileSync(new URL(path, import.meta.url), 'utf8');
const workflows = readdirSync(new URL('.github/workflows/', import.meta.url)).map((name) => [name, read(`.github/workflows/${name}`)]);

/** `- uses: owner/name@` a commit, and behind it the version that it is. */
const pinned = /^\s*(?:- )?uses: [\w.-]+\/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/;

describe.each(workflows)('%s', (name, text) => {
  const { on, permissions, jobs } = parse(text);
  const all = Object.entries(jobs);

  test('every action is a commit, with its version', () => {
    const uses = text.split('\n').filter((line) => /\buses:/.test(line));
    expect(uses.length).toBeGreaterThan(0);
    expect(uses.filter((line) => !pinned.test(line))).toEqual([]);
  });

  test('may read, and nothing else but what it publishes with', () => {
    expect(permissions).toEqual({ contents: 'read' });
    const more = all.flatMap(([job, { permissions: own }]) => (own ? [[job, own]] : []));
    expect(more).toEqual(name === 'release.yml' ? [['publish', { 'id-token': 'write' }]] : []);
  });

  test('strangers start nothing with rights, and their words are no commands', () => {
    expect(Object.keys(on)).not.toContain('pull_request_target');
    expect(Object.keys(on)).not.toContain('workflow_run');
    for (const [, { steps }] of all) for (const { run = '' } of steps) expect(run).not.toMatch(/\$\{\{\s*(github|inputs|env|steps)\b/);
  });

  test('no job has no end, and no checkout leaves its token', () => {
    for (const [job, { steps, 'timeout-minutes': minutes }] of all) {
      expect([job, minutes]).toEqual([job, expect.any(Number)]);
      for (const step of steps.filter(({ uses = '' }) => uses.startsWith('actions/checkout@')))
        expect([job, step.with?.['persist-credentials']]).toEqual([job, false]);
    }
  });

  test('takes from the registry what the lockfile names', () => {
    for (const [, { steps }] of all) for (const { run = '' } of steps) expect(run).not.toMatch(/npm (install|i|update)\b|npx (?!vitest)/);
  });
});

test('the one action that may publish runs nothing of the repository', () => {
  const { publish } = parse(read('.github/workflows/release.yml')).jobs;
  expect(publish.steps.map(({ uses, run }) => (run ?? uses).split('@')[0])).toEqual([
    'actions/setup-node',
    'actions/download-artifact',
    'npm publish --provenance --access public --ignore-scripts ./mywire-*.tgz',
  ]);
});

test('the action of this repository uses no other', () => expect(read('action.yml')).not.toMatch(/\buses:/));

describe('package-lock.json', () => {
  const { packages } = JSON.parse(read('package-lock.json'));
  const { '': root, ...others } = packages;
  const given = JSON.parse(read('package.json'));
  const entries = Object.entries(others);

  test('is of this package.json, whose versions are exact', () => {
    expect(root.dependencies).toEqual(given.dependencies);
    expect(root.devDependencies).toEqual(given.devDependencies);
    for (const version of Object.values({ ...given.dependencies, ...given.devDependencies }))
      expect(version).toMatch(/^\d+\.\d+\.\d+(-[\w.]+)?$/);
  });

  test('has a digest of each package, and no place beside the registry', () => {
    expect(entries.length).toBeGreaterThan(100);
    expect(
      entries.filter(([, { integrity = '', link, resolved }]) => !integrity.startsWith('sha512-') || link || resolved).map(([at]) => at),
    ).toEqual([]);
  });

  test('what has an install script is known, and does not run it', () => {
    const scripted = entries.filter(([, { hasInstallScript }]) => hasInstallScript).map(([at]) => at.replace(/^.*node_modules\//, ''));
    expect(scripted.filter((one) => given.allowScripts[one] !== false)).toEqual([]);
  });

  const free = ['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'BlueOak-1.0.0', 'ISC', 'MIT', 'MIT OR Apache-2.0', 'Unlicense'];
  /** Written in an old form that npm does not copy; each says MIT. */
  const oldForm = ['buildcheck', 'cpu-features', 'ssh2'];
  /** Tools of tests and benchmarks, not shipped: lightningcss, by vite; MariaDB's connector, which ours is measured against. */
  const toolsOnly = ['LGPL-2.1-or-later', 'MPL-2.0'];

  test.each(entries)('%s has a licence that we may pass on', (at, { license, dev }) => {
    const name = at.replace(/^.*node_modules\//, '');
    if (license === undefined) expect(oldForm).toContain(name);
    else expect(dev ? [...free, ...toolsOnly] : free).toContain(license);
  });
});

describe('npm run audit', () => {
  const of = (severity) => JSON.stringify({ vulnerabilities: { ssh2: { name: 'ssh2', severity, range: '<1.2', fixAvailable: true } } });
  test.each([
    ['nothing known', JSON.stringify({ vulnerabilities: {} }), false, 0, ''],
    ['what counts', of('moderate'), false, 1, 'moderate: ssh2 <1.2, npm audit fix mends it'],
    ['what does not', of('low'), false, 0, ''],
    ['no answer', '{"message":"405 Method Not Allowed"}', false, 0, 'skipped: '],
    ['no answer where one is needed', '{"message":"405 Method Not Allowed"}', true, 3, 'no audit: '],
    ['no JSON', '<html>', true, 3, 'no audit: '],
  ])('%s', (_what, text, required, code, line) => {
    const found = judged(text, 'moderate', required);
    expect(found.code).toBe(code);
    expect(found.lines.join('\n').startsWith(line)).toBe(true);
    expect(found.lines).toHaveLength(line === '' ? 0 : 1);
  });
});
