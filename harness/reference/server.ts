import { createServer, type Socket } from 'node:net';
import { type PluginName, type ReferenceAccount, referenceAccounts, storeAccounts } from './account.ts';
import type { Certificate } from './certificate.ts';
import { converse } from './conversation.ts';
import { type DefectName, isDefectName } from './defects/index.ts';
import { type Dialect, versions } from './dialect.ts';
import { ReferenceServerError } from './error.ts';
import { PreparedStatements } from './prepared/prepared-statement.ts';
import { type Server, Session } from './session.ts';

/** The database that exists unless told otherwise; information_schema always does. */
export const REFERENCE_DATABASE = 'mywire';

export interface ReferenceOptions {
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** Default 0: a free one. */
  readonly port?: number;
  /** What the server does wrong. Default: nothing. */
  readonly defects?: readonly DefectName[];
  /** A proxy under test stands in front: statements may ask for a defect in their answer (backend-fault.ts). Default no. */
  readonly behindProxy?: boolean;
  /** Told when a connection passes the place of a defect in the code, whether it is switched on or not. */
  readonly onAsked?: (name: DefectName) => void;
  /** Who may log in. Default referenceAccounts. */
  readonly accounts?: readonly ReferenceAccount[];
  /** Default [REFERENCE_DATABASE]. */
  readonly databases?: readonly string[];
  /** Offers SSL with it. Default: no TLS. */
  readonly certificate?: Certificate;
  /** The plugin of the greeting, and of users that do not exist. Default mysql_native_password. */
  readonly authPlugin?: PluginName;
  /** How long a login may take, in ms. Default 10 000, as connect_timeout of both servers. */
  readonly connectTimeoutMs?: number;
  /** The one address that may send PROXY headers. Default: none. */
  readonly proxiesFrom?: string;
  /** Which of the two protocols it speaks where they differ. Default mysql. */
  readonly dialect?: Dialect;
  /** Default: the dialect's of dialect.ts. */
  readonly version?: string;
}

export interface ReferenceServer {
  readonly endpoint: { readonly host: string; readonly port: number };
  /** Connections accepted so far. */
  readonly connections: number;
  /** Connections that stand now. */
  readonly open: number;
  /** Is it listening? A defect can take it down. */
  readonly alive: boolean;
  /** Closes the port and drops all connections. Safe to call twice. */
  stop(): Promise<void>;
}

/** What helps where it cannot listen, and another port does not. */
const advice: Readonly<Record<string, string>> = {
  EADDRNOTAVAIL: 'give an address of this machine',
  ENOTFOUND: 'give an address of this machine',
  EACCES: 'give a port from 1024, or 0 for a free one',
};

/** Starts a MySQL server of our own on loopback. Throws ReferenceServerError when it cannot listen or a defect is unknown. */
export async function startReference(options: ReferenceOptions = {}): Promise<ReferenceServer> {
  const host = options.host ?? '127.0.0.1';
  const dialect = options.dialect ?? 'mysql';
  for (const name of options.defects ?? [])
    if (!isDefectName(name))
      throw new ReferenceServerError('REFERENCE_UNKNOWN_DEFECT', `there is no defect '${name}'; the table is harness/reference/defects`);

  const sockets = new Set<Socket>();
  let accepted = 0;
  const listener = createServer({ allowHalfOpen: true, noDelay: true });
  const die = (): void => {
    listener.close();
    for (const socket of sockets) socket.destroy();
  };
  const server: Server = {
    dialect,
    version: options.version ?? versions[dialect],
    accounts: storeAccounts(options.accounts ?? referenceAccounts),
    databases: new Set(['information_schema', ...(options.databases ?? [REFERENCE_DATABASE])]),
    authPlugin: options.authPlugin ?? 'mysql_native_password',
    certificate: options.certificate,
    connectTimeoutMs: options.connectTimeoutMs ?? 10_000,
    proxiesFrom: options.proxiesFrom,
    defects: new Set(options.defects ?? []),
    behindProxy: options.behindProxy ?? false,
    onAsked: options.onAsked,
    sha2Cache: new Set(),
    sessions: new Map(),
    prepared: new PreparedStatements(),
    locks: new Map(),
    userVariables: new Map(),
    questions: 0,
    words: [],
    die,
  };
  listener.on('connection', (socket) => {
    accepted++;
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    void converse(new Session(server, socket, server.defects.has('stale-thread-id') ? 1 : accepted));
  });
  await new Promise<void>((resolve, reject) => {
    const failed = (cause: NodeJS.ErrnoException): void =>
      reject(
        new ReferenceServerError(
          'REFERENCE_CANNOT_LISTEN',
          `${host}:${options.port ?? 0}: ${cause.message}; ${advice[cause.code ?? ''] ?? 'give another port, or 0 for a free one'}`,
          { cause },
        ),
      );
    listener.once('error', failed);
    listener.listen(options.port ?? 0, host, () => {
      listener.off('error', failed);
      resolve();
    });
  });
  const { port } = listener.address() as { port: number };
  return {
    endpoint: { host, port },
    get connections() {
      return accepted;
    },
    get open() {
      return sockets.size;
    },
    get alive() {
      return listener.listening;
    },
    async stop() {
      const closed = new Promise<void>((resolve) => {
        if (listener.listening) listener.once('close', () => resolve());
        else resolve();
      });
      die();
      await closed;
    },
  };
}
