import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { AgentError } from './error.ts';
import type { Verdict } from './judge.ts';
import { bodyOf } from './told.ts';

export interface ServeSettings {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly look: () => Promise<Verdict>;
  readonly onVerdict: (verdict: Verdict) => void;
  /** What is wrong with the agent or its clients, a line each. */
  readonly onNote: (line: string) => void;
}

/** At most as many connections; for one more, one that waits is closed, else that one. Each lasts one request, which takes less than the time limit. */
export const mostConnections = 64;
/** Bytes of a request's first line and headers; more is answered 431. */
export const mostHeaderBytes = 4096;
/** ms in which a client must have sent its request; then it is answered 408. */
export const requestLimitMs = 2000;

/** ms after which a connection without a request makes room for another. */
const patienceMs = 100;

const methods = ['GET', 'HEAD', 'OPTIONS'];

/**
 * Answers HTTP requests with the verdict: 200 or 503, for any path, one request per connection.
 * @throws AgentError AGENT_NOT_LISTENING
 */
export async function serveVerdicts(settings: ServeSettings): Promise<{ readonly port: number; stop(): Promise<void> }> {
  /** Connections without a whole request, and since when; the oldest first. */
  const waiting = new Map<Duplex, number>();
  const server = createServer(
    {
      maxHeaderSize: mostHeaderBytes,
      headersTimeout: requestLimitMs,
      requestTimeout: requestLimitMs,
      connectionsCheckingInterval: requestLimitMs / 4,
      requireHostHeader: false, // `option httpchk GET / HTTP/1.1` sends none
    },
    (request, response) => {
      waiting.delete(request.socket);
      void answer(request, response, settings);
    },
  );
  // One more is let in, so that who says nothing cannot keep others out.
  server.maxConnections = mostConnections + 1;
  const note = noteOnceAMinute(settings.onNote);
  let open = 0;
  server.on('connection', (socket: Duplex) => {
    open++;
    socket.once('close', () => {
      open--;
      waiting.delete(socket);
    });
    if (open > mostConnections) {
      note();
      const [[oldest, since] = [socket, Number.POSITIVE_INFINITY]] = waiting;
      const goes = performance.now() - since > patienceMs ? oldest : socket;
      goes.destroy();
      if (goes === socket) return;
    }
    waiting.set(socket, performance.now());
  });
  server.maxRequestsPerSocket = 1;
  server.on('clientError', refuse);
  server.on('checkContinue', (request, response) => {
    waiting.delete(request.socket);
    void answer(request, response, settings);
  });
  server.on('drop', note);
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const why = error.code === 'EADDRINUSE' ? 'something else listens there' : `${error.code}`;
      reject(new AgentError('AGENT_NOT_LISTENING', `cannot listen on ${settings.host}:${settings.port}: ${why}; choose with --listen`));
    });
    server.listen(settings.port, settings.host, resolve);
  });
  return {
    port: (server.address() as { port: number }).port,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(request: IncomingMessage, response: ServerResponse, { look, onVerdict, onNote }: ServeSettings): Promise<void> {
  // One request is all that a connection is for: what follows is not even read.
  request.socket.pause();
  const method = request.method ?? '';
  if (!methods.includes(method)) return send(response, method, 405, `mywire agent: it answers ${methods.join(', ')}\n`);
  try {
    const verdict = await look();
    onVerdict(verdict);
    send(response, method, verdict.status, bodyOf(verdict));
  } catch (error) {
    onNote(`a fault of the agent, please report it: ${error instanceof Error ? error.stack : String(error)}`);
    send(response, method, 503, 'mywire agent: 503: a fault of the agent, see its log\n');
  }
}

function send(response: ServerResponse, method: string, status: number, body: string): void {
  response.writeHead(status, {
    'Content-Type': 'text/plain; charset=utf-8',
    'Content-Length': Buffer.byteLength(body),
    Connection: 'close',
    ...(status === 405 && { Allow: methods.join(', ') }),
  });
  response.end(method === 'HEAD' ? undefined : body);
}

const refusals: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
};

/** What is no request, too long or too slow. */
function refuse(error: NodeJS.ErrnoException, socket: Duplex): void {
  const status = refusals[error.code ?? ''] ?? '400 Bad Request';
  const body = `mywire agent: ${status}\n`;
  const head = `HTTP/1.1 ${status}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n`;
  if (socket.writable) socket.write(head + body, () => socket.destroy());
  else socket.destroy();
}

function noteOnceAMinute(onNote: (line: string) => void): () => void {
  let told = Number.NEGATIVE_INFINITY;
  return () => {
    if (performance.now() - told < 60_000) return;
    told = performance.now();
    onNote(`more than ${mostConnections} connections at a time: some were closed without an answer`);
  };
}
