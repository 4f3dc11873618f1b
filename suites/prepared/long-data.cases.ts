import type { Case } from '../../harness/case/case.ts';
import type { Stimulus } from '../../harness/case/step.ts';
import { ascii } from '../bytes.ts';
import { shippedCollations } from '../column-definition.ts';
import { manual } from '../manual.ts';
import {
  execute,
  gives,
  longData,
  longlong,
  nullOf,
  prepared,
  refused,
  reset,
  sameTypes,
  sentBefore,
  text,
  type,
  value,
} from '../prepared-steps.ts';
import { query } from '../query-steps.ts';
import { greeting, loggedIn, ok, ping, works } from '../steps.ts';

const source = [manual['mysql/long-data'], manual['mariadb/long-data']] as const;
const inPlace = [...source, manual['mysql/long-data-takes-the-place'], manual['mariadb/execute-long-data']] as const;
const ofTheLogin = [
  manual['mysql/charset-of-the-connection'],
  manual['mysql/statements-in-character-set-client'],
  manual['mariadb/character-set-client'],
  manual['mysql/results-character-set'],
] as const;
const needs = ['check-account'] as const;
/** As hex. */
const everyByte = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0')).join('');

const pieceOf = (statement: 'first' | 'second', chars: string) =>
  ({
    message: 'COM_STMT_SEND_LONG_DATA',
    with: { statementId: { from: `${statement}.statementId` }, parameter: 0, data: ascii(chars) },
  }) as const satisfies Stimulus;

