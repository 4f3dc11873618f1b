import { describe, expect, test } from 'vitest';
import { capability, flags, mariadbCapability, names } from '../capability.ts';
import { CodecError } from '../error.ts';
import type { Context } from '../message.ts';
import { status, statusNames } from '../status.ts';
import {
  authSwitchRequest,
  capabilityHalves,
  columnCount,
  columnDefinition41,
  comQuery,
  comQuit,
  eof,
  err,
  handshakeResponse41,
  handshakeResponse320,
  handshakeV9,
  handshakeV10,
  messages,
  offeredCapabilities,
  ok,
  oldAuthSwitchRequest,
  scrambleOf,
  sslRequest,
  textRow,
} from './index.ts';

/** Payloads of real servers and clients; the comment names the recording and the frame. The values are read from the hex. */
const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
const hex = (b: Uint8Array): string => Buffer.from(b).toString('hex');
const none: Context = { capabilities: 0 };
const in41: Context = { capabilities: capability.PROTOCOL_41 };

describe('greeting', () => {
  // mariadb-10.11.19-handshake-variants, frame 6
  const mariadb = bytes(
    '0a352e352e352d31302e31312e31392d4d6172696144422d302b64656231327531005cb604003f69742c7c4c486200fef7080200ff81150000000000001d000000372b6d673c342e2d3668282d006d7973716c5f6e61746976655f70617373776f726400',
  );

  test('MariaDB 10.11', () => {
    const { value, left } = handshakeV10.decode(mariadb, none);
    expect(left).toBe(0);
    expect(value).toEqual({
      protocolVersion: 10,
      serverVersion: '5.5.5-10.11.19-MariaDB-0+deb12u1',
      threadId: 0x4b65c,
      scramble1: bytes('3f69742c7c4c4862'),
      filler: bytes('00'),
      capabilitiesLow: 0xf7fe,
      characterSet: 8,
      statusFlags: 2,
      capabilitiesHigh: 0x81ff,
      authDataLength: 21,
      reserved: bytes('000000000000'),
      mariadbCapabilities: 0x1d,
      scramble2: bytes('372b6d673c342e2d3668282d00'),
      authPluginName: 'mysql_native_password',
    });
    expect(offeredCapabilities(value)).toBe(0x81fff7fe);
    expect(Buffer.from(scrambleOf(value)).toString()).toBe('?it,|LHb7+mg<4.-6h(-');
    // As tshark names the bits of this packet.
    expect(names(0x81fff7fe)).not.toContain('LONG_PASSWORD');
    expect(names(0x81fff7fe)).not.toContain('SSL');
    expect(names(0x81fff7fe)).toEqual(expect.arrayContaining(['FOUND_ROWS', 'PLUGIN_AUTH', 'SESSION_TRACK', 'DEPRECATE_EOF']));
    expect(0x1d).toBe(
      mariadbCapability.PROGRESS | mariadbCapability.STMT_BULK_OPERATIONS | mariadbCapability.EXTENDED_METADATA | mariadbCapability.CACHE_METADATA,
    );
  });

  test('MySQL 9.7', () => {
    // mysql-9.7.4-handshake-variants, frame 6
    const { value } = handshakeV10.decode(
      bytes('0a392e372e342d3200e6120100355032210b6f5d6000ffffff0200ffdf15000000000000000000001b73471616524f2a1b3061400063616368696e675f736861325f70617373776f726400'),
      none,
    );
    expect(value.serverVersion).toBe('9.7.4-2');
    expect(offeredCapabilities(value)).toBe(0xdfffffff);
    expect(value.characterSet).toBe(255);
    expect(value.mariadbCapabilities).toBe(0);
    expect(value.authPluginName).toBe('caching_sha2_password');
    expect(scrambleOf(value).length).toBe(20);
  });

  test('a server before 4.1 ends earlier', () => {
    // Protocol documentation of MySQL 3.23.52: no second half of the scramble, 13 unused bytes.
    const old = bytes('0a332e32332e35322d6c6f670004000000 79462f574843576a 00 2c20 08 0200 00000000000000000000000000');
    const { value, left } = handshakeV10.decode(old, none);
    expect(value).toMatchObject({ serverVersion: '3.23.52-log', threadId: 4, capabilitiesLow: 0x202c, scramble2: undefined, authPluginName: undefined });
    expect(left).toBe(0);
    expect(hex(handshakeV10.encode(value, none))).toBe(hex(old));
  });

  test('it may end behind the lower capabilities', () => {
    const short = mariadb.subarray(0, mariadb.indexOf(0xf7) + 1);
    const { value } = handshakeV10.decode(short, none);
    expect(value).toMatchObject({ capabilitiesLow: 0xf7fe, characterSet: undefined, scramble2: undefined });
    expect(hex(handshakeV10.encode(value, none))).toBe(hex(short));
  });

  test('a plugin name without its NUL (MySQL 5.5.7 to 5.5.9)', () => {
    const { value, left } = handshakeV10.decode(mariadb.subarray(0, -1), none);
    expect(value.authPluginName).toBe('mysql_native_password');
    expect(left).toBe(0);
  });

  test('what is left out gets sound values', () => {
    const offered = flags('PROTOCOL_41', 'SECURE_CONNECTION', 'PLUGIN_AUTH');
    const wire = handshakeV10.encode({ serverVersion: '1', ...capabilityHalves(offered), authPluginName: 'p' }, none);
    expect(hex(wire)).toBe(`0a3100${'00'.repeat(4)}${'00'.repeat(8)}00${'0082'}00${'0200'}${'0800'}15${'00'.repeat(10)}${'00'.repeat(13)}7000`);
  });

  test('V9', () => {
    const { value } = handshakeV9.decode(bytes('09 332e3230 00 05000000 6162636465666768 00'), none);
    expect(value).toEqual({ protocolVersion: 9, serverVersion: '3.20', threadId: 5, scramble: 'abcdefgh' });
  });
});

