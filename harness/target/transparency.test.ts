import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { freePort } from './free-port.ts';
import { endingOf, judgePath } from './transparency.ts';

let server: Server | undefined;
const sockets: Socket[] = [];
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
  server?.close();
});

describe('what the probe sees', () => {
  test.each([
    ['rst', (socket: Socket) => socket.resetAndDestroy()],
    ['fin', (socket: Socket) => socket.end()],
    ['unreachable', () => {}],
  ] as const)('%s', async (ending, act) => {
    expect(await endingOf({ host: '127.0.0.1', port: await listen(act) })).toBe(ending);
  });

  test('refused', async () => {
    expect(await endingOf({ host: '127.0.0.1', port: await freePort() })).toBe('refused');
  });
});

test('only a path on which a RST arrives is transparent', () => {
  expect(judgePath('rst')).toEqual({ by: 'own address', transparency: { transparent: true } });
  expect(judgePath('refused')).toEqual({ by: 'own address', transparency: { transparent: true } });
  expect(judgePath('fin')).toMatchObject({ by: 'own address', transparency: { transparent: false } });
  expect(judgePath('unreachable')).toMatchObject({ by: 'published port', transparency: { transparent: false } });
});

async function listen(act: (socket: Socket) => void): Promise<number> {
  server = createServer((socket) => {
    sockets.push(socket);
    act(socket.on('error', () => {}));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as { port: number }).port;
}
