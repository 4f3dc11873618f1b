import { execFile } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { suites } from '../../suites/index.ts';
import { candidates, FILES } from './candidates.ts';
import { completionScripts } from './completion-scripts.ts';
import { mywireProgram } from './program.ts';

const at = (line: string): Promise<readonly string[]> => mywireProgram().then((program) => candidates(program, line));

describe('what may stand at the cursor', () => {
  test.each([
    ['mywire ', ['run', 'fuzz', 'inspect', 'doctor', 'completion', '--help', '--version']],
    ['mywire ins', ['inspect']],
    ['mywire run --del', ['--delivery']],
    ['mywire run reference --delivery ', ['whole', 'bytes', 'fields', 'coalesced', 'early']],
    ['mywire run --plugin c', ['caching_sha2_password']],
    ['mywire run ref', ['reference']],
    ['mywire run reference r', ['reference']],
    ['mywire fuzz reference --against ref', ['reference']],
    ['mywire list --level M', ['MUST', 'MAY']],
    ['mywire list --area qui', ['quit']],
    ['mywire explain quit/after-l', ['quit/after-login']],
    ['mywire run --case quit/after-l', ['quit/after-login']],
    ['mywire serve --defect answers-com-q', ['answers-com-quit']],
    ['mywire serve --dialect m', ['mysql', 'mariadb']],
    ['mywire inspect ', [FILES]],
    ['mywire inspect --keylog x', [FILES]],
    ['mywire run --out evi', [FILES]],
    ['mywire completion ', ['bash', 'zsh', 'fish']],
    ['mywire help ins', ['inspect']],
  ])('%s', async (line, wanted) => {
    expect(await at(line)).toEqual(expect.arrayContaining([...wanted]));
  });

  test.each([
    ['mywire nothing ', 'a verb that does not exist'],
    ['mywire run --limit ', 'a number'],
    ['mywire explain quit/after-login zzz', 'more arguments than there are'],
    ['mywire inz', 'no verb'],
  ])('%s has none: %s', async (line) => {
    expect(await at(line)).toEqual([]);
  });

  test('every option of every verb, and every case', async () => {
    for (const command of (await mywireProgram()).commands)
      expect(await at(`mywire ${command.name()} --`)).toEqual(expect.arrayContaining(command.options.flatMap(({ long }) => long ?? [])));
    expect(await at('mywire explain ')).toHaveLength(suites.length);
  });
});

describe("bash's own completion", () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'mywire-complete-'));
    const main = fileURLToPath(new URL('../../dist/harness/cli/main.js', import.meta.url));
    writeFileSync(join(folder, 'mywire'), `#!/bin/sh\nexec "${process.execPath}" "${main}" "$@"\n`);
    chmodSync(join(folder, 'mywire'), 0o755);
    writeFileSync(join(folder, 'mywire.bash'), completionScripts.bash);
    writeFileSync(join(folder, 'bug one.pcapng'), '');
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** What bash would offer: its words are split at COMP_WORDBREAKS, as readline does. */
  function offered(line: string): Promise<string[]> {
    const script = `cd "$1" && . ./mywire.bash; COMP_LINE=$2; COMP_POINT=\${#2}; COMP_WORDS=("$1/mywire"); _mywire; printf '%s\\n' "\${COMPREPLY[@]}"`;
    return new Promise((resolve, reject) => {
      execFile(
        'bash',
        ['--norc', '-c', script, 'bash', folder, line],
        { timeout: 60_000, cwd: fileURLToPath(new URL('../../', import.meta.url)) },
        (error, stdout) => (error ? reject(error) : resolve(stdout.split('\n').slice(0, -1))),
      );
    });
  }

  test.each([
    ['mywire insp', ['inspect']],
    ['mywire explain quit/after-l', ['quit/after-login']],
    ['mywire run reference --level MU', ['MUST']],
    ['mywire inspect bu', ['bug one.pcapng']],
    ['mywire nothing ', ['']],
  ])('%s', { timeout: 60_000 }, async (line, wanted) => {
    expect(await offered(line)).toEqual(wanted);
  });

  test('what stands before a colon is not said again', { timeout: 60_000 }, async () => {
    const found = await offered('mywire run local:');
    expect(found.every((one) => !one.startsWith('local:'))).toBe(true);
  });
});
