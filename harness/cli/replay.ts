import { Command, Option } from 'commander';
import { collect, image, ownershipOption, program, whole } from './options.ts';

/** What `mywire replay` was told on the command line. */
export interface ReplayArguments {
  readonly target?: string;
  readonly bytes?: boolean;
  readonly statements?: boolean;
  readonly server?: string;
  readonly stream?: string[];
  readonly user?: string;
  readonly password?: string;
  readonly passwordEnv?: string;
  readonly users?: string;
  readonly order: 'answers' | 'causes';
  readonly timing: 'fast' | 'captured';
  readonly insertIds: boolean;
  readonly tls: 'captured' | 'always' | 'never';
  readonly limit: number;
  readonly json?: string;
  readonly toCase?: string;
  readonly keylog?: string;
  readonly binary?: Record<string, string>;
  readonly image?: Record<string, string>;
  readonly iOwnThisTarget?: boolean;
  readonly color: boolean;
}

/** mywire replay: the clients of a capture, once more, on another server. */
export function replayVerb(): Command {
  return ownershipOption(new Command('replay'))
    .description('play what the clients of a capture did on a target, and compare each answer with the captured one')
    .argument('<file>', 'a capture: pcap or pcapng, gzip and zstd too')
    .option('--target <target>', 'where to play: 127.0.0.1:3306, mariadb:11.8, local:haproxy+mariadb, reference')
    .option(
      '--bytes',
      'play every connection byte for byte: the captured segments, only proofs of passwords and ids of statements made anew',
    )
    .option('--statements', 'play every connection by its statements; default: those byte for byte that no client library would have')
    .option('--server <port>', 'only the connections to this server of the capture: its port, or address:port')
    .option('--stream <n>', "only this connection: Wireshark's tcp.stream; may be repeated", collect)
    .option('--user <user>', 'everybody plays as this user')
    .option('--password <password>', 'with this password; better in MYWIRE_PASSWORD')
    .option('--password-env <variable>', 'with the password in this variable of the environment')
    .option(
      '--users <file>',
      'who plays as whom: YAML, a line per captured user: app: password, or app: {user: other, password-env: VARIABLE}',
    )
    .addOption(
      new Option('--order <how>', 'what of the order is kept between connections: that of locks, or of what was sent')
        .choices(['answers', 'causes'])
        .default('answers'),
    )
    .addOption(
      new Option('--timing <how>', 'as fast as the order allows, or not before its time').choices(['fast', 'captured']).default('fast'),
    )
    .option('--no-insert-ids', 'let the target choose AUTO_INCREMENT values, and do not compare them')
    .addOption(
      new Option('--tls <when>', 'where the captured client used it, or for everybody, or for nobody')
        .choices(['captured', 'always', 'never'])
        .default('captured'),
    )
    .option('--keylog <file>', 'the secrets of TLS sessions (SSLKEYLOGFILE), where they are not in the capture')
    .option('--limit <ms>', 'how long an answer may take, in ms', whole(50, 3_600_000), 30_000)
    .option('--json <file>', 'write the result as JSON; - for standard output')
    .option(
      '--to-case <file>',
      'write a case (YAML) per connection that differs, for "mywire run TARGET --cases FILE"; without --target, per connection',
    )
    .option('--binary <product=path>', 'the program to use for a local product; may be repeated', program)
    .option('--image <name=image>', 'the image to use for a Docker product, mariadb:11.8=mine/mariadb; may be repeated', image)
    .option('--no-color', 'plain text')
    .action(async (file: string, options: Record<string, unknown>) => {
      const { replayFile } = await import('./replay-file.ts');
      process.exitCode = await replayFile(file, options as unknown as ReplayArguments);
    });
}
