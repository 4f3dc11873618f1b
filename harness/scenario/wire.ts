/** What passed on the taps of a topology, decoded: plain data, so that it can be kept, judged again, and changed in a test. */
export interface Wire {
  readonly connections: readonly WireConnection[];
}

export type WireSide = 'client' | 'server';
/** A tap that was told to can end a connection itself. */
export type WireEnder = WireSide | 'tap';

/** One connection of one link. Times are ms since 1970. */
export interface WireConnection {
  readonly link: string;
  /** In the order of arrival on its link, from 1. */
  readonly number: number;
  readonly openedAt: number;
  /** From the greeting; undefined when none came. */
  readonly threadId?: number;
  readonly serverVersion?: string;
  readonly user?: string;
  /** The first bytes that the client sent, in hex, at most 256. */
  readonly opening: string;
  /** All that each side sent: how many bytes, and their SHA-256 in hex. */
  readonly sent: Readonly<Record<WireSide, { readonly bytes: number; readonly digest: string }>>;
  readonly packets: readonly WirePacket[];
  readonly exchanges: readonly Exchange[];
  /** FIN and RST as they came; 'refused' when the server took no connection. */
  readonly endings: readonly { readonly at: number; readonly from: WireEnder; readonly kind: 'fin' | 'rst' | 'refused' }[];
}

export interface WirePacket {
  readonly at: number;
  readonly from: WireSide;
  /** The manual's name of the message. */
  readonly name: string;
  readonly sequenceId?: number;
  /** Bytes with the header. */
  readonly size: number;
  readonly value?: Readonly<Record<string, unknown>> | undefined;
  readonly problem?: string;
  /** Without headers. */
  readonly payload?: Uint8Array;
  /** Of the capture that it is from: the frame that completed it. */
  readonly frame?: number;
}

/** A command and its answer. */
export interface Exchange {
  readonly at: number;
  /** COM_QUERY, COM_STMT_EXECUTE …; 'login' for the authentication exchange. */
  readonly command: string;
  /** The statement, where it is on the wire. */
  readonly sql?: string;
  /** The bytes of the command, without headers. */
  readonly payload: Uint8Array;
  /** The pieces of the client's file, where the server asked for one. */
  readonly file?: readonly Uint8Array[];
  /** Of the capture that it is from. */
  readonly frame?: number;
  readonly answers: readonly WirePacket[];
  /** When the last packet of its answer came; undefined when none did. */
  readonly answeredAt?: number;
}

/** The connections of one link. */
export const onLink = ({ connections }: Wire, link: string): WireConnection[] => connections.filter((one) => one.link === link);

/** Every exchange of a link whose statement matches, by time, with the connection that it was on. */
export function statementsOn(wire: Wire, link: string, sql: RegExp): (Exchange & { readonly on: WireConnection })[] {
  return onLink(wire, link)
    .flatMap((on) => on.exchanges.filter((one) => one.sql !== undefined && sql.test(one.sql)).map((one) => ({ ...one, on })))
    .sort((a, b) => a.at - b.at);
}

/** The first ERR of an answer. */
export const errOf = ({ answers }: Exchange): WirePacket | undefined => answers.find(({ name }) => name === 'ERR');

/** Its code; undefined without an ERR. */
export function errorCode(exchange: Exchange): number | undefined {
  const code = errOf(exchange)?.value?.['errorCode'];
  return code === undefined ? undefined : Number(code);
}

/** The OK packets of an answer (an OK that ends rows included). */
export const oksOf = ({ answers }: Exchange): WirePacket[] => answers.filter(({ name }) => name === 'OK');

/** The last insert id that an answer's first OK carries, as text; '0' for none. */
export const lastInsertId = (exchange: Exchange): string => String(oksOf(exchange)[0]?.value?.['lastInsertId'] ?? 0);

/** Text of the cells of a text resultset, row by row; NULL is null. */
export function textRows({ answers }: Exchange): (string | null)[][] {
  return answers
    .filter(({ name }) => name === 'TextRow')
    .map(({ value }) => ((value?.['values'] ?? []) as (Uint8Array | null)[]).map(textOf));
}

function textOf(cell: Uint8Array | null): string | null {
  return cell && Buffer.from(cell).toString('utf8');
}

/** How a connection ended, in the words of a transcript: 'server: FIN, client: FIN'; 'open' when it did not. */
export function endingOf({ endings }: WireConnection): string {
  return endings.map(({ from, kind }) => `${from}: ${kind.toUpperCase()}`).join(', ') || 'open';
}
