import { readFileSync } from 'node:fs';
import { AgentError } from './error.ts';
import { parseOptionFile } from './option-file.ts';

/** Where the server is, and as whom to ask it. */
export interface Login {
  readonly host: string;
  readonly port: number;
  readonly socketPath?: string;
  readonly user: string;
  readonly password: string;
}

export interface LoginOptions {
  readonly host?: string;
  readonly port?: number;
  readonly socket?: string;
  readonly user?: string;
  readonly defaultsFile?: string;
}

/**
 * The command line wins over the file, MYWIRE_PASSWORD over both passwords.
 * @throws AgentError AGENT_BAD_OPTION
 */
export function loginOf(options: LoginOptions, env: NodeJS.ProcessEnv): Login {
  const file =
    options.defaultsFile === undefined ? new Map<string, string>() : parseOptionFile(read(options.defaultsFile), options.defaultsFile);
  const port = options.port ?? Number(file.get('port') ?? 3306);
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw new AgentError('AGENT_BAD_OPTION', `${options.defaultsFile}: port must be a whole number from 1 to 65535`);
  // Whoever names a host on the command line does not mean the file's socket.
  const socketPath = options.socket ?? (options.host === undefined && options.port === undefined ? file.get('socket') : undefined);
  return {
    host: options.host ?? file.get('host') ?? '127.0.0.1',
    port,
    ...(socketPath !== undefined && { socketPath }),
    user: options.user ?? file.get('user') ?? 'mywire_agent',
    password: env['MYWIRE_PASSWORD'] ?? file.get('password') ?? '',
  };
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new AgentError('AGENT_BAD_OPTION', `cannot read ${file}: ${(error as NodeJS.ErrnoException).code}`);
  }
}
