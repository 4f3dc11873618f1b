/** The statements that the server knows. No SQL parser: what no line matches is a syntax error. The first that matches answers. */

import { connectionStatements } from './connection.ts';
import { databaseStatements } from './database.ts';
import { driverStatements } from './driver.ts';
import { expressionStatements } from './expression.ts';
import { failingStatements } from './failing.ts';
import { fixtureStatements } from './fixtures.ts';
import { intoStatements } from './into.ts';
import { killStatements } from './kill.ts';
import { loadData } from './load-data.ts';
import { mariadbStatements } from './mariadb.ts';
import { namedStatements } from './named.ts';
import { pluginStatements } from './plugins.ts';
import { preparedStatements } from './prepared.ts';
import { replicationStatements } from './replication.ts';
import { scratchStatements } from './scratch.ts';
import { selects } from './select.ts';
import { sessionStatements } from './session.ts';
import { setStatements } from './set.ts';
import type { Statement } from './statement.ts';
import { tableStatements } from './table.ts';
import { temporaryTableStatements } from './temporary-table.ts';
import { transactionStatements } from './transaction.ts';
import { typesStatements } from './types.ts';
import { variables } from './variable.ts';
import { wordsStatements } from './words.ts';

export const statements: readonly Statement[] = [
  ...driverStatements,
  ...databaseStatements,
  ...replicationStatements,
  ...killStatements,
  ...mariadbStatements,
  ...scratchStatements,
  ...connectionStatements,
  ...preparedStatements,
  ...namedStatements,
  ...selects,
  ...pluginStatements,
  ...sessionStatements,
  ...transactionStatements,
  ...setStatements,
  ...typesStatements,
  ...fixtureStatements,
  ...wordsStatements,
  ...intoStatements,
  ...tableStatements,
  ...temporaryTableStatements,
  ...loadData,
  ...variables,
  ...failingStatements,
  ...expressionStatements,
];
