import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { checkImports } from './.dependency-cruiser.check.mjs';

const config = join(dirname(fileURLToPath(import.meta.url)), '.dependency-cruiser.cjs');
let tree = '';

beforeEach(() => {
  tree = mkdtempSync(join(tmpdir(), 'mywire-imports-test-'));
  write('tsconfig.json', '{}');
  write('suites/index.ts', "import '../harness/codec/field.ts';");
  write('harness/codec/field.ts', 'export const field = 1;');
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(tree, { recursive: true, force: true });
});
// Each starts dependency-cruiser twice, 1 s of CPU time each; a busy machine makes that many.
vi.setConfig({ testTimeout: 120_000 });

function write(file, text) {
  mkdirSync(dirname(join(tree, file)), { recursive: true });
  writeFileSync(join(tree, file), text);
  return join(tree, file);
}

test('a violation and a cruise below the floor are problems', async () => {
  write('harness/codec/field.ts', "import 'node:net';");
  const { problems } = await checkImports({ tree, floor: { modules: 3, imports: 1 } });
  expect(problems).toEqual([
    '.node.net.tls.-has-one-owner: harness/codec/field.ts → net',
    'only 2 modules were seen, and 3 are the floor: the cruise looked past the code',
  ]);
});

test('rules that catch nothing are told by every planted file', async () => {
  const blind = write(
    'blind.cjs',
    `const config = require(${JSON.stringify(config)});
    module.exports = { ...config, forbidden: config.forbidden.map((rule) => ({ ...rule, from: { path: '^nowhere/' } })) };`,
  );
  const { problems, seen } = await checkImports({ tree, config: blind, floor: { modules: 1, imports: 1 } });
  expect(problems.filter((problem) => problem.endsWith('was not caught'))).toHaveLength(seen.plants);
});

test('a rule without a planted file, and one that catches what is allowed, are problems', async () => {
  const strict = write(
    'strict.cjs',
    `const config = require(${JSON.stringify(config)});
    module.exports = { ...config, forbidden: [...config.forbidden, { name: 'nobody-may-zlib', severity: 'error', from: {}, to: { path: 'zlib' } }] };`,
  );
  const { problems } = await checkImports({ tree, config: strict, floor: { modules: 1, imports: 1 } });
  expect(problems).toEqual([
    'no planted file breaks the rule nobody-may-zlib: plant one in .dependency-cruiser.check.mjs',
    'a wrong alarm in the planted tree: nobody-may-zlib: harness/pcap/reader.ts → zlib',
  ]);
});

test('the planted tree is gone afterwards, also when the cruise fails', async () => {
  vi.stubEnv('TMPDIR', tree);
  const broken = write('broken.cjs', 'module.exports = { forbidden: [{ name: "x", severity: "no such severity", from: {}, to: {} }] };');
  const before = readdirSync(tree);
  await expect(checkImports({ tree, config: broken })).rejects.toThrow('dependency-cruiser gave no answer');
  expect(readdirSync(tree)).toEqual(before);
});
