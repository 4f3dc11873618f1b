import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import type { Verdict } from './judge.ts';
import { mostConnections, mostHeaderBytes, requestLimitMs, serveVerdicts } from './serve.ts';
import { converse, parsed } from './testdata/conversation.ts';

const up: Verdict = { status: 200, findings: [{ ok: true, kind: '', says: 'it answers SELECT 1' }] };
const down: Verdict = {
  status: 503,
  findings: [...up.findings, { ok: false, kind: 'schema shop', says: 'the schema shöp does not exist' }],
};

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

async function serve(look: () => Promise<Verdict>) {
  const heard = { verdicts: [] as Verdict[], notes: [] as string[], looks: 0 };
  const server = await serveVerdicts({
    host: '127.0.0.1',
    port: 0,
    look: () => {
      heard.looks += 1;
      return look();
    },
    onVerdict: (verdict) => heard.verdicts.push(verdict),
    onNote: (line) => heard.notes.push(line),
  });
  stops.push(server.stop);
  return { port: server.port, heard };
}

describe('the contract of the classic script', () => {
  test.each([
    ["HAProxy's default", 'OPTIONS / HTTP/1.0\r\n\r\n'],
    ['HAProxy since 2.2', 'OPTIONS / HTTP/1.0\r\ncontent-length: 0\r\n\r\n'],
    ['an asterisk', 'OPTIONS * HTTP/1.1\r\nHost: db1\r\n\r\n'],
    ['a path', 'GET /health?full=1 HTTP/1.1\r\nHost: db1\r\n\r\n'],
    ['no Host', 'GET / HTTP/1.1\r\n\r\n'],
    ['a wish to stay', 'GET / HTTP/1.1\r\nHost: db1\r\nConnection: keep-alive\r\n\r\n'],
    ['a wish to go on', 'GET / HTTP/1.1\r\nHost: db1\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n'],
    ['an upgrade', 'GET / HTTP/1.1\r\nHost: db1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n'],
    ['an empty line before', '\r\nGET / HTTP/1.0\r\n\r\n'],
    ['an empty line after', 'OPTIONS / HTTP/1.0\r\n\r\n\r\n'],
  ])('%s gets 200 or 503, with a body, and the end', async (_what, request) => {
    for (const [verdict, line] of [
      [up, 'HTTP/1.1 200 OK'],
      [down, 'HTTP/1.1 503 Service Unavailable'],
    ] as const) {
      const { port } = await serve(() => Promise.resolve(verdict));
      const { status, headers, body } = parsed((await converse(port, request)).text);
      expect(status).toBe(line);
      expect(headers).toMatchObject({
        connection: 'close',
        'content-type': 'text/plain; charset=utf-8',
        'content-length': String(Buffer.byteLength(body)),
      });
      expect(body).toMatch(
        verdict === up ? /^mywire agent: 200: it answers SELECT 1\n/ : /^mywire agent: 503: the schema shöp does not exist\n/,
      );
    }
  });

  test('HEAD gets the same headers and no body', async () => {
    const { port } = await serve(() => Promise.resolve(down));
    const head = parsed((await converse(port, 'HEAD / HTTP/1.0\r\n\r\n')).text);
    const get = parsed((await converse(port, 'GET / HTTP/1.0\r\n\r\n')).text);
    expect(head.body).toBe('');
    expect({ ...head.headers, date: '' }).toEqual({ ...get.headers, date: '' });
    expect(head.status).toBe(get.status);
  });

  test.each(['POST', 'PUT', 'DELETE', 'TRACE'])('%s is refused without a question to the server', async (method) => {
    const { port, heard } = await serve(() => Promise.resolve(up));
    const { status, headers } = parsed(
      (await converse(port, `${method} / HTTP/1.1\r\nHost: db1\r\nContent-Length: 1000000\r\n\r\nabc`)).text,
    );
    expect({ status, allow: headers['allow'] }).toEqual({ status: 'HTTP/1.1 405 Method Not Allowed', allow: 'GET, HEAD, OPTIONS' });
    expect(heard.looks).toBe(0);
  });
});

