import { Command, InvalidArgumentError } from 'commander';
import { whole } from './options.ts';

export interface InspectArguments {
  readonly packets?: boolean;
  readonly json?: boolean;
  readonly all?: boolean;
  readonly connection?: readonly number[];
  readonly user?: string;
  readonly error?: number | true;
  readonly ending?: string;
  readonly frames?: { readonly from: number; readonly to: number };
  readonly keylog?: string;
  readonly color: boolean;
}

const endings = ['open', 'fin', 'fin+rst', 'rst'];

/** mywire inspect FILE: what a capture shows, and which rules of the protocol it shows broken. */
export function inspectVerb(): Command {
  return new Command('inspect')
    .description(
      'read a capture: who spoke with whom, what they did, how it ended, and which rules of the protocol were broken, at which frame',
    )
    .argument('<file>', 'pcap or pcapng, compressed (gzip, zstd) or not; - is standard input')
    .option('--packets', 'each packet, field by field')
    .option('--json', 'a JSON object per line: each connection, each packet (with --packets), and the totals at the end')
    .option('--connection <n>', "only this connection, by Wireshark's tcp.stream; may be repeated", stream)
    .option('--user <name>', 'only connections of this user')
    .option('--error [code]', 'only connections in which the server sent an ERR, or one with this code', whole(0, 65_535))
    .option('--ending <how>', `only connections that ended so: ${endings.join(', ')}`, ending)
    .option('--frames <from-to>', 'only connections (with --packets: only packets) in these frames', range)
    .option('--keylog <file>', 'secrets of TLS sessions (SSLKEYLOGFILE), to read what is said in them; a pcapng may have them inside')
    .option('--no-color', 'no colours')
    .action(async (file: string, options: InspectArguments) => {
      const { inspectBeside } = await import('./inspect-beside.ts');
      process.exitCode = await inspectBeside(file, options);
    });
}

const number = whole(0, 999_999_999);
const stream = (value: string, before: number[] = []): number[] => [...before, number(value)];

function ending(value: string): string {
  if (endings.includes(value)) return value;
  throw new InvalidArgumentError(`It must be one of ${endings.join(', ')}.`);
}

function range(value: string): { from: number; to: number } {
  const [, from, to] = /^(\d+)-(\d+)$/.exec(value) ?? [];
  if (from === undefined || to === undefined || Number(from) > Number(to))
    throw new InvalidArgumentError('It must be two frame numbers, as in 100-200.');
  return { from: Number(from), to: Number(to) };
}
