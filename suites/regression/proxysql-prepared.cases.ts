import type { Case } from '../../harness/case/case.ts';
import type { Alternative, Step } from '../../harness/case/step.ts';
import { status } from '../../harness/codec/status.ts';
import { ascii, int } from '../bytes.ts';
import { manual } from '../manual.ts';
import {
  execute,
  executeRaw,
  fetch,
  gives,
  longData,
  longlong,
  nullOf,
  prepared,
  sameTypes,
  sentBefore,
  text,
  type,
  value,
  withCursor,
} from '../prepared-steps.ts';
import { alive } from '../regression-steps.ts';
import { anyErr, err, loggedIn, ping, works } from '../steps.ts';

const product = 'ProxySQL';
const needs = ['check-account'] as const;
const unknownId = [manual['mysql/error-1243-unknown-statement'], manual['mariadb/error-1243-unknown-statement']] as const;
const executed = [manual['mysql/execute-layout'], manual['mariadb/execute-layout'], manual['mariadb/execute-types-once']] as const;

const unknown = { ...err(1243, 'HY000'), sequenceId: 1 } as const satisfies Alternative;
/** Byte for byte as in the report; then the same connection, and the next client. */
const survives: readonly Step[] = [...ping, alive, ...works];
const regression = (issue: string, fixed?: string) => ({ product, issue, ...(fixed === undefined ? {} : { fixed }) });

