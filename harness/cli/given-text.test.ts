import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CliError, explainFailure } from './error.ts';
import { givenText } from './given-text.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'mywire-given-'));
  const at = (name: string) => join(folder, name);
  mkdirSync(at('folder'));
  execFileSync('mkfifo', [at('pipe')]);
  symlinkSync(at('loop'), at('loop'));
  writeFileSync(at('huge'), '');
  truncateSync(at('huge'), 2 ** 30);
  writeFileSync(at('utf-16'), Buffer.from('\ufeffa: b', 'utf16le'));
  writeFileSync(at('nul'), 'a: \0');
  writeFileSync(at('latin1'), Buffer.from('a: \xe9', 'latin1'));
  writeFileSync(at('bom'), '\ufeffa: b');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const refused = (file: string): string => {
  try {
    givenText(file, 'the cases');
    return 'taken';
  } catch (error) {
    expect(error).toMatchObject({ code: 'CLI_NO_FILE' });
    return (error as Error).message;
  }
};

describe('a file that is none is refused at once, with what to do', () => {
  test.each([
    ['folder', /it is a folder; give a file in it$/],
    ['pipe', /it is a pipe with a name; write what comes through it to a file first$/],
    ['loop', /ELOOP/],
    ['missing', /there is no such file$/],
    ['huge', /it has more than 64 MiB; is it the right file\?$/],
    ['utf-16', /it is UTF-16; save it as UTF-8$/],
    ['nul', /it has NUL bytes/],
    ['latin1', /it is no UTF-8/],
  ])('%s', (name, says) => {
    expect(refused(join(folder, name))).toMatch(says);
  });

  test('/dev/zero', () => expect(refused('/dev/zero')).toMatch(/it is a device; give a file$/));
});

test('a byte order mark is no part of the text; /dev/null is an empty file', () => {
  expect(givenText(join(folder, 'bom'), 'the cases')).toBe('a: b');
  expect(givenText('/dev/null', 'the cases')).toBe('');
});

test('what a terminal would act on is a dot in a message', () => {
  expect(explainFailure(new CliError('CLI_NO_FILE', 'no \x1b[2J\u202efile\r\nnext')).says).toBe('mywire: no .[2J.file.\nnext');
});
