import type { Ending } from '../case/verdict.ts';
import type { LabelledPacket } from '../codec/labelled-packet.ts';
import { status } from '../codec/status.ts';
import { endingInWords } from '../run/describe.ts';
import { isLie, isPipelined, stimuliIn } from './exec.ts';
import { hashOf, type Likeness, type Telling, tellings } from './likeness.ts';
import type { PlayedClient } from './play.ts';

/** One thing that the server did, as text that can be compared, and the packet that began it. */
export interface Token {
  readonly text: string;
  /** Absent where it is the end of the connection. */
  readonly packet?: LabelledPacket;
  /** Of those that stand in a row: all of them. */
  readonly row?: readonly LabelledPacket[];
  /** A row that is nothing but the id that the greeting gave this connection. */
  readonly ownId?: true;
}

/** Packets that come in numbers: one token tells of all of them that stand in a row. */
const inRows: ReadonlySet<string> = new Set(['ColumnDefinition41', 'ColumnDefinition320', 'TextRow', 'BinaryRow']);
const SEED = 0x811c9dc5;

/**
 * What the server sent to one client, masked as the likeness says: scramble, connection id and authentication data differ from
 * connection to connection and are left out. Equal texts, equal behaviour.
 */
export function tokensOf(client: PlayedClient, likeness: Likeness): Token[] {
  const { packets, ending, overdue } = client;
  const telling = tellings[likeness];
  const tokens: { text: string; packet?: LabelledPacket; row?: LabelledPacket[]; ownId?: true }[] = [];
  let threadId: string | undefined;
  const statements: unknown[] = [];
  let run: { name: string; count: number; hash: number } | undefined;
  const first = goesFirst(client);
  if (first && leavesUnanswered(client)) return [{ text: 'left' }];
  for (const packet of packets) {
    if (packet.from !== 'server') continue;
    const { name } = packet;
    if (first && packet.answers === undefined) {
      if (name === 'HandshakeV10') threadId = String(packet.value?.['threadId'] ?? '');
      continue;
    }
    if (likeness !== 'same bytes' && inRows.has(name)) {
      if (run?.name !== name) {
        run = { name, count: 0, hash: SEED };
        tokens.push({ text: '', packet, row: [] });
      }
      tokens.at(-1)?.row?.push(packet);
      run.count++;
      if (listsConnections(packet)) {
        (tokens.at(-1) as { text: string }).text = `${name} of connections`;
        continue;
      }
      const own = isOwnId(packet, threadId);
      run.hash = own ? hashOf(OWN_ID, run.hash) : hashedRow(packet, run.hash, telling);
      if (own) (tokens.at(-1) as { ownId?: true }).ownId = true;
      (tokens.at(-1) as { text: string }).text = `${name} x${run.count} ${run.hash.toString(16)}`;
      continue;
    }
    if (!telling.sequenceIds && endsDefinitions(packet, run?.name)) continue;
    const behindList = run !== undefined && listsConnections(packet);
    run = undefined;
    if (name === 'HandshakeV10') threadId = String(packet.value?.['threadId'] ?? '');
    const told =
      likeness === 'same bytes' && isOwnId(packet, threadId)
        ? 'the id of this connection'
        : packet.value
          ? (telling.of[name] ?? telling.others)(packet)
          : telling.others(packet);
    if (told === undefined) continue;
    const id = name === 'StmtPrepareOK' ? ` #${placeOf(packet.value?.['statementId'], statements)}` : '';
    tokens.push({ text: telling.sequenceIds && !behindList ? `${packet.sequenceId ?? '-'}:${told}${id}` : told, packet });
  }
  tokens.push({
    text:
      overdue !== undefined ? `nothing for ${overdue}` : first ? 'left' : telling.resets && resetsAtQuit(client) ? RESET : closed(ending),
  });
  return tokens;
}

type Row = readonly LabelledPacket[];
/** The first packets of two rows of them that the likeness tells apart; undefined where one has nothing in its place. */
export function decisive(ours: Row, theirs: Row, likeness: Likeness): readonly [LabelledPacket | undefined, LabelledPacket | undefined] {
  const hashed = (packet: LabelledPacket | undefined): number | undefined => packet && hashedRow(packet, SEED, tellings[likeness]);
  let at = 0;
  while (at < ours.length && hashed(ours[at]) === hashed(theirs[at])) at++;
  return [ours[at], theirs[at]];
}

/** How many rows it has depends on who else is connected. */
const listsConnections = ({ answers }: LabelledPacket): boolean => answers?.name === 'COM_PROCESS_INFO';