describe('clients that misbehave', () => {
  test.each([
    ['garbage', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', '400 Bad Request'],
    ['a MySQL login', '\x20\x00\x00\x01\x85\xa6\x03\x00', '400 Bad Request'],
    ['two lengths', 'GET / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n', '400 Bad Request'],
    ['a long header', `GET / HTTP/1.1\r\nX: ${'x'.repeat(mostHeaderBytes)}\r\n\r\n`, '431 Request Header Fields Too Large'],
    ['a long path', `GET /${'x'.repeat(mostHeaderBytes)} HTTP/1.1\r\n\r\n`, '431 Request Header Fields Too Large'],
  ])('%s gets %s', async (_what, bytes, says) => {
    const { port, heard } = await serve(() => Promise.resolve(up));
    const { status, headers } = parsed((await converse(port, bytes)).text);
    expect({ status, connection: headers['connection'] }).toEqual({ status: `HTTP/1.1 ${says}`, connection: 'close' });
    expect(heard.looks).toBe(0);
  });

  test('an endless header is cut off before it has cost memory', async () => {
    const { port } = await serve(() => Promise.resolve(up));
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => {});
    socket.write('GET / HTTP/1.1\r\n');
    let sent = 0;
    const more = () => {
      while (!socket.destroyed && sent < 100 << 20 && socket.write(`X-${sent}: ${'y'.repeat(1000)}\r\n`)) sent += 1000;
    };
    socket.on('drain', more);
    more();
    await new Promise((resolve) => socket.once('close', resolve));
    expect(sent).toBeLessThan(32 << 20); // what the kernel's buffers take
  });

  test.each([
    ['nothing', ''],
    ['half a request', 'GET / HTTP/1.1\r\nHost: d'],
  ])('%s is answered 408 when the time is over', async (_what, bytes) => {
    const { port } = await serve(() => Promise.resolve(up));
    const { text, ms } = await converse(port, bytes);
    expect(text).toMatch(/^HTTP\/1\.1 408 /);
    expect(ms).toBeGreaterThan(requestLimitMs - 100);
    expect(ms).toBeLessThan(requestLimitMs * 2);
  });

  test('requests behind the first are not even read', async () => {
    let done: (verdict: Verdict) => void = () => {};
    const { port, heard } = await serve(
      () =>
        new Promise((resolve) => {
          done = resolve;
        }),
    );
    const reply = converse(port, [
      'GET / HTTP/1.1\r\nHost: x\r\n\r\n',
      ...Array.from({ length: 2000 }, () => 'GET /more HTTP/1.1\r\nHost: x\r\n\r\n'),
    ]);
    await until(() => heard.looks > 0);
    await new Promise((resolve) => setTimeout(resolve, 50)); // time for the others, if they were read
    done(up);
    const { text } = await reply;
    expect(text.match(/HTTP\/1\.1 200/g)).toHaveLength(1);
    expect(heard.looks).toBe(1);
  });

  test('a client that leaves before the answer harms nobody', async () => {
    let done: (verdict: Verdict) => void = () => {};
    const { port, heard } = await serve(
      () =>
        new Promise((resolve) => {
          done = resolve;
        }),
    );
    const socket = connect(port, '127.0.0.1');
    socket.write('GET / HTTP/1.0\r\n\r\n');
    await until(() => heard.looks > 0);
    socket.resetAndDestroy();
    await new Promise((resolve) => socket.once('close', resolve));
    done(up);
    await until(() => heard.verdicts.length === 1);
    expect(heard.notes).toEqual([]);
  });

  test('connections that say nothing make room for one that asks', async () => {
    const { port } = await serve(() => Promise.resolve(up));
    const silent = Array.from({ length: mostConnections }, () => connect(port, '127.0.0.1').on('error', () => {}));
    await Promise.all(silent.map((socket) => once(socket, 'connect')));
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect((await converse(port, 'OPTIONS / HTTP/1.0\r\n\r\n')).text).toMatch(/^HTTP\/1\.1 200 OK/);
    for (const socket of silent) socket.destroy();
  });

  test('more connections than allowed are closed, the others answered', async () => {
    let done: (verdict: Verdict) => void = () => {};
    const verdict = new Promise<Verdict>((resolve) => {
      done = resolve;
    });
    const { port, heard } = await serve(() => verdict);
    const replies = Array.from({ length: mostConnections + 36 }, () => converse(port, 'OPTIONS / HTTP/1.0\r\n\r\n'));
    let ended = 0;
    for (const reply of replies) void reply.then(() => ended++);
    await until(() => heard.looks === mostConnections && ended === 36);
    done(up);
    const texts = (await Promise.all(replies)).map(({ text }) => text);
    expect(texts.filter((text) => text.startsWith('HTTP/1.1 200 OK'))).toHaveLength(mostConnections);
    expect(texts.filter((text) => text === '')).toHaveLength(36);
    expect(heard.notes).toEqual([expect.stringContaining(`more than ${mostConnections} connections`)]);
    expect((await converse(port, 'OPTIONS / HTTP/1.0\r\n\r\n')).text).toMatch(/^HTTP\/1\.1 200 OK/);
  });
});

test('a fault of ours is 503, and told to the log alone', async () => {
  const { port, heard } = await serve(() => Promise.reject(new Error('inside story')));
  const { text } = await converse(port, 'GET / HTTP/1.0\r\n\r\n');
  expect(text).toMatch(/^HTTP\/1\.1 503 /);
  expect(text).not.toContain('inside story');
  expect(heard.notes).toEqual([expect.stringContaining('inside story')]);
});

test('stop ends at once, whoever is connected', async () => {
  const { port, heard } = await serve(() => new Promise(() => {}));
  const waiting = converse(port, 'GET / HTTP/1.0\r\n\r\n');
  await until(() => heard.looks > 0);
  const began = performance.now();
  for (const stop of stops.splice(0)) await stop();
  await waiting;
  expect(performance.now() - began).toBeLessThan(500);
});

test('an address that is taken is an error that says so', async () => {
  const { port } = await serve(() => Promise.resolve(up));
  const second = serveVerdicts({ host: '127.0.0.1', port, look: () => Promise.resolve(up), onVerdict: () => {}, onNote: () => {} });
  await expect(second).rejects.toMatchObject({
    code: 'AGENT_NOT_LISTENING',
    message: expect.stringContaining('something else listens there'),
  });
});

async function until(true_: () => boolean): Promise<void> {
  const limit = performance.now() + 5000;
  while (!true_()) {
    if (performance.now() > limit) throw new Error('it did not come true within 5 s');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
