import { describe, expect, test } from 'vitest';
import { type CapabilityName, flags } from './capability.ts';
import { compressedFrame } from './compressed-frame.ts';
import { Conversation } from './conversation.ts';
import {
  bytes,
  definition,
  eof,
  err,
  greeting,
  join,
  ok,
  packet,
  ping,
  query,
  quit,
  response,
  response41,
  response320,
  script,
  text,
} from './scripted-conversation.ts';

describe('early data', () => {
  test("HAProxy's check before the greeting: what tshark 4.0 calls one COM_QUIT", () => {
    const { lines, packets } = script().client(response41, quit).server(greeting).server(ok(2));
    expect(lines).toEqual(['c HandshakeResponse41 early', 'c COM_QUIT early', 's HandshakeV10', 's OK <- HandshakeResponse41']);
    expect(packets[0]?.value).toMatchObject({ user: 'haproxy_check' });
    expect(packets.map(({ offset, size }) => [offset, size])).toEqual([
      [0, 51],
      [51, 5],
      [0, 104],
      [104, 11],
    ]);
  });

  test('pre-41, and its 3-byte OK', () => {
    const { lines, packets } = script().client(response320, quit).server(greeting, bytes('03000002 000000'));
    expect(lines).toEqual(['c HandshakeResponse320 early', 'c COM_QUIT early', 's HandshakeV10', 's OK <- HandshakeResponse320']);
    expect(packets[3]?.value).toMatchObject({ affectedRows: 0, warnings: undefined });
  });

  test('a bare COM_QUIT is no HandshakeResponse; the ERR that follows is in order', () => {
    expect(
      script()
        .client(quit)
        .server(greeting, packet(1, `ff8404${text('#08S01out of order')}`)).lines,
    ).toEqual(['c COM_QUIT early !! a command where HandshakeResponse was due', 's HandshakeV10', 's ERR']);
  });

  test('a query before login, whose bytes look like capability flags, is a query', () => {
    // "\x03s": 0x7303 has the bit of PROTOCOL_41.
    expect(script().client(query('select 1')).lines).toEqual(['c COM_QUERY early !! a command where HandshakeResponse was due']);
  });

  test('the flags of the client count until the greeting is there, then those of both', () => {
    const s = script().client(response('DEPRECATE_EOF', 'QUERY_ATTRIBUTES'));
    expect(s.conversation.context.capabilities).toBe(flags('PROTOCOL_41', 'SECURE_CONNECTION', 'DEPRECATE_EOF', 'QUERY_ATTRIBUTES'));
    s.server(greeting);
    // MariaDB 10.11 does not offer QUERY_ATTRIBUTES.
    expect(s.conversation.context.capabilities).toBe(flags('PROTOCOL_41', 'SECURE_CONNECTION', 'DEPRECATE_EOF'));
  });
});

describe("MariaDB's extended capabilities", () => {
  const extended = (...names: readonly CapabilityName[]): Uint8Array => {
    const bytesOf = response(...names);
    bytesOf.set(bytes('0c000000'), 4 + 28);
    return bytesOf;
  };
  test('are what both sides have, where the client leaves LONG_PASSWORD out', () => {
    const s = script().server(greeting).client(extended());
    expect(s.conversation.context.mariadbCapabilities).toBe(0x0c);
    const mysql = script().server(greeting).client(extended('LONG_PASSWORD'));
    expect(mysql.conversation.context.mariadbCapabilities).toBe(0);
  });
});

describe('pipelined commands', () => {
  test('each answer goes to the oldest command that has none', () => {
    const s = script().server(greeting).client(response41, query('select 1'), ping, quit).server(ok(2));
    s.server(packet(1, '01'), definition(2), eof(3), packet(4, '0131'), eof(5), ok(1));
    expect(s.lines.slice(5)).toEqual([
      's OK <- HandshakeResponse41',
      's ColumnCount <- COM_QUERY',
      's ColumnDefinition41 <- COM_QUERY',
      's EOF <- COM_QUERY',
      's TextRow <- COM_QUERY',
      's EOF <- COM_QUERY',
      's OK <- COM_PING',
    ]);
  });

  test('COM_STMT_CLOSE and COM_STMT_SEND_LONG_DATA have no answer', () => {
    const s = script().loggedIn().client(packet(0, '1901000000'), packet(0, '180100000000007a'), ping).server(ok(1));
    expect(s.after).toEqual(['c COM_STMT_CLOSE', 'c COM_STMT_SEND_LONG_DATA', 'c COM_PING', 's OK <- COM_PING']);
  });

  test('an empty packet is refused as a command, and what is sent behind it keeps its own answer', () => {
    const s = script()
      .loggedIn()
      .client(packet(0, ''), packet(0, '0a'))
      .server(packet(1, 'ff1704233038533031 556e6b6e6f776e'), packet(1, '01'));
    expect(s.lines.slice(-2)).toEqual(['s ERR <- empty packet', 's ColumnCount <- COM_PROCESS_INFO']);
  });

  test('an answer that stops short does not spoil the next one', () => {
    const s = script().loggedIn().client(query('a'), ping).server(packet(1, '01'), definition(2), ok(1));
    expect(s.after.at(-1)).toBe('s OK <- COM_PING !! the answer to COM_QUERY has not ended before it');
  });
});

