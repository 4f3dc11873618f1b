import { expect, test } from 'vitest';
import { ok, ping, quit, response41 } from '../codec/scripted-conversation.ts';
import { resetAmong } from '../inspect/testing/reset-among.ts';
import { byteScript } from './byte-script.ts';
import { Capturing } from './captured.ts';

/** In front of the frame that carries `bytes` somebody sends a RST. */
function read(bytes: Uint8Array, from?: 'client' | 'server', isLast = false) {
  const capturing = new Capturing({ keepsEvents: true });
  capturing.push(resetAmong({ before: bytes, from, followedBy: isLast ? 1 : undefined }).frames);
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
