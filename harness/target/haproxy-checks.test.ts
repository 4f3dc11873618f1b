import { afterEach, describe, expect, test } from 'vitest';
import { imagesHere } from './daemon.ts';
import { findBinaryIfThere } from './find-binary.ts';
import { freePort } from './free-port.ts';
import { type HaproxyChecks, startHaproxyChecks } from './haproxy-checks.ts';
import { startTarget } from './start-target.ts';
import type { Endpoint, RunningTarget } from './target.ts';

const haproxy = await findBinaryIfThere('haproxy', {});
const image = (await imagesHere({}))?.includes('mywire/haproxy:3.2') ? 'haproxy:3.2' : undefined;
const ended: { stop(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of ended.splice(0)) await each.stop();
});

describe.skipIf(!haproxy)(`HAProxy as a judge${haproxy ? '' : ' (skipped: no haproxy here)'}`, () => {
  test('believes in the clean reference server, in every mode it knows', async () => {
    const { front } = await reference();
    const checks = await startHaproxyChecks({ endpoint: front, user: 'haproxy_check' });
    ended.push(checks);
    const states = await checks.states(3);
    expect(checks.version).toBe(haproxy?.version);
    expect(states.map(({ mode }) => mode)).toEqual(
      ['none', 'pre-41', 'post-41', 'post-80'].filter((mode) => !checks.unknown.includes(mode as 'none')),
    );
    expect(states.length).toBeGreaterThanOrEqual(3);
    for (const state of states) expect(state).toMatchObject({ status: 'UP', check: 'L7OK', downs: 0, failures: 0, seen: ['UP L7OK'] });
  });

  test('says why it does not believe: the ERR code, or nothing there', async () => {
    const { front } = await reference();
    const strict = await judge(front, 'nobody');
    const [state] = (await strict.states(2)).filter(({ mode }) => mode === 'post-41');
    expect(state).toMatchObject({
      status: 'DOWN',
      check: 'L7STS',
      code: 1045,
      description: expect.stringContaining("Access denied for user 'nobody'"),
    });
    const none = await startHaproxyChecks({ endpoint: { host: '127.0.0.1', port: await freePort() }, user: 'u', modes: ['none'] });
    ended.push(none);
    expect(await none.states(1)).toMatchObject([{ mode: 'none', status: 'DOWN', check: 'L4CON' }]);
  });

  test('sees a server go down and come back', async () => {
    const target = await reference();
    const checks = await judge(target.front, 'haproxy_check');
    await checks.states(1);
    await target.stop();
    await expect
      .poll(async () => (await checks.states(1)).map(({ status }) => status), { timeout: 5000 })
      .toEqual(['DOWN', 'DOWN', 'DOWN']);
    await target.restart?.();
    await expect.poll(async () => (await checks.states(1))[0]?.status, { timeout: 5000 }).toBe('UP');
    expect(await checks.states(1)).toMatchObject([{ downs: 1 }, { downs: 1 }, { downs: 1 }]);
  });

  test('that accepts none of the modes is an error with its words', async () => {
    if (!/^2\./.test(haproxy?.version ?? '')) return;
    const refused = startHaproxyChecks({ endpoint: { host: '127.0.0.1', port: 1 }, user: 'u', modes: ['post-80'] });
    await expect(refused).rejects.toMatchObject({
      code: 'TARGET_START_FAILED',
      message: expect.stringContaining("'post-41' and 'pre-41'"),
    });
  });
});

describe.skipIf(!image)(`HAProxy in a container${image ? '' : ' (skipped: no Docker, or no mywire/haproxy:3.2)'}`, () => {
  test('judges a server on loopback', async () => {
    const { front } = await reference();
    const checks = await startHaproxyChecks({ endpoint: front, user: 'haproxy_check', image: 'haproxy:3.2' });
    ended.push(checks);
    expect(checks.version).toMatch(/^3\.2\./);
    expect(checks.unknown).toEqual(['post-80']);
    expect((await checks.states(2)).map(({ mode, status, check }) => `${mode} ${status} ${check}`)).toEqual([
      'none UP L7OK',
      'pre-41 UP L7OK',
      'post-41 UP L7OK',
    ]);
  });
});

async function reference(): Promise<RunningTarget> {
  const target = await startTarget('reference');
  ended.push(target);
  return target;
}

async function judge(endpoint: Endpoint, user: string): Promise<HaproxyChecks> {
  const checks = await startHaproxyChecks({ endpoint, user, modes: ['none', 'pre-41', 'post-41'] });
  ended.push(checks);
  return checks;
}
