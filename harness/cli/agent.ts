import { Command, InvalidArgumentError, Option } from 'commander';
import type { LoginOptions } from '../agent/login.ts';
import type { Wishes } from '../agent/wishes.ts';
import { collect, whole } from './options.ts';

interface AgentOptions extends LoginOptions {
  readonly listen: { readonly host: string; readonly port: number };
  readonly schema?: string[];
  readonly refuseReadOnly?: boolean;
  readonly wantReadOnly?: boolean;
  readonly maxLag?: number;
  readonly allowPrimary?: boolean;
  readonly galera?: boolean;
  readonly availableWhenDonor?: boolean;
  readonly disabledBy?: string;
  readonly timeout: number;
  readonly cache: number;
  readonly once?: boolean;
}

/** mywire agent: the health agent behind HAProxy's `option httpchk` with `check port 9200`. */
export function agentVerb(): Command {
  return new Command('agent')
    .description('answer HTTP 200 when this MySQL or MariaDB node should get traffic, else 503 (HAProxy: option httpchk, check port 9200)')
    .addOption(
      new Option('--listen <address:port>', 'where to answer; 0.0.0.0:9200 for a HAProxy on another host')
        .argParser(listenOf)
        .default({ host: '127.0.0.1', port: 9200 }, '127.0.0.1:9200'),
    )
    .option('--host <address>', 'the server (default: 127.0.0.1)')
    .option('--port <port>', 'its port (default: 3306)', whole(1, 65_535))
    .addOption(new Option('--socket <path>', 'its socket, instead of host and port').conflicts(['host', 'port']))
    .option('--user <name>', 'the account; its password is MYWIRE_PASSWORD or in the defaults file (default: mywire_agent)')
    .option('--defaults-file <file>', 'take account and server from [client] and [mywire-agent] of this option file')
    .option('--schema <name>', 'this schema must exist; may be repeated', schemaNames)
    .option('--refuse-read-only', '503 while the server is read_only, super_read_only or innodb_read_only')
    .addOption(new Option('--want-read-only', '503 unless it is').conflicts('refuseReadOnly'))
    .option('--max-lag <seconds>', '503 when a replication channel is further behind, stopped or broken', whole(0, 31_536_000))
    .option('--allow-primary', 'with --max-lag: 200 also where there is no replication at all')
    .option('--galera', '503 unless the node is a Synced member of the primary component that accepts queries')
    .option('--available-when-donor', 'with --galera: 200 also as Donor/Desynced')
    .option('--disabled-by <file>', '503 while this file exists')
    .option('--timeout <ms>', "for all of one check; less than HAProxy's timeout check, or else than its inter", whole(10, 600_000), 1000)
    .option('--cache <ms>', 'reuse a verdict for so long; requests at the same time share one in any case', whole(0, 600_000), 0)
    .option('--once', 'check once, print the body, exit 0 for 200 and 1 for 503')
    .addHelpText('after', examples)
    .action(async (options: AgentOptions) => {
      const { AgentError } = await import('../agent/error.ts');
      for (const [option, needs] of [
        ['allowPrimary', 'maxLag'],
        ['availableWhenDonor', 'galera'],
      ] as const)
        if (options[option] && options[needs] === undefined)
          throw new AgentError('AGENT_BAD_OPTION', `${spelled(option)} has a meaning only with ${spelled(needs)}`);
      if (options.defaultsFile !== undefined) {
        const { requireReadable } = await import('./given-text.ts');
        requireReadable(options.defaultsFile, 'the account');
      }
      const { loginOf } = await import('../agent/login.ts');
      const settings = {
        login: loginOf(options, process.env),
        wishes: wishesOf(options),
        limitMs: options.timeout,
        cacheMs: options.cache,
      };
      const { startAgent, lookOnce } = await import('../agent/agent.ts');
      if (options.once) {
        const verdict = await lookOnce(settings);
        const { bodyOf } = await import('../agent/told.ts');
        process.stdout.write(bodyOf(verdict));
        process.exitCode = verdict.status === 200 ? 0 : 1;
        return;
      }
      process.stderr.on('error', () => {}); // a log that nobody reads any more does not end the service
      const signal = new Promise<string>((resolve) => {
        for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => resolve(name));
      });
      const agent = await startAgent(settings, options.listen, log);
      log(`ends, by ${await signal}`);
      await agent.stop();
      // A look-up of a name that is under way would keep the process for seconds.
      process.exit(0);
    });
}

/** systemd and Docker have the time already; under systemd JOURNAL_STREAM is set. */
function log(line: string): void {
  const time = process.env['JOURNAL_STREAM'] === undefined ? `${new Date().toISOString()} ` : '';
  process.stderr.write(`${time}mywire agent: ${line}\n`);
}

function wishesOf(options: AgentOptions): Wishes {
  return {
    schemas: options.schema ?? [],
    ...(options.refuseReadOnly && { readOnly: 'refuse' as const }),
    ...(options.wantReadOnly && { readOnly: 'want' as const }),
    ...(options.maxLag !== undefined && { maxLagSeconds: options.maxLag, allowPrimary: options.allowPrimary === true }),
    ...(options.galera && { galera: { donor: options.availableWhenDonor === true } }),
    ...(options.disabledBy !== undefined && { disabledBy: options.disabledBy }),
  };
}

const spelled = (option: string) => `--${option.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

/** 9200, :9200, 10.0.0.5:9200, [::]:9200, db1:9200 */
function listenOf(value: string): { host: string; port: number } {
  const [, host, port] = /^(?:(\[[0-9a-fA-F:.]+\]|[^[\]:\s]*):)?(\d{1,5})$/.exec(value) ?? [];
  if (port === undefined || Number(port) > 65_535) throw new InvalidArgumentError('It must be address:port, as 0.0.0.0:9200 or [::]:9200.');
  return { host: host ? host.replace(/^\[|\]$/g, '') : '127.0.0.1', port: Number(port) };
}

/** Names that MySQL and MariaDB allow and that stand safely in a statement. */
function schemaNames(value: string, before: string[] = []): string[] {
  if (value === '' || value.length > 64 || /[\p{C}\\]/u.test(value))
    throw new InvalidArgumentError('It must be a name of 1 to 64 characters, without backslash and control characters.');
  return collect(value, before);
}

const examples = `
In HAProxy:
  backend mysql
    mode tcp
    option httpchk
    default-server check port 9200 inter 2s fall 2 rise 2 on-marked-down shutdown-sessions
    server db1 10.0.0.1:3306

The account, unit file and container are in fixtures/agent. Without an option it asks SELECT 1, as the others do first.
It writes one line to standard error when the state changes. SIGTERM and SIGINT end it.`;