describe('login', () => {
  test('AuthSwitchRequest and the answer to it', () => {
    const s = script().server(greeting).client(response('PLUGIN_AUTH'));
    s.server(packet(2, `fe${text('mysql_native_password\0')}${'41'.repeat(20)}00`))
      .client(packet(3, 'aa'.repeat(20)))
      .server(ok(4));
    expect(s.after.length).toBe(2);
    expect(s.lines.slice(2)).toEqual(['s AuthSwitchRequest <- HandshakeResponse41', 'c AuthSwitchResponse', 's OK <- HandshakeResponse41']);
  });

  test('the old AuthSwitchRequest is a single byte', () => {
    expect(script().server(greeting).client(response41).server(packet(2, 'fe')).lines[2]).toBe(
      's OldAuthSwitchRequest <- HandshakeResponse41',
    );
  });

  test('caching_sha2_password: fast (two server packets in a row), and full', () => {
    const fast = script().server(greeting).client(response('PLUGIN_AUTH')).server(packet(2, '0103'), ok(3));
    expect(fast.problems).toEqual([]);
    // Nobody has asked for more: what the client sends in between crosses the end of the login, which counts on from the server's own packet.
    const crossed = script()
      .server(greeting)
      .client(response('PLUGIN_AUTH'))
      .server(packet(2, '0103'))
      .client(packet(3, ''))
      .server(err(3));
    expect(crossed.problems).toEqual([]);
    const full = script().server(greeting).client(response('PLUGIN_AUTH')).server(packet(2, '0104'));
    full
      .client(packet(3, '02'))
      .server(packet(4, `01${text('-----BEGIN')}`))
      .client(packet(5, 'ab'.repeat(256)))
      .server(ok(6));
    expect(full.lines.slice(2)).toEqual([
      's AuthMoreData <- HandshakeResponse41',
      'c AuthSwitchResponse',
      's AuthMoreData <- HandshakeResponse41',
      'c AuthSwitchResponse',
      's OK <- HandshakeResponse41',
    ]);
  });

  test('COM_CHANGE_USER is a login again', () => {
    const s = script()
      .loggedIn('PLUGIN_AUTH')
      .client(packet(0, `11${text('u\0')}00${text('db\0')}`), ping);
    s.server(packet(1, `fe${text('p\0')}`))
      .client(packet(2, 'aa'))
      .server(ok(3), ok(1));
    expect(s.after).toEqual([
      'c COM_CHANGE_USER',
      'c COM_PING',
      's AuthSwitchRequest <- COM_CHANGE_USER',
      'c AuthSwitchResponse',
      's OK <- COM_CHANGE_USER',
      's OK <- COM_PING',
    ]);
  });

  test('an ERR instead of the greeting, after it, and as the answer', () => {
    expect(script().server(packet(0, `ff1004${text('Too many connections')}`)).lines).toEqual(['s ERR']);
    expect(script().server(greeting, packet(1, `ff8604${text('#08S01timeout')}`)).lines).toEqual(['s HandshakeV10', 's ERR']);
    expect(script().server(greeting).client(response41, quit).server(err(2)).lines.at(-1)).toBe('s ERR <- HandshakeResponse41');
  });

  test('what comes after a refusal, an unasked packet, and an answer without a greeting are problems', () => {
    expect(script().server(greeting).client(response41, ping).server(err(2), ok(1)).problems).toEqual([
      'OK: a packet after the ERR that ended the login',
    ]);
    expect(script().loggedIn().server(ok(1)).problems).toEqual(['OK: it answers nothing that the client sent']);
    expect(script().client(response41).server(ok(2)).problems).toEqual(['OK: no greeting has come before it']);
  });

  test('a server may hang up with an ERR at any time', () => {
    const s = script()
      .loggedIn()
      .server(packet(0, `ff1d04${text('#08S01shutdown')}`));
    expect(s.problems).toEqual([]);
    expect(s.after).toEqual(['s ERR']);
  });
});

