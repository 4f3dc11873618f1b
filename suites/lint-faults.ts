/** Peers that break a rule of the lint which no defect of the reference server breaks: clients, and both sides as bytes. */
import { join } from '../harness/codec/frame.ts';
import { ascii, client, definition, greeting, login, ok, packet, ping, query, quit, server, type Turn } from './lint-turns.ts';

const half = query('SELECT 1').subarray(0, 7);

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

/** The first packet of a row that takes two: 0xFFFFFF bytes of it, which begin with the length of the value. */
const full = (sequenceId: number): Uint8Array[] => [
  Uint8Array.of(0xff, 0xff, 0xff, sequenceId, 0xfd, 0xfc, 0xff, 0xff),
  new Uint8Array(0xffffff - 4).fill(0x78),
];

/** Both sides of a conversation, as bytes. */
export const faultyBytes: Readonly<Record<string, readonly Turn[]>> = {
  'bytes: rows end with OK without DEPRECATE_EOF': [
    ...[server(greeting()), client(login()), server(ok(2)), client(query('SELECT 1'))],
    server(join([packet(1, 1), definition(2), packet(3, 0xfe, 0, 0, 2, 0), packet(4, 1, '1'), ok(5, 0xfe)])),
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
  'bytes: a session state whose entry is cut': [
    ...[server(greeting(['SESSION_TRACK'])), client(login(['SESSION_TRACK'])), server(ok(2)), client(query('USE mywire'))],
    server(packet(1, 0, 0, 0, 2, 0x40, 0, 0, 0, 6, 1, 7, 6, 'myw')),
  ],
  'bytes: two columns announced, one described, under DEPRECATE_EOF': [
    ...[server(greeting(['DEPRECATE_EOF'])), client(login(['DEPRECATE_EOF'])), server(ok(2)), client(query('SELECT 1'))],
    server(packet(1, 2), definition(2), ok(3, 0xfe)),
  ],
  'bytes: a value in two packets of the same sequence id': [
    ...[server(greeting()), client(login()), server(ok(2)), client(query('SELECT 1'))],
    server(join([packet(1, 1), definition(2), packet(3, 0xfe, 0, 0, 2, 0), ...full(4), packet(4, 'x'), packet(5, 0xfe, 0, 0, 2, 0)])),
  ],
  'bytes: old auth switch': [server(greeting()), client(login()), server(packet(2, 0xfe))],
};
