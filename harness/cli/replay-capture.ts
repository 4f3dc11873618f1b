import { createReadStream, statSync } from 'node:fs';
import { OpenCapture } from '../pcap/open-capture.ts';
import { SecretsType } from '../pcap/pcapng-block.ts';
import { TlsSecrets } from '../pcap/tls/key-log.ts';
import { AnswerWatch, answersIn, byStream } from '../replay/answer-watch.ts';
import { type Captured, Capturing, type CapturingOptions, type Choice, type Traffic } from '../replay/captured.ts';
import type { AnswerPacket } from '../replay/outcome.ts';
import type { Step } from '../replay/step.ts';
import { CliError } from './error.ts';
import { givenBytes, requireReadable } from './given-text.ts';
import type { ReplayArguments } from './replay.ts';

/** Of a file that is no longer, all is kept in memory; of others, what is needed later is read again. Bytes. */
const SMALL = 16 << 20;

/** A capture file to be played: read once for its plan, and again for the bytes of single connections. */
export class ReplayCapture {
  /** What a reader must know. */
  readonly notes: string[] = [];
  readonly #file: string;
  readonly #choice: Choice;
  readonly #keylog: string | undefined;
  readonly #isRegular: boolean;
  readonly #isSmall: boolean;
  #secrets = new TlsSecrets();
  readonly #events = new Map<number, Captured['tcp']>();
  #traffic: Traffic | undefined;

  constructor(file: string, { server, stream, keylog }: ReplayArguments) {
    this.#file = file;
    const streams = stream?.map((text) => {
      if (!/^\d{1,9}$/.test(text)) throw new CliError('CLI_BAD_OPTION', `--stream ${text}: it is a number, Wireshark's tcp.stream`);
      return Number(text);
    });
    this.#choice = { ...(server === undefined ? {} : { server }), ...(streams ? { streams } : {}) };
    this.#keylog = keylog;
    requireReadable(file, 'the capture');
    const about = statSync(file, { throwIfNoEntry: false });
    // What comes through a pipe can be read only once.
    this.#isRegular = about?.isFile() ?? true;
    this.#isSmall = !this.#isRegular || (about?.size ?? 0) <= SMALL;
  }

  /** The connections and the plan. `isOther`: which are not played by their statements: their bytes are kept. */
  async read(isOther: (captured: Omit<Captured, 'tcp'>) => boolean): Promise<Traffic> {
    if (this.#keylog !== undefined && this.#secrets.add(givenBytes(this.#keylog, 'the key log')) === 0)
      throw new CliError('CLI_BAD_OPTION', `--keylog ${this.#keylog}: there is no secret in it; clients write one with SSLKEYLOGFILE`);
    const options = { choice: this.#choice, isOther, keepsEvents: this.#isSmall };
    let traffic = await this.#once(options);
    if (traffic.secretsCameLate) {
      if (this.#isRegular) traffic = await this.#once(options);
      else this.notes.push('the secrets of TLS come behind its bytes, and a pipe cannot be read again: give the capture as a file');
    }
    this.#traffic = traffic;
    if (this.#isSmall) this.#keep(traffic.connections);
    await this.keepBytes(traffic.connections.filter(isOther));
    return traffic;
  }

  /** A connection with all that passed; only of those whose bytes are kept. */
  withBytes(captured: Captured): Captured {
    return { ...captured, tcp: this.#events.get(captured.tcp.id) ?? captured.tcp };
  }

  /** Reads these again, where their bytes are not there. */
  async keepBytes(connections: readonly Captured[]): Promise<void> {
    const streams = connections.map(({ tcp }) => tcp.id).filter((id) => !this.#events.has(id));
    if (streams.length === 0) return;
    this.#keep((await this.#once({ choice: { streams }, keepsEvents: true })).connections);
  }

  /** The captured packets of the answers to steps. */
  async answersOf(steps: readonly Step[]): Promise<ReadonlyMap<Step, readonly AnswerPacket[]>> {
    const { plan, connections } = this.#traffic as Traffic;
    if (this.#isSmall) return answersIn(connections, plan, steps, this.#secrets);
    const watch = new AnswerWatch(byStream(plan, steps));
    await this.#once({ choice: { streams: watch.streams }, listener: (stream) => watch.listener(stream) });
    return watch.answers;
  }

  #keep(connections: readonly Captured[]): void {
    for (const { tcp } of connections) this.#events.set(tcp.id, tcp);
  }

  async #once(options: CapturingOptions): Promise<Traffic> {
    const capturing = new Capturing(options, this.#secrets);
    const capture = new OpenCapture(createReadStream(this.#file, { highWaterMark: 1 << 20 }), {
      onSecrets: ({ type, bytes }) => {
        if (type === SecretsType.tlsKeyLog) this.#secrets.add(bytes);
      },
    });
    try {
      for await (const frames of capture.batches()) capturing.push(frames);
    } catch (error) {
      if (typeof (error as NodeJS.ErrnoException).errno !== 'number') throw error;
      throw new CliError('CLI_NO_FILE', `cannot read ${this.#file}: ${(error as Error).message}`);
    }
    const end = capture.end();
    if (end.fault && end.frameCount === 0) throw end.fault.in(this.#file);
    if (end.fault && !this.notes.includes(end.fault.message)) this.notes.push(end.fault.message);
    return capturing.end();
  }
}
