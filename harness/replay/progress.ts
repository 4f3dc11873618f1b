import type { LabelledPacket } from '../codec/labelled-packet.ts';

/** Which of its answers a server is at (0: the greeting), how many packets of it have come, and whether that is all. */
export interface Reached {
  readonly answer: number;
  readonly packets: number;
  readonly over: boolean;
}

/** Counts the packets of a server answer by answer: one that has more or fewer than the captured one changes nothing for those behind it. */
export class Progress {
  #answer = -1;
  #packets = 0;
  #to: LabelledPacket | undefined;
  /** Questions, and how many of them an answer has begun to. */
  #asked = 0;
  #begun = 0;

  /** The client has asked so many more questions. */
  asked(questions: number): void {
    this.#asked += questions;
  }

  take({ answers }: LabelledPacket): void {
    if (this.#answer < 0 || answers !== this.#to) {
      this.#answer++;
      this.#packets = 0;
      this.#to = answers;
      if (answers) this.#begun++;
    }
    this.#packets++;
  }

  /** `unanswered`: the questions that have no whole answer. */
  at(unanswered: number): Reached {
    return { answer: this.#answer, packets: this.#packets, over: unanswered === this.#asked - this.#begun };
  }
}

/** How far a server had come with none, one, two … of these packets; `isOver`: the last answer is whole. */
export function stations(packets: readonly LabelledPacket[], isOver: boolean): Reached[] {
  const progress = new Progress();
  const all = [progress.at(0)];
  for (const packet of packets) {
    progress.take(packet);
    all.push(progress.at(0));
  }
  return all.map((one, i) => ({
    ...one,
    over: (all[i + 1]?.answer ?? Number.POSITIVE_INFINITY) > one.answer && (i < all.length - 1 || isOver),
  }));
}

/** Has a server come as far as another had? Where that one had answered, so must it. */
export const isAsFar = (now: Reached, then: Reached): boolean =>
  now.answer > then.answer || (now.answer === then.answer && (now.over || (!then.over && now.packets >= then.packets)));
