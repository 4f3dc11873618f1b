import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { flags } from '../codec/capability.ts';
import { frame } from '../codec/frame.ts';
import { handshakeResponse41 } from '../codec/messages/handshake-response-41.ts';
import { capabilityHalves, handshakeV10 } from '../codec/messages/handshake-v10.ts';
import { ok } from '../codec/messages/ok.ts';
import { captureOfTurns } from '../inspect/testing/capture-of.ts';
import { readCapture } from '../pcap/capture-reader.ts';
import type { CapturedFrame } from '../pcap/captured-frame.ts';
import { Capturing, type Choice, type Traffic } from './captured.ts';
import { Gate } from './gate.ts';

function read(file: string, choice: Choice = {}): Traffic {
  const capturing = new Capturing({ choice });
  capturing.push(readCapture(readFileSync(new URL(`../../${file}`, import.meta.url))).frames);
  return capturing.end();
}

describe('what no client library sends', () => {
  // What the clients of this recording send stands in pcaps/README.md.
  const odd = read('pcaps/mariadb-10.11.19-handshake-variants.pcap').connections.map(({ tcp, odd: why }) => [tcp.id, why]);

  test.each([
    [0, /COM_QUIT.* before the greeting|COM_QUIT/],
    [2, /HandshakeResponse41 before the greeting/],
    [6, /HandshakeResponse320/],
    [9, /COM_PING before the login is answered/],
    [10, /COM_QUERY before the login is answered/],
    [12, /HandshakeResponse41: sequence id 5, expected 1/],
  ])('connection %i', (id, why) => {
    expect(odd.find(([other]) => other === id)?.[1]).toMatch(why);
  });

  test('a login after the greeting, and COM_QUIT after its answer, are none', () => {
    expect(odd.filter(([, why]) => why === undefined).map(([id]) => id)).toEqual(expect.arrayContaining([3, 4]));
  });
});

describe('frames of one time stand in their order', () => {
  const { frames } = readCapture(
    readFileSync(new URL('../../pcaps/scenarios/transactions_certification_haproxy_3.0+mariadb_11.8/wire.pcapng', import.meta.url)),
  );
  const planOfFrames = (timeOf: (timeNs: bigint, place: number) => bigint) => {
    const capturing = new Capturing({ choice: { server: '192.0.2.2:3306' } });
    capturing.push(
      frames.map(({ number, linkType, originalLength, bytes, timeNs }, place) => ({
        ...{ number, linkType, originalLength, bytes },
        timeNs: timeOf(timeNs, place),
      })),
    );
    return capturing.end().plan;
  };
  const first = frames[0]?.timeNs ?? 0n;
  const told = (timeOf: (timeNs: bigint, place: number) => bigint) =>
    [...planOfFrames(timeOf).steps].map(({ connection, command, sql, frame }) => [connection, command, sql, frame]);
  // All starts that may, and only then one answer comes.
  const started = (timeOf: (timeNs: bigint, place: number) => bigint, order: 'causes' | 'answers') => {
    const { steps } = planOfFrames(timeOf);
    const gate = new Gate(steps, order);
    const all: number[] = [];
    const waiting: number[] = [];
    for (;;) {
      const index = gate.next();
      if (index !== undefined) {
        gate.start(index);
        all.push(index);
        waiting.push(index);
      } else if (waiting.length > 0) gate.answer(waiting.shift() as number);
      else return { all, done: gate.done };
    }
  };
  test.each([
    ['in whole seconds', (timeNs: bigint) => timeNs - (timeNs % 1_000_000_000n)],
    ['in steps of 16 ms', (timeNs: bigint) => timeNs - (timeNs % 16_000_000n)],
    ['all the same', () => first],
    ['none (Simple Packet Blocks)', () => 0n],
    ['apart by less than a µs', (_: bigint, place: number) => first + BigInt(place)],
  ])('%s', (_what, timeOf) => {
    // One frame a ms: the times of the recording would let more go side by side.
    const evenly = (_time: bigint, place: number) => first + BigInt(place) * 1_000_000n;
    expect(told(timeOf)).toEqual(told(evenly));
    for (const order of ['causes', 'answers'] as const) {
      expect(started(timeOf, order)).toEqual(started(evenly, order));
      expect(started(timeOf, order).done).toBe(true);
    }
  });

  test('a clock that steps back does not turn round what one connection says', () => {
    const back = (timeNs: bigint, place: number) => timeNs - BigInt(Math.floor((8 * place) / frames.length)) * 3_600_000_000_000n;
    const byConnection = (timeOf: (timeNs: bigint, place: number) => bigint) => told(timeOf).sort(([a], [b]) => Number(a) - Number(b));
    expect(byConnection(back)).toEqual(byConnection((timeNs) => timeNs));
  });
});

