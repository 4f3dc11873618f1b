import { describe, expect, test } from 'vitest';
import { suites } from '../../suites/index.ts';
import { scenarios } from '../../suites/scenarios.ts';
import { defects } from '../reference/index.ts';
import { select } from '../run/select.ts';
import { parseTarget } from '../target/parse-target.ts';
import { examples, examplesText } from './examples.ts';
import { mywireProgram } from './program.ts';

/** As a POSIX shell splits a line of ours: blanks, single quotes, and a redirection that is not mywire's. */
function wordsOf(line: string): string[] {
  const [command = ''] = line.split(/ [>|] /);
  return [...command.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? '');
}

interface Parsed {
  readonly args: readonly string[];
  readonly options: Record<string, unknown>;
}

/** Parses a line by the verb's own options, and does nothing. */
async function parsed(line: string): Promise<Parsed> {
  const program = mywireProgram();
  let found: Parsed | undefined;
  for (const command of program.commands) {
    command.configureOutput({ writeErr: () => undefined });
    command.action(() => {
      found = { args: command.args, options: command.opts() };
    });
  }
  await program.parseAsync(wordsOf(line).slice(1), { from: 'user' });
  if (!found) throw new Error(`${line} ran no verb`);
  return found;
}

const lines = Object.entries(examples).flatMap(([verb, of]) => of.map(({ line }) => [line, verb] as const));

describe('the examples of the help', () => {
  test('every verb has some, and every verb that has some exists', () => {
    expect(Object.keys(examples).sort()).toEqual(
      mywireProgram()
        .commands.map((one) => one.name())
        .sort(),
    );
  });

  test('the help of each verb has them once', () => {
    for (const command of mywireProgram().commands) {
      let help = '';
      command.configureOutput({ writeOut: (text) => (help += text) }).outputHelp();
      expect([command.name(), help.split('\nExamples:').length - 1]).toEqual([command.name(), 1]);
    }
  });

  test.each(lines)('%s', async (line, verb) => {
    expect(wordsOf(line).slice(0, 2)).toEqual(['mywire', verb]);
    const { args, options } = await parsed(line);
    const targets = [...(verb === 'run' || verb === 'fuzz' ? args : []), options['target'], options['against']].filter(
      (one) => one !== undefined,
    );
    for (const target of targets) parseTarget(target as string);
    const cases = [...(verb === 'explain' ? args : []), ...((options['case'] as string[] | undefined) ?? [])];
    const areas = options['area'] as string[] | undefined;
    select(suites, { cases, ...(areas ? { areas } : {}) });
    for (const defect of (options['defect'] as string[] | undefined) ?? []) expect(defects.map(({ name }) => name)).toContain(defect);
    if (verb === 'scenario') for (const id of args) expect(scenarios.some((one) => one.id === id || one.report === id)).toBe(true);
  });

  test.each([
    ['an option', 'mywire run reference --jsn x'],
    ['a verb', 'mywire rnu reference'],
    ['a value', 'mywire list --level PERHAPS'],
  ])('a line with a wrong %s would not pass', async (_what, line) => {
    await expect(parsed(line)).rejects.toThrow();
  });

  test('the help of a verb ends with them', () => {
    const program = mywireProgram();
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
