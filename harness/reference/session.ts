import type { Socket } from 'node:net';
import type { Attribute } from '../codec/attributes.ts';
import { type CapabilityName, capability, type MariadbCapabilityName, mariadbCapability } from '../codec/capability.ts';
import type { Lenenc } from '../codec/lenenc.ts';
import type { Context } from '../codec/message.ts';
import { status } from '../codec/status.ts';
import type { PluginName, ReferenceAccount } from './account.ts';
import type { Certificate } from './certificate.ts';
import { Channel } from './channel.ts';
import type { DefectName } from './defects/index.ts';
import type { Dialect } from './dialect.ts';
import { offeredBy, offeredMariadbBy } from './dialect.ts';
import { greetingScramble } from './greeting.ts';
import { Interruption } from './interruption.ts';
import { type LastStatement, noStatement } from './last-statement.ts';
import { PreparedStatements } from './prepared/prepared-statement.ts';
import type { WordTable } from './prepared/word-table.ts';
import { DEFAULT_COLLATION, freshState, type SessionState } from './state.ts';
import type { TemporaryTable } from './temporary-table.ts';

/** How long the slow defects take, in ms: past every limit of ours, and of HAProxy's checks. */
export const SLOW_MS = 60_000;

/** What all connections of one server share. */
export interface Server {
  readonly dialect: Dialect;
  readonly version: string;
  readonly accounts: ReadonlyMap<string, ReferenceAccount>;
  readonly databases: ReadonlySet<string>;
  readonly authPlugin: PluginName;
  readonly certificate: Certificate | undefined;
  readonly connectTimeoutMs: number;
  /** The address that may send PROXY headers. */
  readonly proxiesFrom: string | undefined;
  readonly defects: ReadonlySet<DefectName>;
  /** A proxy stands between this server and its clients. */
  readonly behindProxy: boolean;
  readonly onAsked: ((name: DefectName) => void) | undefined;
  /** Users whose password a full authentication has proved: caching_sha2_password takes the fast way for them. */
  readonly sha2Cache: Set<string>;
  /** The connections that stand, by thread id. */
  readonly sessions: Map<number, Session>;
  /** Those of all connections, for a defect that mixes them up. */
  readonly prepared: PreparedStatements;
  /** Who holds each lock of GET_LOCK, by thread id. */
  readonly locks: Map<string, number>;
  /** Those of all connections, for a defect that mixes them up. */
  readonly userVariables: Map<string, string | null>;
  /** The statements of all connections so far, as COM_STATISTICS tells of them. */
  questions: number;
  /** Of the table mywire.words, as far as they are committed. */
  readonly words: string[];
  /** Stops listening and drops all connections, as a process that dies would. */
  die(): void;
}

