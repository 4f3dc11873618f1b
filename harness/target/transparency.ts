import { connect } from 'node:net';
import type { Docker } from './docker-client.ts';
import { type Container, type ContainerRun, runContainer } from './docker-container.ts';
import type { Endpoint, Transparency } from './target.ts';

/** How containers are reached from here. */
export interface DockerPath {
  /** At the container's own address, or through a port that Docker publishes on the host. */
  readonly by: 'own address' | 'published port';
  readonly transparency: Transparency;
}

/** How one connection to the listener that resets ended. */
export type ProbeEnding = 'rst' | 'fin' | 'refused' | 'unreachable';

const port = 4321;
const limitMs = 2000;

/** A listener that resets each connection (SO_LINGER with 0 s, see socket(7)). Perl is in every Debian image. */
const resets =
  'use Socket; $| = 1; socket(S, PF_INET, SOCK_STREAM, 0) or die; setsockopt(S, SOL_SOCKET, SO_REUSEADDR, 1); ' +
  `bind(S, sockaddr_in(${port}, INADDR_ANY)) or die; listen(S, 8) or die; print "probe: ready\\n"; ` +
  'while (accept(C, S)) { setsockopt(C, SOL_SOCKET, SO_LINGER, pack("ii", 1, 0)); close(C); }';
/** Without Perl the closed port has to do: its refusal is a RST too. */
const script = `if command -v perl >/dev/null; then exec perl -e '${resets}'; fi; echo 'probe: ready, without perl'; exec sleep 60`;

let probed: Promise<DockerPath> | undefined;

/**
 * Finds out, once per process, whether a RST from a container arrives here as a RST.
 * @param image any image that is on the machine
 */
export function probePath(docker: Docker, image: string, run: ContainerRun): Promise<DockerPath> {
  probed ??= probe(docker, image, run);
  return probed;
}

async function probe(docker: Docker, image: string, run: ContainerRun): Promise<DockerPath> {
  let container: Container | undefined;
  try {
    container = await runContainer(docker, {
      ...run,
      name: 'probe',
      image,
      entrypoint: ['sh', '-c', script],
      command: [],
      files: [],
      ports: [],
    });
    await container.untilLog(/^probe: ready/m, 10_000);
    return judgePath(await endingOf({ host: container.address(), port }));
  } catch (error) {
    // An image without a shell. Not known is not transparent.
    const why = `whether a RST from a container arrives as one could not be found out (${(error as Error).message.slice(0, 300)})`;
    return { by: 'own address', transparency: { transparent: false, why } };
  } finally {
    await container?.remove();
  }
}

/** What the ending of the probe's connection says about the path. */
export function judgePath(ending: ProbeEnding): DockerPath {
  switch (ending) {
    case 'rst':
    case 'refused':
      return { by: 'own address', transparency: { transparent: true } };
    case 'fin':
      return {
        by: 'own address',
        transparency: {
          transparent: false,
          why: 'a container that resets each connection was seen to send FIN: something between here and there turns RST into FIN',
        },
      };
    case 'unreachable':
      return {
        by: 'published port',
        transparency: {
          transparent: false,
          why: "the container's own address cannot be reached from here, and the proxy of a published port turns RST into FIN",
        },
      };
  }
}

/** Connects, sends nothing, and tells how the other side ended it. Silence for 2 s counts as unreachable. */
export function endingOf(endpoint: Endpoint): Promise<ProbeEnding> {
  return new Promise((resolve) => {
    const socket = connect({ ...endpoint, allowHalfOpen: true });
    const end = (ending: ProbeEnding) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(ending);
    };
    const timer = setTimeout(() => end('unreachable'), limitMs);
    socket.on('error', ({ code }: NodeJS.ErrnoException) =>
      end(code === 'ECONNRESET' ? 'rst' : code === 'ECONNREFUSED' ? 'refused' : 'unreachable'),
    );
    socket.once('end', () => end('fin'));
    socket.resume();
  });
}
