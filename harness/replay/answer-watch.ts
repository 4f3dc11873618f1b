import type { TlsSecrets } from '../pcap/tls/key-log.ts';
import { type Ask, Asked } from './asked.ts';
import type { Captured } from './captured.ts';
import { ConnectionReader, type Listener } from './connection-reader.ts';
import type { AnswerPacket } from './outcome.ts';
import { type Plan, SHOWN } from './plan.ts';
import type { Step } from './step.ts';

const NO_SLOT = -1;

/** Of a capture that is read once more: the packets of the answers to some steps. */
export class AnswerWatch {
  readonly answers = new Map<Step, readonly AnswerPacket[]>();
  readonly #wanted: ReadonlyMap<number, readonly Step[]>;

  /** By their streams. */
  constructor(wanted: ReadonlyMap<number, readonly Step[]>) {
    this.#wanted = wanted;
  }

  get streams(): readonly number[] {
    return [...this.#wanted.keys()];
  }

  listener(stream: number): Listener | undefined {
    const wanted = this.#wanted.get(stream);
    if (!wanted) return undefined;
    return {
      asked: (ask) => {
        const step = wanted.find((one) => !this.answers.has(one) && isOf(one, ask));
        if (!step) return new Unheard(ask, NO_SLOT);
        const packets: AnswerPacket[] = [];
        this.answers.set(step, packets);
        return new Watched(ask, packets);
      },
      agreed: () => undefined,
      settle: () => undefined,
      end: () => undefined,
    };
  }
}

const isOf = ({ frame, command, sql, at }: Step, ask: Ask): boolean =>
  frame === ask.frame && command === ask.command && sql === ask.sql && ask.at <= at;

class Unheard extends Asked {
  override answer(): void {}
}

class Watched extends Asked {
  readonly #packets: AnswerPacket[];

  constructor(ask: Ask, packets: AnswerPacket[]) {
    super(ask, NO_SLOT);
    this.#packets = packets;
  }

  override answer({ name, value, payload, sequenceId }: AnswerPacket, _at: number, frame?: number): void {
    if (this.#packets.length < SHOWN)
      this.#packets.push({ name, value, payload: payload?.slice() ?? new Uint8Array(0), sequenceId, frame });
  }
}

/** The steps by the streams that they are of. */
export function byStream(plan: Pick<Plan, 'connections'>, steps: readonly Step[]): ReadonlyMap<number, readonly Step[]> {
  const found = new Map<number, Step[]>();
  for (const step of steps) {
    const stream = Number((plan.connections[step.connection] as string).split(' ').at(-1));
    found.set(stream, [...(found.get(stream) ?? []), step]);
  }
  return found;
}

/** The same from connections whose events were kept. */
export function answersIn(
  connections: readonly Captured[],
  plan: Pick<Plan, 'connections'>,
  steps: readonly Step[],
  secrets: TlsSecrets,
): ReadonlyMap<Step, readonly AnswerPacket[]> {
  const watch = new AnswerWatch(byStream(plan, steps));
  for (const { tcp } of connections) {
    const listener = watch.listener(tcp.id);
    if (!listener) continue;
    const reader = new ConnectionReader(secrets, listener);
    for (const event of tcp.events) reader.event(event);
  }
  return watch.answers;
}
