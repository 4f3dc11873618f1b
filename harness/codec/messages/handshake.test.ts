import { describe, expect, test } from 'vitest';
import { flags, mariadbCapability, names } from '../capability.ts';
import type { Context } from '../message.ts';
import { authSwitchRequest } from './auth-switch-request.ts';
import { handshakeResponse41 } from './handshake-response-41.ts';
import { handshakeResponse320 } from './handshake-response-320.ts';
import { handshakeV9 } from './handshake-v9.ts';
import { capabilityHalves, handshakeV10, offeredCapabilities, scrambleOf } from './handshake-v10.ts';
import { oldAuthSwitchRequest } from './old-auth-switch-request.ts';
import { sslRequest } from './ssl-request.ts';

/** Payloads of real servers and clients; the comment names the recording and the frame. The values are read from the hex. */
const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
const hex = (b: Uint8Array): string => Buffer.from(b).toString('hex');
const none: Context = { capabilities: 0 };
const in41: Context = { capabilities: flags('PROTOCOL_41') };

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
      mariadbCapability.PROGRESS |
        mariadbCapability.STMT_BULK_OPERATIONS |
        mariadbCapability.EXTENDED_METADATA |
        mariadbCapability.CACHE_METADATA,
    );
  });

  test('MySQL 9.7', () => {
    // mysql-9.7.4-handshake-variants, frame 6
    const { value } = handshakeV10.decode(
      bytes(
        '0a392e372e342d3200e6120100355032210b6f5d6000ffffff0200ffdf15000000000000000000001b73471616524f2a1b3061400063616368696e675f736861325f70617373776f726400',
      ),
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
    expect(value).toMatchObject({
      serverVersion: '3.23.52-log',
      threadId: 4,
      capabilitiesLow: 0x202c,
      scramble2: undefined,
      authPluginName: undefined,
    });
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
    expect(hex(wire)).toBe(
      `0a3100${'00'.repeat(4)}${'00'.repeat(8)}00${'0082'}00${'0200'}${'0800'}15${'00'.repeat(10)}${'00'.repeat(13)}7000`,
    );
  });

  test('4.1 without plugins: the length is 0 and 13 bytes follow all the same', () => {
    const wire = `0a3500 01000000 ${'41'.repeat(8)} 00 0082 21 0200 0000 00 ${'00'.repeat(10)} ${'42'.repeat(12)}00`;
    const { value, left } = handshakeV10.decode(bytes(wire), none);
    expect(left).toBe(0);
    expect(value).toMatchObject({ authDataLength: 0, authPluginName: undefined });
    expect(Buffer.from(scrambleOf(value)).toString()).toBe('AAAAAAAABBBBBBBBBBBB');
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
    expect(
      hex(handshakeResponse41.encode({ capabilities: 0x8200, maxPacketSize: 0x1008000, characterSet: 33, user: 'haproxy_check' }, none)),
    ).toBe(post41);
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
      capabilities: flags(
        'PROTOCOL_41',
        'SECURE_CONNECTION',
        'CONNECT_WITH_DB',
        'PLUGIN_AUTH',
        'CONNECT_ATTRS',
        'ZSTD_COMPRESSION_ALGORITHM',
      ),
      mariadbCapabilities: 0x1d,
    };
    const wire = handshakeResponse41.encode({ user: 'u', database: 'd', authPluginName: 'p', attributes: [['k', 'v']] }, context);
    expect(hex(wire).slice(56)).toBe('1d000000' + '7500' + '00' + '6400' + '7000' + '04016b0176' + '03');
    expect(handshakeResponse41.decode(wire, none).value).toMatchObject({
      capabilities: context.capabilities,
      mariadbCapabilities: 0x1d,
      zstdLevel: 3,
    });
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
