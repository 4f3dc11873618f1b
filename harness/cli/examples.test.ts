import { describe, expect, test } from 'vitest';
import { examples, examplesText } from './examples.ts';
import { exitCodes } from './exit-codes.ts';
import { mywireProgram } from './program.ts';
import { check, parsed, simplesOf } from './testing/parse-line.ts';

const lines = Object.entries(examples).flatMap(([verb, of]) => of.map(({ line }) => [line, verb] as const));

describe('the examples of the help', () => {
  test('every verb has some, and every verb that has some exists', async () => {
    expect(Object.keys(examples).sort()).toEqual((await mywireProgram()).commands.map((one) => one.name()).sort());
  });

  test('every verb says what it ends with', () => {
    expect(Object.keys(exitCodes).sort()).toEqual(Object.keys(examples).sort());
  });

  test('the help of each verb has them once', async () => {
    for (const command of (await mywireProgram()).commands) {
      let help = '';
      command.configureOutput({ writeOut: (text) => (help += text) }).outputHelp();
      expect([command.name(), help.split('\nExamples:').length - 1]).toEqual([command.name(), 1]);
    }
  });

  test.each(lines)('%s', async (line, verb) => {
    const [{ words } = { words: [] }] = simplesOf(line);
    expect(words.slice(0, 2)).toEqual(['mywire', verb]);
    await check(words.slice(1));
  });

  test.each([
    ['an option', 'mywire run reference --jsn x'],
    ['a verb', 'mywire rnu reference'],
    ['a value', 'mywire list --level PERHAPS'],
  ])('a line with a wrong %s would not pass', async (_what, line) => {
    await expect(parsed(simplesOf(line)[0]?.words.slice(1) ?? [])).rejects.toThrow();
  });

  test('the help of a verb ends with them', async () => {
    const program = await mywireProgram();
    for (const command of program.commands) {
      let shown = '';
      command.configureOutput({
        writeOut: (text) => {
          shown += text;
        },
      });
      command.outputHelp();
      expect(shown.trimEnd().endsWith(examplesText(command.name()).trimEnd())).toBe(true);
      expect(shown).toContain('\nExamples:\n  mywire ');
    }
  });
});
