import { withoutLeadingComments } from './leading-comments.ts';
import { role } from './timed.ts';

/** They say nothing of data, and change nothing that others see. */
const neutral = new Set([
  'COM_PING',
  'COM_INIT_DB',
  'COM_SET_OPTION',
  'COM_STMT_CLOSE',
  'COM_STMT_RESET',
  'COM_STMT_SEND_LONG_DATA',
  'COM_STATISTICS',
]);
const reading = new Set(['COM_FIELD_LIST', 'COM_STMT_PREPARE']);
const ofSession = /^(?:(?:START\s+TRANSACTION|BEGIN)(?!.*\bSNAPSHOT\b)|USE|SET\s+(?!.*\b(?:GLOBAL|PERSIST|PERSIST_ONLY|PASSWORD|ROLE)\b))/i;
/** What only lets locks go. Who waited for one may have been answered sooner than who let it go, in the capture too. */
const letsGo =
  /^(?:(?:XA\s+)?(?:COMMIT|ROLLBACK)\b|UNLOCK\s+TABLES?\b|(?:SELECT|DO)\s+RELEASE_(?:ALL_LOCKS|LOCK)\([^()]*\)(?:\s+(?:AS\s+)?[`'\w]+)?\s*;?\s*$)/i;
const locking =
  /\bFOR\s+UPDATE\b|\bLOCK\s+IN\b|\bFOR\s+SHARE\b|\b(?:GET|RELEASE(?:_ALL)?)_LOCKS?\b|\bINTO\s+OUTFILE\b|\b(?:NEXTVAL|SETVAL)\b/i;

/**
 * What a command is to others; `last`: the name of the packet that ended its answer. Reads without locks see what was there when
 * they were sent; ends of transactions wait for nobody. Several statements in one count as a write that locks.
 */
export function roleOf(command: string, text: string | undefined, last: string | undefined): number {
  if (neutral.has(command)) return role.neutral;
  if (reading.has(command)) return role.read;
  const executes = command === 'COM_STMT_EXECUTE' || command === 'COM_STMT_BULK_EXECUTE';
  if (executes && text === undefined) return role.locks;
  if ((command !== 'COM_QUERY' && !executes) || text === undefined) return role.write;
  const sql = withoutLeadingComments(text);
  if (/;\s*\S/.test(sql)) return role.locks;
  if (ofSession.test(sql)) return role.neutral;
  if (letsGo.test(sql)) return role.write;
  if (/^(?:SHOW|DESC|DESCRIBE|EXPLAIN)\b/i.test(sql)) return role.read;
  if (/^SELECT\b/i.test(sql) && !locking.test(sql)) return role.read;
  return onlyInserts(sql) && last === 'OK' ? role.insert : role.locks;
}

/** It adds rows of values, and neither reads nor changes one. */
const onlyInserts = (sql: string): boolean => /^INSERT\b/i.test(sql) && /\bVALUES?\b/i.test(sql) && !/\bSELECT\b|\bDUPLICATE\b/i.test(sql);
