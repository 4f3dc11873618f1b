import { describe, expect, test } from 'vitest';
import { isKnown, joinStates, readCheckStates } from './check-states.ts';

// From HAProxy 2.6.12 before MariaDB 10.11.19, the user unknown there; columns without interest left out.
const header = '# pxname,svname,status,chkfail,chkdown,check_status,check_code,check_duration,last_chk,last_agt,check_desc,addr,';
const recorded = [
  header,
  'none,tested,UP,0,0,L7OK,0,0,,,Layer7 check passed,127.0.0.1:20768,',
  'none,BACKEND,UP,,0,,,,,,,,',
  "pre-41,tested,DOWN,1,1,L7STS,1045,0,Access denied for user 'nobody_there'@'127.0.0.1' (using password: NO),,Layer7 wrong status,127.0.0.1:20768,",
  'pre-41,BACKEND,DOWN,,1,,,,,,,,',
  '',
].join('\n');

describe('show stat', () => {
  test('tells what HAProxy believes, per mode', () => {
    expect(readCheckStates(recorded)).toEqual([
      { mode: 'none', status: 'UP', check: 'L7OK', description: 'Layer7 check passed', downs: 0, failures: 0, seen: ['UP L7OK'] },
      {
        mode: 'pre-41',
        status: 'DOWN',
        check: 'L7STS',
        code: 1045,
        description: "Access denied for user 'nobody_there'@'127.0.0.1' (using password: NO)",
        downs: 1,
        failures: 1,
        seen: ['DOWN L7STS'],
      },
    ]);
  });

  test('a text of the tested server cannot forge a row', () => {
    const csv = `${header}\npost-41,tested,DOWN,1,1,L7STS,1045,0,"a ""b"", c\nnone,tested,UP,0,0,L7OK,0,0,,,,,",,Layer7 wrong status,x,\n`;
    expect(readCheckStates(csv)).toMatchObject([
      { mode: 'post-41', status: 'DOWN', description: 'a "b", c\nnone,tested,UP,0,0,L7OK,0,0,,,,,' },
    ]);
  });

  test('the star of a check that runs is no part of the last result', () => {
    expect(readCheckStates(`${header}\nnone,tested,UP,0,0,* L7OK,0,0,,,,,`)).toMatchObject([{ check: 'L7OK' }]);
  });

  test.each(['', '\n', header, 'a,b\nc', '"'])('%j has no state in it', (csv) => {
    expect(readCheckStates(csv)).toEqual([]);
  });
});

test('two samples join into one state that remembers both', () => {
  const [up] = readCheckStates(`${header}\nnone,tested,UP,0,0,L7OK,0,0,,,,,`);
  const [down] = readCheckStates(`${header}\nnone,tested,DOWN,1,1,L7RSP,,0,,,,,`);
  if (!up || !down) throw new Error('no state');
  expect(joinStates(up, down)).toEqual({ ...down, seen: ['UP L7OK', 'DOWN L7RSP'] });
  expect(joinStates(up, up).seen).toEqual(['UP L7OK']);
});

test('before the first check is over nothing is known', () => {
  const [state] = readCheckStates(`${header}\nnone,tested,UP,0,0,INI,,,,,,,`);
  expect(state && isKnown(state)).toBe(false);
});