describe('sequence ids', () => {
  test('greeting, response, command and answers', () => {
    const problem = (run: ReturnType<typeof script>): string[] => run.problems;
    const late = greeting.slice();
    late[3] = 1;
    expect(problem(script().server(late))).toEqual(['HandshakeV10: sequence id 1, expected 0']);
    expect(problem(script().server(greeting).client(response41).server(ok(1)))).toEqual(['OK: sequence id 1, expected 2']);
    expect(problem(script().loggedIn().client(packet(1, '0e')))).toEqual(['COM_PING: sequence id 1, expected 0']);
    expect(problem(script().loggedIn().client(ping).server(ok(0)))).toEqual(['OK: sequence id 0, expected 1']);
  });

  test('after a fault of the client no id of the server is wrong', () => {
    const wrong = response41.slice();
    wrong[3] = 5;
    // MariaDB goes on with 1, ProxySQL 2.0 with 2, ProxySQL 2.7 with 6.
    for (const id of [1, 2, 6])
      expect(script().server(greeting).client(wrong).server(ok(id)).problems).toEqual(['HandshakeResponse41: sequence id 5, expected 1']);
  });

  test('they wrap after 255', () => {
    const rows = Array.from({ length: 260 }, (_, i) => packet((4 + i) & 0xff, '0131'));
    const s = script()
      .loggedIn()
      .client(query('q'))
      .server(packet(1, '01'), definition(2), eof(3), ...rows, eof(8));
    expect(s.problems).toEqual([]);
    expect(s.after.length).toBe(1 + 3 + 260 + 1);
  });
});

