import type { AboutCapture } from '../pcap/pcapng-writer.ts';
import { CaptureFile, type CaptureSink } from '../record/capture-file.ts';
import { count, sizeInWords } from '../record/in-words.ts';
import { aboutInterface, type InterfaceRecording, recordInterface } from '../record/record-interface.ts';
import { aboutLink, type Recording, recordLink, type Totals } from '../record/record-link.ts';
import type { RecordedConnection } from '../record/recorded-connection.ts';
import { REDACTED, redactedInWords } from '../record/redact/redact-file.ts';
import { RedactingFile } from '../record/redact/redacting-file.ts';
import { columnsOf } from '../report/layout.ts';
import { written } from '../target/tcp.ts';
import { WireError } from '../wire/error.ts';
import { CliError, EXIT_INCONCLUSIVE } from './error.ts';
import { givenText } from './given-text.ts';
import type { RecordArguments } from './record.ts';
import { version } from './version.ts';

/** How often the counter of a person is drawn anew (ms). */
const COUNTER_MS = 500;

/** Records until SIGINT or SIGTERM; the exit code. */
export async function recordTraffic(options: RecordArguments): Promise<number> {
  const source = sourceOf(options);
  if (options.maxFiles !== undefined && options.maxBytes === undefined)
    throw new CliError('CLI_BAD_OPTION', '--max-files has a meaning only with --max-bytes');
  const path = options.write ?? `mywire-${new Date().toISOString().replace(/[-:]|\.\d+/g, '')}.pcapng`;
  if (path === '-' && process.stdout.isTTY)
    throw new CliError('CLI_BAD_OPTION', '--write - writes bytes that no terminal can show; pipe it: | tshark -r -');
  if (path === '-' && options.maxBytes !== undefined) throw new CliError('CLI_BAD_OPTION', '--max-bytes needs a file, not standard output');
  const screen = new Screen(path === '-' ? process.stderr : process.stdout);
  const { redact } = options;
  const file = new CaptureFile({
    path,
    about: redact ? { ...source.about, comment: `${source.about.comment}\n${REDACTED}` } : source.about,
    mostBytes: options.maxBytes,
    mostFiles: options.maxFiles,
  });
  const redacting = redact ? new RedactingFile(file) : undefined;
  const stopped = signalled();
  const recording = await source
    .record(redacting ?? file, (one) => {
      if (!options.quiet) screen.line(`${new Date().toISOString()}  ${one.inWords({ names: !redact })}`);
    })
    .catch((error: unknown) => {
      file.discard();
      throw error;
    });
  screen.line(`recording ${source.says} into ${path === '-' ? 'standard output' : path}; Ctrl-C ends it`);
  let toldBroken = false;
  const timer = setInterval(() => {
    screen.counter(`${totalsInWords(recording.totals)}, ${sizeInWords(file.bytes)} written`);
    if (file.broken === undefined || toldBroken) return;
    toldBroken = true;
    screen.line(`mywire: ${file.broken}. Traffic passes on.`);
  }, COUNTER_MS);
  const died = await Promise.race([stopped, recording.ended ?? stopped]);
  await recording.stop();
  redacting?.end();
  clearInterval(timer);
  const { broken } = file;
  file.close();
  if (redacting) for (const line of redactedInWords({ ...redacting.told, secrets: 0 })) screen.line(line);
  if (broken !== undefined && !toldBroken) screen.line(`mywire: ${broken}.`);
  if (died !== undefined) screen.line(`mywire: tcpdump has ended: ${died}`);
  const lost = recording.lost?.() ?? 0;
  if (lost > 0) screen.line(`mywire: ${count(lost, 'packet')} dropped by the kernel: bytes are missing in the file`);
  screen.line(`${totalsInWords(recording.totals)}; ${sizeInWords(file.bytes)}, ${count(file.frames, 'frame')} in ${file.paths.join(', ')}`);
  const { connections, refused } = recording.totals;
  return broken !== undefined || died !== undefined || lost > 0 || (connections > 0 && refused === connections) ? EXIT_INCONCLUSIVE : 0;
}

