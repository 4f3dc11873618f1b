import { expect, test, vi } from 'vitest';
import { suites } from '../../suites/index.ts';
import { heavyRun, requireOwned } from './ownership.ts';

const refused = 'CLI_BAD_OPTION';
const asked = async (names: string[], does: string | undefined, options: { iOwnThisTarget?: boolean }, owned?: string[], ask?: string) => {
  const asking = vi.fn(async () => ask ?? '');
  const found = await requireOwned(names, does, options, {
    config: owned ? { owned } : {},
    ask: ask === undefined ? undefined : asking,
  }).then(
    () => 'done',
    (error: { code?: string }) => error.code,
  );
  return { found, asked: asking.mock.calls.length };
};

test.each([
  // What, targets, what it does, the option, the configuration, what a person answers, what comes of it
  ['loopback', ['127.0.0.1:3306'], 'harm', false, undefined, undefined, 'done', 0],
  ['what mywire starts', ['mariadb:11.8', 'local:mariadb', 'reference'], 'harm', false, undefined, undefined, 'done', 0],
  ['in a pipeline', ['10.0.0.5:3306'], 'harm', false, undefined, undefined, refused, 0],
  ['one of two', ['127.0.0.1:3306', '10.0.0.5:3306'], 'harm', false, undefined, undefined, refused, 0],
  ['the network of a container', ['172.17.0.2:3306'], 'harm', false, undefined, undefined, refused, 0],
  ['nothing heavy', ['10.0.0.5:3306'], undefined, false, undefined, undefined, 'done', 0],
  ['the option', ['10.0.0.5:3306'], 'harm', true, undefined, undefined, 'done', 0],
  ['the configuration', ['10.0.0.5:3306'], 'harm', false, ['10.0.0.5:3306'], undefined, 'done', 0],
  ['the configuration, all of a domain', ['db.test.example:3306'], 'harm', false, ['*.test.example:*'], undefined, 'done', 0],
  ['the configuration, another', ['10.0.0.6:3306'], 'harm', false, ['10.0.0.5:3306'], undefined, refused, 0],
  ['a person who says yes', ['10.0.0.5:3306'], 'harm', false, undefined, 'yes', 'done', 1],
  ['a person who says y', ['10.0.0.5:3306'], 'harm', false, undefined, ' Y ', 'done', 1],
  ['a person who says no', ['10.0.0.5:3306'], 'harm', false, undefined, 'n', refused, 1],
  ['a person who presses Enter', ['10.0.0.5:3306'], 'harm', false, undefined, '', refused, 1],
] as const)('%s', async (_what, names, does, iOwnThisTarget, owned, answer, wanted, times) => {
  expect(await asked([...names], does, { iOwnThisTarget }, owned && [...owned], answer)).toEqual({ found: wanted, asked: times });
});

test('the refusal says what to write, twice', async () => {
  await expect(requireOwned(['10.0.0.5:3306'], 'harm', {}, { config: {}, ask: undefined })).rejects.toThrow(
    /10\.0\.0\.5:3306 is neither on loopback.*add --i-own-this-target, or write "owned: \['10\.0\.0\.5:3306'\]"/,
  );
});

test('all cases are heavy, one is not, and many tries of one are', () => {
  const racing = suites.find((one) => (one.tries ?? 0) > 100);
  expect(heavyRun(suites, undefined)).toMatch(/^\d{4,} sessions/);
  expect(heavyRun(suites.slice(0, 1), undefined)).toBeUndefined();
  expect(heavyRun(racing ? [racing] : [], undefined)).toMatch(/^\d+ sessions/);
  expect(heavyRun(racing ? [racing] : [], 5)).toBeUndefined();
});
