import { describe, expect, test } from 'vitest';
import type { Docker } from './docker-client.ts';
import { findImage, overrideImage } from './docker-image.ts';
import type { TargetOptions } from './options.ts';

const part = { product: 'mariadb', version: '11.8' } as const;
const env = {};

describe('the image of mariadb:11.8', () => {
  test.each([
    ['the official one', ['mariadb:11.8', 'mywire/mariadb:11.8'], {}, { image: 'mariadb:11.8' }],
    [
      'ours, said so',
      ['mywire/mariadb:11.8'],
      {},
      { image: 'mywire/mariadb:11.8', note: expect.stringContaining('mariadb:11.8 is the image mywire/mariadb:11.8') },
    ],
    [
      'the one in the options',
      ['mariadb:11.8', 'mine:1'],
      { images: { 'mariadb:11.8': 'mine:1' } },
      { image: 'mine:1', note: 'mariadb:11.8 is the image mine:1' },
    ],
    [
      'the one in the environment',
      ['mariadb:11.8', 'mine:2'],
      { env: { MYWIRE_IMAGE_MARIADB_11_8: 'mine:2' } },
      { image: 'mine:2', note: 'mariadb:11.8 is the image mine:2' },
    ],
  ] as const)('is %s', async (_, here, options, found) => {
    expect(await findImage(dockerWith(here), part, 't', { env, ...options } as TargetOptions)).toEqual(found);
  });

  test('is pulled where it is missing', async () => {
    const pulled: string[] = [];
    const docker = dockerWith([], async (image) => void pulled.push(image));
    expect(await findImage(docker, part, 't', { env })).toEqual({ image: 'mariadb:11.8' });
    expect(await findImage(docker, { product: 'proxysql', version: '2.7.1' }, 't', { env })).toEqual({ image: 'proxysql/proxysql:2.7.1' });
    expect(pulled).toEqual(['mariadb:11.8', 'proxysql/proxysql:2.7.1']);
  });

  test('that cannot be pulled is a clear error', async () => {
    const docker = dockerWith([], async () => {
      throw new Error('dial tcp: lookup registry-1.docker.io: no such host');
    });
    const message = expect.stringMatching(/mariadb:11\.8 is not on this machine.*no such host.*fixtures\/images\/build\.sh/);
    await expect(findImage(docker, part, 't', { env })).rejects.toMatchObject({ code: 'TARGET_NO_IMAGE', message });
    await expect(findImage(docker, part, 't', { env, images: { 'mariadb:11.8': 'mine:3' } })).rejects.toMatchObject({
      code: 'TARGET_NO_IMAGE',
    });
  });

  test('that is pulled without end is given up after the limit', async () => {
    let aborted = false;
    const docker = dockerWith([], (_, signal) => {
      signal.addEventListener('abort', () => {
        aborted = true;
      });
      return new Promise(() => {});
    });
    await expect(findImage(docker, part, 't', { env, pullLimitMs: 50 })).rejects.toMatchObject({
      code: 'TARGET_NO_IMAGE',
      message: expect.stringContaining('not done after 50 ms'),
    });
    expect(aborted).toBe(true);
  });
});

test('the name of the variable has no dots', () => {
  expect(overrideImage({ product: 'proxysql', version: '2.7.1' }, { env: { MYWIRE_IMAGE_PROXYSQL_2_7_1: 'p' } })).toBe('p');
  expect(overrideImage({ product: 'mariadb', version: '11.8-ubi9' }, { env: { MYWIRE_IMAGE_MARIADB_11_8_UBI9: 'u' } })).toBe('u');
  expect(overrideImage(part, { env })).toBeUndefined();
});

/** Just what `findImage` asks of Docker. */
function dockerWith(
  here: readonly string[],
  pull: (image: string, signal: AbortSignal) => Promise<unknown> = () => Promise.reject(new Error('pulled')),
): Docker {
  const api = {
    getImage: (image: string) => ({
      inspect: async () => (here.includes(image) ? {} : Promise.reject(Object.assign(new Error('no such image'), { statusCode: 404 }))),
    }),
    pull: (image: string, { abortSignal }: { abortSignal: AbortSignal }) => pull(image, abortSignal),
    modem: { followProgress: (_: unknown, done: (error: Error | null) => void) => done(null) },
  };
  return { api } as unknown as Docker;
}
