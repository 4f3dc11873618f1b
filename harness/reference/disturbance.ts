/** Defects of one kind: a command that is to leave a session as it is takes something from it. */
import { capability } from '../codec/capability.ts';
import { status } from '../codec/status.ts';
import type { DefectName } from './defects/index.ts';
import { forgetTables } from './forget.ts';
import { refuse } from './refusal.ts';
import type { Session } from './session.ts';

type Takes = (session: Session) => void;

const transaction: Takes = (session) => {
  session.endTransaction('rollback');
  session.setStatus(status.IN_TRANS | status.IN_TRANS_READONLY, false);
};
const statements: Takes = ({ prepared }) => prepared.clear();
const parameterTypes: Takes = ({ prepared }) => {
  for (const statement of prepared.byId.values()) statement.types = undefined;
};
const userVariables: Takes = ({ state }) => state.userVariables.clear();
const characterSet: Takes = ({ state }) => {
  state.collation = 45;
};
const temporaryTables: Takes = (session) => {
  session.state.temporaryTables.clear();
  forgetTables(session);
};
const locks: Takes = (session) => session.unlock();
const database: Takes = (session) => {
  session.database = '';
};
const multiStatements: Takes = (session) => session.loseCapabilities(capability.MULTI_STATEMENTS);
const cursors: Takes = ({ prepared }) => prepared.closeCursors();

const SLEEP = 0x00;
const INIT_DB = 0x02;
const QUERY = 0x03;
const STATISTICS = 0x09;
const DEBUG = 0x0d;
const CONNECT_OUT = 0x14;
const PREPARE = 0x16;
const EXECUTE = 0x17;
const SEND_LONG_DATA = 0x18;
const CLOSE = 0x19;
const RESET = 0x1a;
const SET_OPTION = 0x1b;

const { errorCode: SYNTAX } = refuse.syntax('');
const { errorCode: UNKNOWN_ID } = refuse.unknownStatement(0, '');
const { errorCode: UNKNOWN_DATABASE } = refuse.unknownDatabase('');

/** Behind this command, and this answer: with ERR, with more packets, with none, with a long one. */
interface Disturbance {
  readonly command?: number;
  readonly errorCode?: number;
  readonly behindResults?: boolean;
  readonly longerThan?: number;
  /** The statement id is so high that no statement has it. */
  readonly ofNobody?: boolean;
  readonly takes: Takes;
}

const disturbances = {
  'statistics-loses-user-variables': { command: STATISTICS, takes: userVariables },
  'empty-query-ends-transaction': { command: QUERY, errorCode: refuse.emptyQuery().errorCode, takes: transaction },
  'syntax-error-loses-statements': { command: QUERY, errorCode: SYNTAX, behindResults: false, takes: statements },
  'unknown-table-loses-locks': { command: QUERY, errorCode: refuse.noSuchTable('').errorCode, takes: locks },
  'signal-loses-character-set': { command: QUERY, errorCode: 1644, takes: characterSet },
  'second-statement-refused-loses-user-variables': { command: QUERY, errorCode: SYNTAX, behindResults: true, takes: userVariables },
  'error-behind-rows-loses-statements': { command: QUERY, errorCode: refuse.subqueryOfManyRows().errorCode, takes: statements },
  'long-value-ends-transaction': { command: QUERY, longerThan: 0xffff, takes: transaction },
  'unknown-command-loses-database': { errorCode: refuse.unknownCommand().errorCode, takes: database },
  'init-db-refused-loses-temporary-tables': { command: INIT_DB, errorCode: UNKNOWN_DATABASE, takes: temporaryTables },
  'use-refused-loses-database': { command: QUERY, errorCode: UNKNOWN_DATABASE, takes: database },
  'set-option-refused-loses-multi-statements': {
    command: SET_OPTION,
    errorCode: refuse.unknownCommand().errorCode,
    takes: multiStatements,
  },
  'debug-refused-loses-locks': { command: DEBUG, errorCode: refuse.privilege('').errorCode, takes: locks },
  'prepare-refused-ends-transaction': { command: PREPARE, errorCode: SYNTAX, takes: transaction },
  'failed-execution-ends-transaction': { command: EXECUTE, errorCode: refuse.duplicateEntry('').errorCode, takes: transaction },
  'execute-of-nobody-loses-temporary-tables': { command: EXECUTE, errorCode: UNKNOWN_ID, takes: temporaryTables },
  'reset-of-nobody-loses-statements': { command: RESET, errorCode: UNKNOWN_ID, takes: statements },
  'close-of-nobody-loses-locks': { command: CLOSE, ofNobody: true, takes: locks },
  'long-data-of-nobody-loses-character-set': { command: SEND_LONG_DATA, ofNobody: true, takes: characterSet },
  'close-loses-parameter-types': { command: CLOSE, ofNobody: false, takes: parameterTypes },
  'connect-out-refused-ends-transaction': { command: CONNECT_OUT, takes: transaction },
  'sleep-refused-closes-cursors': { command: SLEEP, takes: cursors },
} as const satisfies Readonly<Partial<Record<DefectName, Disturbance>>>;

const all = Object.entries(disturbances) as readonly (readonly [keyof typeof disturbances, Disturbance])[];

/** Takes what a defect takes behind this command and its answer. */
export function disturb(session: Session, payload: Uint8Array, packets: readonly Uint8Array[]): void {
  for (const [name, one] of all) if (fits(one, payload, packets) && session.has(name)) one.takes(session);
}

function fits(
  { command, errorCode, behindResults, longerThan, ofNobody }: Disturbance,
  payload: Uint8Array,
  packets: readonly Uint8Array[],
) {
  if (command !== undefined && payload[0] !== command) return false;
  if (errorCode !== undefined && errorCode !== errorCodeOf(packets.at(-1))) return false;
  if (behindResults !== undefined && behindResults !== packets.length > 1) return false;
  if (longerThan !== undefined && !packets.some(({ length }) => length > longerThan)) return false;
  return ofNobody === undefined || ofNobody === (payload[4] ?? 0) > 0x7f;
}

function errorCodeOf(packet: Uint8Array | undefined): number | undefined {
  return packet?.[0] === 0xff ? (packet[1] ?? 0) | ((packet[2] ?? 0) << 8) : undefined;
}
