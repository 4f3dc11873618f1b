import { type ChildProcess, spawn } from 'node:child_process';
import { childEnvironment } from './child-environment.ts';
import { WireError } from './error.ts';

export interface CaptureProgramOptions {
  /** What tcpdump is told beside the filter: which interface, how much of each packet. */
  readonly args: readonly string[];
  readonly ports: readonly number[];
  /** Takes the capture as it comes. */
  readonly onChunk: (chunk: Uint8Array) => void;
  readonly limitMs?: number;
  /** Ends tcpdump where we cannot any more: it sees a closed pipe only when the next packet comes, and that may be never. */
  readonly guard?: Guard | undefined;
}

/** What ends a program of ours if we end first, whatever ends us. */
export interface Guard {
  /** Stands in the command line of the program: by it the guardian knows its own. */
  readonly mark: string;
  /** From now on it is guarded; the function says that it is gone. */
  readonly watch: (pid: number | undefined) => () => void;
}

/** tcpdump, writing a capture of some TCP ports into a pipe. */
export class CaptureProgram {
  readonly #child: ChildProcess;
  #said = '';
  /** Packets that the kernel dropped, by tcpdump's own count; known once it has ended. */
  lost = 0;
  /** Resolves when it has ended, with its last line. */
  readonly ended: Promise<string>;

  private constructor(child: ChildProcess, onChunk: (chunk: Uint8Array) => void) {
    this.#child = child;
    child.stdout?.on('data', onChunk);
    child.stderr?.on('data', (chunk: Buffer) => {
      this.#said = (this.#said + chunk.toString('latin1')).slice(-2000);
    });
    this.ended = new Promise((resolve) => {
      child.once('close', () => {
        this.lost = Number(/(\d+) packets? dropped by kernel/.exec(this.#said)?.[1] ?? 0);
        resolve(this.#said.trim().split('\n').at(-1) ?? '');
      });
    });
  }

  /** Resolves when it captures. Throws WIRE_NO_CAPTURE with the reason. */
  static start({ args, ports, onChunk, limitMs = 5000, guard }: CaptureProgramOptions): Promise<CaptureProgram> {
    const filter = ports.map((port) => `tcp port ${port}`).join(' or ');
    // A group of its own: Ctrl-C is for us, who then end it.
    const child = spawn('tcpdump', [...args, '-U', '-n', '-w', '-', filter], {
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
      env: childEnvironment(),
      ...(guard && { argv0: `tcpdump ${guard.mark}` }),
    });
    const gone = guard?.watch(child.pid);
    return new Promise((resolve, reject) => {
      const fail = (why: string): void => {
        clearTimeout(timer);
        child.kill('SIGKILL');
        reject(new WireError('WIRE_NO_CAPTURE', `ports ${ports.join(', ')}`, `no live capture: ${why}`));
      };
      const timer = setTimeout(() => fail(`tcpdump was not ready within ${limitMs} ms`), limitMs);
      const program = new CaptureProgram(child, onChunk);
      if (gone) void program.ended.then(gone);
      child.once('error', (error) => fail((error as NodeJS.ErrnoException).code === 'ENOENT' ? 'tcpdump is not installed' : error.message));
      child.once('exit', () => fail(`tcpdump ended: ${program.#said.trim().split('\n').at(-1) ?? ''}`));
      child.stderr?.on('data', () => {
        if (!program.#said.includes('listening on')) return;
        clearTimeout(timer);
        child.removeAllListeners('exit');
        resolve(program);
      });
    });
  }

  /** Ends tcpdump, which then tells how many packets it lost. Safe to call twice. */
  async stop(limitMs = 2000): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), limitMs);
    this.#child.kill('SIGINT');
    await this.ended;
    clearTimeout(timer);
  }
}
