import { expect, test } from 'vitest';
import { frame } from '../codec/frame.ts';
import { handshakeResponse41 } from '../codec/messages/handshake-response-41.ts';
import { RecordedConnection } from './recorded-connection.ts';

const login = frame(handshakeResponse41.encode({ user: 'app', authResponse: new Uint8Array(0) }, { capabilities: 0x8200 }), {
  sequenceId: 1,
});
const query = frame(Buffer.from('\x03SELECT 1'));

test('without names a login is still told of, also in front of a command that came with it', () => {
  const one = new RecordedConnection(1, '127.0.0.1:5', 0);
  one.data('client', Buffer.concat([login, query]), 1);
  expect(one.inWords()).toContain('  user app, COM_QUERY  ');
  expect(one.inWords({ names: false })).toContain('  a login, COM_QUERY  ');
});

test('a client that has said nothing, and half a login', () => {
  const one = new RecordedConnection(1, '127.0.0.1:5', 0);
  expect(one.inWords()).toContain('  said nothing  ');
  one.data('client', login.subarray(0, 20), 1);
  expect(one.inWords({ names: false })).toContain('  not MySQL yet  ');
});
