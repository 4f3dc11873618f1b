import { describe, expect, test } from 'vitest';
import { binaryValueText } from './binary-text.ts';
import { frame } from './frame.ts';
import { messages } from './messages/index.ts';
import { bytes, definition, eof, err, ok, packet, response, type Script, script, text } from './scripted-conversation.ts';

/** StmtPrepareOK, and the definitions of one parameter and one column where they are announced. */
const prepared = (id: number, columns: number, parameters: number): Uint8Array[] => [
  packet(1, `00 ${u32(id)} 0${columns}00 0${parameters}00 00 0000`),
  ...(parameters ? [definition(2), eof(3)] : []),
  ...(columns ? [definition(2 + parameters * 2), eof(3 + parameters * 2)] : []),
];
const u32 = (n: number): string => Buffer.from(Uint32Array.of(n).buffer).toString('hex');
const prepare = packet(0, `16${text('select ?')}`);
const execute = (id: number, rest: string): Uint8Array => packet(0, `17 ${u32(id)} 00 01000000 ${rest}`);
/** One LONGLONG: 5. */
const five = '00 01 0800 0500000000000000';
const last = (s: Script): Record<string, unknown> | undefined => s.packets.findLast((p) => p.name === 'COM_STMT_EXECUTE')?.value;
const one = { parameters: [{ type: 8, value: bytes('0500000000000000') }], undecoded: undefined };

describe('executions are read by what PREPARE said', () => {
  const known = (): Script =>
    script()
      .loggedIn()
      .client(prepare)
      .server(...prepared(1, 0, 1));

  test('the types of one execution hold for the next', () => {
    const s = known().client(execute(1, five)).server(ok(1));
    expect(last(s)).toMatchObject(one);
    s.client(execute(1, '00 00 0600000000000000')).server(ok(1));
    expect(last(s)).toMatchObject({ newParamsBindFlag: 0, parameters: [{ value: bytes('0600000000000000') }] });
    expect(s.problems).toEqual([]);
  });

  test('without any types before it, it cannot be read', () => {
    expect(known().client(execute(1, '00 00 0600000000000000')).problems).toEqual([
      'COM_STMT_EXECUTE: at byte 11: new_params_bind_flag is 0 and no types came before',
    ]);
  });

  test('what COM_STMT_SEND_LONG_DATA has sent is not in it, once; COM_STMT_RESET drops it', () => {
    const long = packet(0, `18 ${u32(1)} 0000 6161`);
    const s = known().client(long, execute(1, '00 01 fc00')).server(ok(1));
    expect(last(s)).toMatchObject({ parameters: [{ type: 0xfc }], undecoded: undefined });
    s.client(execute(1, '00 01 fc00 0162')).server(ok(1));
    expect(last(s)).toMatchObject({ parameters: [{ type: 0xfc, value: bytes('62') }] });
    s.client(long, packet(0, `1a ${u32(1)}`), execute(1, '00 01 fc00 0163')).server(ok(1), ok(1));
    expect(last(s)).toMatchObject({ parameters: [{ type: 0xfc, value: bytes('63') }] });
    expect(s.problems).toEqual([]);
  });

  // MySQL 9.7.4: SELECT ? by a LONGLONG is a column that COM_STMT_PREPARE had called VAR_STRING, and with resultset_metadata=NONE nobody says so.
  test('rows whose definitions MySQL leaves out are not read by those of COM_STMT_PREPARE, if the statement has parameters', () => {
    const values = { serverVersion: '9.7.4', capabilitiesLow: 0xffff, capabilitiesHigh: 0xdfff, authPluginName: 'mysql_native_password' };
    const mysql = frame(messages.HandshakeV10.encode(values, { capabilities: 0 }), { sequenceId: 0 });
    const asks = (parameters: number): Script => {
      const s = script().server(mysql);
      s.client(response('OPTIONAL_RESULTSET_METADATA')).server(ok(2));
      const told = [...(parameters ? [definition(2), eof(3)] : []), definition(2 + parameters * 2), eof(3 + parameters * 2)];
      s.client(prepare).server(packet(1, `00 ${u32(1)} 0100 0${parameters}00 00 0000 01`), ...told);
      s.client(execute(1, parameters ? five : '')).server(packet(1, '01 00'), eof(2), packet(3, '00 00 ffffffff'), eof(4));
      const open = packet(0, `17 ${u32(1)} 01 01000000 ${parameters ? five : ''}`);
      s.client(open).server(packet(1, '01 00'), eof(2, '4200'));
      return s.client(packet(0, `1c ${u32(1)} 01000000`)).server(packet(1, '00 00 ffffffff'), eof(2, 'c200'));
    };
    const rows = (s: Script) => s.packets.filter(({ name }) => name === 'BinaryRow').map(({ value }) => value?.['values']);
    expect(rows(asks(0))).toEqual([[bytes('ffffffff')], [bytes('ffffffff')]]);
    expect(rows(asks(1))).toEqual([undefined, undefined]);
    expect([...asks(0).problems, ...asks(1).problems]).toEqual([]);
  });

  test('0xFFFFFFFF is the last one prepared', () => {
    const s = known();
    s.client(execute(0xffffffff, five)).server(ok(1));
    expect(last(s)).toMatchObject(one);
  });

  test('pipelined behind its PREPARE it is kept as bytes, and no later one is misread', () => {
    const s = known();
    s.client(prepare, execute(0xffffffff, five)).server(...prepared(2, 0, 1), ok(1));
    expect(last(s)).toMatchObject({ parameters: undefined, undecoded: bytes(five) });
    s.client(execute(2, '00 00 0600000000000000')).server(ok(1));
    expect(last(s)).toMatchObject({ undecoded: bytes('00 00 0600000000000000') });
    expect(s.problems).toEqual([]);
  });

  test('a statement that is closed, never prepared, or gone with COM_RESET_CONNECTION is unknown', () => {
    const s = known().client(execute(7, five)).server(err(1));
    expect(last(s)).toMatchObject({ undecoded: bytes(five) });
    s.client(packet(0, `19 ${u32(1)}`), execute(1, five)).server(err(1));
    expect(last(s)).toMatchObject({ undecoded: bytes(five) });
    const t = known().client(packet(0, '1f'), execute(1, five)).server(ok(1), err(1));
    expect(last(t)).toMatchObject({ undecoded: bytes(five) });
    expect([...s.problems, ...t.problems]).toEqual([]);
  });

  test('a PREPARE that fails says nothing', () => {
    const s = known().client(prepare).server(err(1)).client(execute(0xffffffff, five)).server(ok(1));
    expect(last(s)).toMatchObject(one);
    expect(s.problems).toEqual([]);
  });

  test('bulk execution: rows of indicators and values', () => {
    const s = known()
      .client(packet(0, `fa ${u32(1)} 8000 0300 00 05000000 01 00 07000000`))
      .server(ok(1));
    expect(s.packets.at(-2)?.value).toMatchObject({
      types: [3],
      rows: [[{ indicator: 0, value: bytes('05000000') }], [{ indicator: 1 }], [{ indicator: 0, value: bytes('07000000') }]],
    });
    expect(s.problems).toEqual([]);
  });
});