describe('what is not packets', () => {
  const hello = bytes(`16 0301 0005 01 000001 00`);

  test('SSLRequest: what follows is TLS, in the same chunk too, on both sides', () => {
    const request = packet(1, `008a0000 00000001 21 ${'00'.repeat(23)}`);
    const s = script().server(greeting).client(request, hello).server(bytes('16 0303 0002 0200')).client(bytes('170303000101'));
    expect(s.lines).toEqual(['s HandshakeV10', 'c SSLRequest', 'c TLS', 's TLS', 'c TLS']);
    expect(s.packets[2]).toMatchObject({ offset: 36, size: hello.length });
  });

  test('a server that answers an SSLRequest in the clear is read', () => {
    const request = packet(1, `008a0000 00000001 21 ${'00'.repeat(23)}`);
    expect(script().server(greeting).client(request).server(err(2)).lines.at(-1)).toBe('s ERR');
  });

  test('an SSLRequest without TLS behind it: the response in the clear goes on with 2', () => {
    const request = packet(1, `008a0000 00000001 21 ${'00'.repeat(23)}`);
    const second = response41.slice();
    second[3] = 2;
    expect(script().server(greeting).client(request, second).server(ok(3)).lines.slice(1)).toEqual([
      'c SSLRequest',
      'c HandshakeResponse41',
      's OK <- HandshakeResponse41',
    ]);
  });

  test.each([788, 789, 790, 791])(
    'the header of a packet of %i bytes begins as a TLS record does: behind a login in the clear it is a packet',
    (size) => {
      const request = packet(1, `008a0000 00000001 21 ${'00'.repeat(23)}`);
      const second = response41.slice();
      second[3] = 2;
      const long = 'x'.repeat(size - 1);
      const s = script().server(greeting).client(request, second).server(ok(3));
      s.client(query(long)).server(packet(1, `ff8404${text(`#08S01${long}`.slice(0, size - 3))}`));
      expect(s.lines.slice(-2)).toEqual(['c COM_QUERY', 's ERR <- COM_QUERY']);
    },
  );

  // As MariaDB 10.11.19 counts, whose COM_CHANGE_USER always asks anew.
  test('the compressed packets of COM_CHANGE_USER go on through what the client answers', () => {
    const plain = (sequenceId: number, bytes: Uint8Array) => compressedFrame(bytes, { algorithm: 'plain', sequenceId });
    const asked = packet(1, `fe${text('mysql_native_password\0')}${'31'.repeat(20)}00`);
    const s = script()
      .loggedIn('COMPRESS', 'PLUGIN_AUTH')
      .client(plain(0, packet(0, `11${text('u\0')}00 00 2d00 ${text('mysql_native_password\0')}`)))
      .server(plain(1, asked))
      .client(plain(2, packet(2, '')))
      .server(plain(3, ok(3)))
      .client(plain(0, ping))
      .server(plain(1, ok(1)));
    expect(s.problems).toEqual([]);
  });

  test('compression begins behind the OK of the login', () => {
    const command = compressedFrame(ping, { algorithm: 'plain' });
    const answer = compressedFrame(join(ok(1)), { algorithm: 'zlib', sequenceId: 1 });
    const s = script().loggedIn('COMPRESS').client(command, command).server(answer.subarray(0, 9));
    s.server(answer.subarray(9), answer);
    expect(s.after).toEqual(['c COM_PING', 'c COM_PING', 's OK <- COM_PING', 's OK <- COM_PING']);
    const [, second, , last] = s.packets.slice(3);
    expect(second).toMatchObject({ carrier: { sequenceId: 0, uncompressedLength: 0 }, size: 12 });
    expect(last).toMatchObject({ carrier: { sequenceId: 1, uncompressedLength: 11 }, size: answer.length });
    expect((last?.offset ?? 0) - (s.packets[5]?.offset ?? 0)).toBe(answer.length);
  });

  test('a packet may end in the 256th compressed packet behind the one that it begins in, which has its number', () => {
    const row = `fce803${'78'.repeat(1000)}`;
    const answer = join(packet(1, '01'), definition(2), eof(3), packet(4, row), eof(5));
    // The first has the beginning of the row, the last its end and that of the rows.
    const [first, step] = [answer.length - 900, 3];
    const cuts = [0, ...Array.from({ length: 256 }, (_, i) => first + i * step), answer.length];
    const pieces = cuts.slice(1).map((end, i) => answer.subarray(cuts[i], end));
    const s = script()
      .loggedIn('COMPRESS')
      .client(compressedFrame(query('select 1'), { algorithm: 'plain' }))
      .server(...pieces.map((piece, i) => compressedFrame(piece, { algorithm: 'plain', sequenceId: (i + 1) & 0xff })));
    expect(s.packets.at(-1)).toMatchObject({ name: 'EOF', carrier: { sequenceId: 1 } });
    expect(s.problems).toEqual([]);
  });

  test('a packet may begin in one compressed packet and end in another', () => {
    const wire = join(query('select 1'), ping);
    const s = script().loggedIn('COMPRESS');
    const pieces = [wire.subarray(0, 2), wire.subarray(2, 9), wire.subarray(9)].map((piece) =>
      compressedFrame(piece, { algorithm: 'plain' }),
    );
    s.client(...pieces);
    expect(s.after).toEqual(['c COM_QUERY', 'c COM_PING']);
    const [start] = s.packets.slice(2);
    const sizes = pieces.map((piece) => piece.length);
    const [first = 0, second = 0, third = 0] = sizes;
    const base = s.packets[3]?.offset ?? 0;
    expect([s.packets[3]?.size, (s.packets[4]?.offset ?? 0) - base, s.packets[4]?.size]).toEqual([
      first + second + third,
      first + second,
      third,
    ]);
    expect(start?.name).toBe('OK');
  });

  test('what does not decompress is a problem, and the side is lost', () => {
    const s = script().loggedIn('COMPRESS').client(bytes('06 0000 00 10 0000 ffffffffffff'), ping);
    expect(s.after[0]).toMatch(/^c unknown !! at byte 0: no zlib stream/);
  });

  test('HTTP, TLS without asking, PostgreSQL', () => {
    expect(script().client(Buffer.from('GET / HTTP/1.0\r\n\r\n')).server(greeting).lines).toEqual([
      'c HTTP request early',
      's HandshakeV10',
    ]);
    expect(script().server(greeting).client(hello).lines).toEqual(['s HandshakeV10', 'c TLS ClientHello']);
    expect(script().server(Buffer.from('HTTP/1.1 400 Bad Request\r\n')).lines).toEqual(['s HTTP response']);
  });

  test('a PROXY header, then MySQL', () => {
    const s = script().client(Buffer.from('PROXY TCP4 192.0.2.1 192.0.2.2 56324 3306\r\n'), response41);
    expect(s.lines).toEqual(['c PROXY header early', 'c HandshakeResponse41 early']);
    expect(s.packets[1]?.offset).toBe(43);
  });

  test.each([
    ['MySQL', Buffer.from(response41).toString('hex'), ['c PROXY header early', 'c PROXY header early', 'c HandshakeResponse41 early']],
    ['another protocol', '474554202f20485454502f312e310d0a', ['c PROXY header early', 'c PROXY header early', 'c HTTP request early']],
  ])('a header of each proxy of a chain, then %s', (_, behind, lines) => {
    const v2 = '0d0a0d0a000d0a515549540a 20 00 0000';
    const s = script().client(Buffer.from('PROXY TCP4 192.0.2.1 192.0.2.2 56324 3306\r\n'), bytes(v2), bytes(behind));
    expect(s.lines).toEqual(lines);
  });

  test('garbage in a well-formed packet', () => {
    expect(script().client(packet(7, 'deadbeef')).problems).toEqual(['unknown: neither a HandshakeResponse (sequence id 1) nor a command']);
    expect(script().server(packet(0, '50')).problems).toEqual(['unknown: no greeting has come before it']);
  });

  test('an empty packet', () => {
    expect(script().client(packet(0, '')).lines).toEqual(['c empty packet early !! an empty packet where HandshakeResponse was due']);
    expect(script().loggedIn().client(packet(0, '')).after).toEqual(['c empty packet !! an empty packet where a command was due']);
  });

  test('a stream that ends inside a packet', () => {
    const s = script().server(greeting.subarray(0, 50)).client(response41.subarray(0, 2));
    expect(s.conversation.finish().map((p) => `${p.from} ${p.name} ${p.size} !! ${p.problem}`)).toEqual([
      'client incomplete packet 2 !! the stream ends inside a packet: 2 bytes are left',
      'server incomplete packet 50 !! the stream ends inside a packet: 50 bytes are left',
    ]);
    expect(s.conversation.finish()).toEqual([]);
  });

  test('bytes that could still have become PostgreSQL are packets when nothing follows', () => {
    const s = script().client(bytes('00000009'));
    expect(s.packets).toEqual([]);
    expect(s.conversation.finish().map((p) => p.name)).toEqual(['empty packet']);
  });

  test('a packet above the limit ends the decoding of its side, not the program', () => {
    const conversation = new Conversation({ limit: 1000 });
    const [first] = conversation.fromServer(bytes('ffff0f00 0a'));
    expect(first).toMatchObject({ name: 'unknown', problem: expect.stringContaining('1000 are accepted') });
    expect(conversation.fromServer(new Uint8Array(100000)).map((p) => p.name)).toEqual(['unknown']);
  });
});

describe('joined behind the login', () => {
  const agreed = { capabilities: flags('PROTOCOL_41', 'SECURE_CONNECTION') };
  const joined = (): Conversation => new Conversation({ agreed });

  test('a command is one, and its answer belongs to it', () => {
    const conversation = joined();
    const [command] = conversation.fromClient(query('SELECT 1'));
    const answer = conversation.fromServer(join(packet(1, '01'), definition(2), eof(3), packet(4, '0131'), eof(5)));
    expect(command).toMatchObject({ name: 'COM_QUERY' });
    expect(command?.early).toBeUndefined();
    expect(answer.map(({ name, problem, answers }) => [name, problem, answers === command])).toEqual([
      ['ColumnCount', undefined, true],
      ['ColumnDefinition41', undefined, true],
      ['EOF', undefined, true],
      ['TextRow', undefined, true],
      ['EOF', undefined, true],
    ]);
    expect(conversation.unanswered).toBe(0);
  });
});

test('a HandshakeResponse41 that ends too early declares its flags all the same', () => {
  const whole = response('CONNECT_ATTRS', 'DEPRECATE_EOF');
  const conversation = new Conversation();
  conversation.fromServer(greeting);
  const [login] = conversation.fromClient(whole);
  expect(login?.problem).toMatch(/wanted 1 bytes, 0 left/);
  conversation.fromServer(ok(2));
  conversation.fromClient(query('SELECT 1'));
  const answer = conversation.fromServer(join(packet(1, '01'), definition(2), packet(3, '0131'), packet(4, 'fe000002000000')));
  expect(answer.map(({ name, problem }) => [name, problem])).toEqual([
    ['ColumnCount', undefined],
    ['ColumnDefinition41', undefined],
    ['TextRow', undefined],
    ['OK', undefined],
  ]);
});

test('a piece of a file with a wrong sequence id is the fault of the client, and of nobody behind it', () => {
  const told = script()
    .loggedIn('LOCAL_FILES')
    .client(query("LOAD DATA LOCAL INFILE 'f' INTO TABLE t"))
    .server(packet(1, `fb${text('f')}`))
    .client(packet(7, '31'))
    .server(err(2));
  expect(told.problems).toEqual(['LocalInfileData: sequence id 7, expected 2']);
});
