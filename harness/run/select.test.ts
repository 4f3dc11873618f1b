import { describe, expect, test } from 'vitest';
import type { Case } from '../case/case.ts';
import { RunError } from './error.ts';
import { fits, select } from './select.ts';

const one = (id: Case['id'], level: Case['level'] = 'MUST'): Case => ({ id, title: id, level, source: [], script: [], killedBy: ['none'] });
const all = [one('quit/after-login'), one('quit/twice', 'OBSERVE'), one('command/ping'), one('early-data/quit', 'SHOULD')];
const ids = (cases: readonly Case[]): string[] => cases.map(({ id }) => id);

function refusal(selection: Parameters<typeof select>[1], cases = all): RunError {
  try {
    select(cases, selection);
  } catch (error) {
    if (error instanceof RunError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('select', () => {
  test('takes all cases when nothing is asked for', () => {
    expect(ids(select(all, {}))).toEqual(['quit/after-login', 'quit/twice', 'command/ping', 'early-data/quit']);
    expect(select(all, { cases: [], areas: [], levels: [] })).toHaveLength(4);
  });

  test('keeps the order of the suites, and takes no case twice', () => {
    expect(ids(select(all, { cases: ['command/ping', 'quit/*', 'quit/twice'] }))).toEqual([
      'quit/after-login',
      'quit/twice',
      'command/ping',
    ]);
  });

  test('wants a case to fit everything that is asked for', () => {
    expect(ids(select(all, { areas: ['quit'], levels: ['OBSERVE'] }))).toEqual(['quit/twice']);
    expect(select(all, { areas: ['command'], cases: ['quit/*'] })).toEqual([]);
  });

  test('suggests an id that is near', () => {
    const error = refusal({ cases: ['quit/after-logon'] });
    expect(error.code).toBe('RUN_UNKNOWN_CASE');
    expect(error.message).toBe('no case has the id "quit/after-logon"; did you mean "quit/after-login"?; "mywire list" shows all');
  });

  test.each([
    ['a letter left out', 'quit/aftr-login', 'quit/after-login'],
    ['another area', 'quti/after-login', 'quit/after-login'],
    ['another area before a pattern', 'qit/*', 'quit/*'],
    ['words of the area that was named', 'early-data/twice-quit', 'early-data/quit'],
    ['no area', 'after-login', 'quit/after-login'],
  ])('%s: %s is near to %s', (_what, cases, id) => {
    expect(refusal({ cases: [cases] }).message).toContain(`; did you mean "${id}"?;`);
  });

  test('takes a letter for less than words that another area has, too', () => {
    const more = [one('login/quit-is-not-run'), ...all];
    expect(refusal({ cases: ['quit/aftr-login'] }, more).message).toContain('; did you mean "quit/after-login"?;');
  });

  test('suggests no other area, and no pattern that fits nothing', () => {
    expect(refusal({ cases: ['command/after-login'] }).message).not.toContain('mean');
    expect(refusal({ cases: ['quti/zzz*'] }).message).not.toContain('mean');
  });

  test('suggests nothing for what resembles nothing', () => {
    expect(refusal({ cases: ['xyzzy'] }).message).toBe('no case has the id "xyzzy"; "mywire list" shows all');
  });

  test('refuses a pattern that fits nothing, beside one that does', () => {
    expect(refusal({ cases: ['quit/*', 'login/*'] }).message).toContain('"login/*"');
  });

  test('names the areas there are', () => {
    const error = refusal({ areas: ['quits'] });
    expect(error.code).toBe('RUN_UNKNOWN_CASE');
    expect(error.message).toBe('there is no area "quits"; the areas are quit, command, early-data');
  });
});

describe('fits', () => {
  test.each([
    ['quit/twice', 'quit/twice', true],
    ['quit/twice', 'quit/', false],
    ['quit/twice', 'quit/*', true],
    ['quit/twice', '*', true],
    ['quit/twice', '*twice', true],
    ['quit/twice', 'q*t*e', true],
    ['early-data/quit', 'quit*', false],
    ['quit/twice', 'quit?twice', false],
    ['quit/twice', '.*', false],
    ['quit/twice', 'quit.twice*', false],
    ['quit/twice', '(*', false],
  ])('%s in %s: %s', (id, pattern, wanted) => {
    expect(fits(id, pattern)).toBe(wanted);
  });
});
