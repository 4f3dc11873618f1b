import { describe, expect, test } from 'vitest';
import { join } from '../harness/codec/frame.ts';
import { inspectCapture } from '../harness/inspect/inspect-capture.ts';
import { captureOfTurns } from '../harness/inspect/testing/capture-of.ts';
import { lintRules } from './lint.ts';
import {
  ascii,
  client,
  definition,
  greeting,
  login,
  login320,
  mariadbGreeting,
  ok,
  packet,
  ping,
  query,
  quit,
  server,
  type Turn,
} from './lint-turns.ts';

const told = (turns: readonly Turn[]): readonly string[] =>
  inspectCapture(captureOfTurns(turns), lintRules).connections.flatMap(({ findings }) =>
    findings.map(({ rule, level }) => `${level} ${rule}`),
  );

const begun = [server(greeting()), client(login())];
const mysql = [...begun, server(ok(2))];
const mariadb = [server(mariadbGreeting()), client(login()), server(ok(2))];
const err = (sequenceId: number, code: number, text: string): Uint8Array => packet(sequenceId, 0xff, code & 0xff, code >> 8, text);
const gone: Turn = { from: 'server' };
const pinged = [client(ping), server(ok(1))];

const switched = (hello: Uint8Array): Turn[] => [
  ...[server(hello), client(login(['PLUGIN_AUTH'])), server(packet(2, 0xfe, 'dialog', 0)), client(packet(3, 'secret', 0))],
  ...[server(packet(4, 4, 'One-time password: ')), client(packet(5, '123456', 0)), server(ok(6)), ...pinged],
];
const sslRequest = packet(1, 0x05, 0xaa, 0, 0, 0, 0, 0, 1, 45, '\0'.repeat(23));
const numbered = (bytes: Uint8Array, sequenceId: number): Uint8Array => bytes.with(3, sequenceId);
const cursor: Turn[] = [
  ...[
    client(packet(0, 0x16, 'SELECT 1')),
    server(packet(1, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0), definition(2), packet(3, 0xfe, 0, 0, 2, 0)),
  ],
  ...[client(packet(0, 0x17, 1, 0, 0, 0, 0, 1, 0, 0, 0)), server(packet(1, 1), definition(2))],
];
const ended = join([packet(3, 0xfe, 0, 0, 2, 0), packet(4, 0, 0, 1, 0, 0, 0), packet(5, 0xfe, 0, 0, 2, 0)]);
const changed: Turn[] = [
  ...[client(packet(0, 0x11, 'haproxy_check\0\0\0')), server(packet(1, 0xfe, 'mysql_native_password', 0, 'abcdefghijklmnopqrst', 0))],
  ...[client(packet(2)), server(ok(3))],
];
const changedWith = (...more: readonly number[]): Turn[] => [
  ...[client(packet(0, 0x11, 'haproxy_check\0\0\0', 45, 0, ...more)), server(ok(1))],
];
const fileAsked: Turn[] = [
  ...[server(greeting(['LOCAL_FILES'])), client(login(['LOCAL_FILES'])), server(ok(2))],
  ...[client(query("LOAD DATA LOCAL INFILE 'f' INTO TABLE t")), server(packet(1, 0xfb, 'f')), client(packet(2, '1,one\n'))],
];
/** A heartbeat's header, and a name; `ack`: for a semi-synchronous replica, which acknowledges where it is 1. */
const event = (sequenceId: number, ack: number): Uint8Array =>
  packet(sequenceId, 0, 0xef, ack, ...[0, 0, 0, 0, 27, 1, 0, 0, 0, 32, 0, 0, 0, 4, 0, 0, 0, 0, 0], 'binlog.000001');
const dumped = (first: Uint8Array): Turn[] => [...mysql, client(first), server(event(1, 1), event(2, 0))];
const dump = packet(0, 0x12, 4, 0, 0, 0, 0, 0, 1, 0, 0, 0, 'binlog.000001');
const ack = packet(0, 0xef, 4, 0, 0, 0, 0, 0, 0, 0, 'binlog.000001');
const bare = (sequenceId: number): Uint8Array => packet(sequenceId, 0, 1, 0, 0, 0, 0, 0, 0, 0);
const prepared = (hello: readonly Turn[]): Turn[] => [...hello, client(packet(0, 0x16, 'DO 1')), server(bare(1))];

