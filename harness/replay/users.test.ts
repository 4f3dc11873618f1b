import { describe, expect, test } from 'vitest';
import { parseUsers, playersOf } from './users.ts';

const env = { APP_PASSWORD: 'from the environment' };

describe('a map of users', () => {
  test.each([
    ['app: secret', 'app', { user: 'app', password: 'secret' }],
    ['app: {user: other, password: secret}', 'app', { user: 'other', password: 'secret' }],
    ['app: {password-env: APP_PASSWORD}', 'app', { user: 'app', password: 'from the environment' }],
    ['app: {user: other}', 'app', { user: 'other' }],
    ['app: 0123', 'app', { user: 'app', password: '0123' }],
    ['"*": {user: everybody, password: x}', 'app', { user: 'everybody', password: 'x' }],
    ['"*": x', 'app', { user: 'app', password: 'x' }],
    ['other: x', 'app', { user: 'app' }],
  ])('%s', (text, captured, plays) => {
    expect(playersOf(parseUsers(text, 'users.yaml', env))(captured)).toEqual(plays);
  });

  test.each([
    ['app: [', 'it is no YAML'],
    ['- app', 'users.yaml: '],
    ['app: {pasword: x}', 'pasword'],
    ['app: {password: x, password-env: APP_PASSWORD}', 'not both'],
    ['app: {password-env: NOWHERE}', 'no variable NOWHERE'],
    ['', 'users.yaml: '],
  ])('%s is refused, and told why', (text, why) => {
    expect(() => parseUsers(text, 'users.yaml', env)).toThrow(
      expect.objectContaining({ code: 'REPLAY_BAD_USERS', message: expect.stringContaining(why) }),
    );
  });

  test('who was refused in the capture does not get in, whatever password is known', () => {
    const playsAs = playersOf(new Map([['app', { user: 'other', password: 'right' }]]));
    expect(playsAs('app', true)).toMatchObject({ user: 'other', password: expect.not.stringMatching('right') });
    expect(playsAs('nobody', true).user).toBe('nobody');
  });
});
