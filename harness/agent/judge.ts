import { type QuestionName, questionsOf, type Wishes } from './wishes.ts';

/** A row as mysql2 gives it, big numbers as strings. */
export type Row = Readonly<Record<string, unknown>>;

/** What the server said to one question: rows, or that it will not (an ERR packet). */
export type Answer = { readonly rows: readonly Row[] } | { readonly refused: string; readonly errno: number };
export type Answers = Partial<Record<QuestionName, Answer>>;

/** What kept the remaining questions from being answered: no connection, no answer in time. */
export interface Trouble {
  /** Stays the same while the same thing is wrong: ECONNREFUSED, late, ERR 1045. */
  readonly kind: string;
  readonly says: string;
}

/** What one check found. */
export interface Finding {
  readonly ok: boolean;
  /** Stays the same while the same thing is wrong, though the sentence varies (seconds of lag). */
  readonly kind: string;
  /** One clause, without a full stop. */
  readonly says: string;
}

/** 200: the node gets traffic. */
export interface Verdict {
  readonly status: 200 | 503;
  readonly findings: readonly Finding[];
}

const good = (says: string): Finding => ({ ok: true, kind: '', says });
const bad = (kind: string, says: string): Finding => ({ ok: false, kind, says });

/**
 * Judges what was answered. A question that was not answered is no finding of its own: the trouble says why.
 * @param disabled whether the file of `disabledBy` is there
 */
export function judge(wishes: Wishes, answers: Answers, trouble?: Trouble, disabled = false): Verdict {
  const findings: Finding[] = [];
  if (disabled) findings.push(bad('disabled', `it is disabled by the file ${wishes.disabledBy}`));
  if (trouble) findings.push(bad(trouble.kind, trouble.says));
  const from = (name: QuestionName, find: (rows: readonly Row[]) => readonly Finding[]) => {
    const answer = answers[name];
    if (answer && 'refused' in answer) findings.push(bad(`${name} ERR ${answer.errno}`, answer.refused));
    else if (answer) findings.push(...find(answer.rows));
  };
  from('alive', (rows) => [rows.length === 1 ? good('it answers SELECT 1') : bad('alive', 'SELECT 1 gave no row')]);
  from('schemas', (rows) => wishes.schemas.map((name) => schemaFinding(name, rows)));
  const { readOnly, maxLagSeconds, galera } = wishes;
  if (readOnly) from('variables', (rows) => [readOnlyFinding(readOnly, valuesOf(rows))]);
  if (maxLagSeconds !== undefined) from('replicas', (rows) => lagFindings(rows, maxLagSeconds, wishes.allowPrimary ?? false));
  if (galera) {
    from('status', (rows) => [memberFinding(valuesOf(rows), galera.donor)]);
    from('variables', (rows) => admissionFindings(valuesOf(rows)));
  }
  // What was never answered must not pass.
  const passed = findings.every(({ ok }) => ok) && questionsOf(wishes).every(({ name }) => answers[name] !== undefined);
  return { status: passed ? 200 : 503, findings };
}

function schemaFinding(name: string, rows: readonly Row[]): Finding {
  const there = rows.some((row) => row['name'] === name || (Number(row['folds']) !== 0 && same(String(row['name']), name)));
  if (there) return good(`the schema ${name} exists`);
  return bad(`schema ${name}`, `the schema ${name} does not exist, or this account may not see it (it needs SHOW DATABASES)`);
}

const same = (one: string, other: string) => one.toLowerCase() === other.toLowerCase();

/** The rows of SHOW VARIABLES and SHOW STATUS by name. */
const valuesOf = (rows: readonly Row[]) => new Map(rows.map((row) => [String(row['Variable_name']).toLowerCase(), String(row['Value'])]));
type Values = ReadonlyMap<string, string>;

