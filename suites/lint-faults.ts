/** Peers that break a rule of the lint which no defect of the reference server breaks: clients, and both sides as bytes. */
import { type CapabilityName, flags } from '../harness/codec/capability.ts';
import { frame, join } from '../harness/codec/frame.ts';
import { handshakeResponse41 } from '../harness/codec/messages/handshake-response-41.ts';
import { capabilityHalves, handshakeV10 } from '../harness/codec/messages/handshake-v10.ts';

/** The bytes of a text. */
export const ascii = (text: string): Uint8Array => Buffer.from(text, 'latin1');

/** What one side says before the other does. */
export interface Turn {
  readonly from: 'client' | 'server';
  readonly bytes: Uint8Array;
}

const offered = flags('PROTOCOL_41', 'SECURE_CONNECTION', 'TRANSACTIONS', 'LONG_PASSWORD');
const packet = (sequenceId: number, ...bytes: readonly (number | string)[]): Uint8Array =>
  frame(join(bytes.map((one) => (typeof one === 'number' ? Uint8Array.of(one) : ascii(one)))), { sequenceId });

/** The login of the account without a password. */
export function login(add: readonly CapabilityName[] = [], raw: Parameters<typeof handshakeResponse41.encode>[2] = {}): Uint8Array {
  const capabilities = (offered | flags(...add)) >>> 0;
  const fields = { user: 'haproxy_check', authResponse: new Uint8Array(0), characterSet: 45 };
  const plugin = add.includes('PLUGIN_AUTH') ? { authPluginName: 'mysql_native_password' } : {};
  const database = add.includes('CONNECT_WITH_DB') ? { database: 'mywire' } : {};
  const attributes = add.includes('CONNECT_ATTRS') ? { attributes: [] } : {};
  return frame(handshakeResponse41.encode({ capabilities, ...fields, ...plugin, ...database, ...attributes }, { capabilities }, raw), {
    sequenceId: 1,
  });
}

const greeting = (...add: readonly CapabilityName[]): Uint8Array =>
  frame(
    handshakeV10.encode(
      {
        serverVersion: '8.0.36',
        threadId: 1,
        scramble1: ascii('abcdefgh'),
        scramble2: ascii('ijklmnopqrst\0'),
        ...capabilityHalves((offered | flags(...add)) >>> 0),
        authDataLength: 0,
      },
      { capabilities: 0 },
    ),
  );
const ok = (sequenceId: number, header = 0): Uint8Array => packet(sequenceId, header, 0, 0, 2, 0, 0, 0);
const ping = packet(0, 0x0e);
const quit = packet(0, 0x01);
const half = join([packet(0, 0x03, 'SELECT 1')]).subarray(0, 7);

/** Clients that the clean reference server is asked by: each chunk is sent when the answer to the one before is there. */
export const faultyClients: Readonly<Record<string, { readonly early?: true; readonly chunks: readonly Uint8Array[] }>> = {
  'client: a command numbered 3': { chunks: [login(), packet(3, 0x0e)] },
  'client: half a command and FIN': { chunks: [login(), half] },
  'client: a ping with bytes behind it': { chunks: [login(), packet(0, 0x0e, 'xx'), quit] },
  'client: a login without the attributes that it announces': {
    chunks: [login(['CONNECT_ATTRS'], { attributes: new Uint8Array(0) })],
  },
  'client: COM_QUIT in place of the login': { chunks: [quit] },
  'client: an empty packet in place of the login': { chunks: [packet(1)] },
  'client: an HTTP request': { chunks: [ascii('GET / HTTP/1.0\r\n\r\n')] },
  'client: a login whose filler is not zero': { chunks: [login([], { filler: ascii('x'.repeat(19)) }), quit] },
  'client: a login before the greeting': { early: true, chunks: [join([login(), quit])] },
  'client: an empty command': { chunks: [login(), packet(0)] },
  'client: a ping behind the login in one segment': { chunks: [join([login(), ping]), quit] },
};

const server = (bytes: Uint8Array): Turn => ({ from: 'server', bytes });
const client = (bytes: Uint8Array): Turn => ({ from: 'client', bytes });
const definition = packet(2, 3, 'def', 0, 0, 0, 1, 'a', 0, 0x0c, 63, 0, 1, 0, 0, 0, 3, 0x81, 0, 0, 0, 0);

/** Both sides of a conversation, as bytes. */
export const faultyBytes: Readonly<Record<string, readonly Turn[]>> = {
  'bytes: rows end with OK without DEPRECATE_EOF': [
    ...[server(greeting()), client(login()), server(ok(2)), client(packet(0, 0x03, 'SELECT 1'))],
    server(join([packet(1, 1), definition, packet(3, 0xfe, 0, 0, 2, 0), packet(4, 1, '1'), ok(5, 0xfe)])),
  ],
  'bytes: auth data that nobody asked for': [
    ...[server(greeting()), client(login()), server(packet(2, 0xfe, 'mysql_native_password', 0, 'abcdefghijklmnopqrst', 0))],
    ...[client(packet(3, 'xxxxxxxxxxxxxxxxxxxx')), client(packet(4, 'xxxxxxxxxxxxxxxxxxxx'))],
  ],
  'bytes: OK behind the ERR of a login': [
    ...[server(greeting()), client(login()), server(join([packet(2, 0xff, 0x15, 0x04, '#28000Access denied'), ok(3)]))],
  ],
  'bytes: auth switch without PLUGIN_AUTH': [
    ...[server(greeting()), client(login()), server(packet(2, 0xfe, 'mysql_native_password', 0, 'abcdefghijklmnopqrst', 0))],
  ],
  'bytes: flags that are not offered': [server(greeting()), client(login(['DEPRECATE_EOF'])), server(ok(2))],
  'bytes: old auth switch': [server(greeting()), client(login()), server(packet(2, 0xfe))],
};
