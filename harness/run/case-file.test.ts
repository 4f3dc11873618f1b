import { describe, expect, test } from 'vitest';
import { parseCases } from './case-file.ts';

const script = '  script: [{expect: [{packet: HandshakeV10}]}, {send: {message: COM_QUIT}}, {end: [fin]}]';
const written = (more: string) => `- id: mine/quit\n  title: it quits\n${more}`;

test('a case of a file is one of the suites, MUST unless it says otherwise', () => {
  expect(parseCases(written(script), 'mine.yaml')).toMatchObject([
    {
      id: 'mine/quit',
      level: 'MUST',
      source: [],
      script: [{ expect: [{ packet: 'HandshakeV10' }] }, { send: { message: 'COM_QUIT' } }, { end: ['fin'] }],
    },
  ]);
});

test('an answer may be as long as a user asks for, within a bound that the case may move', () => {
  const asks = (more: string) =>
    parseCases(`[{ id: mine/long, title: long, script: [{ expect: { closes: true } }]${more} }]`, 'mine.yaml')[0]?.mostBytes;
  expect(asks('')).toBe(4_000_000);
  expect(asks(', mostBytes: 20000000')).toBe(20_000_000);
});

test('JSON is YAML, and what stands alone may stand without a list', () => {
  const text = JSON.stringify([{ id: 'mine/quit', title: 'it quits', script: [{ expect: { closes: true } }, { end: 'rst' }] }]);
  expect(parseCases(text, 'mine.json')[0]?.script).toEqual([{ expect: [{ closes: true }] }, { end: ['rst'] }]);
});

describe('what is wrong is told with its line', () => {
  test.each([
    ['nothing: [', 'mine.yaml:1:'],
    ['a: b', 'mine.yaml:1: must be a list of cases'],
    ['[]', 'must be a list of cases'],
    [written('  script: []'), 'mine.yaml:3: script'],
    [written(`${script}\n  levle: MUST`), 'levle'],
    [written('  script: [{sned: {message: COM_QUIT}}]'), 'mine.yaml:3: script.0'],
    [written('  script: [{send: {message: COM_QUITT_}}, {send: {mesage: COM_QUIT}}]'), 'script.1.send'],
    [written('  script: [{send: {payload: "0g"}}]'), 'pairs of hex digits'],
    [written('  script: [{expect: [{packet: OKK}]}]'), 'script.0.expect'],
    [written('  script: [{expect: [{packet: OK, closes: true}]}]'), 'one of packet, closes, waits'],
    [written('  script: [{expect: [{packet: OK, where: {affectedRows: {isAbout: 3}}}]}]'), 'script.0.expect'],
    [written('  script: [{end: [fim]}]'), 'script.0.end'],
    [written(`  needs: [login]\n${script}`), 'needs.0: must be check-account, login-account'],
    [written(`  needs: [{feature: gtids}]\n${script}`), '{ dialect }'],
    [written(`  deliveries: [slowly]\n${script}`), 'deliveries.0'],
    ['- id: Mine\n  title: x\n  script: [{end: fin}]', 'mine.yaml:1: id'],
    [`${written(script)}\n${written(script)}`, 'mine/quit is there twice'],
  ])('%s', (text, says) => {
    expect(() => parseCases(text, 'mine.yaml')).toThrow(
      expect.objectContaining({ code: 'RUN_BAD_CASES', message: expect.stringContaining(says) }),
    );
  });
});
