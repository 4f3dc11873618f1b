import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { ownerName } from '../target/owner.ts';
import { writeSafely } from './write-safely.ts';

const folder = mkdtempSync(join(tmpdir(), 'write-safely-'));
afterAll(() => rmSync(folder, { recursive: true }));

const temporaryOf = (owner: string): string => `.mywire-${owner.replaceAll('/', ',')}-99.tmp`;
const own = ownerName().split('/');

test('what a killed process left half written is removed when the next writes there, and nothing else', async () => {
  // A pid that was given anew: this process has it, and began at another time.
  const dead = temporaryOf([...own.slice(0, -1), '1'].join('/'));
  const others = [temporaryOf(ownerName()), temporaryOf(['another-host', ...own.slice(1)].join('/')), '.mywire-notes.tmp', 'report.json'];
  for (const name of [dead, ...others]) writeFileSync(join(folder, name), 'old');
  await writeSafely(join(folder, 'report.json'), 'new');
  expect(readdirSync(folder).sort()).toEqual(others.sort());
  expect(readFileSync(join(folder, 'report.json'), 'utf8')).toBe('new');
});

test('content that comes part by part, into a folder that is not there yet', async () => {
  const parts = function* (): Generator<string> {
    yield 'one, ';
    yield 'two';
  };
  await writeSafely(join(folder, 'new', 'folder', 'report.json'), parts());
  expect(readFileSync(join(folder, 'new', 'folder', 'report.json'), 'utf8')).toBe('one, two');
  expect(readdirSync(join(folder, 'new', 'folder'))).toEqual(['report.json']);
});
