import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { childEnvironment } from '../wire/child-environment.ts';
import { guardProcess } from './leftovers.ts';
import type { SqlLogin } from './sql-client.ts';

/** A client in a process of its own, so that it can be killed as users' clients are. */
export interface ClientProcess {
  readonly pid: number;
  /** 'ready' once it is logged in and has sent its statement; the error's words where it cannot. */
  readonly sent: Promise<'ready' | string>;
  /** Resolves when the process is gone. */
  readonly gone: Promise<void>;
  kill(signal: 'SIGKILL' | 'SIGTERM' | 'SIGSTOP' | 'SIGCONT'): void;
}

// Its login comes on standard input: arguments can be read by everybody on the machine.
const script = `
let text = '';
process.stdin.setEncoding('utf8').on('data', (chunk) => (text += chunk)).on('end', async () => {
  try {
    const { driver, login, sql } = JSON.parse(text);
    const connection = await require(driver).createConnection(login);
    const answer = connection.query(sql);
    setImmediate(() => console.log('ready'));
    await answer;
    console.log('done');
  } catch (error) {
    console.log(error.message);
  }
  process.exit();
});`;

/**
 * Starts a client that logs in and sends one statement.
 * @throws Error when this Node cannot be started
 */
export function startClientProcess({ at, user, password = '', database }: SqlLogin, sql: string): ClientProcess {
  const child = spawn(process.execPath, ['-e', script], { stdio: ['pipe', 'pipe', 'ignore'], detached: true, env: childEnvironment() });
  const { pid } = child;
  if (pid === undefined) throw new Error(`${process.execPath} cannot be started`);
  const letGo = guardProcess(pid);
  const gone = new Promise<void>((resolve) =>
    child.once('close', () => {
      letGo();
      resolve();
    }),
  );
  const sent = new Promise<string>((resolve) => {
    child.stdout.setEncoding('utf8').once('data', (line: string) => resolve(line.trim().split('\n')[0] ?? ''));
    void gone.then(() => resolve('it ended without a word'));
  });
  const login = { ...at, user, password, ...(database === undefined ? {} : { database }) };
  child.stdin.end(JSON.stringify({ driver: createRequire(import.meta.url).resolve('mysql2/promise'), login, sql }));
  return { pid, sent, gone, kill: (signal) => void child.kill(signal) };
}
