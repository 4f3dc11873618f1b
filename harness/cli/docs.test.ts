import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ReferenceServer, startReference } from '../reference/index.ts';
import { freePort } from '../target/free-port.ts';
import { targetsHere } from '../target/targets-here.ts';
import { type Block, hasShown, type Page, pageOf } from './testing/command-blocks.ts';
import { check, simplesOf } from './testing/parse-line.ts';
import { runLine } from './testing/run-line.ts';

/** Every command of every page is parsed, and run where this machine can (docs/README.md says how a page tells). */
const root = fileURLToPath(new URL('../../', import.meta.url));
const files = [
  'README.md',
  'CONTRIBUTING.md',
  ...readdirSync(join(root, 'docs'), { encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];
const read = (file: string): string => readFileSync(join(root, file), 'utf8');
const pages = files.map((file) => [file, pageOf(read(file))] as const);
const { scripts } = JSON.parse(read('package.json')) as { readonly scripts: Record<string, string> };
const projects = [...read('vitest.config.ts').matchAll(/name: '(\w+)'/g)].map(([, name]) => name);

/** What is no program of ours: a script of package.json, a project or a file of vitest; other words must be known here. */
function checkForeign(words: readonly string[]): void {
  const [program, what = '', name] = words;
  if (program === 'npm') {
    if (what === 'run' || what === 'test' || what === 'start') expect(Object.keys(scripts)).toContain(name ?? what);
    else expect(['ci', 'cit', 'pack', 'install']).toContain(what);
  } else if (program === 'npx' && what === 'vitest') {
    for (const [i, word] of words.entries()) if (word === '--project') expect(projects).toContain(words[i + 1]);
  } else expect(['npx', 'docker', 'bash', 'git']).toContain(program);
}

const started = new Map<string, ReferenceServer>();
let before = '';
let folder = '';
let here: readonly string[] = [];

/** What stands in for addresses and targets, in what is run; and back, in what is compared. */
async function standing(page: Page): Promise<readonly (readonly [string, string])[]> {
  const pairs: (readonly [string, string])[] = [];
  for (const [name, what] of page.standIns) {
    if (!/^[\w.-]+:\d{4,5}$/.test(name)) continue;
    if (what === 'free') {
      pairs.push([name, `127.0.0.1:${await freePort()}`]);
      continue;
    }
    const server = started.get(what) ?? (await startReference({ dialect: what.includes('mariadb') ? 'mariadb' : 'mysql' }));
    started.set(what, server);
    pairs.push([name, `127.0.0.1:${server.endpoint.port}`]);
  }
  return pairs;
}

function setUp(page: Page): void {
  folder = mkdtempSync(join(tmpdir(), 'mywire-docs-'));
  for (const name of ['pcaps', 'fixtures', 'suites']) symlinkSync(join(root, name), join(folder, name));
  for (const [name, what] of page.standIns) if (what.startsWith('pcaps/')) cpSync(join(root, what), join(folder, name));
  for (const { file, text } of page.blocks) if (file !== undefined) writeFileSync(join(folder, file), text);
  process.chdir(folder);
}

beforeAll(async () => {
  process.env['NO_COLOR'] = '1';
  for (const name of ['GITHUB_ACTIONS', 'MYWIRE_PASSWORD']) delete process.env[name];
  here = await targetsHere();
});
afterAll(async () => {
  await Promise.all([...started.values()].map((server) => server.stop()));
});

describe.each(pages)('%s', (file, page) => {
  test('has its commands in blocks that say so', () => {
    expect(page.loose).toEqual([]);
  });

  test('has no link to what is not there', () => {
    const links = [...read(file).matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)].map(([, path = '']) => join(root, dirname(file), path));
    expect(links.filter((path) => !existsSync(path))).toEqual([]);
  });

  const shown = page.blocks.filter(({ from }) => from !== undefined);
  test.each(shown)('shows at line $at what $from has', ({ from, text }) => {
    expect(read(from as string)).toContain(text);
  });

  const lines = page.blocks.flatMap((block) => block.commands.map((command) => ({ block, ...command })));
  test.each(lines)('parses line $at: $line', async ({ line }) => {
    for (const { words } of simplesOf(line)) await (words[0] === 'mywire' ? check(words.slice(1)) : checkForeign(words));
  });

  if (lines.length === 0) return;
  describe('runs', { timeout: 60_000 }, () => {
    beforeAll(() => {
      before = process.cwd();
      setUp(page);
    });
    afterAll(() => {
      process.chdir(before);
      rmSync(folder, { recursive: true, force: true });
    });
    test.for(lines)('line $at: $line', async ({ block, line, shows }, { skip }) => {
      const why = whyNot(block);
      if (why !== undefined) skip(why);
      const pairs = await standing(page);
      const inCi = exchanged(line, pairs);
      const simples = simplesOf(inCi).map((one) => ({ ...one, words: [...one.words, ...block.terms.cheaper] }));
      const { code, output } = await runLine(simples);
      const said = exchanged(
        output,
        pairs.map(([name, real]) => [real, name]),
      );
      expect({ code, output: code === block.terms.exit ? '' : said }).toEqual({ code: block.terms.exit, output: '' });
      if (shows.length > 0 && !hasShown(said, shows)) expect(said).toBe(shows.join('\n'));
    });
  });
});

/** One by the other, in one pass and whole: a free port may begin as the port of an example does. */
function exchanged(text: string, pairs: readonly (readonly [one: string, other: string])[]): string {
  if (pairs.length === 0) return text;
  const ones = pairs.map(([one]) => `${one.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?!\\d)`);
  return text.replaceAll(new RegExp(ones.join('|'), 'g'), (found) => pairs.find(([one]) => one === found)?.[1] ?? found);
}

function whyNot({ terms }: Block): string | undefined {
  if (terms.parsedOnly !== undefined) return terms.parsedOnly;
  const missing = terms.needs.filter((target) => !here.includes(target));
  return missing.length > 0 ? `this machine has no ${missing.join(', ')}` : undefined;
}
