import { CodecError } from '../codec/error.ts';
import type { LabelledPacket } from '../codec/labelled-packet.ts';
import { type SessionStateChange, sessionState } from '../codec/session-state.ts';
import { status } from '../codec/status.ts';

/**
 * How alike two plays must be, as what is told of each packet. `same bytes`: what counts is what passed, whatever we take it
 * for (of one target: what answers what may be told otherwise where the same bytes travel otherwise). `same product`: everything but what differs from
 * connection to connection. `through a proxy`: what a proxy may rightly change is left out: greeting, capabilities (and so
 * sequence ids and EOF behind definitions), the exchange of a login, thread and statement ids, warnings, info, ERR texts,
 * what is told of session state.
 */
const likenesses = ['same bytes', 'same product', 'through a proxy'] as const;
export type Likeness = (typeof likenesses)[number];

/** What is told of a packet; undefined: nothing, as if it had not come. */
type Tell = (packet: LabelledPacket) => string | undefined;

export interface Telling {
  readonly sequenceIds: boolean;
  /** FIN or RST, where the end of the connection can be told by it. */
  readonly resets: boolean;
  readonly of: Readonly<Record<string, Tell>>;
  readonly others: Tell;
}

type Values = Readonly<Record<string, unknown>>;
const digits = (text: unknown): string => String(text ?? '').replaceAll(/\d+/g, 'N');
const lengthOf = (bytes: unknown): number | undefined => (bytes as Uint8Array | undefined)?.length;
const MOST_HEX = 64;
const bytesOf: Tell = ({ name, payload, length }) => {
  const hex = Buffer.from(payload.buffer, payload.byteOffset, Math.min(length, MOST_HEX)).toString('hex');
  return `${name} ${hex}${length > MOST_HEX ? `+${hashOf(payload).toString(16)}` : ''}`;
};
/**
 * No manual says in which order variables are told: MariaDB finds them by the addresses of its own, which differ from one start to the next. A GTID
 * is that of the server, and of the moment.
 */
const okInAnyOrder: Tell = (packet) => {
  const { payload, value } = packet;
  const block = value?.['sessionState'];
  if (!(block instanceof Uint8Array)) return bytesOf(packet);
  try {
    const changes = sessionState(block).map(changeInWords).sort();
    const head = payload.subarray(0, payload.length - block.length - (block.length < 251 ? 1 : 3));
    return `${bytesOf({ ...packet, payload: head, length: head.length })} ${changes.join(' ')}`;
  } catch (error) {
    if (!(error instanceof CodecError)) throw error;
    return bytesOf(packet);
  }
};
const changeInWords = ({ type, name, value }: SessionStateChange): string =>
  type === 'GTIDS' ? type : `${type} ${name === undefined ? '' : `${name}=`}${value}`;
const nothing: Tell = () => undefined;
const nameOnly: Tell = ({ name }) => name;

/** FNV-1a, 32 bits: equal bytes, equal number. */
export function hashOf(bytes: Uint8Array, seed = 0x811c9dc5): number {
  let hash = seed;
  for (let i = 0; i < bytes.length; i++) hash = Math.imul(hash ^ (bytes[i] as number), 0x01000193);
  return hash >>> 0;
}

function greeting({ value: v, name }: LabelledPacket): string {
  if (!v) return name;
  const flags = `${v['capabilitiesLow']}/${v['capabilitiesHigh']}/${v['mariadbCapabilities'] ?? 0}`;
  const filler = [v['filler'], v['reserved']].map((bytes) => ((bytes as Uint8Array | undefined)?.some((b) => b !== 0) ? '!' : ''));
  // A number between the scramble's parts tells of its NULs and high bits, never of its value.
  const scramble = `${lengthOf(v['scramble1'])}+${lengthOf(v['scramble2'])} of ${v['authDataLength']}${oddScramble(v)}`;
  return `HandshakeV10 ${v['protocolVersion']} ${digits(v['serverVersion'])} ${flags}/${v['characterSet']}/${v['statusFlags']} ${scramble}${filler.join('')} ${v['authPluginName']}`;
}

