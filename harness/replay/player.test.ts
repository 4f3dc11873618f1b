import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hostileServer } from '../hostile/hostile-server.ts';
import { readCapture } from '../pcap/capture-reader.ts';
import { parseTarget } from '../target/parse-target.ts';
import { startReferenceTarget } from '../target/reference.ts';
import type { RunningTarget } from '../target/target.ts';
import { answersIn } from './answer-watch.ts';
import { Capturing } from './captured.ts';
import { channelsTo } from './channel.ts';
import { type ReplayOptions, replay } from './player.ts';
import type { Replayed } from './replayed.ts';
import type { Step } from './step.ts';
import { type Player, playersOf } from './users.ts';

const start = (name: string): Promise<RunningTarget> =>
  startReferenceTarget(parseTarget(name) as Parameters<typeof startReferenceTarget>[0]);

/** Plays streams of a recording by their statements; everybody has the account of the reference server with that plugin. */
async function played(
  target: RunningTarget,
  file: string,
  streams: readonly number[],
  options: ReplayOptions = {},
  who: Player = mywire,
  loginMs = 10_000,
): Promise<Replayed> {
  const capturing = new Capturing({ choice: { streams }, keepsEvents: true, isOther: () => options.other !== undefined });
  capturing.push(readCapture(readFileSync(new URL(`../../${file}`, import.meta.url))).frames);
  const { plan, connections } = capturing.end();
  const answersOf = async (steps: readonly Step[]) => answersIn(connections, plan, steps, capturing.secrets);
  const playsAs = playersOf(
    new Map([
      ['haproxy_check', { user: 'haproxy_check', password: '' }],
      ['*', who],
    ]),
  );
  return replay({ ...plan, answersOf }, channelsTo({ ...target.front, playsAs, limitMs: loginMs }), { limitMs: 3000, ...options });
}
const mywire: Player = { user: 'mywire', password: 'mywire-secret' };
const variants = 'pcaps/mariadb-10.11.19-handshake-variants.pcap';

describe('on the reference server', () => {
  let target: RunningTarget;
  beforeAll(async () => {
    target = await start('reference?dialect=mariadb');
  });
  afterAll(() => target.stop());

  test('a login and COM_QUIT go as in the capture, and so does the end', async () => {
    const { differences, connections } = await played(target, variants, [4]);
    expect(differences).toEqual([]);
    expect(connections[0]).toMatchObject({ endings: { captured: 'fin', replayed: 'fin', same: true } });
  });

  test('every command that was sent is counted once: as the same, as different, not compared, or one that no server answers', async () => {
    const all = await played(target, 'harness/codec/recordings/mariadb-10.11.19-commands.pcap', [0]);
    // COM_STMT_SEND_LONG_DATA twice, COM_STMT_CLOSE once: tshark -Y 'mysql.command in {24, 25}'.
    expect(all.answerless).toBe(3);
    expect(all.connections[0]?.gaveUp).toBeUndefined();
    expect(all.same + all.different + all.uncompared + all.answerless).toBe(all.statements);
  });

  test('pipelined commands are all answered', async () => {
    const { statements, connections } = await played(target, variants, [10]);
    expect(statements).toBe(2);
    expect(connections[0]?.gaveUp).toBeUndefined();
  });

  test.each([
    ['mysql_native_password', 'mywire_native'],
    ['caching_sha2_password', 'mywire_sha2'],
    ['sha256_password', 'mywire_sha256'],
    ['client_ed25519', 'mywire_ed25519'],
    ['parsec', 'mywire_parsec'],
  ])('%s proves who one is', async (_plugin, user) => {
    const { differences, connections } = await played(target, variants, [4], {}, { user, password: 'mywire-secret' });
    expect([differences, connections[0]?.gaveUp]).toEqual([[], undefined]);
  });

  test('a login that is refused for want of a password is not judged', async () => {
    const { connections } = await played(target, 'pcaps/areas/mariadb-10.11.19.pcap', [91], {}, { user: 'mywire', password: 'no' });
    expect(connections[0]).toMatchObject({ unjudged: true, gaveUp: expect.stringContaining('1045') });
  });

  test.each([
    ['fin', 'open', true],
    ['open', 'open', false],
    ['fin', 'fin', false],
  ] as const)('connections that others play, which ended with %s and now with %s: given up is %s', async (captured, replayed, givenUp) => {
    const limitMs = 60;
    let asked = 0;
    const other = async () => {
      await new Promise((resolve) => setTimeout(resolve, limitMs * ++asked));
      return { sent: 1, endings: { captured, replayed, same: captured === replayed } };
    };
    const { stopped } = await played(target, variants, [0, 1, 2, 3], { limitMs, stallMs: 20, other });
    expect(stopped?.includes('waited for in vain') ?? false).toBe(givenUp);
  });

  test('who stops it gets what was reached', async () => {
    const { stopped } = await played(target, variants, [4], { signal: AbortSignal.abort() });
    expect(stopped).toBe('it was interrupted');
  });
});

