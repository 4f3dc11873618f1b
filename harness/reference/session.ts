import type { Socket } from 'node:net';
import { type CapabilityName, capability, flags } from '../codec/capability.ts';
import type { Context } from '../codec/message.ts';
import { status } from '../codec/status.ts';
import type { PluginName, StoredAccount } from './account.ts';
import type { Certificate } from './certificate.ts';
import { Channel } from './channel.ts';
import type { DefectName } from './defects/index.ts';
import { greetingScramble } from './greeting.ts';

/** How long the slow defects take, in ms: past every limit of ours, and of HAProxy's checks. */
export const SLOW_MS = 60_000;

/** What all connections of one server share. */
export interface Server {
  readonly version: string;
  readonly accounts: ReadonlyMap<string, StoredAccount>;
  readonly databases: ReadonlySet<string>;
  readonly authPlugin: PluginName;
  readonly certificate: Certificate | undefined;
  readonly alsoOffers: number;
  readonly connectTimeoutMs: number;
  readonly defects: ReadonlySet<DefectName>;
  /** Users whose password a full authentication has proved: caching_sha2_password takes the fast way for them. */
  readonly sha2Cache: Set<string>;
  /** Stops listening and drops all connections, as a process that dies would. */
  die(): void;
}

/** What MySQL 8 offers, but for SSL, which takes a certificate, and the compressions, which are not there yet. */
const OFFERED = flags(
  'LONG_PASSWORD',
  'FOUND_ROWS',
  'LONG_FLAG',
  'CONNECT_WITH_DB',
  'NO_SCHEMA',
  'ODBC',
  'LOCAL_FILES',
  'IGNORE_SPACE',
  'PROTOCOL_41',
  'INTERACTIVE',
  'IGNORE_SIGPIPE',
  'TRANSACTIONS',
  'RESERVED',
  'SECURE_CONNECTION',
  'MULTI_STATEMENTS',
  'MULTI_RESULTS',
  'PS_MULTI_RESULTS',
  'PLUGIN_AUTH',
  'CONNECT_ATTRS',
  'PLUGIN_AUTH_LENENC_CLIENT_DATA',
  'CAN_HANDLE_EXPIRED_PASSWORDS',
  'SESSION_TRACK',
  'DEPRECATE_EOF',
  'OPTIONAL_RESULTSET_METADATA',
  'QUERY_ATTRIBUTES',
  'MULTI_FACTOR_AUTHENTICATION',
  'REMEMBER_OPTIONS',
);

/** The state of one connection. */
export class Session {
  readonly server: Server;
  readonly channel: Channel;
  readonly threadId: number;
  /** The client's address as an ERR shows it. */
  readonly peer: string;
  readonly scramble: Uint8Array;
  /** Capability flags of the greeting. */
  readonly offered: number;
  /** Is this defect switched on? */
  readonly has: (name: DefectName) => boolean;
  context: Context;
  status = status.AUTOCOMMIT as number;
  database = '';
  /** Another result of the same command follows. */
  moreResults = false;

  constructor(server: Server, socket: Socket, threadId: number) {
    const { defects } = server;
    this.server = server;
    this.has = (name) => defects.has(name);
    this.channel = new Channel(socket, this.has);
    this.threadId = threadId;
    const address = socket.remoteAddress ?? '';
    this.peer = /^(::1|(::ffff:)?127\.)/.test(address) ? 'localhost' : address;
    this.scramble = greetingScramble(this);
    const claimsTls = this.has('ssl-request-closes') || this.has('ssl-request-answered-in-clear');
    this.offered = (OFFERED | server.alsoOffers | (server.certificate || claimsTls ? capability.SSL : 0)) >>> 0;
    this.context = { capabilities: this.offered };
  }

  /** Have both peers set this flag? */
  agreed(name: CapabilityName): boolean {
    return (this.context.capabilities & capability[name]) !== 0;
  }
}
