/**
 * The clean server beside MariaDB 10.11.19: stimuli and answers are literal bytes of the recording
 * mariadb-10.11.19-handshake-variants (connection by connection) and of the same server answering the other
 * stimuli on 2026-11-21. Greetings are left out; endings are ours where MariaDB's depend on unread bytes.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ReferenceServer, startReference } from './index.ts';
import {
  BareClient,
  type BareEnding,
  hex,
  LOGIN,
  LOGIN_320,
  PING,
  packet,
  QUIT,
  query,
  response41,
  SILENCE_MS,
  z,
} from './testing/bare-client.ts';

const OK = '00000002000000';
const OUT_OF_ORDER = 'ff8404233038533031476f74207061636b657473206f7574206f66206f72646572';
const BAD_HANDSHAKE = 'ff13042330385330314261642068616e647368616b65';
const UNKNOWN_COMMAND = 'ff1704233038533031556e6b6e6f776e20636f6d6d616e64';
const SELECT_1 = ['1:01', '2:036465660000000131000c3f0001000000038100000000', '3:fe00000200', '4:0131', '5:fe00000200'];
const login = (...packets: string[]): string[] => [`2:${OK}`, ...packets];
const check = z('haproxy_check');
const native = z('mysql_native_password');

let server: ReferenceServer;
beforeAll(async () => {
  server = await startReference({
    accounts: [
      { user: 'haproxy_check', password: '', plugin: 'mysql_native_password' },
      { user: 'login', password: 'secret', plugin: 'mysql_native_password' },
    ],
    databases: ['appdb'],
  });
});
afterAll(() => server.stop());

interface Row {
  readonly send: readonly (string | Uint8Array)[];
  readonly packets: readonly string[];
  readonly ending: BareEnding;
}

async function expectAnswer({ send, packets, ending }: Row, early: boolean): Promise<void> {
  const c = new BareClient(server.endpoint.port);
  try {
    const greeting = early ? undefined : await c.next();
    c.send(...send);
    const first = greeting ?? (await c.next());
    expect(first?.sequenceId).toBe(0);
    expect(first?.hex).toMatch(/^0a/);
    const got: string[] = [];
    while (got.length < packets.length) {
      const one = await c.next();
      if (!one) break;
      got.push(`${one.sequenceId}:${one.hex}`);
    }
    expect(got).toEqual(packets);
    expect(await c.ending(ending === 'open' ? 50 : undefined)).toBe(ending);
    expect(c.rest.length).toBe(0);
  } finally {
    c.close();
  }
}

const recorded: Record<string, Row> = {
  COM_QUIT: { send: [QUIT], packets: [`1:${OUT_OF_ORDER}`], ending: 'fin' },
  'HandshakeResponse41 and COM_QUIT': { send: [LOGIN, QUIT], packets: login(), ending: 'fin' },
  HandshakeResponse41: { send: [LOGIN], packets: login(), ending: 'open' },
  'HandshakeResponse320 and COM_QUIT': { send: [LOGIN_320, QUIT], packets: ['2:000000'], ending: 'fin' },
  HandshakeResponse320: { send: [LOGIN_320], packets: ['2:000000'], ending: 'open' },
  'HandshakeResponse41 and COM_PING': { send: [LOGIN, PING], packets: login(`1:${OK}`), ending: 'open' },
  'HandshakeResponse41, COM_QUERY, COM_PING and COM_QUIT': {
    send: [LOGIN, query('select 1'), PING, QUIT],
    packets: login(...SELECT_1, `1:${OK}`),
    ending: 'fin',
  },
  'an empty packet': { send: ['00000000'], packets: [`1:${OUT_OF_ORDER}`], ending: 'fin' },
  'HandshakeResponse41 with sequence id 5': {
    send: [Buffer.from(LOGIN).fill(5, 3, 4)],
    packets: [`1:${OUT_OF_ORDER}`],
    ending: 'fin',
  },
  'GET / HTTP/1.0': { send: [Buffer.from('GET / HTTP/1.0\r\n\r\n')], packets: [`1:${OUT_OF_ORDER}`], ending: 'fin' },
  nothing: { send: [], packets: [], ending: 'open' },
};

describe('as MariaDB 10.11.19 in the recording', () => {
  test.concurrent.each(Object.entries(recorded))('after the greeting: %s', (_, row) => expectAnswer(row, false));
  test.concurrent.each(Object.entries(recorded))('before the greeting: %s', (_, row) => expectAnswer(row, true));
});

const denied = (user: string, used: 'YES' | 'NO'): string =>
  Buffer.from(`\xff\x15\x04#28000Access denied for user '${user}'@'localhost' (using password: ${used})`, 'latin1').toString('hex');
const noDatabase = (name: string): string => Buffer.from(`\xff\x19\x04#42000Unknown database '${name}'`, 'latin1').toString('hex');
const wrongCharacterSet = (name: string): string =>
  Buffer.from(`\xff\xcf\x04#42000Variable 'character_set_client' can't be set to the value of '${name}'`, 'latin1').toString('hex');
/** The answers that end a login. */
const ends = (send: Uint8Array | string, payload: string): Row => ({ send: [send], packets: [`2:${payload}`], ending: 'fin' });
const logsIn = (send: Uint8Array): Row => ({ send: [send], packets: login(), ending: 'open' });
/** Answers to commands behind a login. */
const commands = (send: readonly (string | Uint8Array)[], packets: readonly string[]): Row => ({
  send: [LOGIN, ...send],
  packets: login(...packets),
  ending: 'open',
});