describe('HandshakeResponse', () => {
  // HAProxy 2.6.12 post-41: mariadb-10.11.19-haproxy-2.6.12-post41, frame 3
  const post41 = '0082000000800001210000000000000000000000000000000000000000000000686170726f78795f636865636b0000';
  // HAProxy 2.6.12 pre-41: mariadb-10.11.19-haproxy-2.6.12-pre41, frame 3
  const pre41 = '0080000001686170726f78795f636865636b0000';

  test("HAProxy's post-41", () => {
    const { value, spans } = handshakeResponse41.decode(bytes(post41), none);
    expect(value).toEqual({
      capabilities: flags('PROTOCOL_41', 'SECURE_CONNECTION'),
      maxPacketSize: 0x1008000,
      characterSet: 33,
      filler: new Uint8Array(19),
      mariadbCapabilities: 0,
      user: 'haproxy_check',
      authResponse: new Uint8Array(0),
      database: undefined,
      authPluginName: undefined,
      attributes: undefined,
      zstdLevel: undefined,
    });
    expect(spans.find(({ field }) => field === 'user')).toEqual({ field: 'user', wire: 'string<NUL>', off: 32, len: 14 });
    expect(hex(handshakeResponse41.encode({ capabilities: 0x8200, maxPacketSize: 0x1008000, characterSet: 33, user: 'haproxy_check' }, none))).toBe(post41);
  });

  test("HAProxy's pre-41", () => {
    const { value } = handshakeResponse320.decode(bytes(pre41), none);
    expect(value).toEqual({
      capabilities: 0x8000,
      maxPacketSize: 0x10000,
      user: 'haproxy_check',
      authResponse: bytes('00'),
      database: undefined,
    });
    expect(hex(handshakeResponse320.encode(value, none))).toBe(pre41);
  });

  test('320 with a database: the auth response ends at its NUL, the last NUL may be missing', () => {
    const { value, left } = handshakeResponse320.decode(bytes('0800 000001 7500 414200 6462'), none);
    expect(value).toMatchObject({ user: 'u', authResponse: bytes('4142'), database: 'db' });
    expect(left).toBe(0);
  });

  test('the three forms of the auth response, by the flags of the message itself', () => {
    const head = { capabilities: 0, maxPacketSize: 0, characterSet: 0, user: '', authResponse: bytes('aabb') };
    const tail = (capabilities: number): string => hex(handshakeResponse41.encode({ ...head, capabilities }, in41)).slice(66);
    expect(tail(flags('PROTOCOL_41'))).toBe('aabb00');
    expect(tail(flags('PROTOCOL_41', 'SECURE_CONNECTION'))).toBe('02aabb');
    expect(tail(flags('PROTOCOL_41', 'SECURE_CONNECTION', 'PLUGIN_AUTH_LENENC_CLIENT_DATA'))).toBe('02aabb');
    const long = handshakeResponse41.encode(
      { ...head, capabilities: flags('PROTOCOL_41', 'PLUGIN_AUTH_LENENC_CLIENT_DATA'), authResponse: new Uint8Array(300) },
      in41,
    );
    expect(hex(long).slice(66, 72)).toBe('fc2c01');
  });

  test('everything at once, from the context', () => {
    const context: Context = {
      capabilities: flags('PROTOCOL_41', 'SECURE_CONNECTION', 'CONNECT_WITH_DB', 'PLUGIN_AUTH', 'CONNECT_ATTRS', 'ZSTD_COMPRESSION_ALGORITHM'),
      mariadbCapabilities: 0x1d,
    };
    const wire = handshakeResponse41.encode({ user: 'u', database: 'd', authPluginName: 'p', attributes: [['k', 'v']] }, context);
    expect(hex(wire).slice(56)).toBe('1d000000' + '7500' + '00' + '6400' + '7000' + '04016b0176' + '03');
    expect(handshakeResponse41.decode(wire, none).value).toMatchObject({ capabilities: context.capabilities, mariadbCapabilities: 0x1d, zstdLevel: 3 });
  });

  test('SSLRequest of the MySQL client', () => {
    // recordings/mysql-9.7.4-clients: the first client packet of the TLS login
    const { value, left } = sslRequest.decode(bytes(`85aabf19 00000001 08 ${'00'.repeat(23)}`), none);
    expect(left).toBe(0);
    expect(value).toMatchObject({ capabilities: 0x19bfaa85, maxPacketSize: 0x1000000, characterSet: 8 });
  });
});