/** What right peers do, and what is told of them: nothing that accuses. Behind it, what differs from it and is wrong. */
const pairs: readonly (readonly [
  what: string,
  turns: readonly Turn[],
  wrong?: readonly Turn[] | undefined,
  rule?: string | undefined,
  notes?: readonly string[],
])[] = [
  [
    "data of MariaDB's plugins without a 0x01 in front (mariadb/connection: the server may send it)",
    switched(mariadbGreeting(['PLUGIN_AUTH'])),
    switched(greeting(['PLUGIN_AUTH'])),
    'MUST packet/fits-its-place',
  ],
  [
    'a greeting that counts its scramble without the NUL',
    [server(greeting(['PLUGIN_AUTH'], { authDataLength: 20 })), client(login(['PLUGIN_AUTH'])), server(ok(2))],
    [server(greeting(['PLUGIN_AUTH'], { authDataLength: 8 })), client(login(['PLUGIN_AUTH'])), server(ok(2))],
    'SHOULD greeting/tells-the-length-of-its-scramble',
  ],
  [
    "MariaDB's reserved byte and filler, which its manual does not call zero",
    [server(mariadbGreeting([], { filler: Uint8Array.of(1), reserved: new Uint8Array(6).fill(1) })), client(login()), server(ok(2))],
    [server(greeting([], { filler: Uint8Array.of(1), serverVersion: '5.5.5-m3-log' })), client(login()), server(ok(2))],
    'SHOULD greeting/filler-is-zero',
  ],
  [
    'a resultset for a client of before 4.1: ColumnDefinition320; and an info whose length looks like MORE_RESULTS_EXISTS (40)',
    [
      ...[server(greeting()), client(login320), server(packet(2, 0, 0, 0)), client(query('SELECT 1'))],
      server(packet(1, 1), packet(2, 0, 1, '1', 3, 1, 0, 0, 1, 8, 3, 1, 0, 0), packet(3, 0xfe), packet(4, 1, '1'), packet(5, 0xfe)),
      ...[client(query('UPDATE t SET a=2')), server(packet(1, 0, 1, 0, 40, 'Rows matched: 1  Changed: 1  Warnings: 0'))],
      ...[client(query('BEGIN')), server(packet(1, 0, 0, 0))],
    ],
    [
      ...[...mysql, client(query('SELECT 1'))],
      server(packet(1, 1), packet(2, 0, 1, '1', 3, 1, 0, 0, 1, 8, 3, 1, 0, 0), packet(3, 0xfe, 0, 0, 2, 0)),
    ],
    'MUST command/definition-is-of-the-catalog-def',
  ],
  [
    'an ERR of MariaDB without SQLSTATE (its manual: if the next byte is #)',
    [...mariadb, client(query('x')), server(err(1, 1064, 'You have an error'))],
    [...mysql, client(query('x')), server(err(1, 1064, 'You have an error'))],
    'MUST err/has-sqlstate',
  ],
  [
    "a code of the client library that a stored program's SIGNAL has chosen",
    [...mariadb, client(query('CALL p()')), server(err(1, 5001, '#45000mine'))],
    [...mariadb, client(query('CALL p()')), server(err(1, 5001, '#HY000lost'))],
    'MUST err/code-is-not-the-clients',
  ],
  [
    'an ERR 65535 that a SIGNAL has made',
    [...mariadb, client(query('CALL p()')), server(err(1, 0xffff, '#45000mine'))],
    [...mariadb, client(query('CALL p()')), server(err(1, 0xffff, '\x01\x01\x01\0\0\0\x05stage'))],
    'MUST err/progress-only-on-request',
  ],
  [
    'a COM_STMT_PREPARE_OK of 10 bytes, which MySQL allows and MariaDB does not',
    prepared(mysql),
    prepared(mariadb),
    'MUST command/prepare-ok-has-its-warnings',
  ],
  [
    'a server that is cut off inside an answer, by KILL or net_write_timeout: told of, and not accused',
    [
      ...[...mysql, client(query('SELECT 1')), server(packet(1, 1), definition(2), packet(3, 0xfe, 0, 0, 2, 0))],
      ...[server(packet(4, 200, 'x'.repeat(200)).subarray(0, 50)), gone],
    ],
    undefined,
    undefined,
    ['OBSERVE command/answer-is-whole', 'OBSERVE framing/stream-ends-with-a-packet'],
  ],
  [
    'the ERR of a timeout that crosses a command',
    [...mysql, client(ping), server(err(0, 4031, '#HY000The client was disconnected by the server')), gone],
    [...mysql, client(ping), server(err(0, 1064, '#42000You have an error'))],
    'MUST framing/sequence-ids-count-on',
  ],
  [
    'the rest of a file, behind an ERR that the client could not know of',
    [...fileAsked, server(err(3, 1290, '#HY000no')), client(packet(3, '2,two\n'), packet(4)), ...pinged],
    [...fileAsked, client(packet(3)), server(ok(4)), client(packet(0))],
    'MUST command/is-not-empty',
  ],
  [
    'ACKs of a semi-synchronous replica inside COM_BINLOG_DUMP; servers count on from their own packet or from the ACK',
    [...dumped(dump), client(ack), server(event(3, 1)), client(ack), server(event(1, 0))],
    [...dumped(dump), server(event(1, 0))],
    'MUST framing/sequence-ids-count-on',
  ],
  [
    'a login without the level of a ZSTD that the server does not offer',
    [server(greeting()), client(login(['ZSTD_COMPRESSION_ALGORITHM'], { zstdLevel: new Uint8Array(0) })), server(ok(2))],
    [
      ...[server(greeting(['ZSTD_COMPRESSION_ALGORITHM']))],
      ...[client(login(['ZSTD_COMPRESSION_ALGORITHM'], { zstdLevel: new Uint8Array(0) })), server(ok(2))],
    ],
    'MUST packet/client-has-its-fields',
    ['OBSERVE login/declares-what-is-offered'],
  ],
  [
    'attributes of a COM_CHANGE_USER that the server does not offer (mysql2 to ProxySQL 2.7.1)',
    [server(greeting()), client(login(['CONNECT_ATTRS'])), server(ok(2)), ...changedWith(0)],
    [server(greeting()), client(login()), server(ok(2)), ...changedWith(0)],
    'SHOULD packet/client-ends-with-its-fields',
    ['OBSERVE login/declares-what-is-offered'],
  ],
  [
    'the ERR of a server that takes no PROXY header: it has not read the login behind it',
    [server(greeting()), client(ascii('PROXY UNKNOWN\r\n'), login()), server(err(1, 1156, '#08S01Got packets out of order'))],
    [server(greeting()), client(login()), server(err(1, 1156, '#08S01Got packets out of order'))],
    'MUST framing/sequence-ids-count-on',
  ],
  [
    'the ERR of a server that waits for TLS behind an SSLRequest',
    [server(greeting(['SSL'])), client(sslRequest), client(numbered(login(['SSL']), 2)), server(err(2, 1043, '#08S01Bad handshake'))],
    [server(greeting(['SSL'])), client(login()), server(err(1, 1043, '#08S01Bad handshake'))],
    'MUST framing/sequence-ids-count-on',
  ],
  [
    'rows behind an EOF; an OK in its place (MySQL 9.7.4, of a statement whose cursor is open) is a missing EOF',
    [...mysql, ...cursor, server(ended)],
    [...mysql, ...cursor, server(ok(3))],
    'MUST packet/eof-behind-definitions',
  ],
  [
    'MySQL asks for a plugin behind the COM_CHANGE_USER of a client without PLUGIN_AUTH, as its page says; MariaDB’s has 0xFE alone',
    [...mysql, ...changed],
    [...mariadb, ...changed],
    'MUST login/switches-only-with-plugin-auth',
  ],
  [
    'what follows COM_CLONE is another protocol',
    [
      ...mysql,
      client(packet(0, 0x20)),
      server(ok(1)),
      client(packet(0, 1, 'init')),
      server(packet(1, 1, 'locators'), packet(2, 3, 'data')),
    ],
    [...mysql, client(packet(0, 1)), server(packet(1, 1, 'locators'))],
    'MUST packet/answers-something',
  ],
];

