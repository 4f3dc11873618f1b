import type { Shown } from '../case/lint-rule.ts';
import type { LabelledPacket } from '../codec/labelled-packet.ts';
import type { Finding } from './finding.ts';
import type { SeenEnding } from './inspected.ts';
import type { Lint } from './lint.ts';

/** Findings of one connection that are kept; the others are counted. */
const MOST_KEPT = 16;
const NONE: readonly Finding[] = [];

/** Asks the rules about one connection, until its packets can no longer be named for certain. */
export class Judge {
  count = 0;
  findings = NONE;
  readonly #lint: Lint;
  #lost = false;

  constructor(lint: Lint) {
    this.#lint = lint;
  }

  packet(packet: LabelledPacket, shown: Shown): readonly Finding[] {
    const judged = this.#lost ? undefined : this.#lint.packet(packet, shown);
    if (!judged) return NONE;
    for (const finding of judged.findings) this.keep(finding);
    if (judged.lost) this.#lost = true;
    return judged.findings;
  }

  /** What the way in which the connection ended breaks; `keep` it if it is over. */
  atEnd({ how, by, frame = 0, after, waiting }: SeenEnding, shown: Shown): readonly Finding[] {
    return !this.#lost && how !== 'open' && by !== undefined
      ? this.#lint.end({ how, by, frame, after: after?.packet, waiting }, shown)
      : NONE;
  }

  keep(finding: Finding): void {
    this.count++;
    if (this.findings.length < MOST_KEPT) this.findings = [...this.findings, finding];
  }
}
