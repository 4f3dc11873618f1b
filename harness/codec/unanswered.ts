import type { Answer } from './answer.ts';
import type { Glimpse } from './glance.ts';
import type { Labelled } from './labelled-packet.ts';
import type { Context } from './message.ts';
import type { PacketSink } from './packet-sink.ts';
import type { Statements } from './statements.ts';
import { following, followingFrames, sequenceProblem, type Taken } from './stream.ts';

export interface Pending {
  readonly answer: Answer;
  readonly to: Labelled;
  /** The id of the statement that it is about. */
  readonly statement: number | undefined;
  /** Sequence id that the server must use next; undefined after a fault of the client, where servers differ. */
  sequenceId: number | undefined;
  /** The same of the compressed packets. */
  framesDue: readonly number[];
}

const NONE: readonly number[] = [];
const NOTHING_PENDING: Pending[] = [];
/** What the last glance has seen. */
const seen: Glimpse = { status: 0, columns: 0, follow: true, statement: 0, parameters: 0, name: 0 };

/** Commands (and logins) that have no whole answer yet, the oldest first: the server answers one after the other. */
export class Unanswered {
  #pending = NOTHING_PENDING;
  readonly #statements: Statements;
  /** An ERR has come before the end of a file: the client could not know of it. */
  #fileIsCut = false;

  constructor(statements: Statements) {
    this.#statements = statements;
  }

  get count(): number {
    return this.#pending.length;
  }

  get front(): Pending | undefined {
    return this.#pending[0];
  }

  /** `surely`: the server has read all that came before. */
  expect(answer: Answer, to: Labelled, packet: Taken, statement?: number, surely = true): void {
    const good = surely && to.problem === undefined;
    // Of commands that share a compressed packet, nobody says how the answers to the later ones are counted.
    const framesDue = good && packet.leads ? followingFrames(packet) : NONE;
    const pending = { answer, to, sequenceId: good ? following(packet) : undefined, framesDue, statement };
    if (this.#pending === NOTHING_PENDING) this.#pending = [pending];
    else this.#pending.push(pending);
  }

  /** The packet belongs to the oldest one. Tells whether it ends the answer. */
  take(front: Pending, label: Labelled, packet: Taken, context: Context, fault: string | undefined): boolean {
    const misnumbered = sequenceProblem(packet, front.sequenceId, front.framesDue);
    const behind = this.#pending[1];
    const unfit = misnumbered !== undefined || front.sequenceId === undefined;
    if (behind && front.answer.last !== undefined && unfit && behind.sequenceId === packet.sequenceId) {
      // The packet starts the next answer: go on there, or every later packet would be named wrong.
      this.#settle(front);
      return this.take(behind, label, packet, context, `the answer to ${front.to.name} has not ended before it`);
    }
    label.answers = front.to;
    const file = front.answer.wants === 'file';
    front.answer.take(label, context);
    if (file && front.answer.done) this.#fileIsCut = true;
    label.problem = fault ?? label.problem ?? misnumbered;
    front.sequenceId = following(packet);
    front.framesDue = followingFrames(packet);
    if (!front.answer.done) return false;
    this.#settle(front);
    return true;
  }

  /** Takes a packet by a glance, if it is one that may be counted only. */
  glance({ bytes, start, end, sequenceId, lastSequenceId }: Taken, context: Context, sink: PacketSink): boolean {
    const front = this.#pending[0];
    if (!front || front.sequenceId !== sequenceId) return false;
    const { answer, to } = front;
    const name = answer.glance(bytes, start, end, context, seen);
    if (name === undefined || !sink.mayCount(name, seen, to)) return false;
    answer.pass(name, bytes, start, end, seen, context);
    front.sequenceId = (lastSequenceId + 1) & 0xff;
    if (answer.done) this.#settle(front);
    sink.counted(name, to);
    return true;
  }

  /** Is this packet of the client more of a file that nobody wants any more? */
  isFileStill({ sequenceId, start, end }: Taken): boolean {
    const still = this.#fileIsCut && sequenceId !== 0;
    if (!still || start === end) this.#fileIsCut = false;
    return still;
  }

  /** Keeps no chunk of the stream alive. */
  letGo(): void {
    for (const { to } of this.#pending) to.letGo();
  }

  /** The answer is over: what it told of a statement is needed for the next. */
  #settle({ answer, statement }: Pending): void {
    this.#pending.shift();
    if (answer.kind === 'prepare') {
      const { id, parameters, columns } = answer.prepared ?? { id: undefined, parameters: 0, columns: 0 };
      this.#statements.prepared(id, parameters, columns === answer.columns.length ? answer.columns : []);
    }
    if (answer.kind === 'execute') this.#statements.told(statement, answer.columns);
  }
}