const measured: Record<string, Row> = {
  'an empty first packet with the right sequence id': ends(packet('', 1), BAD_HANDSHAKE),
  'four bytes of FF': ends(packet('ffffffff', 1), BAD_HANDSHAKE),
  'capabilities and nothing else': ends(packet('00820000', 1), BAD_HANDSHAKE),
  'an SSLRequest where SSL is not offered': ends(response41(0x8a00, ''), BAD_HANDSHAKE),
  'a user name without NUL': ends(response41(0x8200, '6861'), BAD_HANDSHAKE),
  'no auth response': ends(response41(0x8200, check), BAD_HANDSHAKE),
  'an int<1> length past the end': ends(response41(0x8200, `${check}ff000000`), BAD_HANDSHAKE),
  'a lenenc length FF': ends(response41(0x288200, `${check}ff`), BAD_HANDSHAKE),
  'a lenenc length FE, cut': ends(response41(0x288200, `${check}fe01`), BAD_HANDSHAKE),
  'a lenenc length FD past the end': ends(response41(0x288200, `${check}fdffffff`), BAD_HANDSHAKE),
  'a lenenc length FB': ends(response41(0x288200, `${check}fb`), BAD_HANDSHAKE),
  'CONNECT_WITH_DB without a name': ends(response41(0x8208, `${check}00`), BAD_HANDSHAKE),
  'attributes that are not there': ends(response41(0x188200, `${check}00${native}`), BAD_HANDSHAKE),
  'attributes past the end': ends(response41(0x188200, `${check}00${native}800161`), BAD_HANDSHAKE),
  'attributes broken inside': logsIn(response41(0x188200, `${check}00${native}0401615061`)),
  attributes: logsIn(response41(0x188200, `${check}00${native}06016103626364`)),
  'bytes behind the last field': logsIn(response41(0x8200, `${check}000102030405`)),
  'the SSL flag in a whole response': logsIn(response41(0x8a00, `${check}00`)),
  'no SECURE_CONNECTION': logsIn(response41(0x200, `${check}00`)),
  'an empty database name': logsIn(response41(0x8208, `${check}0000`)),
  'a database': logsIn(response41(0x8208, `${check}00${z('appdb')}`)),
  'a database without NUL': logsIn(response41(0x8208, `${check}00${z('appdb').slice(0, -2)}`)),
  'an unknown database': ends(response41(0x8208, `${check}00${z('nodb')}`), noDatabase('nodb')),
  'an unknown collation': logsIn(response41(0x8200, `${check}00`, { collation: 'ff' })),
  'collation 0': logsIn(response41(0x8200, `${check}00`, { collation: '00' })),
  'collation ucs2_general_ci': ends(response41(0x8200, `${check}00`, { collation: '23' }), wrongCharacterSet('ucs2')),
  'collation utf16_vietnamese_ci': ends(response41(0x8200, `${check}00`, { collation: '7b' }), wrongCharacterSet('utf16')),
  'a plugin name': logsIn(response41(0x88200, `${check}00${native}`)),
  'a plugin name without NUL': logsIn(response41(0x88200, `${check}00${native.slice(0, -2)}`)),
  'PLUGIN_AUTH without a name': logsIn(response41(0x88200, `${check}00`)),
  'a wrong password': ends(response41(0x8200, `${z('login')}14${'11'.repeat(20)}`), denied('login', 'YES')),
  'a short auth response': ends(response41(0x8200, `${z('login')}051111111111`), BAD_HANDSHAKE),
  'no password where one is needed': ends(response41(0x8200, `${z('login')}00`), denied('login', 'NO')),
  'a password where none is needed': ends(response41(0x8200, `${check}14${'11'.repeat(20)}`), denied('haproxy_check', 'YES')),
  'an unknown user': ends(response41(0x8200, `${z('nobody')}00`), denied('nobody', 'NO')),
  'an empty user name': ends(response41(0x8200, '0000'), denied('', 'NO')),
  'a user name of 300 bytes': ends(response41(0x8200, `${z('u'.repeat(300))}00`), denied('u'.repeat(128), 'NO')),
  'a first packet with sequence id 0': { send: ['05000000'], packets: [`1:${OUT_OF_ORDER}`], ending: 'fin' },
  'half a first packet': { send: [LOGIN.subarray(0, 20)], packets: [], ending: 'open' },
  'a TLS ClientHello': { send: [`16030100c8010000c40303${'00'.repeat(194)}`], packets: [`1:${OUT_OF_ORDER}`], ending: 'fin' },
  'HandshakeResponse320 without SECURE_CONNECTION': {
    send: [packet(`0000 000001 ${check} 00`, 1)],
    packets: ['2:000000'],
    ending: 'open',
  },
  'HandshakeResponse320, unknown user': ends(
    packet(`0000 000001 ${z('nobody')} 00`, 1),
    Buffer.from("\xff\x15\x04Access denied for user 'nobody'@'localhost' (using password: NO)", 'latin1').toString('hex'),
  ),
  'HandshakeResponse320, length past the end': ends(
    packet(`0080 000001 ${z('login')} 616263646566676800`, 1),
    'ff13044261642068616e647368616b65',
  ),
  'HandshakeResponse320, TRANSACTIONS': { send: [packet(`0020 000001 ${check} 00`, 1)], packets: ['2:0000000200'], ending: 'open' },
  'HandshakeResponse320, a query': {
    send: [LOGIN_320, PING, query('select 1')],
    packets: ['2:000000', '1:000000', '1:01', '2:00013103010000010303810000', '3:fe', '4:0131', '5:fe'],
    ending: 'open',
  },
  'an empty command': commands([packet(''), PING], [`1:${UNKNOWN_COMMAND}`, `1:${OK}`]),
  'commands that nobody has': commands([packet('00'), packet('0b'), packet('ff')], Array(3).fill(`1:${UNKNOWN_COMMAND}`)),
  'COM_PING with a byte too much': commands([packet('0eff')], [`1:${OK}`]),
  'COM_PING, its header in two halves': commands(['0100', '00000e'], [`1:${OK}`]),
  'COM_PING with sequence id 5': { send: [LOGIN, packet('0e', 5), PING], packets: login(`0:${OUT_OF_ORDER}`), ending: 'fin' },
  'COM_QUIT with a byte too much': { send: [LOGIN, packet('01ff')], packets: login(), ending: 'fin' },
  'COM_QUIT and more': { send: [LOGIN, QUIT, PING, QUIT], packets: login(), ending: 'fin' },
  COM_INIT_DB: commands([packet('026170706462')], [`1:${OK}`]),
  'COM_INIT_DB, unknown': commands([packet('026e6f6462')], [`1:${noDatabase('nodb')}`]),
  'COM_INIT_DB, none': commands([packet('02')], [`1:${Buffer.from('\xff\x16\x04#3D000No database selected', 'latin1').toString('hex')}`]),
  'COM_QUERY, none': commands([packet('03')], [`1:${Buffer.from('\xff\x29\x04#42000Query was empty', 'latin1').toString('hex')}`]),
  autocommit: commands([query('SET autocommit=0'), query('SET autocommit=1')], ['1:00000000000000', `1:${OK}`]),
  'a transaction': commands(
    [query('START TRANSACTION'), PING, query('COMMIT'), query('BEGIN'), query('ROLLBACK')],
    ['1:00000003000000', '1:00000003000000', `1:${OK}`, '1:00000003000000', `1:${OK}`],
  ),
  'SELECT NULL': commands(
    [query('select null')],
    ['1:01', '2:03646566000000044e554c4c000c3f0000000000068000000000', '3:fe00000200', '4:fb', '5:fe00000200'],
  ),
  'SELECT 1 LIMIT 0': commands([query('select 1 limit 0')], [...SELECT_1.slice(0, 3), '4:fe00000200']),
  DEPRECATE_EOF: {
    send: [response41(0x1008200, `${check}00`), query('SELECT 1')],
    packets: login('1:01', SELECT_1[1] as string, '3:0131', '4:fe000002000000'),
    ending: 'open',
  },
  'SESSION_TRACK and a database': {
    send: [response41(0x808208, `${check}00${z('appdb')}`), PING],
    packets: ['2:0000000240000000080106056170706462', `1:${OK}`],
    ending: 'open',
  },
  MULTI_STATEMENTS: {
    send: [response41(0x38200, `${check}00`), query('select 1; select 2')],
    packets: login(
      '1:01',
      SELECT_1[1] as string,
      '3:fe00000a00',
      '4:0131',
      '5:fe00000a00',
      '6:01',
      '7:036465660000000132000c3f0001000000038100000000',
      '8:fe00000200',
      '9:0132',
      '10:fe00000200',
    ),
    ending: 'open',
  },
};

