import { loadDriver, openDatabase } from './database.ts';
import type { Verdict } from './judge.ts';
import type { Login } from './login.ts';
import { makeLook } from './look.ts';
import { serveVerdicts } from './serve.ts';
import { tellChanges } from './told.ts';
import type { Wishes } from './wishes.ts';

export interface AgentSettings {
  readonly login: Login;
  readonly wishes: Wishes;
  /** ms that one look at the server may take, connecting included. */
  readonly limitMs: number;
  /** ms for which a verdict is good for later requests, too. */
  readonly cacheMs: number;
}

const serverOf = ({ socketPath, host, port }: Login) => socketPath ?? `${host}:${port}`;

/** One look, without HTTP. */
export async function lookOnce({ login, ...settings }: AgentSettings): Promise<Verdict> {
  await loadDriver();
  const database = openDatabase(login);
  try {
    return await makeLook({ ...settings, database, server: serverOf(login) })();
  } finally {
    database.drop();
  }
}

/**
 * Starts the agent: it listens, and looks once by itself, so that the log says from the start how the server is.
 * @param write takes a line of the log
 * @throws AgentError AGENT_NOT_LISTENING
 */
export async function startAgent(
  { login, ...settings }: AgentSettings,
  where: { readonly host: string; readonly port: number },
  write: (line: string) => void,
): Promise<{ readonly port: number; stop(): Promise<void> }> {
  const database = openDatabase(login);
  const look = makeLook({ ...settings, database, server: serverOf(login) });
  const onVerdict = tellChanges(write);
  const server = await serveVerdicts({ ...where, look, onVerdict, onNote: write });
  const onlyHere = ['127.0.0.1', '::1', 'localhost'].includes(where.host) ? ', for this host alone (--listen lets others ask)' : '';
  write(`listening on ${where.host}:${server.port}${onlyHere}; asks ${serverOf(login)} as ${login.user}`);
  // Requests that come before the driver is there wait, and are in time all the same or 503.
  loadDriver()
    .then(look)
    .then(onVerdict, () => {});
  return {
    port: server.port,
    stop: async () => {
      database.drop();
      await server.stop();
    },
  };
}