test('what connections have alike is held once', () => {
  const { plan, connections } = read('pcaps/mariadb-10.11.19-handshake-variants.pcap', { streams: [3, 4] });
  const logins = [...plan.steps].flatMap(({ action }) => (action.do === 'login' ? [action.login] : []));
  expect(logins).toHaveLength(2);
  expect(logins[0]).toBe(logins[1]);
  expect(plan.steps.contextOf(0)).toBe(plan.steps.contextOf(1));
  expect(connections[0]?.tcp.events).toBe(connections[1]?.tcp.events);
});

test('who speaks HTTP is left out and told of', () => {
  const { leftOut, connections } = read('pcaps/mariadb-10.11.19-handshake-variants.pcap');
  expect(leftOut.filter(({ whole }) => whole)).toEqual([]);
  const all = [...leftOut.map(({ connection }) => connection), ...connections.map(({ tcp }) => `tcp.stream ${tcp.id}`)];
  expect(new Set(all).size).toBe(all.length);
  expect(connections.length).toBeGreaterThan(10);
});

describe('a client that goes away before its login is answered', () => {
  // As the mysql client does where caching_sha2_password wants the password and there is no TLS: MySQL answers its FIN with ERR 1158.
  const capabilities = flags('PROTOCOL_41', 'SECURE_CONNECTION', 'PLUGIN_AUTH');
  const greeting = handshakeV10.encode(
    { serverVersion: '9.7.4', authPluginName: 'caching_sha2_password', ...capabilityHalves(capabilities) },
    { capabilities },
  );
  const loginOf = (proof: number) =>
    handshakeResponse41.encode(
      { user: 'app', authResponse: new Uint8Array(proof).fill(7), authPluginName: 'caching_sha2_password' },
      { capabilities },
    );
  const turnsOf = (proof: number, answered: boolean): Parameters<typeof captureOfTurns>[0] => [
    { from: 'server', bytes: frame(greeting) },
    { from: 'client', bytes: frame(loginOf(proof), { sequenceId: 1 }) },
    { from: 'server', bytes: frame(answered ? ok.encode({}, { capabilities }) : Uint8Array.of(1, 4), { sequenceId: 2 }) },
    { from: 'client' },
    ...(answered
      ? []
      : [{ from: 'server' as const, bytes: frame(Buffer.from('\xff\x86\x04#08S01Got an error', 'latin1'), { sequenceId: 3 }) }]),
    { from: 'server' },
  ];
  const readTurns = (turns: Parameters<typeof captureOfTurns>[0]) => {
    const capturing = new Capturing({ choice: {} });
    capturing.push(readCapture(captureOfTurns(turns)).frames);
    return capturing.end();
  };

  test.each([0, 32])('is played byte for byte, with a proof of %i bytes; what nobody heard is not compared', (proof) => {
    const { connections, plan } = readTurns(turnsOf(proof, false));
    expect(connections[0]?.odd).toMatch(/^it went away before its login was answered \(frame \d+\)$/);
    expect([...plan.steps].map(({ command, captured }) => [command, captured])).toEqual([
      ['login', undefined],
      ['end', undefined],
    ]);
  });

  test('is like any other once it is answered', () => {
    expect(readTurns(turnsOf(32, true)).connections).toEqual([expect.not.objectContaining({ odd: expect.anything() })]);
  });
});

// The X protocol (port 33060): int<4> length with the type, 11 NOTICE, 1 CON_CAPABILITIES_GET (which looks like a COM_QUIT), 2 CAPABILITIES.
const notice = { from: 'server', hex: '050000000b08051a00' } as const;
const asked = { from: 'client', hex: '0100000001' } as const;
const told = { from: 'server', hex: '06000000020a030a0174' } as const;
test.each([
  ['the server first', [notice, asked, told]],
  ['the client first', [asked, told]],
])('who speaks the X protocol is left out, %s', (_, turns) => {
  const capture = captureOfTurns(turns.map(({ from, hex }) => ({ from, bytes: Uint8Array.from(Buffer.from(hex, 'hex')) })));
  const capturing = new Capturing({ choice: {} });
  capturing.push(readCapture(capture).frames);
  expect(() => capturing.end()).toThrow('tcp.stream 0: it does not speak MySQL');
});