/** MariaDB has more values than ON and OFF for read_only since 12.0, so all but OFF is read-only. */
function readOnlyFinding(wish: 'refuse' | 'want', values: Values): Finding {
  if (!values.has('read_only')) return bad('read-only unknown', 'the server does not say whether it is read_only');
  const on = [...values].filter(([name, value]) => name.endsWith('read_only') && !['OFF', '0'].includes(value.toUpperCase()));
  const says = on.length > 0 ? on.map(([name, value]) => `${name} is ${value}`).join(' and ') : 'read_only is OFF';
  return on.length > 0 === (wish === 'want') ? good(says) : bad('read-only', says);
}

/** One column under the names of both products: Slave_IO_Running, Replica_IO_Running. */
const column = (row: Row, ...names: readonly string[]): unknown => names.map((name) => row[name]).find((value) => value !== undefined);

function lagFindings(rows: readonly Row[], limit: number, allowPrimary: boolean): readonly Finding[] {
  if (rows.length > 0) return rows.map((row) => channelFinding(row, limit));
  const says = 'it replicates from nobody';
  return [allowPrimary ? good(says) : bad('no replica', `${says} (a primary passes with --allow-primary)`)];
}

function channelFinding(row: Row, limit: number): Finding {
  const name = String(column(row, 'Connection_name', 'Channel_Name') ?? '');
  const channel = name === '' ? 'replication' : `replication channel ${name}`;
  const threads = [
    { what: 'receiver', state: column(row, 'Slave_IO_Running', 'Replica_IO_Running'), ...errorOf(row, 'IO') },
    { what: 'applier', state: column(row, 'Slave_SQL_Running', 'Replica_SQL_Running'), ...errorOf(row, 'SQL') },
  ];
  const stopped = threads.filter(({ state }) => state !== 'Yes');
  if (stopped.length > 0) {
    const says = stopped.map(({ what, state, errno }) => {
      const is = state === 'No' ? 'is stopped' : state === undefined ? 'says nothing' : `says ${String(state)}`;
      return `the ${what} ${is}${errno > 0 ? ` with error ${errno}` : ''}`;
    });
    return bad(
      `${channel} ${stopped.map(({ what, state, errno }) => `${what} ${state} ${errno}`).join()}`,
      `${channel}: ${says.join(', ')}`,
    );
  }
  const behind = column(row, 'Seconds_Behind_Master', 'Seconds_Behind_Source');
  const seconds = Number(behind);
  if (behind === null || behind === undefined || behind === '' || !Number.isFinite(seconds))
    return bad(`${channel} unknown`, `${channel}: how far it is behind is not known`);
  const says = `${channel} is ${seconds} s behind, ${limit} s are allowed`;
  return seconds <= limit ? good(says) : bad(`${channel} lag`, says);
}

/** The text of these errors may quote a statement with its data: only its number is told. */
const errorOf = (row: Row, thread: 'IO' | 'SQL') => ({ errno: Number(row[`Last_${thread}_Errno`] ?? 0) });

/** https://galeracluster.com/library/documentation/node-states.html: 4 is Synced, 2 is Donor/Desynced. */
function memberFinding(values: Values, donor: boolean): Finding {
  const cluster = values.get('wsrep_cluster_status');
  if (cluster === undefined) return bad('no Galera', 'this server knows nothing of Galera (no wsrep_cluster_status)');
  const state = values.get('wsrep_local_state');
  const says = `Galera: ${values.get('wsrep_local_state_comment') ?? 'not connected'}, cluster status ${cluster}`;
  if (cluster !== 'Primary' || values.get('wsrep_connected') !== 'ON') return bad('Galera component', says);
  if (state !== '4' && !(state === '2' && donor)) return bad(`Galera state ${state}`, says);
  return values.get('wsrep_ready') === 'ON' ? good(says) : bad('Galera not ready', `${says}, wsrep_ready is not ON`);
}

/** What an administrator set so that the node refuses queries or wants none. */
function admissionFindings(values: Values): readonly Finding[] {
  const wanted = [
    ['wsrep_on', 'ON'],
    ['wsrep_reject_queries', 'NONE'],
    ['pxc_maint_mode', 'DISABLED'], // Percona XtraDB Cluster
  ] as const;
  return wanted.flatMap(([name, value]) => {
    const is = values.get(name);
    return is === undefined || is === value ? [] : [bad(name, `${name} is ${is}`)];
  });
}
