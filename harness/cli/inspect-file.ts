import { once } from 'node:events';
import { lintRules } from '../../suites/lint.ts';
import type { InspectionEnd } from '../inspect/inspection.ts';
import { addTo, noTotals, type Totals } from '../inspect/totals.ts';
import type { FileEnd } from '../pcap/open-capture.ts';
import { colors, wantsColor } from '../report/color.ts';
import type { ExitCode } from '../report/exit-code.ts';
import { connectionJson, packetJson, totalsJson } from '../report/inspected-json.ts';
import { packetLines } from '../report/inspected-packet.ts';
import { InspectedSummary } from '../report/inspected-summary.ts';
import { columnsOf, count } from '../report/layout.ts';
import { CliError } from './error.ts';
import type { InspectArguments } from './inspect.ts';
import { inFrames, isMeant, Others } from './inspect-asked.ts';
import type { Pass } from './inspect-pass.ts';
import { passFast } from './inspect-shared.ts';
import type { ReadingThread } from './inspect-thread.ts';

/** Reads a capture and prints what it shows; the exit code. `thread`: it is being read already. Throws CliError, and PcapError PCAP_NOT_A_CAPTURE. */
export async function inspectFile(file: string, options: InspectArguments, thread?: ReadingThread): Promise<number> {
  const output = new Output();
  try {
    return await inspect(file, options, output, thread);
  } finally {
    output.flush();
  }
}

async function inspect(file: string, options: InspectArguments, output: Output, thread: ReadingThread | undefined): Promise<number> {
  const write = (text: string): void => output.write(text);
  const chosen = options.connection && new Set(options.connection);
  const others = new Others();
  const asksOfWhole = options.user !== undefined || options.error !== undefined || options.ending !== undefined;
  let only: ReadonlySet<number> | undefined = chosen;
  let beginning = thread;
  if (options.packets && asksOfWhole) {
    // Whether a connection is meant shows only at its end: a first pass finds those that are.
    if (file === '-')
      throw new CliError('CLI_BAD_OPTION', '--packets with --user, --error or --ending reads the file twice: give a file, not -');
    const found = new Set<number>();
    await passFast(
      file,
      {
        only: chosen,
        keylog: options.keylog,
        onConnection: (one) => (isMeant(one, options) ? found.add(one.stream) : others.add(one)),
      },
      beginning,
    );
    beginning = undefined;
    only = found;
  }
  const c = colors(options.color && !options.json && wantsColor(process.stdout));
  const summary = new InspectedSummary();
  // Of those that are meant, where that are not all that are read.
  const filtered = asksOfWhole || options.frames !== undefined ? noTotals() : undefined;
  const passed: Pass = {
    only,
    keylog: options.keylog,
    pause: () => output.pause(),
    onConnection(one) {
      if (!isMeant(one, options)) return others.add(one);
      if (filtered) addTo(filtered, one);
      if (options.json) write(`${connectionJson(one)}\n`);
      else summary.add(one);
    },
    onPacket: options.packets
      ? (one) => inFrames(one, options) && write(options.json ? `${packetJson(one)}\n` : `${packetLines(one, c).join('\n')}\n`)
      : undefined,
  };
  const { end, fileEnd } = await passFast(file, passed, beginning);
  const { silent, hidden, otherConnections } = end.totals;
  const told: InspectionEnd = filtered ? { ...end, totals: { ...filtered, silent, hidden, otherConnections } } : end;
  const exit = exitOf(told.totals, fileEnd, only !== undefined || filtered !== undefined, others.inWords(options));
  if (options.json) write(`${totalsJson(file, told, exit, fileEnd)}\n`);
  else {
    const lines = summary.lines(told, lintRules, file, columnsOf(process.stdout, 140), c);
    write(`${options.packets ? '\n' : ''}${lines.join('\n')}\n${c.bold(`exit ${exit.code}`)}: ${exit.reason}\n`);
  }
  return exit.code;
}

/** 1 before 3 before 0. */
function exitOf(totals: Totals, { fault, frameCount }: FileEnd, filtered: boolean, others: string): ExitCode {
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
        ? [filtered ? `no MySQL connection is what was asked for${others}` : 'no MySQL connection was found']
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
  /** Until whoever reads has taken what was written: for a slow one memory would have to hold the rest. */
  pause(): Promise<unknown> | undefined {
    return process.stdout.writableNeedDrain ? once(process.stdout, 'drain') : undefined;
  }
}
