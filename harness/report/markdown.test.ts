import { describe, expect, test } from 'vitest';
import { codeBlock, codeSpan, plain } from './markdown.ts';

describe('a sentence in which nothing is markup', () => {
  test.each([
    ['HTML', '<img src=x onerror=alert(1)>', '\\<img src=x onerror=alert(1)\\>'],
    ['an image', '![x](http://x.example/)', '!\\[x\\](http://x.example/)'],
    ['emphasis', '*a* _b_ ~c~', '\\*a\\* \\_b\\_ \\~c\\~'],
    ['code', 'a `b` c', 'a \\`b\\` c'],
    ['a column of a table', 'a | b', 'a \\| b'],
    ['a backslash before markup', '\\<b>', '\\\\\\<b\\>'],
    ['an entity that is a mention', '&#64;everyone', '\\&#\u206064;everyone'],
    ['a formula', '$x$', '\\$x\\$'],
    ['a mention', '@everyone, @org/team', '@\u2060everyone, @\u2060org/team'],
    ['an issue', 'owner/name#12', 'owner/name#\u206012'],
    ['line ends', 'a\r\n# b', 'a..# b'],
    ['an escape sequence', '\x1b[31mred', '.\\[31mred'],
  ])('%s', (_what, text, wanted) => {
    expect(plain(text)).toBe(wanted);
  });
});

describe('code', () => {
  test.each([
    ['nothing', '', '` `'],
    ['a word', 'SELECT 1', '`SELECT 1`'],
    ['backticks', 'a ``b`', '``` a ``b` ```'],
    ['a fence', '```', '```` ``` ````'],
    ['line ends', 'a\n\n# b', '`a..# b`'],
  ])('of %s is one span', (_what, text, wanted) => {
    expect(codeSpan(text)).toBe(wanted);
  });

  test('a block is not closed by a fence in it', () => {
    expect(codeBlock(['a', '````'])).toEqual(['`````', 'a', '````', '`````']);
    expect(codeBlock(['a'])).toEqual(['```', 'a', '```']);
  });
});
