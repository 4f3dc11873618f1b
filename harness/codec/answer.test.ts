import { describe, expect, test } from 'vitest';
import { frame } from './frame.ts';
import { bytes, definition, eof, err, join, ok, packet, ping, query, script, text } from './scripted-conversation.ts';

describe('results', () => {
  test('with DEPRECATE_EOF an OK ends the rows, also a long one', () => {
    const s = script().loggedIn('DEPRECATE_EOF').client(query('q'));
    s.server(packet(1, '01'), definition(2), packet(3, '0131'), packet(4, `fe0000 0200 0000 09${text('some info')}`));
    expect(s.after.slice(1)).toEqual(['ColumnCount', 'ColumnDefinition41', 'TextRow', 'OK'].map((name) => `s ${name} <- COM_QUERY`));
    expect(s.packets.at(-1)?.value).toMatchObject({ header: 0xfe, info: 'some info' });
  });

  test('several results: MORE_RESULTS_EXISTS in EOF and in OK', () => {
    const s = script().loggedIn().client(query('q'));
    s.server(packet(1, '01'), definition(2), eof(3, '0a00'), eof(4, '0a00'), packet(5, '0000000a000000'), ok(6));
    expect(s.after.slice(1)).toEqual(
      ['ColumnCount', 'ColumnDefinition41', 'EOF', 'EOF', 'OK', 'OK'].map((name) => `s ${name} <- COM_QUERY`),
    );
  });

  test('an ERR may come instead of anything', () => {
    const before = [packet(1, '01'), definition(2), eof(3), packet(4, '0131')];
    for (let n = 0; n <= before.length; n++) {
      const s = script()
        .loggedIn()
        .client(query('q'))
        .server(...before.slice(0, n), err(n + 1))
        .client(ping)
        .server(ok(1));
      expect(s.lines.at(-1)).toBe('s OK <- COM_PING');
      expect(s.problems).toEqual([]);
    }
  });

  test('LOCAL INFILE: the file, its empty packet, then OK; commands are commands again', () => {
    const s = script()
      .loggedIn('LOCAL_FILES')
      .client(query('load'))
      .server(packet(1, `fb${text('/tmp/f')}`));
    s.client(packet(2, text('one\n')), packet(3, ''))
      .server(ok(4))
      .client(ping)
      .server(ok(1));
    expect(s.after).toEqual([
      'c COM_QUERY',
      's LocalInfileRequest <- COM_QUERY',
      'c LocalInfileData',
      'c LocalInfileData',
      's OK <- COM_QUERY',
      'c COM_PING',
      's OK <- COM_PING',
    ]);
  });

  test('COM_STATISTICS gets a string, COM_FIELD_LIST definitions and EOF', () => {
    const s = script()
      .loggedIn()
      .client(packet(0, '09'), packet(0, `04${text('t\0')}`))
      .server(packet(1, text('Uptime: 1')), definition(1), eof(2));
    expect(s.after.slice(2)).toEqual([
      's Statistics <- COM_STATISTICS',
      's ColumnDefinition41 <- COM_FIELD_LIST',
      's EOF <- COM_FIELD_LIST',
    ]);
  });

  test('a missing EOF and one that comes too early are problems, and the rest is still read', () => {
    const missing = script().loggedIn().client(query('q')).server(packet(1, '01'), definition(2), packet(3, '0131'), eof(4));
    expect(missing.problems).toEqual(['TextRow: no EOF after the column definitions, though DEPRECATE_EOF is not agreed']);
    const early = script().loggedIn().client(query('q')).server(packet(1, '02'), definition(2), eof(3), packet(4, '01310132'), eof(5));
    expect(early.problems).toEqual(['EOF: EOF with 1 column definitions still to come']);
    expect(early.after.at(-1)).toBe('s EOF <- COM_QUERY');
  });

  test('a cell of 16 MiB starts with 0xFE and ends no rows', () => {
    const cell = join(bytes('fe0000000100000000'), new Uint8Array(0x1000000));
    const old = script()
      .loggedIn()
      .client(query('q'))
      .server(packet(1, '01'), definition(2), eof(3), frame(cell, { sequenceId: 4 }), eof(6));
    expect(old.after.slice(4)).toEqual(['s TextRow <- COM_QUERY', 's EOF <- COM_QUERY']);
    const now = script().loggedIn('DEPRECATE_EOF').client(query('q'));
    now.server(packet(1, '01'), definition(2), frame(cell, { sequenceId: 3 }), packet(5, 'fe000002000000'));
    expect(now.after.slice(3)).toEqual(['s TextRow <- COM_QUERY', 's OK <- COM_QUERY']);
    expect([...old.problems, ...now.problems]).toEqual([]);
  });
});

test('definitions of a statement that take megabytes are not kept: its rows are then not read', () => {
  const rowOf = (name: string): unknown => {
    const named = `03646566 000000 fd${(name.length + 0x1000000).toString(16).slice(1).match(/../g)?.reverse().join('')}${text(name)}`;
    const told = `${named} 00 0c 3f00 01000000 03 8100 00 0000`;
    const s = script().loggedIn('DEPRECATE_EOF');
    s.client(packet(0, `16${text('q')}`)).server(packet(1, '00 01000000 0100 0000 00 0000'), packet(2, told));
    s.client(packet(0, '17 01000000 00 01000000')).server(packet(1, '01'), packet(2, told), packet(3, '00 00 07000000'));
    return s.packets.find(({ name: what }) => what === 'BinaryRow')?.value?.['values'];
  };
  expect(rowOf('a')).toEqual([bytes('07000000')]);
  expect(rowOf('a'.repeat(3 << 20))).toBeUndefined();
});
