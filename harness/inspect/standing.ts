import { Labelled, type LabelledPacket, type Side } from '../codec/labelled-packet.ts';
import { type End, ending, stillStanding } from '../pcap/ending.ts';
import { otherSide, type TcpControl, type TcpEvent, type TcpReset } from '../pcap/tcp-connection.ts';
import type { SeenEnding } from './inspected.ts';

/** Commands without an answer that are remembered; of clients that pipeline more, the oldest lose their names. */
const MOST_UNANSWERED = 64;
/** RSTs that ended nothing: the first are named. */
const MOST_IGNORED = 8;

type Asked = SeenEnding['waiting'][number] & { readonly label: LabelledPacket };

const NOTHING_ASKED: Asked[] = [];
const NO_ENDS: readonly End[] = [];
const NO_WAITING: SeenEnding['waiting'] = [];

/** How a connection stands: what passed last, what waits for its answer, and who has ended it. */
export class Standing {
  #asked = NOTHING_ASKED;
  /** What the last packet of the server belonged to. */
  #answering: LabelledPacket | undefined;
  #lastFrom: Side = 'client';
  #lastName: string | undefined;
  #ends = NO_ENDS;
  #ignored: SeenEnding['ignored'];
  #atEnd: Pick<SeenEnding, 'after' | 'waiting'> | undefined;

  passed(from: Side, name: string): void {
    this.#lastFrom = from;
    this.#lastName = name;
  }

  ask(packet: LabelledPacket): void {
    if (this.#asked.length >= MOST_UNANSWERED) this.#asked.shift();
    const asked = { packet: packet.name, frame: packet.at ?? 0, begun: false, label: packet };
    if (this.#asked.length === 0) this.#asked = [asked];
    else this.#asked.push(asked);
  }

  /** A packet of the server, and what it answers. */
  answers(asked: LabelledPacket | undefined): void {
    this.#answering = this.#asked.length > 0 ? asked : undefined;
  }

  /** So many have no whole answer yet. */
  leaves(unanswered: number): void {
    if (this.#asked.length > 0 && unanswered === 0) this.forget();
  }

  forget(): void {
    this.#asked = NOTHING_ASKED;
    this.#answering = undefined;
  }

  /** Keeps none of the frames alive that have passed. */
  letGo(): void {
    for (const { label } of this.#asked) if (label instanceof Labelled) label.letGo();
    if (this.#answering instanceof Labelled) this.#answering.letGo();
  }

  swapSides(): void {
    this.#ends = this.#ends.map((end) => ({ ...end, from: otherSide(end.from) }));
    this.#ignored = this.#ignored?.map(({ side, frame }) => ({ side: otherSide(side), frame }));
  }

  /** A FIN or RST of this side. */
  end(event: TcpControl | TcpReset, side: Side, unanswered: number): void {
    // Not the events, and in no array with room for more: thousands of closed connections wait for a late RST at a time.
    const { kind, frame, timeNs } = event;
    this.goesOn(event, side);
    const end: End = kind === 'rst' ? { kind, from: side, frame, timeNs, provoked: event.provoked } : { kind, from: side, frame };
    this.#ends = [...this.#ends, end];
    if (event.kind === 'rst' && event.provoked) return;
    this.#atEnd ??= this.#now(unanswered);
  }

  /** What comes behind a RST may show that it was no end. */
  goesOn(event: TcpEvent, side: Side): void {
    if (this.#ends === NO_ENDS) return;
    const still = stillStanding(this.#ends, { ...event, from: side });
    if (still === this.#ends) return;
    const gone = this.#ends.filter((end) => !still.includes(end)).map(({ from, frame }) => ({ side: from, frame }));
    this.#ignored = [...(this.#ignored ?? []), ...gone].slice(0, MOST_IGNORED);
    this.#ends = still.length === 0 ? NO_ENDS : still;
    this.#atEnd = undefined;
  }

  /** The frame that ended it first. */
  get endFrame(): number | undefined {
    return this.#ends[0]?.frame;
  }

  /** Who ended it first; undefined while it is open. */
  get endedBy(): Side | undefined {
    return ending({ events: this.#ends }, 'client').first;
  }

  endOf(side: Side): SeenEnding['how'] {
    return ending({ events: this.#ends }, side).how;
  }

  ending(unanswered: number): SeenEnding {
    const events = this.#ends;
    const client = ending({ events }, 'client');
    const { after, waiting } = this.#atEnd ?? this.#now(unanswered);
    const by = client.first;
    const ignored = this.#ignored ? { ignored: this.#ignored } : undefined;
    if (by === undefined) return { how: 'open', ...(after ? { after } : {}), waiting, ...ignored };
    const server = ending({ events }, 'server');
    const [{ how, frame }, other] = by === 'client' ? [client, server.how] : [server, client.how];
    return after ? { how, by, frame, other, after, waiting, ...ignored } : { how, by, frame, other, waiting, ...ignored };
  }

  #now(unanswered: number): Pick<SeenEnding, 'after' | 'waiting'> {
    const after = this.#lastName === undefined ? undefined : { from: this.#lastFrom, packet: this.#lastName };
    if (unanswered === 0) return { after, waiting: NO_WAITING };
    const waiting = this.#asked.slice(-unanswered);
    return { after, waiting: waiting.map(({ packet, frame, label }) => ({ packet, frame, begun: label === this.#answering })) };
  }
}
