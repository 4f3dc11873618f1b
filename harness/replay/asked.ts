import { Fingerprint } from './fingerprint.ts';
import { type AnswerPacket, lastInsertIdOf, Outcome } from './outcome.ts';
import type { Moment } from './timed.ts';

/** Of these, an answer with the same bytes is the same, and nothing of it is needed later. */
const byBytes = new Set(['COM_QUERY', 'COM_INIT_DB', 'COM_PING', 'COM_CREATE_DB', 'COM_DROP_DB']);
/** Of the exchange only the end tells something: how it was proved who one is differs. */
export const logsIn = new Set(['login', 'COM_CHANGE_USER']);
/** After these more must follow: the capture ended in the middle of the answer. */
const followed = new Set([
  'AuthSwitchRequest',
  'AuthMoreData',
  'AuthNextFactor',
  'LocalInfileRequest',
  'ProgressReport',
  'ColumnCount',
  'TextRow',
  'BinaryRow',
]);
/** An answer of more bytes comes in several portions, and is compared row by row. */
const MOST_BYTES = 1 << 16;

/** Access denied: nobody proved who he is. */
export const isDenial = (code: unknown): boolean => code === 1045 || code === 1698;

/** What a client asked. */
export interface Ask extends Moment {
  readonly command: string;
  readonly sql?: string | undefined;
  readonly payload: Uint8Array;
}

/** A question of a client, and what its answer has come to so far. */
export class Asked {
  readonly ask: Ask;
  readonly slot: number;
  answered: Moment | undefined;
  last: AnswerPacket | undefined;
  file: Uint8Array[] | undefined;
  denied = false;
  insertId: string | undefined;
  statementId: number | undefined;
  readonly outcome = new Outcome();
  readonly #fingerprint: Fingerprint | undefined;
  readonly #header = new Uint8Array(4);

  constructor(ask: Ask, slot: number) {
    this.ask = ask;
    this.slot = slot;
    if (byBytes.has(ask.command)) this.#fingerprint = new Fingerprint();
  }

  /** The next packet of the answer. */
  answer(packet: AnswerPacket, at: number, frame?: number): void {
    this.answered = { at, frame };
    this.last = packet;
    const { name } = packet;
    if (name === 'ERR') this.denied ||= isDenial(packet.value?.['errorCode']);
    if (name === 'OK') this.insertId ??= lastInsertIdOf(packet);
    if (name === 'StmtPrepareOK') this.statementId ??= Number(packet.value?.['statementId']);
    if (name === 'LocalInfileRequest') this.file = [];
    if (!logsIn.has(this.ask.command)) this.outcome.add(packet);
    this.#add(packet);
  }

  /** Of the whole answer as it was on the wire; undefined where it is not compared so. */
  get fingerprint(): Fingerprint | undefined {
    return this.file || (this.#fingerprint?.length ?? MOST_BYTES) >= MOST_BYTES ? undefined : this.#fingerprint;
  }

  get isWhole(): boolean {
    const name = this.last?.name;
    if (name === undefined || this.answered === undefined || followed.has(name)) return false;
    return !name.startsWith('ColumnDefinition') || this.ask.command === 'COM_STMT_PREPARE' || this.ask.command === 'COM_FIELD_LIST';
  }

  #add({ payload, sequenceId = 0 }: AnswerPacket): void {
    const fingerprint = this.#fingerprint;
    if (!fingerprint || !payload || fingerprint.length >= MOST_BYTES) return;
    const { length } = payload;
    this.#header.set([length & 0xff, (length >> 8) & 0xff, (length >> 16) & 0xff, sequenceId]);
    fingerprint.add(this.#header);
    fingerprint.add(payload);
  }
}
