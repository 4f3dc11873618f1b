import type { Case } from '../../harness/case/case.ts';
import { ascii } from '../bytes.ts';
import { manual } from '../manual.ts';
import { execute, prepare } from '../prepared-steps.ts';
import { loadsFiles, query } from '../query-steps.ts';
import { err, greeting, ok, works } from '../steps.ts';

const LOAD = "LOAD DATA LOCAL INFILE '/srv/numbers.csv' INTO TABLE mywire_file FIELDS TERMINATED BY ','";
/** It asks for the file, and is given this one line. */
const loads = (line: string) =>
  [
    { send: execute() },
    { expect: [{ packet: 'LocalInfileRequest', sequenceId: 1, where: { filename: '/srv/numbers.csv' } }] },
    { send: { message: 'LocalInfileData', with: { data: ascii(line) } } },
    { send: { message: 'LocalInfileData', with: { data: '' } } },
    { expect: [{ packet: 'OK', sequenceId: 4, where: { header: 0, affectedRows: 1 } }] },
  ] as const;

/** LOAD DATA LOCAL INFILE by COM_STMT_EXECUTE. */
export const cases = [
  {
    id: 'infile/prepared',
    title: 'LOAD DATA LOCAL INFILE cannot be prepared (ERR 1295), or each execution of it asks for the file and loads it',
    // What the exchange inside COM_STMT_EXECUTE looks like stands in no page.
    level: 'SHOULD',
    source: [
      manual['mysql/what-can-be-prepared'],
      manual['mysql/error-1295-unsupported-prepare'],
      manual['mysql/infile-request-names-file'],
      manual['mariadb/what-cannot-be-prepared'],
      manual['mariadb/error-1295-unsupported-prepare'],
      manual['mariadb/infile-request-names-file'],
      manual['mariadb/infile-ends-with-ok-or-err'],
    ],
    needs: ['check-account', { feature: 'temporary-tables' }, ...loadsFiles, { offers: 'LOCAL_FILES' }],
    script: [
      greeting,
      { send: { message: 'HandshakeResponse41', account: 'check', capabilities: { add: ['CONNECT_WITH_DB', 'LOCAL_FILES'] } } },
      ok,
      query('CREATE TEMPORARY TABLE mywire_file (a INT PRIMARY KEY, b VARCHAR(20))'),
      ok,
      { send: prepare(LOAD) },
      {
        expect: [
          { packet: 'StmtPrepareOK', where: { parameters: 0, columns: 0 } },
          { ...err(1295, 'HY000'), sequenceId: 1, then: works },
        ],
      },
      ...loads('1,one\n'),
      ...loads('2,two\n'),
      query('SELECT COUNT(*) FROM mywire_file'),
      { expect: [{ packet: 'TextResultset', where: { rows: 1, 'row.0.0': '2' } }] },
      ...works,
    ],
    killedBy: ['unsupported-statement-is-syntax-error', 'prepared-load-data-asks-for-no-file'],
  },
] as const satisfies readonly Case[];
