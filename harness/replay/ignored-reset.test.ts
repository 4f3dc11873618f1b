import { expect, test } from 'vitest';
import { greeting, ok, ping, quit, response41 } from '../codec/scripted-conversation.ts';
import { captureOfTurns } from '../inspect/testing/capture-of.ts';
import { readCapture } from '../pcap/capture-reader.ts';
import { TcpFlag, tcpFrame } from '../pcap/tcp-frame.ts';
import { byteScript } from './byte-script.ts';
import { Capturing } from './captured.ts';

const localhost = Uint8Array.of(127, 0, 0, 1);
const ports = { client: [40_000, 3306], server: [3306, 40_000] } as const;
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

/** A login, a ping, COM_QUIT and the FINs of both, 2 ms apart; in front of the frame that carries `bytes` somebody sends a RST. */
function read(bytes: Uint8Array, from?: 'client' | 'server', isLast = false) {
  const { frames } = readCapture(captureOfTurns(turns));
  const place = frames.findIndex((frame) => Buffer.from(frame.bytes).includes(Buffer.from(bytes)));
  const { linkType } = frames[0] as (typeof frames)[number];
  const resets = (from ? [from] : []).map((side) => {
    const [srcPort, dstPort] = ports[side];
    const segment = { srcAddress: localhost, dstAddress: localhost, srcPort, dstPort, seq: 100_000, ack: 0, flags: TcpFlag.rst };
    return tcpFrame({ ...segment, options: new Uint8Array(0), payload: new Uint8Array(0), identification: 0 }, linkType);
  });
  const behind = frames.slice(place, isLast ? place + 1 : undefined).map((frame) => frame.bytes);
  const all = [...frames.slice(0, place).map((frame) => frame.bytes), ...resets, ...behind];
  const capturing = new Capturing({ keepsEvents: true });
  capturing.push(
    all.map((one, i) => ({ number: i + 1, timeNs: BigInt(i) * 2_000_000n, linkType, bytes: one, originalLength: one.length })),
  );
  const { connections, plan } = capturing.end();
  const [connection] = connections;
  const script = byteScript({ events: connection?.tcp.events ?? [] });
  return {
    ending: connection?.ending,
    odd: connection?.odd,
    steps: [...plan.steps].map(({ command, action }) => [command, action.do === 'end' && action.how]),
    sent: script.sent.map(({ name }) => name),
    ends: script.turns.filter(({ does }) => typeof does === 'string').map(({ does }) => does),
    cutOff: script.cutOff,
  };
}

test.each(['client', 'server'] as const)('a RST behind which the %s goes on ends nothing: what comes behind it is played', (from) => {
  const without = read(ping);
  expect(without).toMatchObject({ sent: ['HandshakeResponse41', 'COM_PING', 'COM_QUIT'], ends: ['fin'], cutOff: false });
  for (const bytes of [response41, ok(2), ping, quit]) expect(read(bytes, from)).toEqual(without);
});

test('a RST of the server behind which only the client speaks is its end, and that reaches nobody', () => {
  const { ending, sent, steps } = read(ping, 'server', true);
  expect(ending).toEqual({ how: 'rst', first: true });
  expect(sent).toEqual(['HandshakeResponse41']);
  expect(steps.map(([command]) => command)).not.toContain('COM_PING');
});
