import { expect, test } from 'vitest';
import { Conversation } from '../codec/conversation.ts';
import type { LabelledPacket } from '../codec/labelled-packet.ts';
import { sslRequest } from '../codec/messages/ssl-request.ts';
import { LoginExchange } from './login.ts';

test('the SSLRequest of a client of MariaDB has its extended flags: over TLS the server refuses COM_STMT_BULK_EXECUTE without them', () => {
  // As MariaDB 10.11.19 greeted, and what its connector for Node 3.5.4 sent then.
  const greeting =
    '680000000a352e352e352d31302e31312e31392d4d6172696144422d302b646562313275312d6c6f670016000000254363487b567b2b00feff080200ff81150000000000001d000000602430617b666b674664456a006d7973716c5f6e61746976655f70617373776f726400';
  const captured = Buffer.from('0aabbe0100000040e0000000000000000000000000000000000000001c000000', 'hex');
  const { capabilities, mariadbCapabilities } = sslRequest.decode(captured, { capabilities: 0 }).value;
  const [greeted] = new Conversation().fromServer(Buffer.from(greeting, 'hex'));
  const exchange = new LoginExchange();
  exchange.greet(greeted as LabelledPacket);
  const said = exchange.sslRequest({ user: 'app', characterSet: 224, tls: true, capabilities, mariadbCapabilities });
  expect(sslRequest.decode(said, { capabilities: 0 }).value).toMatchObject({ mariadbCapabilities: 0x1c });
});
