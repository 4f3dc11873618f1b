import { createReadStream, readFileSync, statSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { lintRules } from '../../suites/lint.ts';
import type { PassedPacket } from '../inspect/follower.ts';
import type { Inspected } from '../inspect/inspected.ts';
import { Inspection, type InspectionEnd } from '../inspect/inspection.ts';
import { addTo, noTotals, type Totals } from '../inspect/totals.ts';
import { type FileEnd, OpenCapture } from '../pcap/open-capture.ts';
import { TlsSecrets } from '../pcap/tls/key-log.ts';
import { colors, wantsColor } from '../report/color.ts';
import type { ExitCode } from '../report/exit-code.ts';
import { connectionJson, packetJson, totalsJson } from '../report/inspected-json.ts';
import { packetLines } from '../report/inspected-packet.ts';
import { InspectedSummary } from '../report/inspected-summary.ts';
import { count } from '../report/layout.ts';
import { CliError } from './error.ts';
import type { InspectArguments } from './inspect.ts';

/** Bytes read at once; frames are views of them, so that a connection that waits keeps one such piece alive. */
const CHUNK = 1 << 18;
/** ms between two lines of progress. */
const PROGRESS_MS = 200;

interface Pass {
  readonly onConnection: (one: Inspected) => void;
  readonly onPacket?: ((passed: PassedPacket) => void) | undefined;
  readonly only?: ReadonlySet<number> | undefined;
  readonly keylog: string | undefined;
}

/** Reads a capture and prints what it shows; the exit code. Throws CliError, and PcapError PCAP_NOT_A_CAPTURE. */
export async function inspectFile(file: string, options: InspectArguments): Promise<number> {
  const output = new Output();
  try {
    return await inspect(file, options, (text) => output.write(text));
  } finally {
    output.flush();
  }
}

async function inspect(file: string, options: InspectArguments, write: (text: string) => void): Promise<number> {
  const chosen = options.connection && new Set(options.connection.map(Number));
  const asksOfWhole = options.user !== undefined || options.error !== undefined || options.ending !== undefined;
  let only: ReadonlySet<number> | undefined = chosen;
  if (options.packets && asksOfWhole) {
    // Whether a connection is meant shows only at its end: a first pass finds those that are.
    if (file === '-')
      throw new CliError('CLI_BAD_OPTION', '--packets with --user, --error or --ending reads the file twice: give a file, not -');
    const found = new Set<number>();
    await pass(file, { only: chosen, keylog: options.keylog, onConnection: (one) => meant(one, options) && found.add(one.stream) });
    only = found;
  }
  const c = colors(options.color && !options.json && wantsColor(process.stdout));
  const summary = new InspectedSummary();
  const totals = noTotals();
  const passed: Pass = {
    only,
    keylog: options.keylog,
    onConnection(one) {
      if (!meant(one, options)) return;
      addTo(totals, one);
      if (options.json) write(`${connectionJson(one)}\n`);
      else summary.add(one);
    },
    onPacket: options.packets
      ? (one) => inFrames(one, options) && write(options.json ? `${packetJson(one)}\n` : `${packetLines(one, c).join('\n')}\n`)
      : undefined,
  };
  const { end, fileEnd } = await pass(file, passed);
  const told: InspectionEnd = { ...end, totals: { ...totals, silent: end.totals.silent, otherConnections: end.totals.otherConnections } };
  const exit = exitOf(told.totals, fileEnd, only !== undefined || asksOfWhole);
  if (options.json) write(`${totalsJson(file, told, exit, fileEnd)}\n`);
  else {
    const lines = summary.lines(told, lintRules, file, process.stdout.columns ?? 140, c);
    write(`${options.packets ? '\n' : ''}${lines.join('\n')}\n${c.bold(`exit ${exit.code}`)}: ${exit.reason}\n`);
  }
  return exit.code;
}

async function pass(file: string, { onConnection, onPacket, only, keylog }: Pass): Promise<{ end: InspectionEnd; fileEnd: FileEnd }> {
  const { stream, size } = open(file);
  const secrets = new TlsSecrets();
  if (keylog !== undefined && secrets.add(read(keylog)) === 0)
    throw new CliError('CLI_BAD_OPTION', `${keylog} has no secret of TLS: give a file that a client wrote for SSLKEYLOGFILE.`);
  const capture = new OpenCapture(stream, { onSecrets: ({ bytes }) => secrets.add(bytes) });
  const inspection = new Inspection({ rules: lintRules, onConnection, onPacket, only, secrets });
  const progress = progressLine(size);
  try {
    for await (const frames of capture.batches()) {
      for (const frame of frames) inspection.push(frame);
      progress(capture.bytesRead);
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (typeof code === 'string' && /^E[A-Z]+$/.test(code))
      throw new CliError('CLI_NO_FILE', `${file} cannot be read (${code}): give a capture file.`);
    throw error;
  } finally {
    progress(undefined);
  }
  const fileEnd = capture.end();
  if (fileEnd.fault?.code === 'PCAP_NOT_A_CAPTURE') throw fileEnd.fault;
  return { end: inspection.end(), fileEnd };
}

function open(file: string): { stream: Readable; size: number | undefined } {
  if (file === '-') return { stream: process.stdin, size: undefined };
  const stat = statSync(file, { throwIfNoEntry: false });
  if (!stat) throw new CliError('CLI_NO_FILE', `There is no file ${file}: give a capture file, as tcpdump or Wireshark write it.`);
  if (stat.isDirectory()) throw new CliError('CLI_NO_FILE', `${file} is a folder: give a capture file in it.`);
  return { stream: createReadStream(file, { highWaterMark: CHUNK }), size: stat.isFile() ? stat.size : undefined };
}

function read(file: string): Uint8Array {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new CliError('CLI_NO_FILE', `${file} cannot be read (${(error as NodeJS.ErrnoException).code}): give a key log.`);
  }
}

/** A line on a person's terminal that goes away; nothing in a log. Called with undefined it is taken away. */
function progressLine(size: number | undefined): (bytes: number | undefined) => void {
  if (process.stderr.isTTY !== true) return () => {};
  let next = performance.now() + PROGRESS_MS;
  let shown = false;
  return (bytes) => {
    if (bytes === undefined) {
      if (shown) process.stderr.write('\r\x1b[K');
      return;
    }
    if (performance.now() < next) return;
    next = performance.now() + PROGRESS_MS;
    shown = true;
    const mb = (n: number): string => `${(n / 1e6).toFixed(0)} MB`;
    process.stderr.write(`\r${size === undefined ? mb(bytes) : `${Math.floor((100 * bytes) / size)} % of ${mb(size)}`} read\x1b[K`);
  };
}

function meant(one: Inspected, { user, error, ending, frames }: InspectArguments): boolean {
  if (user !== undefined && Buffer.from(one.user ?? '', 'latin1').toString('utf8') !== user) return false;
  if (error !== undefined && !(error === true ? one.errorCount > 0 : one.errors.some(({ code }) => code === error))) return false;
  if (ending !== undefined && one.ending.how !== ending) return false;
  return frames === undefined || (one.frames.first <= frames.to && one.frames.last >= frames.from);
}

function inFrames({ packet }: PassedPacket, { frames }: InspectArguments): boolean {
  const at = packet.at ?? 0;
  return frames === undefined || (at >= frames.from && at <= frames.to);
}

/** 1 before 3 before 0. */
function exitOf(totals: Totals, { fault, frameCount }: FileEnd, filtered: boolean): ExitCode {
  const cut = fault ? [fault.message.replace(/\.$/, '')] : [];
  if (totals.broken > 0)
    return {
      code: 1,
      reason: [`the protocol is broken in ${count(totals.broken, 'connection')} of ${totals.connections}`, ...cut].join('; '),
    };
  const nothing =
    frameCount === 0
      ? ['the capture has no frame']
      : totals.connections === 0
        ? [filtered ? 'no MySQL connection is what was asked for' : 'no MySQL connection was found']
        : [];
  const part = totals.notWhole > 0 ? [`${totals.notWhole} of ${count(totals.connections, 'connection')} could not be read as a whole`] : [];
  const unjudged = [...nothing, ...part, ...cut];
  if (unjudged.length > 0) return { code: 3, reason: `nothing broken in what could be read; ${unjudged.join('; ')}` };
  return { code: 0, reason: `nothing broken in ${count(totals.connections, 'MySQL connection')}` };
}

/** Small writes put together: a packet's lines are many, and each write of a stream costs. */
class Output {
  #held = '';
  write(text: string): void {
    this.#held += text;
    if (this.#held.length >= 65_536) this.flush();
  }
  flush(): void {
    if (this.#held !== '') process.stdout.write(this.#held);
    this.#held = '';
  }
}
