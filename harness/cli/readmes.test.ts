import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';

/** Whoever opens a folder finds out what lives there; and what the READMEs name is there. */
const root = 'harness';
interface Folder {
  readonly path: string;
  readonly files: readonly string[];
}
const folderAt = (path: string): Folder[] => {
  const entries = readdirSync(path, { withFileTypes: true });
  const below = entries.filter((entry) => entry.isDirectory()).flatMap(({ name }) => folderAt(`${path}/${name}`));
  return [{ path, files: entries.filter((entry) => entry.isFile()).map(({ name }) => name) }, ...below];
};
const folders = ['docs', 'fixtures', 'harness', 'suites'].flatMap(folderAt);
const rooms = readdirSync(root, { withFileTypes: true }).filter((entry) => entry.isDirectory());
const all = [...readdirSync('.'), ...folders.flatMap(({ path, files }) => files.map((name) => `${path}/${name}`))];

const readme = (folder: string): string => `${folder}/README.md`;
const read = (path: string): string => readFileSync(path, 'utf8');
/** The README that speaks of a folder without one of its own. */
const above = (folder: string): string => {
  const parent = dirname(folder);
  return existsSync(readme(parent)) ? readme(parent) : above(parent);
};

test.each(rooms)('the room $name has a README, and a row in the README of harness and in the table of imports', ({ name }) => {
  expect(existsSync(readme(join(root, name)))).toBe(true);
  expect(read(readme(root))).toContain(`| \`${name}/\` |`);
  expect(read('.dependency-cruiser.cjs')).toMatch(new RegExp(`^  ${name}: \\[`, 'm'));
});

test('a folder of harness with three files or more has a README of its own; every other one is named in the README above it', () => {
  const silent = folders.filter(({ path, files }) => {
    if (files.includes('README.md')) return false;
    if (path.startsWith('harness/') && files.length >= 3) return true;
    return !read(above(path)).includes(`${path.split('/').at(-1)}/`);
  });
  expect(silent.map(({ path }) => path)).toEqual([]);
});

test('a README of harness has at most 40 lines', () => {
  const long = folders
    .filter(({ path, files }) => path.startsWith('harness/') && files.includes('README.md'))
    .filter(({ path }) => read(readme(path)).trimEnd().split('\n').length > 40);
  expect(long.map(({ path }) => path)).toEqual([]);
});

/** `name.ts`, `folder/name.ts`, and several by one `*`. */
const named = /`((?:[\w.-]+\/)*[\w*-]+(?:\.[\w*-]+)*\.(?:ts|js|c))`/g;
const pages = [...all.filter((path) => path.startsWith('harness/') && path.endsWith('README.md')), 'suites/README.md'];
const guides = ['docs/where-to-add.md', 'docs/add-a-proxy.md', 'docs/write-a-case.md', 'CONTRIBUTING.md'];

describe.each([...pages, ...guides])('%s', (page) => {
  test('names files that are there', () => {
    const house = page.startsWith('harness/') && page !== 'harness/README.md' ? `${page.split('/').slice(0, 2).join('/')}/` : '';
    const isThere = (name: string): boolean => {
      const ends = new RegExp(
        `(^|/)${name
          .replace(/^(\.\.\/)+/, '')
          .replaceAll('.', '\\.')
          .replaceAll('*', '[\\w.-]*')}$`,
      );
      return all.some((path) => ends.test(path) && (name.includes('/') || path.startsWith(house) || !path.includes('/')));
    };
    const missing = [...read(page).matchAll(named)].map(([, name = '']) => name).filter((name) => !/^x\./.test(name) && !isThere(name));
    expect(missing).toEqual([]);
  });
});