describe('right peers are accused of nothing, and what differs from them is', () => {
  test.each(pairs.map(([what, turns, wrong, rule, notes = []]) => ({ what, turns, wrong, rule, notes })))(
    '$what',
    ({ turns, wrong, rule, notes }) => {
      expect([...told(turns)].sort()).toEqual(notes);
      if (wrong) expect(told(wrong)).toContain(rule);
    },
  );
});

test('a replica that acknowledges waits for nothing but its events', () => {
  const [one] = inspectCapture(captureOfTurns([...dumped(dump), client(ack, ack), client(quit)]), lintRules).connections;
  expect(one?.commands).toEqual({ COM_BINLOG_DUMP: 1, COM_QUIT: 1 });
  expect(one?.ending.waiting.map(({ packet: name }) => name)).toEqual(['COM_BINLOG_DUMP']);
});

test('what is larger than we accept is nobody’s fault', () => {
  const unpack = lintRules.find(({ id }) => id === 'framing/compressed-packets-unpack');
  const reads = (problem: string): boolean => unpack !== undefined && 'problem' in unpack && unpack.problem.test(problem);
  expect(reads('at byte 0: no zstd frame: the data is cut')).toBe(true);
  expect(reads('at byte 0: no zlib stream of 9 bytes: incorrect header check')).toBe(true);
  expect(reads('at byte 0: 8 bytes where 9 are announced')).toBe(true);
  expect(reads('at byte 0: no zstd frame: it needs a window of 268435456 bytes, and 134217728 are accepted; decompress it first')).toBe(
    false,
  );
});
