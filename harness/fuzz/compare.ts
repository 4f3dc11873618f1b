import type { LabelledPacket } from '../codec/labelled-packet.ts';
import { endingInWords, packetInWords } from '../run/describe.ts';
import { circumstance, subject } from './circumstance.ts';
import type { Likeness } from './likeness.ts';
import { asServerPacket } from './listening.ts';
import { observationOf } from './observe.ts';
import type { Played, PlayedClient } from './play.ts';
import { fromClient } from './reading.ts';
import { CLOSED, decisive, type Token, tokensOf } from './tokens.ts';

/** The first thing that two plays of an exec do not share. */
export interface Difference {
  readonly client: number;
  /** Of both sides, in words. */
  readonly ours: string;
  readonly theirs: string;
  /** Without values: what kind of packet differs in what. */
  readonly kind: string;
  /** The same without what is told of the answers around it. */
  readonly plainKind: string;
  /** What the other side's client saw. */
  readonly expected: PlayedClient;
}

/** Whether both showed the same; the usual case, told without looking for what differs. */
function isAlike(ours: Played, theirs: Played, likeness: Likeness): boolean {
  if (ours.clients.length !== theirs.clients.length) return false;
  return ours.clients.every((client, i) => {
    const other = theirs.clients[i];
    if (!other) return false;
    if (likeness === 'same product') return observationOf(client) === observationOf(other);
    const [a, b] = [tokensOf(client, likeness), tokensOf(other, likeness)];
    return a.length === b.length && a.every(({ text }, j) => text === b[j]?.text);
  });
}

/** Asks for further plays, of both sides. */
export interface Again {
  readonly ours: () => Promise<Played>;
  readonly theirs: () => Promise<Played>;
}

/** How often each side is played before a difference counts: what a server does not do every time is no difference. */
const PLAYS = 3;

/**
 * A difference that stays when both sides are played again. What changes from play to play on both sides (an id, a time) is
 * passed over; where one side is steady, the other must differ from it more often than not.
 */
export async function lastingDifference(ours: Played, theirs: Played, likeness: Likeness, again: Again): Promise<Difference | undefined> {
  if (isAlike(ours, theirs, likeness)) return undefined;
  const our: Played[] = [ours];
  const their: Played[] = [theirs];
  while (our.length < PLAYS) {
    their.push(await again.theirs());
    our.push(await again.ours());
  }
  for (let client = 0; client < ours.clients.length; client++) {
    const a = our.map((played) => told(played, client, likeness));
    const b = their.map((played) => told(played, client, likeness));
    const at = firstDifference(a, b);
    if (at === undefined) continue;
    // The play that shows it, not one that did not.
    const shows = Math.max(
      0,
      a.findIndex((tokens) => b.every((other) => other[at]?.text !== tokens[at]?.text)),
    );
    // A play that had ended before this place differs in how it ended.
    const where = Math.min(at, (a[shows]?.length ?? 1) - 1);
    const mine = a[shows]?.[where];
    // Of plays that differ among themselves one that differs from it.
    const held = Math.max(
      0,
      b.findIndex((tokens) => tokens[at]?.text !== a[shows]?.[at]?.text),
    );
    const other = b[held]?.[where];
    const [seen, expected] = [our[shows]?.clients[client], their[held]?.clients[client]] as [PlayedClient, PlayedClient];
    if (answersWhatIsUnsent(mine, seen, expected) || answersWhatIsUnsent(other, expected, seen)) continue;
    if (isOfOwnStatement(mine, seen) !== isOfOwnStatement(other, expected)) continue;
    const [one, two] = narrowed(mine, other, likeness);
    const [o, t] = [circumstance(one, seen, two), circumstance(two, expected, one)];
    return {
      client,
      ours: `${inWords(one)}${o}${withoutAByte(one, seen)}`,
      theirs: `${inWords(two)}${t}${withoutAByte(two, expected)}`,
      kind: `${kindOf(one, two, o, t)}${subject(one, seen, two)}`,
      plainKind: kindOf(one, two),
      expected,
    };
  }
  return undefined;
}

const told = (played: Played, client: number, likeness: Likeness): Token[] => {
  const one = played.clients[client];
  return one ? tokensOf(one, likeness) : [];
};

/** It answers what only one of the two could send: the other's target has no such account. */
function answersWhatIsUnsent(token: Token | undefined, sent: PlayedClient, unsent: PlayedClient): boolean {
  const asked = token?.packet?.answers;
  if (!asked || unsent.unsent <= sent.unsent) return false;
  return fromClient(unsent)[fromClient(sent).indexOf(asked)]?.name !== asked.name;
}

/**
 * It answers a command about a statement that this connection had been given. An id that a client makes up is one by chance: MariaDB
 * numbers the statements of a connection on from those that its thread has served before.
 */
