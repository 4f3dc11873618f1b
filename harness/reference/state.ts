import type { Table } from './statements/table.ts';

/** The collation of a client that names none (HandshakeResponse320). */
export const DEFAULT_COLLATION = 45;

/** What a session keeps from command to command, and COM_RESET_CONNECTION takes from it. The database stays. */
export interface SessionState {
  readonly userVariables: Map<string, string | null>;
  /** System variables that SET has given another value. */
  readonly variables: Map<string, string>;
  readonly temporaryTables: Map<string, Table>;
  /** What PREPARE has named, and HANDLER. */
  readonly statements: Map<string, string>;
  readonly handlers: Set<string>;
  /** The table of LOCK TABLES; '': none. */
  lockedTable: string;
  /** Of the client, the connection and the results alike, unless `unconverted`. */
  collation: number;
  /** What SET character_set_client has named; undefined: that of the results. */
  client: number | undefined;
  /** What character_set_connection is instead, by SET CHARACTER SET or a defect. */
  connection: number | undefined;
  /** The statement that gave the next transaction its isolation level; '': none has. */
  nextIsolation: string;
  /** SET TRANSACTION READ ONLY was said of the next transaction. */
  nextReadOnly: boolean;
  /** character_set_results is NULL: text comes as it is stored. */
  unconverted: boolean;
}

/** @param collation what the login asked for */
export function freshState(collation: number): SessionState {
  return {
    userVariables: new Map(),
    variables: new Map(),
    temporaryTables: new Map(),
    statements: new Map(),
    handlers: new Set(),
    lockedTable: '',
    collation,
    client: undefined,
    connection: undefined,
    nextIsolation: '',
    nextReadOnly: false,
    unconverted: false,
  };
}