describe('auth switch', () => {
  test('AuthSwitchRequest keeps the NUL behind the scramble', () => {
    // recordings/mysql-9.7.4-clients, COM_CHANGE_USER of mysql2
    const { value } = authSwitchRequest.decode(
      bytes('fe 63616368696e675f736861325f70617373776f7264 00 162322180d2b265f1e6a676a4a1f377e5f5f656e 00'),
      none,
    );
    expect(value.pluginName).toBe('caching_sha2_password');
    expect(value.data.length).toBe(21);
  });
  test('the old one is a single byte', () => {
    expect(hex(oldAuthSwitchRequest.encode({}, none))).toBe('fe');
    expect(oldAuthSwitchRequest.decode(bytes('fe'), none).left).toBe(0);
  });
});

describe('OK', () => {
  test('3 bytes to a client before 4.1', () => {
    // mariadb-10.11.19-handshake-variants, frame 76
    const { value, left } = ok.decode(bytes('000000'), { capabilities: 0x8000 });
    expect(left).toBe(0);
    expect(value).toMatchObject({ header: 0, affectedRows: 0, statusFlags: undefined, warnings: undefined });
    expect(hex(ok.encode({}, { capabilities: 0x8000 }))).toBe('000000');
  });

  test('TRANSACTIONS without PROTOCOL_41 has status flags and no warnings', () => {
    expect(ok.decode(bytes('0000000200'), { capabilities: capability.TRANSACTIONS }).value).toMatchObject({ statusFlags: 2, warnings: undefined });
  });

  // recordings/mysql-9.7.4-clients, UPDATE without SESSION_TRACK: string<lenenc> where the manual has string<EOF>
  const update = '00020022000000 28 526f7773206d6174636865643a203220204368616e6765643a203220205761726e696e67733a2030';
  test('info has a length also without SESSION_TRACK', () => {
    const { value } = ok.decode(bytes(update), in41);
    expect(value).toMatchObject({ affectedRows: 2, statusFlags: 0x22, info: 'Rows matched: 2  Changed: 2  Warnings: 0' });
    expect(hex(ok.encode(value, in41))).toBe(update.replaceAll(' ', ''));
    expect(statusNames(0x22)).toEqual(['AUTOCOMMIT', 'QUERY_NO_INDEX_USED']);
  });

  test("a server that goes by the manual's string<EOF> is read too", () => {
    expect(ok.decode(bytes('00000002000000 48656c6c6f'), in41).value.info).toBe('Hello');
    expect(ok.decode(bytes('00000002000000 ff'), in41).value.info).toBe('\xff');
  });

  test('session state', () => {
    // recordings/mysql-9.7.4-clients: USE shop
    const tracked: Context = { capabilities: flags('PROTOCOL_41', 'SESSION_TRACK') };
    const wire = '00000002400000 00 07 01050473686f70';
    const { value, left } = ok.decode(bytes(wire), tracked);
    expect(left).toBe(0);
    expect(value).toMatchObject({ statusFlags: 0x4002, info: '', sessionState: bytes('01050473686f70') });
    expect(value.statusFlags).toBe(status.AUTOCOMMIT | status.SESSION_STATE_CHANGED);
    expect(hex(ok.encode({ statusFlags: 0x4002, sessionState: bytes('01050473686f70') }, tracked))).toBe(wire.replaceAll(' ', ''));
  });

  test('the flag without the state, which sysown/proxysql#2915 reports, still decodes', () => {
    const { value } = ok.decode(bytes('00000002400000'), { capabilities: flags('PROTOCOL_41', 'SESSION_TRACK') });
    expect(value).toMatchObject({ statusFlags: 0x4002, info: undefined, sessionState: undefined });
  });
});