/** NULs or bytes above 0x7f where a scramble has none. */
function oddScramble(v: Values): string {
  const first = v['scramble1'] as Uint8Array | undefined;
  const second = v['scramble2'] as Uint8Array | undefined;
  const odd = (bytes: Uint8Array | undefined): boolean => bytes?.some((byte) => byte === 0 || byte > 0x7f) ?? false;
  return `${odd(first) || odd(second?.subarray(0, -1)) ? '!' : ''}${second?.at(-1) === 0 ? '' : '!'}`;
}

const sameProduct: Telling = {
  sequenceIds: true,
  resets: true,
  of: {
    HandshakeV10: greeting,
    OK: okInAnyOrder,
    AuthSwitchRequest: ({ value: v, length }) => `AuthSwitchRequest ${v?.['pluginName']} ${length}`,
    // An id: each is told by its place only (tokens.ts).
    StmtPrepareOK: ({ payload }) => `StmtPrepareOK ${Buffer.from(payload.subarray(5)).toString('hex')}`,
    AuthMoreData: ({ name, length, payload }) => `${name} ${length} ${length === 2 ? payload[1] : ''}`,
    AuthNextFactor: ({ name, length, value: v }) => `${name} ${v?.['pluginName']} ${length}`,
    ERR: ({ value: v }) => `ERR ${v?.['errorCode']}${v?.['sqlStateMarker'] ?? ''}${v?.['sqlState'] ?? ''} ${digits(v?.['errorMessage'])}`,
    // Uptime, threads, rates.
    Statistics: ({ payload }) => `Statistics ${digits(Buffer.from(payload).toString('latin1'))}`,
    // Times and positions.
    BinlogEvent: ({ payload }) => `BinlogEvent of type ${payload[5]}`,
  },
  others: bytesOf,
};

const UPTIME = Buffer.from('Uptime');

/** By its bytes: an ERR by its first, the text of COM_STATISTICS by how it begins. */
function byBytes(packet: LabelledPacket): string {
  const { payload } = packet;
  const isStatistics = UPTIME.every((byte, i) => payload[i] === byte);
  if (payload[0] === 0xff || isStatistics) return digits(Buffer.from(payload).toString('latin1'));
  return String(bytesOf(packet)).replace(/^\S+/, '');
}

const masked = ['HandshakeV10', 'AuthSwitchRequest', 'AuthMoreData', 'AuthNextFactor', 'StmtPrepareOK', 'BinlogEvent'];
const sameBytes: Telling = {
  sequenceIds: true,
  resets: true,
  of: Object.fromEntries(Object.entries(sameProduct.of).filter(([name]) => masked.includes(name))),
  others: byBytes,
};

/** Status flags of a session behind a proxy: whether tracking has something to tell, and how a statement was carried out, are its own affair. */
const PASSED_STATUS = status.IN_TRANS | status.MORE_RESULTS_EXISTS | status.CURSOR_EXISTS | status.LAST_ROW_SENT | status.PS_OUT_PARAMS;
const statusOf = (v: Values | undefined): number => Number(v?.['statusFlags'] ?? 0) & PASSED_STATUS;

const throughProxy: Telling = {
  sequenceIds: false,
  resets: false,
  of: {
    HandshakeV10: nameOnly,
    AuthSwitchRequest: nothing,
    AuthMoreData: nothing,
    AuthNextFactor: nothing,
    OK: (packet) =>
      packet.payload[0] === 0xfe
        ? `end ${statusOf(packet.value)}`
        : `OK ${packet.value?.['affectedRows']}/${packet.value?.['lastInsertId']} ${statusOf(packet.value)}`,
    EOF: ({ value: v }) => `end ${statusOf(v)}`,
    ERR: ({ value: v }) => `ERR ${v?.['errorCode']}`,
    ColumnCount: ({ value: v }) => `ColumnCount ${v?.['count']}`,
    ColumnDefinition41: ({ value: v }) => `ColumnDefinition41 ${v?.['name']} ${v?.['type']}`,
    StmtPrepareOK: ({ value: v }) => `StmtPrepareOK ${v?.['parameters']}/${v?.['columns']}`,
    Statistics: nameOnly,
    BinlogEvent: ({ payload }) => `BinlogEvent of type ${payload[5]}`,
  },
  others: bytesOf,
};

export const tellings: Readonly<Record<Likeness, Telling>> = {
  'same bytes': sameBytes,
  'same product': sameProduct,
  'through a proxy': throughProxy,
};
