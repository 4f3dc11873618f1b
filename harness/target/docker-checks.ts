import { randomBytes } from 'node:crypto';
import type { CheckMode } from './check-states.ts';
import { guardDocker, openDocker } from './docker-client.ts';
import { runContainer } from './docker-container.ts';
import { findImage } from './docker-image.ts';
import { freePort } from './free-port.ts';
import type { CheckRunner } from './haproxy-checks.ts';
import type { TargetOptions } from './options.ts';
import { TargetError } from './target.ts';

const folder = '/usr/local/etc/haproxy';

/**
 * Runs the checks of HAProxy in a container on the host's network, where it reaches loopback and containers alike.
 * @param image `haproxy:3.4`
 * @param config writes the configuration for some of the modes
 * @throws TargetError TARGET_BAD_NAME, TARGET_NO_DOCKER, TARGET_NO_IMAGE, TARGET_START_FAILED
 */
export async function startChecksContainer(
  image: string,
  options: TargetOptions,
  config: (stats: string, some: (mode: CheckMode) => boolean) => string,
): Promise<CheckRunner> {
  const version = /^haproxy:(.+)$/.exec(image)?.[1];
  if (version === undefined) throw new TargetError('TARGET_BAD_NAME', image, 'checks run in haproxy:VERSION');
  const docker = await openDocker(image, options);
  const found = await findImage(docker, { product: 'haproxy', version }, image, options);
  const stats = { host: '127.0.0.1', port: await freePort() };
  const socket = `stats socket ipv4@127.0.0.1:${stats.port} level admin`;
  const gone = guardDocker(options.env ?? process.env);
  try {
    const container = await runContainer(docker, {
      target: image,
      network: 'host',
      prefix: `mywire-${process.pid}-${randomBytes(4).toString('hex')}`,
      name: 'checks',
      image: found.image,
      // This version's own check decides whether it knows post-80 (3.4).
      entrypoint: [
        'sh',
        '-c',
        `for file in all before-3.4; do if haproxy -c -f ${folder}/$file.cfg; then exec haproxy -db -f ${folder}/$file.cfg; fi; done; exit 1`,
      ],
      command: [],
      files: [
        { target: `${folder}/all.cfg`, content: config(socket, () => true) },
        { target: `${folder}/before-3.4.cfg`, content: config(socket, (mode) => mode !== 'post-80') },
      ],
      ports: [],
    });
    return {
      stats,
      requireRunning: container.requireRunning,
      async stop() {
        await container.remove();
        gone();
      },
    };
  } catch (error) {
    gone();
    throw error;
  }
}
