/** SET: system variables, user variables, names; what a client with SESSION_TRACK is told of it. */
import type { SessionStateChange } from '../../codec/session-state.ts';
import { status } from '../../codec/status.ts';
import { characterSetOf, collationNamed, defaultCollationOf } from '../collation.ts';
import { Refusal, refuse } from '../refusal.ts';
import { type Done, done } from '../result.ts';
import type { Session } from '../session.ts';
import { literal, topLevel } from './literal.ts';
import type { Statement } from './statement.ts';
import { globalVariable, systemVariable } from './system-variable.ts';
import { characteristicsChanged, remade, stateChanged } from './tracking.ts';
import { insistOnNone } from './transaction.ts';

/** Modes that every answer shows among its status flags (mysql/mysql__com_8h, mariadb/ok_packet). */
const modes = [
  ['NO_BACKSLASH_ESCAPES', status.NO_BACKSLASH_ESCAPES],
  ['ANSI_QUOTES', status.ANSI_QUOTES],
] as const;
/** Only MariaDB shows ANSI_QUOTES, which its manual does not list. */
const isShown = ({ server, has }: Session, flag: number): boolean =>
  flag !== status.ANSI_QUOTES || (server.dialect === 'mariadb' && !has('ansi-quotes-unmarked'));

export const setStatements: readonly Statement[] = [
  // Whose locks nobody here could see.
  [/^set transaction (isolation level .+)$/i, (s, [, level = '']) => nextTransaction(s, level)],
  [/^set (?:session )?transaction .+$/i, () => done],
  [/^set (.+)$/is, (s, [, assignments = '']) => set(s, topLevel(assignments))],
];

/** For the next transaction alone. */
function nextTransaction(session: Session, level: string): Done {
  insistOnNone(session);
  session.state.nextIsolation = `SET TRANSACTION ${level.toUpperCase()};`;
  return { ok: {}, changed: characteristicsChanged(session, remade(session)) };
}

function set(session: Session, assignments: readonly string[]): Done {
  const { status: flags } = session;
  const kept = session.has('refused-set-keeps-its-beginning') || session.has('metadata-none-in-spite-of-err');
  const before = { ...session.state, variables: new Map(session.state.variables), userVariables: new Map(session.state.userVariables) };
  try {
    const changed = assignments.flatMap((one) => assign(session, one.trim()));
    return { ok: {}, changed: [...trackedOf(session, changed), ...stateChanged(session)] };
  } catch (error) {
    // All or nothing (mysql/set-is-all-or-nothing).
    if (!kept) Object.assign(session, { state: before, status: flags });
    throw error;
  }
}

function assign(session: Session, text: string): SessionStateChange[] {
  const names = /^names '?(\w+)'?(?: collate '?(\w+)'?)?$/i.exec(text);
  if (names) return setNames(session, names[1] ?? '', names[2]);
  const characterSet = /^(?:character set|charset) '?(\w+)'?$/i.exec(text);
  if (characterSet) return setCharacterSet(session, characterSet[1] ?? '');
  const user = /^@(\w+) ?:?= ?(.+)$/is.exec(text);
  if (user) {
    if (session.has('user-variables-of-all-connections')) session.server.userVariables.set(user[1] ?? '', literal(session, user[2] ?? ''));
    session.state.userVariables.set(user[1] ?? '', literal(session, user[2] ?? ''));
    return [];
  }
  const system = /^(?:session |@@session\.|@@)?(\w+) ?= ?(.+)$/is.exec(text);
  if (!system) throw refuse.syntax(text);
  const name = (system[1] ?? '').toLowerCase();
  if (!/^default$/i.test(system[2] ?? '')) return setVariable(session, name, literal(session, system[2] ?? ''));
  const told = setVariable(session, name, globalVariable(session, name) ?? '');
  return session.has('track-variables-default-untold') ? [] : told;
}

