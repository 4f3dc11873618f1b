import { type CapabilityName, type MariadbCapabilityName, mariadbNames, names } from '../../codec/capability.ts';
import { offeredCapabilities } from '../../codec/messages/handshake-v10.ts';
import type { KnownPrepared } from '../arbitrary/prepared-statements.ts';
import type { Cell } from '../arbitrary/statement.ts';

/** What is known of the server: its greeting, and what the target was said to be. */
export interface Server {
  readonly dialect: 'mysql' | 'mariadb';
  readonly offered: ReadonlySet<CapabilityName>;
  readonly offeredMariadb: ReadonlySet<MariadbCapabilityName>;
  readonly database: string | undefined;
}

/** What the fields of a HandshakeV10 say. */
export function serverFrom(greeting: Readonly<Record<string, unknown>>, database: string | undefined): Server {
  const offered = offeredCapabilities({
    capabilitiesLow: Number(greeting['capabilitiesLow'] ?? 0),
    capabilitiesHigh: Number(greeting['capabilitiesHigh'] ?? 0),
  });
  return {
    dialect: /mariadb/i.test(String(greeting['serverVersion'])) ? 'mariadb' : 'mysql',
    offered: new Set(names(offered)),
    offeredMariadb: new Set(mariadbNames(Number(greeting['mariadbCapabilities'] ?? 0))),
    database,
  };
}

/** The statement that was prepared last, which later packets name. */
export interface Prepared {
  readonly sql: string;
  readonly known: KnownPrepared | undefined;
  readonly parameters: number;
  readonly closed: boolean;
  /** COM_STMT_SEND_LONG_DATA has sent a parameter. */
  readonly longData: boolean;
  /** Rows that a cursor has still to give; undefined without one. */
  readonly cursor: number | 'some' | undefined;
}

export interface Table {
  readonly columns: number;
  /** undefined: nobody knows any more. */
  readonly rows: number | undefined;
}

/** A session as its client can know it. 'unknown' where the manuals leave it open, or an answer came that is no help. */
export interface State {
  /** in: commands are answered. out: the server has ended it, or is about to. any: whatever comes, comes. */
  readonly phase: 'login' | 'in' | 'out' | 'any';
  readonly flags: ReadonlySet<CapabilityName>;
  readonly extended: ReadonlySet<MariadbCapabilityName>;
  /** The account may not use the database, its fixtures and its procedures. */
  readonly poor: boolean;
  readonly tls: boolean;
  readonly database: string | 'unknown';
  readonly autocommit: boolean | 'unknown';
  readonly transaction: 'none' | 'read write' | 'read only' | 'unknown';
  /** Several statements in one COM_QUERY. */
  readonly several: boolean | 'unknown';
  readonly tables: ReadonlyMap<string, Table>;
  readonly variables: ReadonlyMap<string, Cell | 'unknown'>;
  readonly mode: string | 'unknown';
  /** Columns are described: not with resultset_metadata = NONE. */
  readonly describes: boolean;
  readonly prepared: Prepared | undefined;
}

export const fresh: State = {
  phase: 'login',
  flags: new Set(),
  extended: new Set(),
  poor: false,
  tls: false,
  database: '',
  autocommit: true,
  transaction: 'none',
  several: false,
  tables: new Map(),
  variables: new Map(),
  mode: '',
  describes: true,
  prepared: undefined,
};

/** What COM_RESET_CONNECTION and COM_CHANGE_USER forget (mysql/page_protocol_com_reset_connection). */
export const forgotten = {
  autocommit: true,
  transaction: 'none',
  tables: new Map(),
  variables: new Map(),
  mode: '',
  describes: true,
  prepared: undefined,
} as const satisfies Partial<State>;
