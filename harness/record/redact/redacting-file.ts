import { LinkType } from '../../pcap/link-type.ts';
import type { FrameToWrite } from '../../pcap/pcapng-writer.ts';
import type { CaptureFile, CaptureSink } from '../capture-file.ts';
import { type Redacted, Redactor } from './redactor.ts';

/**
 * What passes, redacted before it is written: nothing else reaches the file. A frame waits until the packet that it belongs to is whole,
 * so a recording that is killed lacks those (64 MiB at most). Comments and TLS secrets are left out.
 */
export class RedactingFile implements CaptureSink {
  readonly #file: CaptureFile;
  readonly #redactor = new Redactor();
  #frames = 0;

  constructor(file: CaptureFile) {
    this.#file = file;
  }

  get told(): Redacted {
    return this.#redactor.told;
  }

  frame({ timeNs, linkType = LinkType.ethernet, bytes, originalLength = bytes.length, interfaceId }: FrameToWrite): void {
    const captured = { number: ++this.#frames, timeNs, linkType, bytes, originalLength, interfaceId };
    for (const made of this.#redactor.push(captured)) this.#file.frame(made);
  }

  tlsSecrets(): void {
    // What they decrypt is zeros in the file.
  }

  flush(): void {
    this.#file.flush();
  }

  /** Writes what waits; no more will come. */
  end(): void {
    for (const made of this.#redactor.end()) this.#file.frame(made);
    this.#file.flush();
  }
}
