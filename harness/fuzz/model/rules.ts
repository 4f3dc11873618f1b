import type { DeclaredAccount, Stimulus } from '../../case/step.ts';
import { isLie } from '../exec.ts';
import { type Allowed, type Expected, err, ok } from './expected.ts';
import { isOdd } from './odd.ts';
import {
  afterExecute,
  afterFetch,
  afterPrepare,
  afterUse,
  executeAllows,
  fetchAllows,
  prepareAllows,
  resetAllows,
} from './prepared-rules.ts';
import { forgotten, fresh, type Server, type State } from './state.ts';
import { afterQuery, queryAllows } from './statement-rules.ts';
import type { Told } from './told.ts';

/** What a stimulus may be answered with, and the session behind its answer. */
interface Rule {
  readonly allows: (stimulus: Stimulus, state: State, server: Server) => Allowed;
  readonly after?: (stimulus: Stimulus, state: State, told: readonly Told[], server: Server) => State;
}

const ACCESS_DENIED = [1045, 1698] as const;
const text = ({ with: fields }: Stimulus, name: string): string => String(fields?.[name] ?? '');
const isOk = (told: readonly Told[]): boolean => told.length > 0 && told.every((one) => one.kind === 'OK');

const login: Rule = {
  allows({ account, password, userName, message }, { tls }) {
    if (message === 'HandshakeResponse320') return [[ok], [{ kind: 'ERR' }]];
    if (account === undefined) return 'anything';
    if (account === 'unknown' || userName !== undefined || (password !== undefined && password !== 'right')) {
      // The empty password has no end and no letters: it stays right.
      const stays = password === 'without-its-end' || password === 'in-capitals' || password === 'empty';
      return stays && userName === undefined && (account === 'check' || account.endsWith('-empty'))
        ? [[ok], [{ kind: 'ERR' }]]
        : refused(account);
    }
    if (special.has(account) && !tls) return [[ok], [{ kind: 'ERR' }]];
    return mayDiffer.has(account) ? [[ok], [{ kind: 'ERR' }]] : [[ok]];
  },
  after({ account, capabilities, mariadb, message, with: fields }, state, told, server) {
    if (!isOk(told)) return { ...state, phase: 'out' };
    if (message === 'HandshakeResponse320' || account === 'expired' || account === 'two-factor') return { ...state, phase: 'any' };
    const flags = new Set((capabilities?.only ?? []).filter((name) => server.offered.has(name)));
    const extended = new Set(flags.has('LONG_PASSWORD') ? [] : (mariadb ?? []).filter((name) => server.offeredMariadb.has(name)));
    const database = flags.has('CONNECT_WITH_DB') ? String(fields?.['database'] ?? '') : '';
    return {
      ...fresh,
      tls: state.tls,
      phase: 'in',
      flags,
      extended,
      database,
      several: flags.has('MULTI_STATEMENTS'),
      poor: isPoor(account),
    };
  },
};
const isPoor = (account: Stimulus['account']): boolean => account !== 'check' && account !== 'login';
/** Their plugins ask for a key or a secure line first, or the account is not like others. */
const special: ReadonlySet<DeclaredAccount | 'unknown'> = new Set(['sha256', 'sha256-empty', 'requires-tls', 'expired', 'two-factor']);
const mayDiffer: ReadonlySet<DeclaredAccount | 'unknown'> = new Set(['expired', 'two-factor']);
/** An account that is not for TLS is told so before its password is looked at. */
const refused = (account: Stimulus['account']): Allowed => [
  [account === undefined || special.has(account) ? { kind: 'ERR' } : err(...ACCESS_DENIED)],
];

const initDb: Rule = {
  allows(stimulus, { poor }, { database }) {
    const schema = text(stimulus, 'schema');
    if (schema === 'information_schema') return [[ok]];
    if (poor) return [[ok], [err(1044, 1049)]];
    return schema === database ? [[ok]] : [[err(1049)]];
  },
  after: (stimulus, state, told) => (isOk(told) ? { ...state, database: text(stimulus, 'schema') } : state),
};

/** Columns by table and wildcard, as fixtures/sql has them. */
const listed: Readonly<Record<string, number>> = {
  'numbers/': 2,
  'numbers/%': 2,
  'numbers/i%': 1,
  'types/': 40,
  'types/%': 40,
  'types/i%': 1,
};
const fieldList: Rule = {
  allows(stimulus, { database, poor, describes }, server) {
    const columns = listed[`${text(stimulus, 'table')}/${text(stimulus, 'wildcard')}`];
    // MySQL 9 has it no more.
    const gone: readonly (readonly Expected[])[] = server.dialect === 'mysql' ? [[err(1047)]] : [];
    if (poor || !describes || database === 'unknown' || server.database === undefined) return 'anything';
    if (database === '') return [[err(1046, 1146)], ...gone];
    if (columns !== undefined && database === server.database) return [[{ kind: 'definitions', columns }], ...gone];
    return [[err(1146, 1109)], ...gone];
  },
};

