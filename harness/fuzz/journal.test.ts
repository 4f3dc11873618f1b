import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type CampaignName, Journal } from './journal.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mywire-journal-'));
  file = join(folder, 'new', 'journal.jsonl');
});
afterEach(() => rmSync(folder, { recursive: true }));

const name: CampaignName = { target: 'reference', seed: 7, shard: '', corpus: 'abc' };
const suspicion = { path: '3', oracle: 'answers', kind: 'silence', says: 'nothing came', client: 0 };

test('what was written is reached again', () => {
  const { journal } = Journal.open(file, name);
  journal.add({ path: '3', shows: ['OK > ERR'] }, suspicion, { block: 0 });
  journal.add({ paths: ['3.0', '3.1'] });
  const { reached } = Journal.open(file, name);
  expect(reached).toEqual({
    blocks: new Set([0]),
    followed: new Set(['3.0', '3.1']),
    shown: [{ path: '3', shows: ['OK > ERR'] }],
    suspicions: [suspicion],
  });
});

test('a line that was cut off when the process died is done again, and nothing is lost behind it', () => {
  const { journal } = Journal.open(file, name);
  journal.add({ block: 0 });
  appendFileSync(file, '{"block":1');
  const again = Journal.open(file, name);
  expect(again.reached.blocks).toEqual(new Set([0]));
  again.journal.add({ block: 1 });
  expect(Journal.open(file, name).reached.blocks).toEqual(new Set([0, 1]));
});

test('what cannot be written any more is said with what to do, not as a failure of the system', () => {
  const { journal } = Journal.open(file, name);
  rmSync(join(folder, 'new'), { recursive: true });
  expect(() => journal.add({ block: 0 })).toThrow(/journal\S* cannot be written \(ENOENT.*the same command with the same --seed goes on/);
});

describe('what is not ours', () => {
  test.each([
    ['another seed', { ...name, seed: 8 }, 'seed "7", this one has "8"'],
    ['another target', { ...name, target: 'local:mariadb' }, 'target "reference", this one has "local:mariadb"'],
    ['another shard', { ...name, shard: '1/2' }, 'shard "", this one has "1/2"'],
    ['another corpus', { ...name, corpus: 'x' }, 'corpus "abc", this one has "x"'],
  ])('%s is refused, and the file is left as it is', (_, other, says) => {
    Journal.open(file, name);
    const before = readFileSync(file, 'utf8');
    expect(() => Journal.open(file, other)).toThrow(says);
    expect(readFileSync(file, 'utf8')).toBe(before);
  });

  test.each(['hello', '{"block":1}', ''])('a file that holds "%s" is no journal', (text) => {
    const other = join(folder, 'other');
    writeFileSync(other, text);
    expect(() => Journal.open(other, name)).toThrow(/give another folder/);
  });
});
