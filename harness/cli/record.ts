import { Command, InvalidArgumentError, Option } from 'commander';
import { whole } from './options.ts';

/** What `mywire record` was told on the command line. */
export interface RecordArguments {
  readonly listen?: { readonly host: string; readonly port: number };
  readonly to?: { readonly host: string; readonly port: number };
  readonly interface?: string;
  readonly port?: number[];
  readonly cert?: string;
  readonly key?: string;
  readonly ca?: string;
  readonly write?: string;
  readonly maxBytes?: number;
  readonly maxFiles?: number;
  readonly redact?: boolean;
  readonly quiet?: boolean;
}

/** mywire record: what passes between clients and a server, as a pcapng file. */
export function recordVerb(): Command {
  return new Command('record')
    .description('record what passes between clients and a server as pcapng, until Ctrl-C: by a relay, without privileges; or by tcpdump')
    .addOption(new Option('--listen <address:port>', 'where clients connect instead of to the server').argParser(addressAndPort))
    .addOption(new Option('--to <address:port>', 'the server or proxy').argParser(addressAndPort))
    .addOption(
      new Option('--interface <name>', 'by tcpdump on this interface (lo, eth0, any) instead; needs root or CAP_NET_RAW').conflicts([
        'listen',
        'to',
      ]),
    )
    .option('--port <port>', 'with --interface: the port of the server, may be repeated (default: 3306)', ports)
    .option(
      '--cert <file>',
      'end the TLS of clients with this certificate (PEM), and speak TLS to the server: the file can then be decrypted',
    )
    .option('--key <file>', 'its key (PEM)')
    .option('--ca <file>', 'with --cert: who must have signed the certificate of the server (PEM); without it any is taken')
    .option('--write <file>', 'the pcapng file; - for standard output (default: mywire-<time>.pcapng)')
    .option('--max-bytes <n>', 'begin the next file (name-2.pcapng …) when one has so many bytes; k, M, G count thousands', bytes)
    .option('--max-files <n>', 'with --max-bytes: keep only the last so many files', whole(1, 100_000))
    .option('--redact', 'write filler of the same length for names, passwords and their proofs, statements, values and messages')
    .option('--quiet', 'no line per connection')
    .addHelpText('after', examples)
    .action(async (options: RecordArguments) => {
      const { recordTraffic } = await import('./record-traffic.ts');
      process.exitCode = await recordTraffic(options);
    });
}

/** 3306, :3306, 10.0.0.5:3306, [::1]:3306, db1:3306 */
function addressAndPort(value: string): { host: string; port: number } {
  const [, host, port] = /^(?:(\[[0-9a-fA-F:.]+\]|[^[\]:\s]*):)?(\d{1,5})$/.exec(value) ?? [];
  if (port === undefined || Number(port) > 65_535 || Number(port) === 0)
    throw new InvalidArgumentError('It must be address:port, as 10.0.0.5:3306 or [::1]:3306.');
  return { host: host ? host.replace(/^\[|\]$/g, '') : '127.0.0.1', port: Number(port) };
}

function ports(value: string, before: number[] = []): number[] {
  return [...before, whole(1, 65_535)(value)];
}

/** 500000, 64M, 2G */
function bytes(value: string): number {
  const [, digits, unit] = /^(\d{1,15})([kMG]?)$/.exec(value) ?? [];
  const n = Number(digits) * (unit === 'k' ? 1e3 : unit === 'M' ? 1e6 : unit === 'G' ? 1e9 : 1);
  if (!(n >= 10_000)) throw new InvalidArgumentError('It must be at least 10k: 500000, 64M, 2G.');
  return n;
}

const examples = `
The server sees this machine's address instead of the client's. Endings are passed on as they come (FIN, RST, a RST behind a FIN).
TLS passes as it is and is recorded encrypted. With --cert and --key it is ended here, and begun anew to the server; the secrets that
decrypt the client's leg stand in the file: who has it reads everything. Logins work, whatever the plugin; a client that verifies the
server's certificate will notice (--ssl-ca, or MariaDB 11.4's, which compares its fingerprint with a proof of the password).

Each frame is in the file at once: a recording that was killed can be read. With --redact a frame waits until its packet is whole, and
nothing but what mywire redact leaves is ever written (mywire redact --help). It ends with SIGINT or SIGTERM, and with it the
connections that are open. With --interface nothing stands in between.`;
