import { expect, test } from 'vitest';
import { mywireProgram } from './program.ts';

const helpOf = async (words: readonly string[]): Promise<Record<string, string>> => {
  const { commands } = await mywireProgram(words);
  return Object.fromEntries(commands.map((command) => [command.name(), command.helpInformation()]));
};
const all = await helpOf([]);

test.each(Object.keys(all))('mywire %s: what it takes is the same without the other verbs', async (name) => {
  const { [name]: help, ...others } = await helpOf([name, '--json', '-']);
  expect(help).toBe(all[name]);
  expect(Object.keys(others)).toEqual(name === 'completion' ? Object.keys(all).filter((one) => one !== name) : []);
});

test.each([
  [[], Object.keys(all)],
  [['--help'], Object.keys(all)],
  [['help', 'run'], Object.keys(all)],
  [['rnu'], Object.keys(all)],
  [['--version'], []],
])('what %j needs', async (words, names) => {
  expect(Object.keys(await helpOf(words))).toEqual(names);
});