describe('as MariaDB 10.11.19 answered', () => {
  test.concurrent.each(Object.entries(measured))('%s', (_, row) => expectAnswer(row, false));

  test('AuthSwitchRequest for another plugin, and its answer', async () => {
    const c = new BareClient(server.endpoint.port);
    await c.next();
    c.send(response41(0x88200, `${check}00${z('foo')}`));
    const asked = await c.next();
    // fe, the name, 20 bytes in 0x01..0x7f, NUL
    expect(asked?.sequenceId).toBe(2);
    expect(asked?.payload.toString('latin1')).toMatch(/^\xfemysql_native_password\0[\x01-\x7f]{20}\0$/);
    c.send(packet('', 3));
    expect(await c.next()).toMatchObject({ sequenceId: 4, hex: OK });
    c.close();
  });

  test('a whole packet of 0xFFFFFF bytes and the empty one behind it are one command', async () => {
    const c = new BareClient(server.endpoint.port);
    await c.login();
    const statement = Buffer.alloc(0xffffff, 'x');
    statement.write('\x03select 1 /*', 'latin1');
    statement.write('*/', 0xffffff - 2, 'latin1');
    c.send(packet(statement), packet('', 1), PING);
    expect(await c.next()).toMatchObject({ sequenceId: 2, hex: '01' });
    expect((await c.all(SILENCE_MS)).slice(-2)).toEqual(['6:fe00000200', `1:${OK}`]);
    c.close();
  });

  test('a continuation with the wrong sequence id', async () => {
    const c = new BareClient(server.endpoint.port);
    await c.login();
    c.send(packet(Buffer.alloc(0xffffff, 3)), hex('00000005'));
    expect(await c.next()).toMatchObject({ sequenceId: 1, hex: OUT_OF_ORDER });
    expect(await c.ending()).toBe('fin');
    c.close();
  });
});