function isOfOwnStatement(token: Token | undefined, { packets }: PlayedClient): boolean | undefined {
  const id = token?.packet?.answers?.value?.['statementId'];
  return id === undefined
    ? undefined
    : packets.some(({ from, name, value }) => from === 'server' && name === 'StmtPrepareOK' && value?.['statementId'] === id);
}

/** The first place where the sides differ for good. */
function firstDifference(ours: readonly Token[][], theirs: readonly Token[][]): number | undefined {
  const longest = Math.max(...[...ours, ...theirs].map(({ length }) => length));
  for (let i = 0; i < longest; i++) {
    const our = ours.map((tokens) => tokens[i]?.text);
    const their = theirs.map((tokens) => tokens[i]?.text);
    const steady = (side: readonly (string | undefined)[]): boolean => side.every((one) => one === side[0]);
    if (steady(their) && our.filter((one) => one !== their[0]).length > 1) return i;
    if (steady(our) && their.filter((one) => one !== our[0]).length > 1) return i;
    // Where a side says more or less from play to play, what comes behind cannot be held against each other.
    if (!steady(our) && !steady(their) && new Set([...ours, ...theirs].map(({ length }) => length)).size > 1) return undefined;
  }
  return undefined;
}

/** Of two rows of packets those that are not alike, in place of the first ones. */
function narrowed(ours: Token | undefined, theirs: Token | undefined, likeness: Likeness): [Token | undefined, Token | undefined] {
  if (!ours?.row || !theirs?.row || ours.packet?.name !== theirs.packet?.name) return [ours, theirs];
  const [a, b] = decisive(ours.row, theirs.row, likeness);
  return a && b
    ? [
        { ...ours, packet: a },
        { ...theirs, packet: b },
      ]
    : [ours, theirs];
}

/** Nothing came at all: by a RST something may have been lost, by a FIN not. */
const withoutAByte = (token: Token | undefined, { packets, ending }: PlayedClient): string =>
  token?.text === CLOSED && !packets.some(({ from }) => from === 'server') ? ` without a byte, by ${endingInWords(ending)}` : '';

function inWords(token: Token | undefined): string {
  if (!token?.packet) return token?.text ?? 'nothing';
  const { packet } = token;
  const words = packet.message ? packetInWords(asServerPacket(packet)) : token.text;
  const named =
    packet.name === 'EOF' ? words.replace(/^EOF\b/, `EOF (status 0x${Number(packet.value?.['statusFlags'] ?? 0).toString(16)})`) : words;
  const asked = packet.answers ? `, in answer to ${packet.answers.name}` : '';
  return `${named.slice(0, 300)}${asked}`;
}

/** What differs in general: kinds of packets, or the fields of two of a kind. */
function kindOf(ours: Token | undefined, theirs: Token | undefined, our = '', their = ''): string {
  const [a, b] = [ours?.packet, theirs?.packet];
  const isRow = a !== undefined && a.name === b?.name;
  if (isRow && ours?.ownId !== theirs?.ownId)
    return `${a.answers?.name ?? 'connection'}: ${a.name} is${ours?.ownId ? '' : ' not'} the connection id of the greeting`;
  const asked = (a?.answers ?? b?.answers)?.name ?? 'connection';
  if (!a || !b || a.name !== b.name) return `${asked}: ${nameOf(ours)}${our} for ${nameOf(theirs)}${their}`;
  const fields = differingFields(a, b);
  if (a.name === 'ERR' && fields.includes('errorCode')) return `${asked}: ERR ${a.value?.['errorCode']} for ERR ${b.value?.['errorCode']}`;
  const [one, two] = [ours?.row?.length, theirs?.row?.length];
  return `${asked}: ${a.name} differs in ${fields.length > 0 ? fields.join('+') : one === two ? 'its bytes' : 'number'}`;
}

/** An ERR by its code: an OK in place of one refusal is another fault than in place of another. */
const nameOf = (token: Token | undefined): string => {
  if (!token?.packet) return (token?.text ?? 'nothing').replaceAll(/\d+/g, 'N');
  const { name, value } = token.packet;
  return name === 'ERR' && value ? `ERR ${value['errorCode']}` : name;
};

/** Fields that differ from connection to connection. */
const free: ReadonlySet<string> = new Set(['scramble1', 'scramble2', 'threadId', 'statementId', 'data']);

function differingFields(a: LabelledPacket, b: LabelledPacket): string[] {
  const fields = Object.keys({ ...a.value, ...b.value }).filter((name) => !free.has(name));
  const found = fields.filter((name) => String(a.value?.[name]) !== String(b.value?.[name]));
  return a.sequenceId === b.sequenceId ? found : ['sequence id', ...found];
}