/** What is recorded, and by what. */
interface Source {
  readonly says: string;
  readonly about: AboutCapture;
  record(file: CaptureSink, onOver: (one: RecordedConnection) => void): Promise<Recording & Partial<InterfaceRecording>>;
}

function sourceOf({ listen, to, interface: name, port, cert, key, ca, redact }: RecordArguments): Source {
  if (name !== undefined) {
    const from = { name, ports: port ?? [3306] };
    return {
      says: `TCP port ${from.ports.join(', ')} on ${name}`,
      about: aboutInterface(from, version()),
      record: (file, onOver) => recordInterface(from, file, onOver).catch(withoutPrivileges),
    };
  }
  if ((cert === undefined) !== (key === undefined)) throw new CliError('CLI_BAD_OPTION', '--cert and --key have a meaning only together');
  if (ca !== undefined && cert === undefined) throw new CliError('CLI_BAD_OPTION', '--ca has a meaning only with --cert and --key');
  if (cert !== undefined && redact)
    throw new CliError(
      'CLI_BAD_OPTION',
      "--cert and --redact are not to be had together: a redacted file has no secrets of TLS, and without them nothing can be read of what TLS carries. Record with --cert alone, read that file here (mywire inspect) and keep it; or record with --redact alone clients that use no TLS (--ssl-mode=DISABLED, MariaDB's --skip-ssl)",
    );
  if (port) throw new CliError('CLI_BAD_OPTION', '--port has a meaning only with --interface');
  if (!listen || !to)
    throw new CliError('CLI_BAD_OPTION', 'record needs --listen (where clients connect) and --to (the server), or --interface');
  const pem = (path: string) => givenText(path, 'a certificate or key');
  const tls =
    cert !== undefined && key !== undefined ? { cert: pem(cert), key: pem(key), ...(ca === undefined ? {} : { ca: pem(ca) }) } : undefined;
  const link = { listen, to, tls };
  const verified = ca === undefined ? "the server's certificate is not verified" : `the server's certificate must be signed by ${ca}`;
  return {
    says: `${written(listen)} to ${written(to)}${tls ? `, TLS ended here (${verified}), with its secrets,` : ''}`,
    about: aboutLink(link, version()),
    record: (file, onOver) => recordLink(link, file, onOver),
  };
}

function withoutPrivileges(error: unknown): never {
  if (error instanceof WireError) error.message += '. tcpdump needs root or CAP_NET_RAW; --listen and --to need neither.';
  throw error;
}

function totalsInWords({ connections, open, refused, bytes }: Totals): string {
  const some = [open > 0 ? `${open} open` : '', refused > 0 ? `${refused} that did not reach the server` : ''].filter(Boolean).join(', ');
  const of = some === '' ? '' : ` (${some})`;
  return `${count(connections, 'connection')}${of}, ${sizeInWords(bytes.client)} from clients, ${sizeInWords(bytes.server)} from the server`;
}

function signalled(): Promise<undefined> {
  return new Promise((resolve) => {
    for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => resolve(undefined));
  });
}

/** Lines, and for a person below them a counter that is drawn over. */
class Screen {
  readonly #out: NodeJS.WriteStream;
  #drawn = false;

  constructor(out: NodeJS.WriteStream) {
    this.#out = out;
    out.on('error', () => undefined); // a log that nobody reads any more does not end the traffic
  }

  line(text: string): void {
    this.#out.write(`${this.#drawn ? '\r\x1b[K' : ''}${text}\n`);
    this.#drawn = false;
  }

  counter(text: string): void {
    if (!this.#out.isTTY) return;
    this.#out.write(`\r\x1b[K${text.slice(0, Math.max(20, columnsOf(this.#out, 80) - 1))}`);
    this.#drawn = true;
  }
}
