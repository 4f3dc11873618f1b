import { nasty } from '../said.ts';
import { chunk, type Misdeed } from './acts.ts';

const head = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n';

/** Who speaks HTTP, and is taken for a Docker daemon where one is asked for. */
export const overHttp: Readonly<Record<string, Misdeed>> = {
  http: async (peer) => {
    await peer.anything();
    await peer.send(Buffer.from(`HTTP/1.1 400 Bad Request\r\nServer: ${nasty.replaceAll(/[\r\n]/g, '')}\r\nContent-Length: 0\r\n\r\n`));
    peer.fin();
  },
  'http-of-another-form': saying(() => ({ Version: { a: nasty } })),
  'http-of-nothing': saying(() => null),
  'http-with-nasty-strings': saying((asked) =>
    asked.includes('/version')
      ? { Version: nasty }
      : [null, 1, { Names: [nasty], Image: `mariadb:1${nasty}`, RepoTags: [nasty, 7], Ports: [null] }, { Names: null, RepoTags: 'x' }],
  ),
  'http-body-for-ever': async (peer) => {
    await peer.anything();
    await peer.send(Buffer.from(`${head}\r\n["`));
    await peer.flood(() => chunk);
  },
  'http-head-for-ever': async (peer) => {
    await peer.anything();
    await peer.send(Buffer.from(head));
    await peer.flood(() => chunk);
  },
  'http-a-byte-a-second': async (peer) => {
    await peer.anything();
    await peer.drip(Buffer.from(`${head}Content-Length: 100\r\n\r\n[`), 1000);
  },
};

/** Gives every question an answer that is JSON. */
function saying(answer: (asked: string) => unknown): Misdeed {
  return async (peer) => {
    const asked = await peer.anything();
    const body = JSON.stringify(answer(asked.toString('latin1')));
    await peer.send(Buffer.from(`${head}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`));
    peer.fin();
  };
}
