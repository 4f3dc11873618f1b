/**
 * What the manuals promise, one promise per entry, for the `source` of conformance cases.
 *
 * `says` restates the page in our own words: it is NOT a quotation and must not be shown in quotation marks.
 * Field names, byte values and error symbols are the manual's. The page at `url` is the authority.
 * A case whose promise is not here has no manual behind it and must be OBSERVE.
 */
import { authManual } from './manual/auth.ts';
import { commandManual } from './manual/command.ts';
import { compressionManual } from './manual/compression.ts';
import { connectionManual } from './manual/connection.ts';
import { infileManual } from './manual/infile.ts';
import { lastStatementManual } from './manual/last-statement.ts';
import { limitsManual } from './manual/limits.ts';
import { lintManual } from './manual/lint.ts';
import { namedManual } from './manual/named.ts';
import { preparedManual } from './manual/prepared.ts';
import { proxyProtocolManual } from './manual/proxy-protocol.ts';
import { replicationManual } from './manual/replication.ts';
import { resultsetManual } from './manual/resultset.ts';
import { sessionManual } from './manual/session.ts';

export type { Quote } from './manual/page.ts';

/** Each topic has a file in suites/manual; a new one is added here. */
export const manual = {
  ...connectionManual,
  ...compressionManual,
  ...infileManual,
  ...limitsManual,
  ...lintManual,
  ...proxyProtocolManual,
  ...replicationManual,
  ...authManual,
  ...commandManual,
  ...preparedManual,
  ...resultsetManual,
  ...sessionManual,
  ...lastStatementManual,
  ...namedManual,
} as const;
