import { closeSync, ftruncateSync, openSync, rmSync, writeSync } from 'node:fs';
import { type AboutCapture, type FrameToWrite, PcapngWriter } from '../pcap/pcapng-writer.ts';
import { RecordError } from './error.ts';

export interface CaptureFileOptions {
  /** '-' is standard output. */
  readonly path: string;
  readonly about: AboutCapture;
  /** Bytes of one file; behind them the next begins (`shop.pcapng`, `shop-2.pcapng` …). Default: no limit. */
  readonly mostBytes?: number | undefined;
  /** Keep only the last so many of them. Default: all. */
  readonly mostFiles?: number | undefined;
}

/** Where what is recorded goes. */
export interface CaptureSink {
  frame(frame: FrameToWrite): void;
  /** Lines of an SSLKEYLOGFILE. */
  tlsSecrets(lines: string): void;
  flush(): void;
}

/** Bytes that wait for the end of this turn of the event loop at most. */
const MOST_WAITING = 4 << 20;

/**
 * A pcapng file that grows while traffic passes. Frames go to the kernel at the end of the turn of the event loop in which
 * they came, whole, by one blocking write: nothing piles up here, and a process that is killed leaves a file that ends between two
 * blocks. When the disk is full the file is cut there, `broken` says so, and later frames are dropped: traffic goes on.
 */
export class CaptureFile implements CaptureSink {
  /** Paths of the files that are kept, the newest last. */
  readonly paths: string[] = [];
  /** Written to all files. */
  bytes = 0;
  frames = 0;
  /** Why nothing is written any more, as a sentence. */
  broken: string | undefined;
  readonly #options: CaptureFileOptions;
  #writer: PcapngWriter;
  #fd = -1;
  #file = 0;
  #size = 0;
  #waiting: Uint8Array[] = [];
  #waits = 0;
  #waitingFrames = 0;
  #secrets = '';
  #scheduled: NodeJS.Immediate | undefined;

  /** Never replaces a file. Throws RecordError RECORD_BAD_FILE. */
  constructor(options: CaptureFileOptions) {
    this.#options = options;
    this.#writer = new PcapngWriter(options.about);
    try {
      this.#next();
    } catch (error) {
      throw new RecordError('RECORD_BAD_FILE', options.path, `cannot be written: ${why(error)}`);
    }
  }

  frame(frame: FrameToWrite): void {
    if (this.broken !== undefined) return;
    this.#waitingFrames++;
    this.#add(this.#writer.frame(frame));
  }

  /** Lines of an SSLKEYLOGFILE: written in front of all that waits, since Wireshark wants them before what they decrypt. */
  tlsSecrets(lines: string): void {
    if (this.broken !== undefined) return;
    this.#secrets += lines;
    this.#scheduled ??= setImmediate(() => this.flush());
  }

  /** Writes what waits. */
  flush(): void {
    if (this.#scheduled) clearImmediate(this.#scheduled);
    this.#scheduled = undefined;
    const frames = this.#waitingFrames;
    this.#waitingFrames = 0;
    const secrets = this.#secrets === '' ? [] : [this.#writer.tlsSecrets(this.#secrets)];
    const waiting = [...secrets, ...this.#waiting];
    this.#secrets = '';
    this.#waiting = [];
    this.#waits = 0;
    if (this.broken !== undefined || waiting.length === 0) return;
    try {
      this.#write(waiting);
      this.frames += frames;
      if (this.#size >= (this.#options.mostBytes ?? Number.POSITIVE_INFINITY)) this.#next();
    } catch (error) {
      this.broken = `nothing is recorded any more: ${this.paths.at(-1)} cannot be written: ${why(error)}`;
    }
  }

  close(): void {
    this.flush();
    if (this.#fd > 2) closeSync(this.#fd);
    this.#fd = -1;
    this.broken ??= 'the file is closed';
  }

  /** The recording never began: leaves no file. */
  discard(): void {
    this.close();
    for (const path of this.paths) if (path === this.#options.path) rmSync(path, { force: true });
  }

  #add(bytes: Uint8Array): void {
    this.#waiting.push(bytes);
    this.#waits += bytes.length;
    if (this.#waits >= MOST_WAITING) this.flush();
    else this.#scheduled ??= setImmediate(() => this.flush());
  }

  #write(parts: readonly Uint8Array[]): void {
    const bytes = parts.length === 1 ? (parts[0] as Uint8Array) : Buffer.concat(parts);
    let at = 0;
    try {
      while (at < bytes.length) at += this.#writeSome(bytes.subarray(at));
    } catch (error) {
      if (this.#fd > 2) ftruncateSync(this.#fd, this.#size); // no block is left in half
      throw error;
    }
    this.#size += bytes.length;
    this.bytes += bytes.length;
  }

  /** A pipe that is full says EAGAIN where Node has made it non-blocking: its reader sets the pace. */
  #writeSome(bytes: Uint8Array): number {
    try {
      return writeSync(this.#fd, bytes);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
      return 0;
    }
  }

  #next(): void {
    const { path, mostFiles = Number.POSITIVE_INFINITY, about } = this.#options;
    this.#file++;
    if (path === '-') {
      if (this.#file > 1) return;
      this.#fd = 1;
      this.paths.push('standard output');
    } else {
      const name = this.#file === 1 ? path : path.replace(/(\.[^./\\]*)?$/, `-${this.#file}$1`);
      const fd = openSync(name, 'wx', 0o600); // what passes on a wire is nobody else's business
      if (this.#fd > 2) closeSync(this.#fd);
      this.#fd = fd;
      this.paths.push(name);
      if (this.paths.length > mostFiles) rmSync(this.paths.shift() as string, { force: true });
    }
    this.#size = 0;
    this.#writer = new PcapngWriter(about);
    this.#write([this.#writer.header()]);
  }
}

function why(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return (code && reasons[code]) ?? message;
}

const reasons: Readonly<Record<string, string>> = {
  EEXIST: 'it is there already, and a recording is never replaced; give another name',
  ENOENT: 'its folder is not there; make it',
  EACCES: 'permission denied; give another folder',
  EROFS: 'the file system is read-only; give another folder',
  EISDIR: 'it is a folder; give the name of a file',
  ENOTDIR: 'a part of the path is a file, not a folder',
  ENOSPC: 'no space is left on the device',
  EPIPE: 'its reader has gone',
};
