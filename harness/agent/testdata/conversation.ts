import { connect, type Socket } from 'node:net';

/** Sends bytes as they are and hears until the peer ends; for tests of what HTTP clients never send. */
export function converse(port: number, bytes: string | readonly string[], { limitMs = 5000 } = {}): Promise<{ text: string; ms: number }> {
  return new Promise((resolve, reject) => {
    const began = performance.now();
    let text = '';
    const socket: Socket = connect(port, '127.0.0.1');
    const timer = setTimeout(() => {
      socket.destroy();
      reject(new Error(`still open after ${limitMs} ms, heard: ${text}`));
    }, limitMs);
    socket.on('data', (chunk) => {
      text += chunk.toString();
    });
    socket.on('error', () => {}); // a RST ends it like a FIN
    socket.on('close', () => {
      clearTimeout(timer);
      resolve({ text, ms: performance.now() - began });
    });
    for (const part of [bytes].flat()) socket.write(part);
  });
}

export interface Answered {
  readonly status: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** An HTTP answer taken apart. */
export function parsed(text: string): Answered {
  const [head = '', ...rest] = text.split('\r\n\r\n');
  const [status = '', ...lines] = head.split('\r\n');
  const headers = Object.fromEntries(lines.map((line) => [line.split(':')[0]?.toLowerCase(), line.split(': ').slice(1).join(': ')]));
  return { status, headers, body: rest.join('\r\n\r\n') };
}