/** The state of one connection. */
export class Session {
  readonly server: Server;
  readonly channel: Channel;
  readonly threadId: number;
  /** CONNECTION_ID(): the thread id, but with a defect. */
  connectionId: number;
  /** The client's address as an ERR shows it. */
  readonly peer: string;
  /** The address that has connected. */
  readonly from: string;
  /** The client's own, or what a PROXY header says. */
  address: string;
  readonly scramble: Uint8Array;
  /** Capability flags of the greeting. */
  readonly offered: number;
  /** MariaDB's extended ones. */
  readonly offeredMariadb: number;
  /** Is this defect switched on? */
  readonly has: (name: DefectName) => boolean;
  context: Context;
  /** COM_STMT_EXECUTE is under way. */
  isExecuting = false;
  /** What a KILL does to it. */
  readonly interruption = new Interruption();
  /** Connection attributes of the login. */
  attributes: readonly Attribute[] = [];
  /** Of the client; 0: no limit. */
  maxPacketSize = 0;
  /** The tables of statements/scratch.ts. */
  readonly scratch = new Map<string, Map<number, string>>();
  /** progress_report_time is 0. */
  reportsNoProgress = false;
  /** max_statement_time, in seconds. */
  keptStatementTime = '0.000000';
  /** Of a SIGNAL that has just warned. */
  warning: string | undefined;
  /** What it tells of the statement before. */
  last: LastStatement = noStatement();
  /** Of the open transaction, in the order that they were set. */
  savepoints: readonly string[] = [];
  /** COMMIT RELEASE: its OK is the last packet. */
  released = false;
  /** Collation id of the login. */
  loginCollation = 45;
  /** Query attributes of the statement, by name. */
  queryAttributes: ReadonlyMap<string, string | null> = new Map();
  state: SessionState = freshState(DEFAULT_COLLATION);
  status = status.AUTOCOMMIT as number;
  database = '';
  /** What the login has named, for a defect. */
  databaseOfLogin = '';
  /** The login went over an auth switch. */
  switched = false;
  /** Who has logged in. */
  user = '';
  /** REPLICATION SLAVE: the accounts with a password have it. */
  mayReplicate = false;
  /** What the replica has said that it knows (@source_binlog_checksum). */
  binlogChecksum = 'NONE';
  /** How long it may be idle between commands, in ms; undefined: 8 hours, which is for ever. */
  waitTimeoutMs: number | undefined;
  /** Another result of the same command follows. */
  moreResults = false;
  /** The last statement that failed left others of its text behind it; the last execution gave OUT parameters; the last fetch took the last rows: for defects. */
  resultsOwed = false;
  outParametersSent = false;
  lastRowsSent = false;
  /** The last statement began with WITH, for a defect. */
  behindWith = false;
  /** The defect that the command under way has asked for. */
  fault: DefectName | undefined;
  /** Packets of the statements before this one that go out with its own. */
  readonly unsent: Uint8Array[] = [];
  /** What the transaction has written into mywire.words. */
  readonly unwritten: string[] = [];
  /** The word that it has written last. */
  lastWord = '';
  /** It has written, though nothing of it may be left. */
  wrote = false;
  readonly temporaryTables = new Map<string, TemporaryTable>();
  /** The password has expired: only what changes it is let through. */
  sandboxed = false;
  readonly prepared = new PreparedStatements();
  /** Temporary tables of statements/prepared.ts. */
  readonly wordTables = new Map<string, WordTable>();
  /** COM_CHANGE_USER in a row that did not get in. */
  failedChanges = 0;
  /** Of the last statement that made one. */
  lastInsertId: Lenenc = 0;

  constructor(server: Server, socket: Socket, threadId: number) {
    const { defects, onAsked } = server;
    this.server = server;
    this.has = (name) => {
      onAsked?.(name);
      return defects.has(name) || name === this.fault;
    };
    this.channel = new Channel(socket, this.has);
    this.threadId = threadId;
    this.connectionId = threadId;
    const address = socket.remoteAddress ?? '';
    this.from = address.replace(/^::ffff:/, '');
    this.address = this.from;
    this.peer = /^(::1|(::ffff:)?127\.)/.test(address) ? 'localhost' : address;
    this.scramble = greetingScramble(this);
    const claimsTls = this.has('ssl-request-closes') || this.has('ssl-request-answered-in-clear');
    this.offered = (offeredBy(server.dialect) | (server.certificate || claimsTls ? capability.SSL : 0)) >>> 0;
    this.offeredMariadb = offeredMariadbBy(server.dialect);
    this.context = { capabilities: this.offered };
  }

  setStatus(flags: number, on: boolean): void {
    this.status = on ? this.status | flags : this.status & ~flags;
  }

  /** The transaction is over: what it has written stays, or goes. */
  endTransaction(by: 'commit' | 'rollback'): void {
    const written = this.unwritten.splice(0);
    this.wrote = false;
    this.savepoints = [];
    if (by === 'commit') this.server.words.push(...written);
  }

  /** GET_LOCK: false where somebody else has it. */
  lock(name: string): boolean {
    const { locks } = this.server;
    if ((locks.get(name) ?? this.threadId) !== this.threadId) return false;
    locks.set(name, this.threadId);
    return true;
  }

  unlock(): void {
    for (const [name, holder] of this.server.locks) if (holder === this.threadId) this.server.locks.delete(name);
  }

  /** For defects: these flags of the login are forgotten. */
  loseCapabilities(flags: number): void {
    this.context = { ...this.context, capabilities: (this.context.capabilities & ~flags) >>> 0 };
  }

  /** Have both peers set this flag? */
  agreed(name: CapabilityName): boolean {
    return (this.context.capabilities & capability[name]) !== 0;
  }

  /** Have both peers set this extended flag? */
  agreedMariadb(name: MariadbCapabilityName): boolean {
    return ((this.context.mariadbCapabilities ?? 0) & mariadbCapability[name]) !== 0;
  }
}
