import { Labelled, type LabelledPacket, type Side } from '../codec/labelled-packet.ts';
import { ending } from '../pcap/ending.ts';
import type { TcpControl, TcpReset } from '../pcap/tcp-connection.ts';
import type { SeenEnding } from './inspected.ts';

/** Commands without an answer that are remembered; of clients that pipeline more, the oldest lose their names. */
const MOST_UNANSWERED = 64;

type Asked = SeenEnding['waiting'][number] & { readonly label: LabelledPacket };

const NOTHING_ASKED: Asked[] = [];
const NO_ENDS: readonly (TcpControl | TcpReset)[] = [];

/** How a connection stands: what passed last, what waits for its answer, and who has ended it. */
export class Standing {
  #asked = NOTHING_ASKED;
  /** What the last packet of the server belonged to. */
  #answering: LabelledPacket | undefined;
  #lastFrom: Side = 'client';
  #lastName: string | undefined;
  #ends: readonly (TcpControl | TcpReset)[] = NO_ENDS;
  #atEnd: Pick<SeenEnding, 'after' | 'waiting'> | undefined;

  passed(from: Side, name: string): void {
    this.#lastFrom = from;
    this.#lastName = name;
  }

  ask(packet: LabelledPacket): void {
    if (this.#asked.length >= MOST_UNANSWERED) this.#asked.shift();
    if (this.#asked === NOTHING_ASKED) this.#asked = [];
    this.#asked.push({ packet: packet.name, frame: packet.at ?? 0, begun: false, label: packet });
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
    this.#ends = this.#ends.map((end) => ({ ...end, from: end.from === 'client' ? 'server' : 'client' }));
  }

  /** A FIN or RST of this side. */
  end(event: TcpControl | TcpReset, side: Side, unanswered: number): void {
    this.#ends = [...this.#ends, event.from === side ? event : { ...event, from: side }];
    if (event.kind === 'rst' && event.provoked) return;
    this.#atEnd ??= this.#now(unanswered);
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
    const by = this.endedBy;
    const standing = this.#atEnd ?? this.#now(unanswered);
    if (by === undefined) return { how: 'open', ...standing };
    const { how, frame } = ending({ events }, by);
    return { how, by, frame, other: this.endOf(by === 'client' ? 'server' : 'client'), ...standing };
  }

  #now(unanswered: number): Pick<SeenEnding, 'after' | 'waiting'> {
    const waiting = unanswered === 0 ? [] : this.#asked.slice(-unanswered);
    return {
      ...(this.#lastName === undefined ? {} : { after: { from: this.#lastFrom, packet: this.#lastName } }),
      waiting: waiting.map(({ packet, frame, label }) => ({ packet, frame, begun: label === this.#answering })),
    };
  }
}