describe('binary rows are read by their definitions', () => {
  const row = (sequenceId: number): Uint8Array => packet(sequenceId, '00 00 2a000000');
  const values = (s: Script): unknown[] =>
    s.packets
      .filter((p) => p.name === 'BinaryRow')
      .map((p) => ((p.value?.['values'] ?? []) as Uint8Array[]).map((value, i) => binaryValueText(p.columns?.[i] ?? { type: 0 }, value)));

  test('of the resultset, and from a cursor by those of the execution', () => {
    const s = script()
      .loggedIn()
      .client(prepare)
      .server(...prepared(1, 1, 0));
    s.client(execute(1, '')).server(packet(1, '01'), definition(2), eof(3), row(4), eof(5));
    s.client(execute(1, '')).server(packet(1, '01'), definition(2), eof(3, '4200'));
    s.client(packet(0, `1c ${u32(1)} 01000000`)).server(row(1), eof(2, '4200'));
    expect(values(s)).toEqual([['42'], ['42']]);
    expect(s.problems).toEqual([]);
  });

  test('a definition less than columns: the row is named and not read', () => {
    const s = script()
      .loggedIn()
      .client(prepare)
      .server(...prepared(1, 0, 0));
    s.client(execute(1, '')).server(packet(1, '02'), definition(2), eof(3), row(4), eof(5));
    expect(s.packets.find((p) => p.name === 'BinaryRow')?.value).toBeUndefined();
  });

  test('an OK follows the OUT parameters of a CALL, though MySQL 9.7 does not announce it', () => {
    const s = script()
      .loggedIn()
      .client(prepare)
      .server(...prepared(1, 0, 0));
    s.client(execute(1, '')).server(packet(1, '01'), definition(2), eof(3, '0a10'), row(4), eof(5, '0200'), ok(6));
    expect(s.lines.at(-1)).toBe('s OK <- COM_STMT_EXECUTE');
    expect(s.problems).toEqual([]);
  });
});