function setVariable(session: Session, name: string, value: string | null): SessionStateChange[] {
  const shown = value ?? '';
  const change = (as: string): SessionStateChange[] => [{ type: 'SYSTEM_VARIABLES', name, value: as }];
  if (name === 'autocommit') {
    const on = /^(1|on|true)$/i.test(shown);
    session.setStatus(status.AUTOCOMMIT, on ? !session.has('autocommit-flag-gone-for-good') : session.has('autocommit-flag-stays'));
    if (on && !session.has('implicit-commit-shows-transaction')) session.setStatus(status.IN_TRANS | status.IN_TRANS_READONLY, false);
    return change(on ? 'ON' : 'OFF');
  }
  if (name === 'character_set_results') session.state.unconverted = value === null && !session.has('character-set-results-null-ignored');
  // What the client says stays as it was.
  if (/^character_set_(?!client$)/.test(name)) session.state.client ??= session.state.collation;
  if (name === 'character_set_connection') session.state.connection = undefined;
  if (name === 'character_set_client') session.state.client = defaultCollationOf(shown, session.server.dialect);
  else if (name.startsWith('character_set_') && value !== null) session.state.collation = defaultCollationOf(shown, session.server.dialect);
  if (name === 'resultset_metadata') refuseMetadata(session, shown);
  if (name === 'sql_mode' && /no_such/.test(shown))
    throw new Refusal(1231, '42000', `Variable 'sql_mode' can't be set to the value of '${shown}'`);
  if (name === 'sql_mode') for (const [mode, flag] of modes) session.setStatus(flag, shown.includes(mode) && isShown(session, flag));
  session.state.variables.set(name, shown);
  return change(shown);
}

/** MySQL only (mysql/optional-metadata): MariaDB does not know the variable, and a client must have asked for the flag. */
function refuseMetadata(session: Session, value: string): void {
  const { has, server, state } = session;
  if (server.dialect !== 'mysql') throw new Refusal(1193, 'HY000', "Unknown system variable 'resultset_metadata'");
  if (session.agreed('OPTIONAL_RESULTSET_METADATA') || has('metadata-none-without-flag')) return;
  if (has('metadata-none-in-spite-of-err')) state.variables.set('resultset_metadata', value);
  throw new Refusal(3640, 'HY000', "The client doesn't support optional metadata transfer");
}

function setNames({ has, state, server }: Session, characterSet: string, collation: string | undefined): SessionStateChange[] {
  const named = collation === undefined ? defaultCollationOf(characterSet, server.dialect) : collationNamed(collation);
  if (characterSetOf(named) !== characterSet && !has('set-names-takes-any-collation'))
    throw new Refusal(1253, '42000', `COLLATION '${collation}' is not valid for CHARACTER SET '${characterSet}'`);
  state.collation = named;
  if (has('collation-cut-to-one-byte')) state.collation &= 0xff;
  state.unconverted = false;
  state.client = undefined;
  state.connection = undefined;
  const value = characterSetOf(state.collation);
  return ['client', 'connection', 'results'].map((what) => ({ type: 'SYSTEM_VARIABLES', name: `character_set_${what}`, value }));
}

/** As SET NAMES, but that the connection has the character set of the database (mysql/set-character-set). */
function setCharacterSet(session: Session, characterSet: string): SessionStateChange[] {
  const { has, state, server } = session;
  if (has('set-character-set-ignored')) return [];
  const told = setNames(session, characterSet, undefined);
  if (has('set-character-set-as-names')) return told;
  state.connection = defaultCollationOf('utf8mb4', server.dialect);
  return told.map((one) => (one.name === 'character_set_connection' ? { ...one, value: 'utf8mb4' } : one));
}

/** Those that session_track_system_variables lists. */
function trackedOf(session: Session, changed: readonly SessionStateChange[]): readonly SessionStateChange[] {
  const { has } = session;
  const list = systemVariable(session, 'session_track_system_variables') ?? '';
  const all = (list === '*' && !has('track-variables-star-unknown')) || has('track-variables-all');
  const tracked = changed.filter(({ name = '' }) => all || list.split(',').includes(name));
  if (has('track-variables-missing')) return [];
  return has('track-variables-first-only') ? tracked.slice(0, 1) : tracked;
}
