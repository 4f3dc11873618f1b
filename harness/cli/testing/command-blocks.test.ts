import { expect, test } from 'vitest';
import { hasShown, pageOf } from './command-blocks.ts';
import { check, simplesOf } from './parse-line.ts';

const page = [
  '<!-- in CI bug.pcapng is pcaps/a.pcap -->',
  '<!-- exit 1; cheaper by --area quit -->',
  '```console',
  '$ mywire inspect bug.pcapng   # look',
  '…',
  'broken',
  '```',
  '    mywire run reference',
].join('\n');

test('a page gives its commands, what they show, and on what terms', () => {
  const { blocks, standIns, loose } = pageOf(page);
  expect([...standIns]).toEqual([['bug.pcapng', 'pcaps/a.pcap']]);
  expect(loose).toEqual([8]);
  expect(blocks[0]?.commands).toEqual([{ line: 'mywire inspect bug.pcapng', at: 4, shows: ['…', 'broken'] }]);
  expect(blocks[0]?.terms).toEqual({ exit: 1, needs: [], cheaper: ['--area', 'quit'] });
});

test.each([
  ['says nothing of a block', '<!-- exits 1 -->\n```sh\nmywire list\n```'],
  ['speaks of no block', '<!-- exit 1 -->\ntext\n'],
  ['has no end', '```sh\nmywire list\n'],
])('a page with a mistake that %s is refused', (says, text) => {
  expect(() => pageOf(text)).toThrow(says);
});

test.each([
  ['1 check in 7 ms: pass', ['1 check in …: pass'], true],
  ['a\nb\nc', ['a', '…', 'c'], true],
  ['a     b', ['a  b'], true],
  ['1 check in 7 ms: fail', ['1 check in …: pass'], false],
  ['a\nb', ['b', '…', 'a'], false],
])('%j has %j: %s', (output, shows, has) => {
  expect(hasShown(output, shows)).toBe(has);
});

test.each([
  'mywire list --no-such-option',
  'mywire run reference --case quit/no-such-case',
  'mywire run mariadbb:11.8',
  'mywire redact in.pcapng',
])('%s would not pass', async (line) => {
  await expect(check(simplesOf(line)[0]?.words.slice(1) ?? [])).rejects.toThrow();
});