describe('ERR', () => {
  test('with SQLSTATE, though no capability is known yet', () => {
    // mariadb-10.11.19-handshake-variants, frame 8
    const wire = bytes('ff8404233038533031476f74207061636b657473206f7574206f66206f72646572');
    const { value } = err.decode(wire, none);
    expect(value).toEqual({ header: 255, errorCode: 1156, sqlStateMarker: '#', sqlState: '08S01', errorMessage: 'Got packets out of order' });
    expect(hex(err.encode(value, none))).toBe(hex(wire));
  });

  test('without SQLSTATE to a client before 4.1', () => {
    // mysql-9.7.4-handshake-variants, frame 76 (shortened)
    const { value } = err.decode(bytes('ffe304 436c69656e74'), { capabilities: 0x8000 });
    expect(value).toEqual({ header: 255, errorCode: 1251, sqlStateMarker: undefined, sqlState: undefined, errorMessage: 'Client' });
  });

  test('a message that begins with # is no SQLSTATE when it is too short for one', () => {
    expect(err.decode(bytes('ff0100 234142'), none).value).toMatchObject({ sqlState: undefined, errorMessage: '#AB' });
    expect(() => err.decode(bytes('ff0100 234142'), in41)).toThrow(CodecError);
  });

  test('writing: SQLSTATE follows PROTOCOL_41 and can be forced either way', () => {
    const values = { errorCode: 1045, errorMessage: 'no' };
    expect(hex(err.encode(values, in41))).toBe(`ff1504${hex(Buffer.from('#HY000no'))}`);
    expect(hex(err.encode(values, none))).toBe('ff15046e6f');
    expect(hex(err.encode({ ...values, sqlStateMarker: '#', sqlState: '28000' }, none))).toBe(`ff1504${hex(Buffer.from('#28000no'))}`);
    expect(hex(err.encode({ ...values, sqlStateMarker: undefined }, in41))).toBe('ff15046e6f');
  });
});

