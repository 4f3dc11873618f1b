import type { Ending } from '../case/verdict.ts';
import type { Exchange, Wire, WireConnection } from '../scenario/wire.ts';
import { ClientScript } from './client-script.ts';
import type { Listener } from './connection-reader.ts';
import { LockedTables } from './locked-tables.ts';
import { agreedOf, loginOf } from './login-of.ts';
import type { AnswerPacket } from './outcome.ts';
import type { LeftOut, Step } from './step.ts';
import { StepList } from './step-list.ts';
import { type Moment, role } from './timed.ts';
import { what } from './what.ts';

/** A capture, ready to be played: pure data, in the order in which it was sent. */
export interface Plan {
  readonly steps: StepList;
  /** Names of the connections, for reports: 'proxysql-primary 3'. */
  readonly connections: readonly string[];
  /** How the server ended each of them, where the capture tells. */
  readonly endings?: readonly (Ending | undefined)[];
  readonly leftOut: readonly LeftOut[];
  /** The packets of the captured answers of steps: read again, for what differs. */
  readonly answersOf?: (steps: readonly Step[]) => Promise<ReadonlyMap<Step, readonly AnswerPacket[]>>;
}

/** Packets of an answer that are kept, to be shown where it differs. */
export const SHOWN = 64;

/** What a plan is made by, beside the wire. */
export interface PlanOptions {
  /** How the server ended a connection, where the capture tells. */
  readonly endingOf?: (connection: WireConnection) => Ending | undefined;
  /** Whether a connection is played otherwise than by its statements. */
  readonly isOther?: (connection: WireConnection) => boolean;
}

/**
 * Makes a plan of what the clients did on a link.
 * Out of it stay connections whose login is not in the clear, and commands that a replay cannot or must not repeat.
 */
export function planOf({ connections }: Wire, { endingOf, isOther }: PlanOptions = {}): Plan {
  const planner = new Planner();
  const exchanges = connections.map((connection) => {
    const planned = planner.open(`${connection.link} ${connection.number}`);
    tell(connection, planned);
    planned.close({
      ending: endingOf?.(connection),
      isOther: isOther?.(connection) === true,
      sent: connection.sent.client.bytes,
      opened: { at: connection.openedAt },
      over: connection.endings[0],
    });
    return [`${connection.link} ${connection.number}`, connection.exchanges] as const;
  });
  const plan = planner.plan();
  const byName = new Map<string, readonly Exchange[]>(exchanges);
  const answersTo = (step: Step): readonly AnswerPacket[] =>
    (byName.get(plan.connections[step.connection] as string) ?? [])
      .find(({ at, frame, command, sql }) => frame === step.frame && command === step.command && sql === step.sql && at <= step.at)
      ?.answers.slice(0, SHOWN) ?? [];
  return { ...plan, answersOf: async (steps) => new Map(steps.map((step) => [step, answersTo(step)])) };
}

/** A connection that was decoded as a whole, told question by question. */
function tell({ packets, exchanges, endings }: WireConnection, to: Planned): void {
  const response = packets.find(({ name }) => name === 'HandshakeResponse41')?.value;
  const greeting = packets.find(({ name }) => name === 'HandshakeV10')?.value;
  const login = loginOf(
    greeting,
    response,
    packets.some(({ name }) => name === 'SSLRequest'),
  );
  if (!login || !greeting || !response) return;
  to.agreed(agreedOf(greeting, response));
  for (const { answers, answeredAt, file, ...ask } of exchanges) {
    const asked = to.asked(ask);
    for (const packet of answers) asked.answer(packet, packet.at, packet.frame);
    if (answeredAt !== undefined) asked.answered = { at: answeredAt, frame: answers.at(-1)?.frame };
    if (file) asked.file = [...file];
    to.settle(asked, login);
  }
  const [first] = endings;
  to.end(first && { at: first.at, how: first.from !== 'client' ? 'server' : first.kind === 'rst' ? 'rst' : 'fin' });
}

/** How a connection closed, and whether it is played at all. */
export interface Closing {
  readonly ending?: Ending | undefined;
  /** It is played otherwise than by its statements. */
  readonly isOther?: boolean;
  /** Bytes that its client sent. */
  readonly sent: number;
  readonly opened: Moment;
  readonly over?: Moment | undefined;
}

/** A connection while it is planned. */
export interface Planned extends Listener {
  /** Without this, it is not played. */
  close(how: Closing): void;
}

/** What was found while it was planned. */
interface About {
  readonly loggedIn: boolean;
  readonly whole: boolean;
  readonly leftOut: LeftOut[];
}

interface Row {
  readonly name: string;
  readonly leftOut: readonly LeftOut[];
  keeps: boolean;
  ending?: Ending | undefined;
}

/** Makes a plan of connections that are told side by side, as they come. */
export class Planner {
  readonly #list = new StepList();
  readonly #locked = new LockedTables();
  readonly #rows: Row[] = [];

  /** A connection; its name for reports. */
  open(name: string): Planned {
    const list = this.#list;
    const number = this.#rows.length;
    const leftOut: LeftOut[] = [];
    const script = new ClientScript(list, number, this.#locked, (command, why) => leftOut.push({ connection: name, command, why }));
    const row: Row = { name, leftOut, keeps: false };
    this.#rows.push(row);
    let loggedIn = false;
    return {
      agreed(context) {
        loggedIn = true;
        list.agreed(number, context);
      },
      asked: (ask) => script.asked(ask),
      settle: (asked, login) => script.settle(asked, login),
      end: (first) => script.end(first),
      close: (how) => this.#close(row, number, { ...how, loggedIn, whole: script.whole, leftOut }),
    };
  }

  #close(row: Row, number: number, { ending, isOther = false, sent, opened, over, loggedIn, whole, leftOut }: Closing & About): void {
    const { name } = row;
    if (!loggedIn && !isOther) {
      // Who only looked whether the port is open, and said nothing, has nothing to be played.
      if (sent > 0) leftOut.push({ connection: name, command: 'login', why: 'no login in the clear', whole: true });
      return;
    }
    row.keeps = true;
    // Of a connection that is not played whole the end tells nothing.
    row.ending = whole || isOther ? ending : undefined;
    if (!isOther) return;
    leftOut.splice(0);
    this.#list.forget(number);
    const slot = this.#list.reserve(number);
    this.#list.fill(slot, what.other, role.write, opened);
    // Who came after it was over comes after it again.
    if (over) this.#list.answered(slot, over);
  }

  plan(): Plan {
    const kept = this.#rows.filter(({ keeps }) => keeps);
    const numbers = new Map(kept.map((row, i) => [row, i]));
    this.#list.seal(this.#rows.map((row) => numbers.get(row)));
    this.#locked.mark(this.#list);
    return {
      steps: this.#list,
      connections: kept.map(({ name }) => name),
      endings: kept.map(({ ending }) => ending),
      leftOut: this.#rows.flatMap(({ leftOut }) => leftOut),
    };
  }
}
