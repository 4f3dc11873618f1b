import { describe, expect, test } from 'vitest';
import { flags, has, names } from './capability.ts';
import { collationName } from './charset.ts';
import { commandOf, commands } from './command.ts';
import { errorCodes, findErrorCode } from './error-code.ts';
import { identifyServerPacket, type ServerContext, type ServerPhase } from './server-packet.ts';

const bytes = (hex: string): Uint8Array => Buffer.from(hex.replaceAll(' ', ''), 'hex');
const in41: ServerContext = { capabilities: flags('PROTOCOL_41'), columns: 1 };
const inMariadb: ServerContext = { capabilities: flags('PROTOCOL_41'), mariadb: true };
const noEof: ServerContext = { capabilities: flags('PROTOCOL_41', 'DEPRECATE_EOF'), columns: 1 };

describe('the first byte means what the phase says', () => {
  test.each<[ServerPhase, string, string, ServerContext?]>([
    ['greeting', '09 33 00 00000000 00', 'HandshakeV9'],
    ['greeting', 'ff1004', 'ERR'],
    ['greeting', '08', 'unknown'],
    ['auth', '00000002000000', 'OK'],
    ['auth', '0103', 'AuthMoreData'],
    ['auth', '02', 'AuthNextFactor'],
    ['auth', 'fe', 'OldAuthSwitchRequest'],
    ['auth', 'fe6100', 'AuthSwitchRequest'],
    ['auth', '03', 'unknown'],
    ['status', 'fe00000200', 'EOF'],
    ['status', '01', 'unknown'],
    ['command', '00000002000000', 'OK'],
    ['command', '01', 'ColumnCount'],
    ['command', 'fb2f', 'LocalInfileRequest'],
    ['command', 'fc0001', 'ColumnCount'],
    ['prepare', '00 01000000 0100 0000 00 0000', 'StmtPrepareOK'],
    ['columns', 'fe00000200', 'EOF'],
    ['columns', '03646566', 'ColumnDefinition41'],
    ['columns', '00 0131 03010000 0103 03810000', 'ColumnDefinition320', { capabilities: 0 }],
    ['rows', '0131', 'TextRow'],
    ['rows', 'fb', 'TextRow'],
    ['rows', '00', 'TextRow'],
    ['rows', 'fe00000200', 'EOF'],
    ['rows', 'fe000002000000', 'OK', noEof],
    ['rows', 'fe000002000000 09 736f6d6520696e666f', 'OK', noEof],
    // 9 bytes and more without DEPRECATE_EOF: the length of a cell (here it lies).
    ['rows', 'fe0000000000000000', 'TextRow'],
    ['rows', 'ff1504', 'ERR'],
    ['binary-rows', '0000', 'BinaryRow'],
    ['binary-rows', '01', 'unknown'],
    ['string', '557074696d65', 'Statistics'],
    ['string', '', 'Statistics'],
    ['binlog', '00', 'BinlogEvent'],
    ['auth', '', 'unknown'],
    // Of MariaDB's plugins the data need no 0x01 in front (mariadb/connection).
    ['auth', '0103', 'AuthMoreData', inMariadb],
    ['auth', '02 50494e3a', 'AuthMoreData', inMariadb],
    ['auth', '60 28', 'AuthMoreData', inMariadb],
    ['auth', '', 'AuthMoreData', inMariadb],
    ['auth', 'fe6100', 'AuthSwitchRequest', inMariadb],
  ])('%s: %s is %s', (phase, payload, name, context = in41) => {
    expect(identifyServerPacket(bytes(payload), phase, context).name).toBe(name);
  });

  test('a payload that does not hold what its name says, or more, has a problem', () => {
    expect(identifyServerPacket(bytes('0000'), 'auth', in41)).toMatchObject({ name: 'OK', problem: 'at byte 2: wanted 1 bytes, 0 left' });
    expect(identifyServerPacket(bytes('0101'), 'command', in41).problem).toBe('1 bytes behind the last field of ColumnCount');
    expect(identifyServerPacket(bytes('77'), 'auth', in41).problem).toBe('first byte 0x77 fits nothing that may stand here (auth)');
  });
});

test('plugin data of MariaDB, with the 0x01 and without', () => {
  const said = (payload: string) => identifyServerPacket(bytes(payload), 'auth', inMariadb).decoded?.value;
  expect(said('01 5000')).toEqual({ header: 1, data: bytes('5000') });
  expect(said('02 50494e')).toEqual({ header: undefined, data: bytes('0250494e') });
});

describe('tables', () => {
  test('capability flags: each a bit of its own', () => {
    expect(flags('REMEMBER_OPTIONS', 'LONG_PASSWORD')).toBe(0x80000001);
    expect(names(0xffffffff).length).toBe(32);
    expect(names(0x80000001)).toEqual(['LONG_PASSWORD', 'REMEMBER_OPTIONS']);
    expect(has(0x80000000, 'REMEMBER_OPTIONS')).toBe(true);
  });

  test('errors that the recorded servers sent', () => {
    // Code and SQLSTATE as in pcaps/ and recordings/.
    expect(findErrorCode(1156)).toEqual({ code: 1156, name: 'ER_NET_PACKETS_OUT_OF_ORDER', sqlState: '08S01' });
    expect(findErrorCode(1158)?.sqlState).toBe('08S01');
    expect(findErrorCode(1251)).toEqual({ code: 1251, name: 'ER_NOT_SUPPORTED_AUTH_MODE', sqlState: '08004' });
    expect(findErrorCode(1045)?.sqlState).toBe('28000');
    expect(findErrorCode(1047)?.sqlState).toBe('08S01');
    expect(findErrorCode(1049)?.sqlState).toBe('42000');
    expect(findErrorCode(1243)?.sqlState).toBe('HY000');
    expect(findErrorCode(9)).toBeUndefined();
    expect(new Set(errorCodes.map(({ code }) => code)).size).toBe(errorCodes.length);
    for (const { sqlState } of errorCodes) expect(sqlState).toMatch(/^[0-9A-Z]{5}$/);
  });

  test('commands and collations', () => {
    expect(commandOf(0x0e)).toEqual({ name: 'COM_PING', answer: 'status' });
    expect(commandOf(0x77)).toEqual({ name: 'COM_0x77', answer: 'status' });
    expect(
      Object.values(commands)
        .filter(({ answer }) => answer === 'none')
        .map(({ name }) => name),
    ).toEqual(['COM_QUIT', 'COM_STMT_SEND_LONG_DATA', 'COM_STMT_CLOSE']);
    expect(collationName(33)).toBe('utf8mb3_general_ci');
    expect(collationName(254)).toBe('collation 254');
  });
});