/** Connection 9 logs in and says COM_PING. */
async function pinged(defect: string, options: ReplayOptions = {}): Promise<Replayed> {
  const target = await start(`reference?dialect=mariadb&defect=${defect}`);
  try {
    return await played(target, variants, [9], options);
  } finally {
    await target.stop();
  }
}

test('the first difference is told with both packets, and with the frames of the capture', async () => {
  const { differences, different } = await pinged('ping-answers-eof');
  expect(different).toBe(1);
  expect(differences[0]).toMatchObject({
    command: 'COM_PING',
    frame: 110,
    packets: { captured: { name: 'OK', frame: 113 }, replayed: { name: 'EOF' } },
  });
});

test('a target that does not answer is given up, with what it owes', async () => {
  const { connections, different } = await pinged('ping-unanswered', { limitMs: 300 });
  expect(different).toBe(0);
  expect(connections[0]?.gaveUp).toBe('it stalls: no answer to COM_PING (frame 110) in 300 ms');
});

describe('what was compressed', () => {
  test.each([
    ['pcaps/areas/mariadb-10.11.19.pcap', 'mariadb', [12, 75, 76], 'zlib'],
    ['pcaps/areas/mysql-9.7.4.pcap', 'mysql', [75, 76], 'zlib'],
    ['pcaps/areas/mysql-9.7.4.pcap', 'mysql', [78], 'zstd'],
  ])('%s on a server of %s, connections %j, is compressed again: %s', async (file, dialect, streams, algorithm) => {
    const target = await start(`reference?dialect=${dialect}`);
    try {
      const { connections, differences } = await played(target, file, streams);
      expect(differences).toEqual([]);
      expect(connections.map(({ compression, gaveUp }) => [compression, gaveUp])).toEqual(
        streams.map(() => [{ captured: algorithm, replayed: algorithm }, undefined]),
      );
    } finally {
      await target.stop();
    }
  });

  test('a target that does not offer it is played without, and that is told', async () => {
    const target = await start('reference?dialect=mariadb');
    try {
      const { connections } = await played(target, 'pcaps/areas/mysql-9.7.4.pcap', [78]);
      expect(connections[0]).toMatchObject({ compression: { captured: 'zstd', replayed: 'none' } });
    } finally {
      await target.stop();
    }
  });
});

describe('on a peer that answers nothing', () => {
  test.each(['silence', 'login-silence', 'query-silence'])('%s: it is given up, and not waited for on each connection', async (misdeed) => {
    const server = await hostileServer(misdeed);
    try {
      const limitMs = 150;
      const streams = Array.from({ length: 60 }, (_, i) => i);
      const from = performance.now();
      const target = { front: { host: '127.0.0.1', port: server.port } } as RunningTarget;
      const { stopped } = await played(
        target,
        'pcaps/areas/mariadb-10.11.19.pcap',
        streams,
        { limitMs, stallMs: 50, endMs: 100 },
        mywire,
        limitMs,
      );
      expect(stopped).toContain('waited for in vain');
      expect(performance.now() - from).toBeLessThan(20 * limitMs);
    } finally {
      server.stop();
    }
  });
});