/** ProxySQL, prepared statements. */
export const cases = [
  {
    id: 'regression/proxysql-3371-execute-of-unknown-statement',
    title: 'COM_STMT_EXECUTE of an unknown id gets ERR 1243, and neither this client nor the next one notices more',
    level: 'MUST',
    source: [...unknownId, manual['mysql/execute-layout'], manual['mariadb/execute-layout']],
    needs,
    script: [
      ...loggedIn,
      { send: { message: 'COM_RAW', with: { command: 0x17, rest: 'efbeadde0001000000' } } },
      { expect: [unknown] },
      ...survives,
    ],
    link: 'https://github.com/sysown/proxysql/issues/3371',
    regression: regression('sysown/proxysql#3371', '2.6.2'),
    perilous: true,
    killedBy: ['unknown-statement-stops-server', 'unknown-statement-closes', 'unknown-statement-unsupported'],
  },
  {
    id: 'regression/proxysql-5097-cursor-is-opened-or-refused-by-flag',
    title: 'an execution that asks for a cursor gets one, or rows without the flag that says so; a fetch without one gets an ERR',
    level: 'MUST',
    source: [
      manual['mysql/execute-cursor'],
      manual['mysql/status-cursor-exists'],
      manual['mariadb/execute-cursor'],
      manual['mariadb/fetch'],
      manual['mariadb/fetch-needs-cursor'],
    ],
    needs,
    script: [
      ...loggedIn,
      ...prepared('SELECT 1 AS id UNION ALL SELECT 2 UNION ALL SELECT 3', 0, 1),
      { send: execute([], withCursor) },
      {
        expect: [
          {
            packet: 'BinaryResultset',
            where: { rows: 0, statusFlags: { bits: status.CURSOR_EXISTS } },
            then: [{ send: fetch(10) }, { expect: [{ packet: 'FetchedRows', where: { rows: 3, 'row.1.0': '2' } }] }, ...survives],
          },
          { packet: 'BinaryResultset', where: { rows: 3, 'row.1.0': '2', statusFlags: { noBits: status.CURSOR_EXISTS } } },
        ],
      },
      { send: fetch(10) },
      { expect: [{ ...anyErr, sequenceId: 1 }] },
      ...survives,
    ],
    deliveries: ['whole'],
    link: 'https://github.com/sysown/proxysql/issues/5097',
    regression: { product, issue: 'sysown/proxysql#5097', affected: '2.7.3' },
    killedBy: ['cursor-without-flag', 'cursor-sends-rows', 'cursors-unknown'],
  },
  {
    id: 'regression/proxysql-3585-null-without-types',
    title: 'an execution with a NULL that it did not have before and without types has all its other values',
    level: 'MUST',
    source: [...executed, manual['mariadb/execute-null-bitmap'], manual['mysql/execute-types']],
    needs,
    script: [
      ...loggedIn,
      ...prepared('SELECT ?, ?, ?, 1', 3, 4),
      { send: execute([text('one'), longlong(2), text('three')]) },
      gives('one', '2', 'three', '1'),
      { send: execute([text('four'), nullOf(type.LONGLONG), text('six')], sameTypes) },
      gives('four', null, 'six', '1'),
      { send: execute([nullOf(type.VAR_STRING), longlong(8), nullOf(type.VAR_STRING)], sameTypes) },
      gives(null, '8', null, '1'),
      ...works,
    ],
    deliveries: ['whole'],
    link: 'https://github.com/sysown/proxysql/issues/3585',
    regression: regression('sysown/proxysql#3585', '2.2.1'),
    killedBy: ['old-null-bitmap-with-old-types', 'parameter-types-forgotten'],
  },
  {
    id: 'regression/proxysql-1283-long-data-and-other-parameters',
    title: 'a value that was sent ahead in two pieces is whole, and the values in the packet keep their places; a reset drops it',
    level: 'MUST',
    source: [
      manual['mysql/long-data'],
      manual['mysql/long-data-takes-the-place'],
      manual['mysql/reset'],
      manual['mariadb/long-data'],
      manual['mariadb/reset'],
    ],
    needs,
    script: [
      ...loggedIn,
      ...prepared('SELECT ?, ?, ?, 1', 3, 4),
      { send: longData(0, ascii('first ')) },
      { send: longData(0, ascii('second')) },
      { send: execute([sentBefore(type.BLOB), longlong(7), text('third')]) },
      gives('first second', '7', 'third', '1'),
      { send: longData(0, ascii('dropped')) },
      { send: { message: 'COM_STMT_RESET', with: { statementId: { from: 'StmtPrepareOK.statementId' } } } },
      { expect: [{ packet: 'OK', sequenceId: 1 }] },
      { send: execute([value(type.BLOB, ascii('kept')), longlong(8), text('third')]) },
      gives('kept', '8', 'third', '1'),
      ...works,
    ],
    link: 'https://github.com/sysown/proxysql/issues/1283',
    regression: { product, issue: 'sysown/proxysql#1283', fixed: '1.4.10, 2.0.0-beta.1' },
    killedBy: ['long-data-keeps-last-chunk', 'long-data-value-expected-in-execute', 'reset-keeps-long-data'],
  },
  {
    id: 'regression/proxysql-1350-execute-in-two-packets',
    title: 'a COM_STMT_EXECUTE of exactly 0xFFFFFF bytes, with the empty packet behind it, is executed',
    level: 'MUST',
    source: [
      ...executed,
      manual['mysql/lenenc-integer-forms'],
      manual['mysql/payload-of-exact-16mb-ends-with-empty-packet'],
      manual['mariadb/exact-multiple-ends-with-empty-packet'],
    ],
    needs: ['check-account', { feature: 'packets-of-32-mib' }],
    // 10 fixed bytes, 8 of bitmap, flag, type and length, and the value.
    script: [
      ...loggedIn,
      ...prepared('SELECT LENGTH(?)', 1, 1),
      { send: { ...executeRaw(`0001fb00fd${int(3, 0xffffff - 18)}61`), padTo: 0xffffff } },
      gives(String(0xffffff - 18)),
      ...works,
    ],
    deliveries: ['whole'],
    link: 'https://github.com/sysown/proxysql/issues/1350',
    regression: regression('sysown/proxysql#1350'),
    killedBy: ['execute-in-two-packets-stops-server', 'large-packet-closes'],
  },
] as const satisfies readonly Case[];
