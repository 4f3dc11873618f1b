import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';

// Below the range that Linux takes client ports from (32768 on): a client socket cannot take the port before the server does.
const lowest = 20_000;
const highest = 32_767;
const given = new Set<number>();

/**
 * A loopback port that nothing listens on; none that this process has given before, or another mywire that still runs.
 * @throws Error when 100 tries found none
 */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < 100; tries++) {
    const port = lowest + Math.floor(Math.random() * (highest - lowest + 1));
    if (given.has(port) || !(await isFree(port)) || !(await hold(port))) continue;
    given.add(port);
    return port;
  }
  throw new Error(`no free loopback port between ${lowest} and ${highest} in 100 tries`);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/**
 * Seconds may pass until the server that we start listens there, or is there again after it died: as long as we live, nobody else of
 * ours takes it. The UDP port of that number is the sign, which the kernel takes back however we end.
 * @returns false when another has it
 */
function hold(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const sign = createSocket('udp4');
    sign.once('error', () => {
      sign.close();
      resolve(false);
    });
    sign.bind({ port, address: '127.0.0.1', exclusive: true }, () => {
      sign.unref();
      resolve(true);
    });
  });
}
