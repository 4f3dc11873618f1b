import { collationName } from '../../codec/charset.ts';
import { status } from '../../codec/status.ts';
import { characterSetOf, defaultCollationOf } from '../collation.ts';
import type { Session } from '../session.ts';

/** The global values. */
const defaults: Readonly<Record<string, string>> = {
  sql_mode: '',
  character_set_database: 'utf8mb4',
  lc_messages: 'en_US',
  time_zone: '+00:00',
  resultset_metadata: 'FULL',
  session_track_gtids: 'OFF',
  session_track_schema: '1',
  session_track_state_change: '0',
  session_track_transaction_info: 'OFF',
  session_track_system_variables: 'autocommit,character_set_client,character_set_connection,character_set_results,time_zone',
};

/** The value of a session variable as SELECT shows it; undefined: there is none of this name. */
export function systemVariable({ state, status: flags }: Session, name: string): string | undefined {
  if (name === 'autocommit') return (flags & status.AUTOCOMMIT) === 0 ? '0' : '1';
  const own = name === 'character_set_connection' ? state.connection : name === 'character_set_client' ? state.client : undefined;
  const collation = own ?? state.collation;
  return ofCollation(name, collation) ?? state.variables.get(name) ?? defaults[name];
}

/** The value that a session begins with. */
export function globalVariable({ server }: Session, name: string): string | undefined {
  return ofCollation(name, defaultCollationOf('utf8mb4', server.dialect)) ?? (name === 'autocommit' ? '1' : defaults[name]);
}

function ofCollation(name: string, collation: number): string | undefined {
  if (/^character_set_(client|connection|results)$/.test(name)) return characterSetOf(collation);
  return name === 'collation_connection' ? collationName(collation) : undefined;
}
