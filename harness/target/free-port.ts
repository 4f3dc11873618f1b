import { createServer } from 'node:net';

// Below the range that Linux takes client ports from (32768 on): a client socket cannot take the port before the server does.
const lowest = 20_000;
const highest = 32_767;
const given = new Set<number>();

/**
 * A loopback port that nothing listens on, never the same one twice in this process.
 * @throws Error when 100 tries found none
 */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < 100; tries++) {
    const port = lowest + Math.floor(Math.random() * (highest - lowest + 1));
    if (given.has(port) || !(await isFree(port))) continue;
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