/** Which of the different ids that one is. */
function placeOf(id: unknown, seen: unknown[]): number {
  const at = seen.indexOf(id);
  return at < 0 ? seen.push(id) - 1 : at;
}

const OWN_ID = Buffer.from('the id of this connection');

function hashedRow(packet: LabelledPacket, hash: number, telling: Telling): number {
  const told = telling.of[packet.name]?.(packet) ?? withoutAddress(packet);
  const bytes = told === undefined ? packet.payload : Buffer.from(told);
  return hashOf(bytes, telling.sequenceIds ? (hash ^ (packet.sequenceId ?? 0)) >>> 0 : hash);
}

/**
 * A row that is nothing but the id of this connection, as SELECT CONNECTION_ID() gives it. MySQL Router greets every client with the id 0, which
 * is nobody's: a 0 is a value there as elsewhere.
 */
function isOwnId({ name, payload, length }: LabelledPacket, threadId: string | undefined): boolean {
  if (threadId === undefined || threadId === '0' || length > 11) return false;
  if (name === 'TextRow') return length === threadId.length + 1 && Buffer.from(payload.subarray(1)).toString('latin1') === threadId;
  return name === 'BinaryRow' && length === 10 && Buffer.from(payload).readUInt32LE(2) === Number(threadId);
}

const USER_AT = /^([^@]*@)\d{1,3}(?:\.\d{1,3}){3}$/;
/** A name of 32 characters of 4 bytes, and an address, with what stands in front. */
const MOST_ADDRESS = 150;
/** A row that is nothing but a user and where it comes from, as SELECT USER() gives it: behind a proxy, and in another network, another address. */
function withoutAddress({ name, payload, length }: LabelledPacket): string | undefined {
  const head = name === 'TextRow' ? 1 : name === 'BinaryRow' ? 3 : length;
  if (length > MOST_ADDRESS || payload[head - 1] !== length - head) return undefined;
  const [, user] = USER_AT.exec(Buffer.from(payload.subarray(head)).toString('latin1')) ?? [];
  return user === undefined ? undefined : `${user} its address`;
}

/**
 * A client that leaves without waiting: whether it still sees the server close, and what the server says unasked, the
 * greeting included, is a matter of time.
 */
export const goesFirst = ({ client: { leaves, acts } }: PlayedClient): boolean =>
  leaves === 'rst' || leaves === 'vanish' || acts.some((act) => 'do' in act && act.do === 'reset');

/** It has not waited for the answer to what it said last. */
const leavesUnanswered = ({ client: { acts } }: PlayedClient): boolean =>
  acts.some((act, i) => 'send' in act && act.ahead === true && !acts.slice(i + 1).some((later) => 'send' in later && !later.ahead));

const RESET = 'reset behind COM_QUIT';
/**
 * A RST where nothing is left to be read: COM_QUIT is the last thing that the client says, and said once, in the clear, behind a login that is
 * through and the end of all answers. An ERR may be the server's last word, behind which it does not read on; nor does it behind a COM_QUIT.
 */
function resetsAtQuit(seen: PlayedClient): boolean {
  const { client, ending, packets, transcript } = seen;
  if (ending !== 'rst' || packets.findIndex(({ name }) => name === 'COM_QUIT') !== packets.length - 1) return false;
  if (isPipelined(client) || client.proxied !== undefined || stimuliIn(client).some(isLie)) return false;
  if (transcript.events.some(({ kind }) => kind === 'tls')) return false;
  const before = packets.findLast(({ from }) => from === 'server');
  return (
    before !== undefined &&
    before.name !== 'ERR' &&
    packets.some(({ name, answers }) => name === 'OK' && answers?.name.startsWith('Handshake'))
  );
}

/** A connection that the server has closed, as a token. */
export const CLOSED = 'closed';
/** How a connection closes, FIN or RST, depends on what the server had read by then. */
const closed = (ending: Ending): string => (ending === 'fin' || ending === 'rst' || ending === 'fin+rst' ? CLOSED : endingInWords(ending));

/** An EOF that is there or not by what each leg has agreed on: behind definitions, unless it opens a cursor. */
function endsDefinitions({ name, value, answers }: LabelledPacket, behind: string | undefined): boolean {
  if (behind !== 'ColumnDefinition41' || (name !== 'EOF' && name !== 'OK')) return false;
  if (answers?.name === 'COM_STMT_PREPARE' || answers?.name === 'COM_FIELD_LIST') return true;
  return name === 'EOF' && (Number(value?.['statusFlags'] ?? 0) & status.CURSOR_EXISTS) === 0;
}
