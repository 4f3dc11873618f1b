import { describe, expect, test } from 'vitest';
import { capability, flags } from '../capability.ts';
import { CodecError } from '../error.ts';
import type { Context } from '../message.ts';
import { status, statusNames } from '../status.ts';
import { columnCount } from './column-count.ts';
import { columnDefinition41 } from './column-definition-41.ts';
import { columnDefinition320 } from './column-definition-320.ts';
import { comQuery } from './com-query.ts';
import { comQuit } from './com-quit.ts';
import { eof } from './eof.ts';
import { err } from './err.ts';
import { messages } from './index.ts';
import { ok } from './ok.ts';
import { textRow } from './text-row.ts';

/** Payloads of real servers and clients; the comment names the recording and the frame. The values are read from the hex. */
const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
const hex = (b: Uint8Array): string => Buffer.from(b).toString('hex');
const none: Context = { capabilities: 0 };
const in41: Context = { capabilities: capability.PROTOCOL_41 };

describe('OK', () => {
  test('3 bytes to a client before 4.1', () => {
    // mariadb-10.11.19-handshake-variants, frame 76
    const { value, left } = ok.decode(bytes('000000'), { capabilities: 0x8000 });
    expect(left).toBe(0);
    expect(value).toMatchObject({ header: 0, affectedRows: 0, statusFlags: undefined, warnings: undefined });
    expect(hex(ok.encode({}, { capabilities: 0x8000 }))).toBe('000000');
  });

  test('TRANSACTIONS without PROTOCOL_41 has status flags and no warnings', () => {
    expect(ok.decode(bytes('0000000200'), { capabilities: capability.TRANSACTIONS }).value).toMatchObject({
      statusFlags: 2,
      warnings: undefined,
    });
  });

  // recordings/mysql-9.7.4-clients, UPDATE without SESSION_TRACK: string<lenenc> where the manual has string<EOF>
  const update = '00020022000000 28 526f7773206d6174636865643a203220204368616e6765643a203220205761726e696e67733a2030';
  test('info has a length also without SESSION_TRACK', () => {
    const { value, spans } = ok.decode(bytes(update), in41);
    expect(spans.find(({ field }) => field === 'info')?.parts).toEqual([
      { field: 'length', wire: 'int<lenenc>', off: 7, len: 1 },
      { field: 'data', wire: 'byte<40>', off: 8, len: 40 },
    ]);
    expect(value).toMatchObject({ affectedRows: 2, statusFlags: 0x22, info: 'Rows matched: 2  Changed: 2  Warnings: 0' });
    expect(hex(ok.encode(value, in41))).toBe(update.replaceAll(' ', ''));
    expect(statusNames(0x22)).toEqual(['AUTOCOMMIT', 'QUERY_NO_INDEX_USED']);
  });

  test("a server that goes by the manual's string<EOF> is read too", () => {
    expect(ok.decode(bytes('00000002000000 48656c6c6f'), in41).value.info).toBe('Hello');
    expect(ok.decode(bytes('00000002000000 ff'), in41).value.info).toBe('\xff');
    expect(ok.decode(bytes('00000002000000 fc00'), in41).value.info).toBe('\xfc\0');
    const long = 'A'.repeat(70);
    expect(ok.decode(bytes(`00000002000000 ${hex(Buffer.from(long))}`), in41).value.info).toBe(long);
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
    expect(value).toEqual({
      header: 255,
      errorCode: 1156,
      sqlStateMarker: '#',
      sqlState: '08S01',
      errorMessage: 'Got packets out of order',
    });
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
  test('the definition of a column for a client before 4.1', () => {
    // areas/mariadb-10.11.19/handshake-response-320, frame 53
    const definition = bytes('00 036f6e65 030c0000 01fd 03 0100 27');
    const { value, left } = columnDefinition320.decode(definition, none);
    expect(left).toBe(0);
    expect(value).toEqual({
      table: '',
      name: 'one',
      columnLengthLength: 3,
      columnLength: 12,
      typeLength: 1,
      type: 253,
      flagsLength: 3,
      flags: 1,
      decimals: 39,
      defaultValue: undefined,
    });
    expect(hex(columnDefinition320.encode(value, none))).toBe(hex(definition));
    // Of MySQL without LONG_FLAG: one byte of flags.
    const short = bytes('0174 0161 030b0000 0103 02 03 00');
    expect(columnDefinition320.decode(short, none)).toMatchObject({
      left: 0,
      value: { table: 't', name: 'a', type: 3, flags: 3, decimals: 0 },
    });
    expect(hex(columnDefinition320.encode(columnDefinition320.decode(short, none).value, none))).toBe(hex(short));
  });

  // mariadb-10.11.19-handshake-variants, frame 127
  test('SELECT 1 of MariaDB 10.11', () => {
    expect(columnCount.decode(bytes('01'), in41).value).toEqual({ count: 1, metadataFollows: undefined });
    const definition = bytes('03646566000000 0131 00 0c 3f00 01000000 03 8100 00 0000');
    const { value, left } = columnDefinition41.decode(definition, in41);
    expect(left).toBe(0);
    expect(value).toMatchObject({
      catalog: 'def',
      name: '1',
      orgName: '',
      fixedLength: 12,
      characterSet: 63,
      columnLength: 1,
      type: 3,
      flags: 0x81,
    });
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

  test('the ninth attribute has its NULL bit in the second byte', () => {
    const attributes: Context = { capabilities: flags('QUERY_ATTRIBUTES') };
    const parameters = Array.from({ length: 9 }, (_, i) => ({ type: 1, name: '', value: i < 8 ? bytes(`0${i}`) : null }));
    const wire = comQuery.encode({ parameterCount: 9, parameters, query: 'q' }, attributes);
    expect(hex(wire)).toBe(`030901${'0001'}01${'010000'.repeat(9)}0001020304050607${'71'}`);
    expect(comQuery.decode(wire, attributes).value.parameters).toEqual(parameters);
  });

  test('more attributes than bytes end in CODEC_TRUNCATED at once', () => {
    expect(() => comQuery.decode(bytes('03 feffffffffffff0f00 01 00'), { capabilities: flags('QUERY_ATTRIBUTES') })).toThrow(CodecError);
  });

  test('COM_QUIT is one byte', () => {
    expect(hex(comQuit.encode({}, none))).toBe('01');
  });
});

test('AuthNextFactor, of which there is no recording: by the table of the manual', () => {
  const wire = bytes('02 617574685f736f636b657400 0102');
  expect(messages.AuthNextFactor.decode(wire, in41)).toMatchObject({
    value: { header: 2, pluginName: 'auth_socket', data: bytes('0102') },
    left: 0,
  });
  expect(hex(messages.AuthNextFactor.encode({ pluginName: 'auth_socket', data: bytes('0102') }, in41))).toBe(hex(wire));
});

describe('COM_STMT_EXECUTE', () => {
  const { COM_STMT_EXECUTE: execute } = messages;
  const attributes: Context = { capabilities: flags('PROTOCOL_41', 'QUERY_ATTRIBUTES') };
  const parameters = [
    { type: 1, value: bytes('05') },
    { type: 6, value: null },
  ];

  test('counts, bitmap and flag follow from the parameters, and each can be given otherwise', () => {
    expect(hex(execute.encode({ statementId: 1, parameters }, in41))).toBe(`1701000000 00 01000000 02 01 01000600 05`.replaceAll(' ', ''));
    expect(hex(execute.encode({ statementId: 1, parameters, nullBitmap: bytes('03') }, in41))).toContain('0301');
    expect(hex(execute.encode({ statementId: 1, parameters, newParamsBindFlag: 0 }, in41))).toBe('17010000000001000000020005');
    expect(hex(execute.encode({ statementId: 1, parameters, nullBitmap: undefined }, in41))).toBe('17010000000001000000010100060005');
    expect(hex(execute.encode({ statementId: 1 }, in41))).toBe('17010000000001000000');
  });
  test('under QUERY_ATTRIBUTES the count is there with parameters, or with flag 8', () => {
    expect(hex(execute.encode({ statementId: 1, flags: 0, parameters }, attributes))).toBe(
      '17010000000001000000' + '0202010100000600' + '0005',
    );
    expect(hex(execute.encode({ statementId: 1 }, attributes))).toBe('1701000000080100000000');
    expect(hex(execute.encode({ statementId: 1, flags: 0 }, attributes))).toBe('17010000000001000000');
  });
  test('a value without a type cannot be written, unless the statement has one', () => {
    const value = [{ value: bytes('05') }];
    expect(() => execute.encode({ parameters: value, newParamsBindFlag: 0 }, in41)).toThrow(CodecError);
    const known = { ...in41, statement: { parameters: 1, types: [1] } };
    expect(hex(execute.encode({ parameters: value, newParamsBindFlag: 0 }, known))).toBe('17000000000001000000' + '000005');
  });
});

test('the table has every message under the name that it gives itself, with its page', () => {
  for (const [name, message] of Object.entries(messages)) {
    expect(message.name).toBe(name);
    expect(message.page).toMatch(/^(mysql\/page_protocol_|mariadb\/)[a-z0-9_]+$/);
  }
});
