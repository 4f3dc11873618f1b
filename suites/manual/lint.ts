/** What only the rules of `mywire inspect` ask of the manuals. */
import { mysqlPage, type Quote } from './page.ts';

export const lintManual = {
  'mysql/in-trans-is-raised-by-begin': {
    ...mysqlPage('mysql_com.h', 'mysql__com_8h'),
    says: 'SERVER_STATUS_IN_TRANS is raised when a transaction of several statements has been started, explicitly by BEGIN or COMMIT AND CHAIN, or implicitly by the first transactional statement where autocommit is off.',
  },
} as const satisfies Record<string, Quote>;
