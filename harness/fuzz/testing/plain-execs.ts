import type { Stimulus } from '../../case/step.ts';
import type { Act, Client, Exec } from '../exec.ts';

const send = (...stimuli: [Stimulus, ...Stimulus[]]): Act => ({ send: stimuli });
const query = (text: string): Stimulus => ({ message: 'COM_QUERY', with: { query: text } });
const login: Stimulus = { message: 'HandshakeResponse41', account: 'check' };
const ping: Stimulus = { message: 'COM_PING' };
const client = (acts: readonly Act[], leaves: Client['leaves'] = 'quit'): Client => ({ acts, delivery: 'whole', leaves });
const one = (acts: readonly Act[], leaves?: Client['leaves']): Exec => ({ clients: [client(acts, leaves)] });

/** Execs written by hand, for what an oracle can be tried on. */
export const plainExecs: Readonly<Record<string, Exec>> = {
  'a ping': one([send(login), send(ping)]),
  'rows, NULLs and errors': one([
    ...[send(login), send(query('SELECT 1')), send(query('SELECT NULL')), send(query('NONSENSE')), send(query('SELECT 2'))],
    send({ message: 'COM_INIT_DB', with: { schema: 'mywire' } }),
    send(query('SELECT DATABASE()')),
  ]),
  'a transaction': one([
    ...[send(login), send(query('START TRANSACTION')), send(query('COMMIT'))],
    send({ message: 'COM_INIT_DB', with: { schema: 'mywire_no_such_database' } }),
  ]),
  'under DEPRECATE_EOF': one([send({ ...login, capabilities: { add: ['DEPRECATE_EOF'] } }), send(query('SELECT 1'))]),
  'under SESSION_TRACK': one([send({ ...login, capabilities: { add: ['SESSION_TRACK'] } }), send(ping)]),
  'two packets in one segment': one([send(login), send(ping, query('SELECT 1'))]),
  'a wrong password': one([send({ message: 'HandshakeResponse41', account: 'login', password: 'wrong' })], 'fin'),
  'a client that half-closes': one([send(login), send(ping)], 'fin'),
  'COM_QUIT and a FIN behind it': one([send(login), send(ping), send({ message: 'COM_QUIT' })], 'fin'),
  'no login at all': one([send({ payload: 'deadbeef', sequenceId: 1 })], 'fin'),
  'a user without its end': one([send({ payload: `05a60f000000000121${'00'.repeat(23)}7573`, sequenceId: 1 })], 'fin'),
  'statements of each other': {
    clients: [
      client([send(login), send({ message: 'COM_STMT_PREPARE', with: { query: "SELECT 'mywire-canary-11'" } }), send(ping), send(ping)]),
      client([
        ...[send(login), send(ping), send(ping)],
        send({ message: 'COM_STMT_EXECUTE', with: { statementId: 1, flags: 0, iterationCount: 1 } }),
      ]),
    ],
  },
  'clients with other flags': {
    clients: [
      client([send({ ...login, capabilities: { add: ['DEPRECATE_EOF'] } }), send(query('SELECT 1'))]),
      client([send(login), send(ping), send(query('SELECT 1')), send(query('SELECT 1'))]),
      client([send({ ...login, mariadb: ['CACHE_METADATA'] }), send(query('SELECT 1'))]),
    ],
  },
};
