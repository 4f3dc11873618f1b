import { connect, type NetConnectOpts } from 'node:net';

const limitMs = 5000;
const limitBytes = 4 * 1024 * 1024;

/**
 * Gives HAProxy one runtime command over its stats socket and reads the answer to its end.
 * https://docs.haproxy.org/3.0/management.html#9.3
 * @param where the socket's path, or its host and port
 * @throws Error when there is no whole answer in 5 s or 4 MiB
 */
export function haproxyCommand(where: NetConnectOpts, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(where);
    const fail = (why: string) => {
      clearTimeout(timer);
      socket.destroy();
      reject(new Error(`HAProxy's stats socket: '${text}': ${why}`));
    };
    const timer = setTimeout(() => fail(`no whole answer in ${limitMs} ms`), limitMs);
    socket.setEncoding('utf8');
    socket.once('connect', () => socket.write(`${text.replace(/[\r\n]+/g, ' ')}\n`));
    socket.on('data', (chunk: string) => {
      answer += chunk;
      if (answer.length > limitBytes) fail(`more than ${limitBytes} bytes`);
    });
    socket.once('end', () => {
      clearTimeout(timer);
      socket.destroy();
      resolve(answer.trimEnd());
    });
    socket.on('error', (error) => fail(error.message));
  });
}
