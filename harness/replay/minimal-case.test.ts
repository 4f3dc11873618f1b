import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import type { Step } from '../case/step.ts';
import { parseCases } from '../run/case-file.ts';
import { runTarget } from '../run/run-target.ts';
import { parseTarget } from '../target/parse-target.ts';
import { startReferenceTarget } from '../target/reference.ts';
import type { RunningTarget } from '../target/target.ts';
import { minimalCase } from './minimal-case.ts';
import type { WrittenCase } from './to-case.ts';

const login: readonly Step[] = [
  { expect: [{ packet: 'HandshakeV10' }] },
  { send: { message: 'HandshakeResponse41', account: 'login' } },
  { expect: [{ packet: 'OK' }] },
];
const rows = (query: string): Step[] => [
  { send: { message: 'COM_QUERY', with: { query } } },
  { expect: [{ packet: 'TextResultset', where: { columns: 1, rows: 1 } }] },
];
const done = (query: string): Step[] => [{ send: { message: 'COM_QUERY', with: { query } } }, { expect: [{ packet: 'OK' }] }];
const ping: readonly Step[] = [{ send: { message: 'COM_PING' } }, { expect: [{ packet: 'OK' }] }];

const written = (...script: Step[]): WrittenCase => ({
  id: 'captured/one',
  title: 'it is as in the capture',
  level: 'MUST',
  needs: ['login-account'],
  deliveries: ['whole'],
  script,
});

describe('what is left of a case that fails in its last answer', () => {
  // A difference that shows as long as these are there.
  const needing = (needed: readonly Step[]) => async (one: WrittenCase) => needed.every((step) => one.script.includes(step));
  const many = Array.from({ length: 20 }, (_, i) => rows(`SELECT ${i}`));

  test.each<[string, Step[], readonly Step[], number]>([
    ['reads are not needed', [...many.flat()], [], 5],
    ['one of the reads is', many.flat(), [many[7]?.[0] as Step], 7],
    ['what writes stays', [...done('INSERT INTO t VALUES (1)'), ...rows('SELECT 1')], [], 7],
    ['what sets something for the session stays', [...done('SET @a = 1'), ...done('USE other'), ...rows('SELECT @b := 1')], [], 11],
    ['a read that the target did not answer stays', [{ send: { message: 'COM_PING' } }, { expect: [{ closes: true }] }], [], 7],
    ['a read with a wrong sequence id stays', [{ send: { message: 'COM_PING', sequenceId: 4 } }, { expect: [{ packet: 'OK' }] }], [], 7],
  ])('%s', async (_what, between, needed, length) => {
    const { case: left, tries } = await minimalCase(written(...login, ...between, ...ping), needing(needed));
    expect(left.script).toHaveLength(length);
    expect(left.script.slice(-2)).toEqual(ping);
    expect(tries).toBeLessThanOrEqual(60);
  });

  test('it is never played more often than it may be, and what is left shows it', async () => {
    let plays = 0;
    const needed = many.map(([send]) => send as Step);
    const { case: left } = await minimalCase(
      written(...login, ...many.flat(), ...ping),
      async (one) => {
        plays++;
        return needing(needed)(one);
      },
      10,
    );
    expect([plays, left.script.length]).toEqual([10, 45]);
  });
});

describe('on the reference server with a defect', () => {
  let target: RunningTarget;
  beforeAll(async () => {
    const name = 'reference?dialect=mariadb&defect=ping-answers-eof';
    target = await startReferenceTarget(parseTarget(name) as Parameters<typeof startReferenceTarget>[0]);
  });
  afterAll(() => target.stop());

  test('the smallest case fails as the whole one did', async () => {
    const deviationOf = async (one: WrittenCase): Promise<string | undefined> => {
      const { results } = await runTarget(target, parseCases(stringify([one], { aliasDuplicateObjects: false }), 'written.yaml'));
      const deviation = results.find(({ verdict }) => verdict === 'fail')?.deviation;
      return deviation && `${deviation.expected}; ${deviation.got}`;
    };
    const whole = written(...login, ...rows('SELECT 1'), ...done('SET @a = 1'), ...rows('SELECT 1'), ...ping);
    const before = await deviationOf(whole);
    expect(before).toMatch(/^OK; EOF/);
    const { case: left } = await minimalCase(whole, async (one) => (await deviationOf(one)) === before);
    expect(left.script).toEqual([...login, ...done('SET @a = 1'), ...ping]);
    expect(await deviationOf(left)).toBe(before);
  });
});