const setOption: Rule = {
  allows: (stimulus) => (Number(stimulus.with?.['option']) < 2 ? [[ok]] : [[err(1047)]]),
  after: (stimulus, state, told) => (isOk(told) ? { ...state, several: Number(stimulus.with?.['option']) === 0 } : state),
};

const changeUser: Rule = {
  allows: ({ account, password = 'right', with: fields }, _state, { database }) =>
    account === 'check' && password === 'right' && ['', database].includes(String(fields?.['database'] ?? '')) ? [[ok]] : 'anything',
  after(stimulus, state, told) {
    // MySQL ends the connection, MariaDB goes on as whom it had.
    if (!isOk(told)) return { ...state, phase: 'any' };
    // Whether COM_SET_OPTION holds on is told by no manual.
    const several = state.several === state.flags.has('MULTI_STATEMENTS') ? state.several : 'unknown';
    return { ...state, ...forgotten, several, database: text(stimulus, 'database'), poor: isPoor(stimulus.account) };
  },
};
const resetConnection: Rule = {
  allows: () => [[ok]],
  after(_stimulus, state, told) {
    const several = state.several === state.flags.has('MULTI_STATEMENTS') ? state.several : 'unknown';
    return isOk(told) ? { ...state, ...forgotten, several } : state;
  },
};

const rules: Readonly<Partial<Record<NonNullable<Stimulus['message']>, Rule>>> = {
  HandshakeResponse41: login,
  HandshakeResponse320: login,
  SSLRequest: { allows: () => 'nothing', after: (_stimulus, state) => ({ ...state, tls: true }) },
  COM_PING: { allows: () => [[ok]] },
  COM_STATISTICS: { allows: () => [[{ kind: 'statistics' }]] },
  COM_INIT_DB: initDb,
  COM_FIELD_LIST: fieldList,
  COM_SET_OPTION: setOption,
  COM_CHANGE_USER: changeUser,
  COM_RESET_CONNECTION: resetConnection,
  COM_RAW: { allows: () => [[err(1047)]] },
  COM_QUERY: {
    allows: (stimulus, state, server) => queryAllows(text(stimulus, 'query'), state, server),
    after: (stimulus, state, told) => afterQuery(text(stimulus, 'query'), state, told),
  },
  COM_STMT_PREPARE: {
    allows: (stimulus, state) => prepareAllows(text(stimulus, 'query'), state),
    after: (stimulus, state, told) => afterPrepare(text(stimulus, 'query'), state, told),
  },
  COM_STMT_EXECUTE: { allows: executeAllows, after: afterExecute },
  COM_STMT_BULK_EXECUTE: {
    allows: (stimulus, state, server) =>
      state.extended.has('STMT_BULK_OPERATIONS')
        ? executeAllows({ ...stimulus, with: { ...stimulus.with, parameters: [{}] } }, state, server)
        : 'anything',
    after: afterExecute,
  },
  COM_STMT_FETCH: { allows: fetchAllows, after: afterFetch },
  COM_STMT_RESET: { allows: resetAllows, after: (stimulus, state) => afterUse(stimulus, state, { cursor: undefined, longData: false }) },
  COM_STMT_CLOSE: { allows: () => 'nothing', after: (stimulus, state) => afterUse(stimulus, state, { closed: true }) },
  COM_STMT_SEND_LONG_DATA: { allows: () => 'nothing', after: (stimulus, state) => afterUse(stimulus, state, { longData: true }) },
  COM_QUIT: { allows: () => 'nothing', after: (_stimulus, state) => ({ ...state, phase: 'out' }) },
};

/** What may answer this stimulus in this state. */
export function allowedIn(state: State, stimulus: Stimulus, server: Server): Allowed {
  if (state.phase === 'out') return 'nothing';
  if (state.phase === 'any' || isLie(stimulus) || stimulus.message === undefined || isOdd(stimulus)) return 'anything';
  const isLogin = stimulus.message.startsWith('Handshake') || stimulus.message === 'SSLRequest';
  if ((state.phase === 'login') !== isLogin) return 'anything';
  return rules[stimulus.message]?.allows(stimulus, state, server) ?? 'anything';
}

/** The session behind it. */
export function stateAfter(state: State, stimulus: Stimulus, told: readonly Told[], server: Server): State {
  if (state.phase === 'out' || state.phase === 'any') return state;
  if (isLie(stimulus) || stimulus.message === undefined || isOdd(stimulus)) return { ...state, phase: 'any' };
  const isLogin = stimulus.message.startsWith('Handshake') || stimulus.message === 'SSLRequest';
  if ((state.phase === 'login') !== isLogin) return { ...state, phase: 'any' };
  const rule = rules[stimulus.message];
  // What it has no rule for may have ended the connection, or begun something without end.
  return rule ? (rule.after?.(stimulus, state, told, server) ?? state) : { ...state, phase: 'any' };
}
