import { expect, test } from 'vitest';
import { lintRules } from '../../suites/lint.ts';
import { greeting, ok, ping, quit, response41 } from '../codec/scripted-conversation.ts';
import { readCapture } from '../pcap/capture-reader.ts';
import { TcpFlag, tcpFrame } from '../pcap/tcp-frame.ts';
import { inspectFrames } from './inspect-capture.ts';
import { captureOfTurns } from './testing/capture-of.ts';

const localhost = Uint8Array.of(127, 0, 0, 1);
const ports = { client: [40_000, 3306], server: [3306, 40_000] } as const;

/** A login, a ping, COM_QUIT and the FINs of both, 2 ms apart; behind the frame that carries the ping somebody sends a RST. */
function withReset(from: 'client' | 'server', seq: number, isLast = false) {
  const turns = [
    { from: 'server', bytes: greeting },
    { from: 'client', bytes: response41 },
    { from: 'server', bytes: ok(2) },
    { from: 'client', bytes: ping },
    { from: 'server', bytes: ok(1) },
    { from: 'client', bytes: quit },
    { from: 'client' },
    { from: 'server' },
  ] as const;
  const { frames } = readCapture(captureOfTurns(turns));
  const at = frames.findIndex(({ bytes }) => Buffer.from(bytes).includes(Buffer.from(ping))) + 1;
  const [srcPort, dstPort] = ports[from];
  const segment = { srcAddress: localhost, dstAddress: localhost, srcPort, dstPort, seq, ack: 0, flags: TcpFlag.rst };
  const { linkType } = frames[0] as (typeof frames)[number];
  const bytes = tcpFrame({ ...segment, options: new Uint8Array(0), payload: new Uint8Array(0), identification: 0 }, linkType);
  const reset = { number: 0, timeNs: 0n, linkType, bytes, originalLength: bytes.length };
  const all = [...frames.slice(0, at), reset, ...(isLast ? [] : frames.slice(at))];
  const timed = all.map((frame, i) => ({
    number: i + 1,
    timeNs: BigInt(i) * 2_000_000n,
    linkType,
    bytes: frame.bytes,
    originalLength: frame.originalLength,
  }));
  return { resetFrame: at + 1, ...inspectFrames(timed, lintRules) };
}

test.each(['client', 'server'] as const)(
  'a RST behind which the %s goes on has ended nothing, leaves no command unanswered, loses no bytes',
  (from) => {
    const { resetFrame, connections } = withReset(from, 100_000);
    expect(connections).toHaveLength(1);
    expect(connections[0]).toMatchObject({
      commands: { COM_PING: 1, COM_QUIT: 1 },
      ending: { how: 'fin', by: 'client', other: 'fin', waiting: [], ignored: [{ side: from, frame: resetFrame }] },
      missing: { client: 0, server: 0 },
      findings: [],
    });
  },
);

test('a RST behind which nothing of its side comes is the end', () => {
  const { resetFrame, connections } = withReset('server', 100_000, true);
  expect(connections[0]?.ending).toMatchObject({ how: 'rst', by: 'server', frame: resetFrame, waiting: [{ packet: 'COM_PING' }] });
  expect(connections[0]?.ending.ignored).toBeUndefined();
});