describe('resultset and commands', () => {
  // mariadb-10.11.19-handshake-variants, frame 127
  test('SELECT 1 of MariaDB 10.11', () => {
    expect(columnCount.decode(bytes('01'), in41).value).toEqual({ count: 1, metadataFollows: undefined });
    const definition = bytes('03646566000000 0131 00 0c 3f00 01000000 03 8100 00 0000');
    const { value, left } = columnDefinition41.decode(definition, in41);
    expect(left).toBe(0);
    expect(value).toMatchObject({ catalog: 'def', name: '1', orgName: '', fixedLength: 12, characterSet: 63, columnLength: 1, type: 3, flags: 0x81 });
    expect(eof.decode(bytes('fe00000200'), in41).value).toEqual({ header: 254, warnings: 0, statusFlags: 2 });
    expect(eof.decode(bytes('fe'), none).value).toEqual({ header: 254, warnings: undefined, statusFlags: undefined });
    expect(textRow(1).decode(bytes('0131'), in41).value).toEqual({ values: ['1'] });
  });

  test('metadata_follows stands behind the count', () => {
    // recordings/mysql-9.7.4-clients: SELECT 1, 2 after SET resultset_metadata=NONE
    const context: Context = { capabilities: flags('PROTOCOL_41', 'OPTIONAL_RESULTSET_METADATA') };
    expect(columnCount.decode(bytes('0200'), context).value).toEqual({ count: 2, metadataFollows: 0 });
  });

  test('COM_QUERY without and with query attributes', () => {
    const attributes: Context = { capabilities: flags('PROTOCOL_41', 'QUERY_ATTRIBUTES') };
    expect(hex(comQuery.encode({ query: 'select 1' }, in41))).toBe('0373656c6563742031');
    expect(hex(comQuery.encode({ query: 'select 1' }, attributes))).toBe('03000173656c6563742031');
    // Sent to MySQL 9.7.4, which answered with the resultset (recordings/mysql-9.7.4-clients, frame 581).
    const wire = '03 02 01 00 01 fe00 026b31 0300 026b32 027631 2a000000 73656c6563742031';
    const { value, left } = comQuery.decode(bytes(wire), attributes);
    expect(left).toBe(0);
    expect(value).toMatchObject({
      query: 'select 1',
      parameters: [
        { type: 0xfe, name: 'k1', value: bytes('7631') },
        { type: 0x03, name: 'k2', value: bytes('2a000000') },
      ],
    });
    expect(hex(comQuery.encode(value, attributes))).toBe(wire.replaceAll(' ', ''));
  });

  test('a NULL attribute has a bit and no value', () => {
    const attributes: Context = { capabilities: flags('QUERY_ATTRIBUTES') };
    const wire = comQuery.encode({ parameterCount: 1, parameters: [{ type: 6, name: 'n', value: null }], query: 'q' }, attributes);
    expect(hex(wire)).toBe('0301010101060001' + '6e' + '71');
    expect(comQuery.decode(wire, attributes).value).toMatchObject({ parameters: [{ name: 'n', value: null }], query: 'q' });
  });

  test('more attributes than bytes end in CODEC_TRUNCATED at once', () => {
    expect(() => comQuery.decode(bytes('03 feffffffffffff0f00 01 00'), { capabilities: flags('QUERY_ATTRIBUTES') })).toThrow(CodecError);
  });

  test('COM_QUIT is one byte', () => {
    expect(hex(comQuit.encode({}, none))).toBe('01');
  });
});

test('the table has every message under the name that it gives itself, with its page', () => {
  for (const [name, message] of Object.entries(messages)) {
    expect(message.name).toBe(name);
    expect(message.page).toMatch(/^mysql\/page_protocol_[a-z0-9_]+$/);
  }
});
