/** What a node must be so that it gets traffic. That it answers SELECT 1 is always asked. */
export interface Wishes {
  /** Schemas that must exist. */
  readonly schemas: readonly string[];
  /** 'refuse': a node that is read-only gets no traffic; 'want': only such a node gets any. */
  readonly readOnly?: 'refuse' | 'want';
  /** Seconds that each replication channel may be behind; its threads must run, too. */
  readonly maxLagSeconds?: number;
  /** With maxLagSeconds: a server that replicates from nobody is good, too. */
  readonly allowPrimary?: boolean;
  /** The node must be a Synced member of the primary component; or a donor. */
  readonly galera?: { readonly donor: boolean };
  /** While this file exists the node gets no traffic. */
  readonly disabledBy?: string;
}

export type QuestionName = 'alive' | 'schemas' | 'variables' | 'replicas' | 'status';

/** One thing to ask a server, in the spellings that servers know: the first that is no syntax error (1064) counts. */
export interface Question {
  readonly name: QuestionName;
  readonly spellings: readonly string[];
}

/**
 * What has to be asked. SHOW VARIABLES and SHOW STATUS need no privilege, know every version's names by leaving out those
 * that are absent, and are answered by a Galera node outside the primary component.
 */
export function questionsOf(wishes: Wishes): readonly Question[] {
  const { schemas, readOnly, maxLagSeconds, galera } = wishes;
  return [
    { name: 'alive', spellings: ['SELECT 1'] },
    ...(schemas.length > 0 ? [{ name: 'schemas', spellings: [schemaQuery(schemas)] } as const] : []),
    ...(readOnly || galera ? [{ name: 'variables', spellings: [named('VARIABLES', variables)] } as const] : []),
    ...(maxLagSeconds === undefined ? [] : [{ name: 'replicas', spellings: replicaStatus } as const]),
    ...(galera ? [{ name: 'status', spellings: [named('STATUS', status)] } as const] : []),
  ];
}

/**
 * All channels: MariaDB's SHOW SLAVE STATUS tells only of the default connection, MySQL's of all. MySQL says REPLICA since
 * 8.0.22 and forgot SLAVE in 8.4.
 * https://mariadb.com/docs/server/reference/sql-statements/administrative-sql-statements/show/show-replica-status
 * https://dev.mysql.com/doc/refman/8.4/en/show-replica-status.html
 */
const replicaStatus = ['SHOW ALL SLAVES STATUS', 'SHOW REPLICA STATUS', 'SHOW SLAVE STATUS'] as const;

const variables = ['read_only', 'super_read_only', 'innodb_read_only', 'wsrep_on', 'wsrep_reject_queries', 'pxc_maint_mode'];
const status = ['wsrep_local_state', 'wsrep_local_state_comment', 'wsrep_cluster_status', 'wsrep_ready', 'wsrep_connected'];

const named = (what: string, names: readonly string[]) => `SHOW GLOBAL ${what} WHERE Variable_name IN (${names.map(quoted).join(', ')})`;

/** The name as it was given and in small letters: a server with lower_case_table_names keeps small letters only. */
function schemaQuery(schemas: readonly string[]): string {
  const names = [...new Set(schemas.flatMap((name) => [name, name.toLowerCase()]))].map(quoted).join(', ');
  return `SELECT SCHEMA_NAME AS name, @@lower_case_table_names AS folds FROM information_schema.SCHEMATA WHERE SCHEMA_NAME IN (${names})`;
}

/** Right in every sql_mode as long as there is no backslash, which the command line refuses. */
const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`;