/** COM_STMT_SEND_LONG_DATA. */
export const cases = [
  {
    id: 'prepared/long-data-in-the-middle',
    title: 'pieces of two parameters that come in turns are kept apart',
    level: 'MUST',
    source: inPlace,
    needs,
    script: [
      ...loggedIn,
      ...prepared('SELECT ?, ?, ?', 3, 3),
      { send: [longData(2, ascii('x')), longData(1, ascii('ab')), longData(2, ascii('y')), longData(1, ascii('cd'))] },
      { send: execute([longlong(1), sentBefore(type.BLOB), sentBefore(type.VAR_STRING)]) },
      gives('1', 'abcd', 'xy'),
      ...works,
    ],
    killedBy: ['long-data-of-parameters-mixed', 'long-data-value-expected-in-execute', 'long-data-keeps-last-chunk'],
  },
  {
    id: 'prepared/long-data-of-two-statements',
    title: 'pieces for the same parameter of two statements that come in turns are kept apart',
    level: 'MUST',
    source: inPlace,
    needs,
    script: [
      ...loggedIn,
      ...prepared('SELECT ?, 1', 1, 2, 'first'),
      ...prepared('SELECT ?, 2', 1, 2, 'second'),
      { send: [pieceOf('first', 'ab'), pieceOf('second', 'x'), pieceOf('first', 'cd'), pieceOf('second', 'y')] },
      { send: execute([sentBefore(type.BLOB)], { statementId: { from: 'second.statementId' } }) },
      gives('xy', '2'),
      { send: execute([sentBefore(type.BLOB)], { statementId: { from: 'first.statementId' } }) },
      gives('abcd', '1'),
      ...works,
    ],
    killedBy: ['long-data-of-statements-mixed'],
  },
  {
    id: 'prepared/long-data-of-parameter-256',
    title: 'the number of the parameter that a piece belongs to has two bytes: a piece of number 256 is none of number 0',
    level: 'MUST',
    source: inPlace,
    needs: [...needs, { feature: 'packets-of-4-kib' }],
    script: [
      ...loggedIn,
      ...prepared(`SELECT ?${', ?'.repeat(256)}`, 257, 257),
      { send: longData(256, ascii('long')) },
      { send: execute([...Array.from({ length: 256 }, (_, i) => longlong(i)), sentBefore(type.BLOB)]) },
      {
        expect: [{ packet: 'BinaryResultset', where: { columns: 257, rows: 1, 'row.0.0': '0', 'row.0.255': '255', 'row.0.256': 'long' } }],
      },
      ...works,
    ],
    deliveries: ['whole'],
    killedBy: ['long-data-parameter-in-one-byte'],
  },
  {
    id: 'prepared/text-of-a-client-in-latin1',
    title: 'a client that has logged in with collation 8 sends its text in latin1, at once and in pieces, and a BLOB as it is',
    // What the manuals say of statements holds for the text of parameters, though no sentence says so.
    level: 'SHOULD',
    source: [...source, ...ofTheLogin],
    needs: [...needs, ...shippedCollations],
    script: [
      greeting,
      { send: { message: 'HandshakeResponse41', account: 'check', with: { characterSet: 8 } } },
      ok,
      query('SET character_set_results = utf8mb4'),
      ok,
      ...prepared("SELECT ?, ?, ?, 'latin1'", 3, 4),
      { send: longData(1, 'e974') },
      { send: longData(1, 'e9') },
      { send: execute([text('th\xe9'), sentBefore(type.VAR_STRING), value(type.BLOB, 'e9')]) },
      gives('th\xc3\xa9', '\xc3\xa9t\xc3\xa9', '\xe9', 'latin1'),
      ...works,
    ],
    killedBy: ['parameter-in-utf8-always', 'long-data-in-utf8-always', 'blob-parameter-as-utf8', 'handshake-collation-ignored'],
  },
  {
    id: 'prepared/long-data-beside-null',
    title: 'pieces of a parameter arrive where another one is NULL',
    level: 'MUST',
    source: [...inPlace, manual['mariadb/execute-null-bitmap']],
    needs,
    script: [
      ...loggedIn,
      ...prepared('SELECT ?, ?, ?', 3, 3),
      { send: longData(1, ascii('long')) },
      { send: execute([nullOf(type.LONGLONG), sentBefore(type.BLOB), text('x')]) },
      gives(null, 'long', 'x'),
      ...works,
    ],
    killedBy: ['long-data-lost-beside-null', 'long-data-value-expected-in-execute'],
  },
  {
    id: 'prepared/long-data-beside-its-own-null-bit',
    title: 'pieces of a parameter arrive where its own bit in COM_STMT_EXECUTE says NULL',
    // That what is bound does not count MySQL's manual alone says.
    level: 'SHOULD',
    source: inPlace,
    needs,
    script: [
      ...loggedIn,
      ...prepared('SELECT ?, ?', 2, 2),
      { send: longData(0, ascii('long')) },
      { send: execute([nullOf(type.BLOB), text('x')]) },
      gives('long', 'x'),
      ...works,
    ],
    killedBy: ['long-data-loses-to-null-bit'],
  },
  {
    id: 'prepared/long-data-empty-piece',
    title: 'an empty piece makes an empty string, and adds nothing to what is there',
    // No manual says what an empty piece is.
    level: 'OBSERVE',
    source: inPlace,
    needs,
    script: [
      ...loggedIn,
      ...prepared('SELECT ?, ?', 2, 2),
      { send: longData(0, '') },
      { send: longData(1, ascii('a')) },
      { send: longData(1, '') },
      { send: execute([sentBefore(type.BLOB), sentBefore(type.BLOB)]) },
      gives('', 'a'),
      ...works,
    ],
    killedBy: ['empty-long-data-ignored'],
  },
  {
    id: 'prepared/long-data-is-used-once',
    title: 'an execution uses the pieces up: the next one takes its value from the packet',
    // That an execution ends it MySQL's manual alone says.
    level: 'SHOULD',
    source: inPlace,
    needs,
    script: [
      ...loggedIn,
      ...prepared('SELECT ?', 1, 1),
      { send: longData(0, ascii('long')) },
      { send: execute([sentBefore(type.BLOB)]) },
      gives('long'),
      { send: execute([value(type.BLOB, ascii('short'))], sameTypes) },
      gives('short'),
      ...works,
    ],
    killedBy: ['long-data-stays-behind-execute'],
  },
  {
    id: 'prepared/long-data-of-no-parameter',
    title: 'COM_STMT_SEND_LONG_DATA for a parameter that does not exist is told by the next execution, with an ERR',
    // No manual says what becomes of it.
    level: 'OBSERVE',
    source: [...source, manual['mysql/execute-answer'], manual['mariadb/execute-answer']],
    needs,
    script: [
      ...loggedIn,
      ...prepared('SELECT ?', 1, 1),
      { send: longData(7, ascii('abc')) },
      ...ping,
      { send: execute([text('v')]) },
      refused,
      ...works,
    ],
    killedBy: ['long-data-of-no-parameter-ignored'],
  },
  {
    id: 'prepared/long-data-failure-ends-with-reset',
    title: 'COM_STMT_RESET takes away what went wrong in COM_STMT_SEND_LONG_DATA',
    level: 'SHOULD',
    source: [...source, manual['mysql/reset'], manual['mariadb/reset']],
    needs,
    script: [
      ...loggedIn,
      ...prepared('SELECT ?', 1, 1),
      { send: longData(7, ascii('abc')) },
      { send: reset },
      ok,
      { send: execute([text('v')]) },
      gives('v'),
      ...works,
    ],
    killedBy: ['reset-keeps-failure'],
  },
  {
    id: 'prepared/reset-drops-long-data',
    title: 'COM_STMT_RESET drops the pieces: the next execution takes its value from the packet',
    level: 'MUST',
    source: [manual['mysql/reset'], manual['mariadb/reset']],
    needs,
    script: [
      ...loggedIn,
      ...prepared('SELECT ?', 1, 1),
      { send: longData(0, ascii('long')) },
      { send: reset },
      { expect: [{ packet: 'OK', sequenceId: 1 }] },
      { send: execute([value(type.BLOB, ascii('short'))]) },
      gives('short'),
      ...works,
    ],
    killedBy: ['reset-keeps-long-data', 'reset-answers-eof'],
  },
  {
    id: 'prepared/long-data-of-every-byte',
    title: 'a value in two pieces that hold each byte from 0x00 to 0xFF comes back as it was sent',
    level: 'MUST',
    source: inPlace,
    needs,
    script: [
      ...loggedIn,
      ...prepared('SELECT ?', 1, 1),
      { send: [longData(0, everyByte.slice(0, 256)), longData(0, everyByte.slice(256))] },
      { send: execute([sentBefore(type.BLOB)]) },
      gives(Buffer.from(everyByte, 'hex').toString('latin1')),
      ...works,
    ],
    killedBy: ['long-data-ends-at-nul', 'long-data-keeps-last-chunk'],
  },
  {
    id: 'prepared/long-data-of-100-kib',
    title: 'a value in pieces of 50 KiB is as long as all of them',
    level: 'MUST',
    source: inPlace,
    needs: [...needs, { feature: 'values-of-512-kib' }],
    script: [
      ...loggedIn,
      ...prepared('SELECT LENGTH(?)', 1, 1),
      { send: { ...longData(0, '61'), padTo: 7 + 51_200 } },
      { send: { ...longData(0, '62'), padTo: 7 + 51_200 } },
      { send: execute([sentBefore(type.LONG_BLOB)]) },
      gives('102400'),
      ...works,
    ],
    deliveries: ['whole', 'fields'],
    killedBy: ['long-data-keeps-last-chunk', 'parameter-cut-at-64-kib'],
  },
] as const satisfies readonly Case[];