test.each([
  ['10 columns', '010000010a'],
  ['9 columns', '0100000109'],
  ['an ERR', '09000001ff2804233432303030'],
])('begun in the middle, where the first answer is %s: it is left out', (_what, answer) => {
  const bytes = (hex: string) => Uint8Array.from(Buffer.from(hex, 'hex'));
  const capture = captureOfTurns([
    { from: 'client', bytes: bytes('090000000353454c4543542031') },
    { from: 'server', bytes: bytes(answer) },
  ]);
  const capturing = new Capturing({ choice: {} });
  capturing.push(readCapture(capture).frames.slice(3));
  expect(() => capturing.end()).toThrow('tcp.stream 0: the capture began in the middle of it: its login is missing');
});

test.each([
  [{ streams: [1] }, [1]],
  [{ server: '13406', streams: [3, 4] }, [3, 4]],
  [{ server: '127.0.0.1:13406', streams: [4] }, [4]],
])('a choice: %o', (choice, ids) => {
  expect(read('pcaps/mariadb-10.11.19-handshake-variants.pcap', choice).connections.map(({ tcp }) => tcp.id)).toEqual(ids);
});

test.each([
  [{ server: '3306' }, 'REPLAY_BAD_CHOICE', '127.0.0.1:13406 (15)'],
  [{ streams: [99] }, 'REPLAY_BAD_CHOICE', 'none of the 15'],
])('a choice that chooses nothing: %o', (choice, code, says) => {
  expect(() => read('pcaps/mariadb-10.11.19-handshake-variants.pcap', choice)).toThrow(
    expect.objectContaining({ code, message: expect.stringContaining(says) }),
  );
});

test('TLS without its secrets is left out, and told how to give them', () => {
  const { leftOut } = read('harness/codec/recordings/mysql-9.7.4-clients.pcap');
  const why = 'it is encrypted, and the secrets are not in the capture: give them with --keylog';
  expect(leftOut).toContainEqual({ connection: 'tcp.stream 4', why, whole: true });
});

describe('a FIN that the capture has lost, as an ACK shows', () => {
  const { frames } = readCapture(readFileSync(new URL('../../pcaps/mariadb-10.11.19-handshake-variants.pcap', import.meta.url)));
  const without = (lost: readonly number[]) => {
    const capturing = new Capturing({ choice: { streams: [3, 4] }, keepsEvents: true });
    capturing.push(frames.filter(({ number }) => !lost.includes(number)));
    const { connections, leftOut, plan } = capturing.end();
    return {
      leftOut,
      endings: connections.map(({ ending }) => ending),
      steps: [...plan.steps].map((step) => [step.connection, step.command, step.action.do === 'end' && step.action.how]),
      ends: connections.map(({ tcp }) => tcp.events.filter(({ kind }) => kind === 'fin').map(({ from }) => from)),
    };
  };

  // In connection 3 the client ends first (frame 41, then the server by 42, which acknowledges it), in 4 the server by 53.
  test.each([
    ['of a client', 41],
    ['of a server', 42],
    ['of a server that was first', 53],
    ['of a client that was second', 54],
  ])('%s: the connection is played, and ended as if it were there', (_what, lost) => {
    const all = without([]);
    expect(all.endings).toEqual([
      { how: 'fin', first: false },
      { how: 'fin', first: true },
    ]);
    const { ends, ...rest } = without([lost]);
    expect(rest).toEqual({ leftOut: all.leftOut, endings: all.endings, steps: all.steps });
    expect(ends.map((sides) => [...sides].sort())).toEqual(all.ends.map((sides) => [...sides].sort()));
  });

  test('the last packet, whole or in part, is no FIN: such a connection is left out', () => {
    // COM_QUIT: 5 bytes.
    expect(without([52]).leftOut).toEqual([
      { connection: 'tcp.stream 4', why: 'bytes are missing at frame 54: what came behind them cannot be played', whole: true },
    ]);
    // Of COM_QUIT the last byte, and nothing else of this client.
    const cut = frames.filter(({ number }) => ![54, 55].includes(number)).map((frame) => (frame.number === 52 ? shorter(frame, 1) : frame));
    const capturing = new Capturing({ choice: { streams: [4] } });
    capturing.push(cut);
    expect(() => capturing.end()).toThrow('bytes are missing at frame 53');
  });
});

/** The same frame of a segment with fewer bytes, as its lengths say too. */
function shorter({ number, timeNs, linkType, bytes }: CapturedFrame, by: number): CapturedFrame {
  const less = Buffer.from(bytes.subarray(0, bytes.length - by));
  less.writeUInt16BE(less.readUInt16BE(16) - by, 16); // behind 14 bytes of Ethernet: IPv4's total length
  return { number, timeNs, linkType, bytes: less, originalLength: less.length };
}
