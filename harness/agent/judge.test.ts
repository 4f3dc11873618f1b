import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type Answers, judge, type Row } from './judge.ts';
import type { Wishes } from './wishes.ts';

// Rows of real servers, as mysql2 gives them: taken on 2026-11-26 from mywire/mariadb:10.5, :10.11 and :11.8, mywire/mysql:9.7 and two
// nodes of Galera, columns that judge.ts does not read left out.
interface Recorded {
  readonly server: string;
  readonly variables: Readonly<Record<string, readonly Row[]>>;
  readonly status: Readonly<Record<string, readonly Row[]>>;
  readonly replicas: Readonly<Record<string, readonly Row[]>>;
  readonly refused: { readonly replicas: { readonly errno: number; readonly says: string } };
}
const recorded = (name: string) => JSON.parse(readFileSync(new URL(`testdata/${name}.json`, import.meta.url), 'utf8')) as Recorded;
const rowsOf = (from: Readonly<Record<string, readonly Row[]>>, key: string): readonly Row[] => {
  const rows = from[key];
  if (!rows) throw new Error(`nothing is recorded as ${key}`);
  return rows;
};

const alive: Answers = { alive: { rows: [{ 1: 1 }] } };
const nothing: Wishes = { schemas: [] };
const told = (wishes: Wishes, answers: Answers) => {
  const { status, findings } = judge(wishes, { ...alive, ...answers });
  return [status, ...findings.slice(1).map(({ ok, says }) => `${ok ? 'ok' : 'FAILED'} ${says}`)];
};

const servers = ['mariadb-10.5', 'mariadb-10.11', 'mariadb-11.8', 'mysql-9.7'];

describe.each(servers)('%s', (name) => {
  const server = recorded(name);

  test.each([
    ['writable', 'refuse', 200, 'ok read_only is OFF'],
    ['writable', 'want', 503, 'FAILED read_only is OFF'],
    ['read-only', 'refuse', 503, 'FAILED read_only is ON'],
    ['read-only', 'want', 200, 'ok read_only is ON'],
  ] as const)('%s, %s read-only: %i', (state, readOnly, status, says) => {
    expect(told({ schemas: [], readOnly }, { variables: { rows: rowsOf(server.variables, state) } })).toEqual([status, says]);
  });

  test.each([
    ['none', 503, /^FAILED it replicates from nobody/],
    ['configured', 503, /^FAILED replication: the receiver is stopped, the applier is stopped$/],
    ['running', 200, /^ok replication is 0 s behind, 2 s are allowed$/],
    ['lagging', 503, /^FAILED replication is [34] s behind, 2 s are allowed$/],
    ['applier stopped', 503, /^FAILED replication: the applier is stopped$/],
    ['receiver stopped', 503, /^FAILED replication: the receiver is stopped$/],
    ['duplicate key', 503, /^FAILED replication: the applier is stopped with error 1062$/],
    ['connecting', 503, /^FAILED replication: the receiver says Connecting with error 1045$/],
  ] as const)('replication %s: %i', (state, status, says) => {
    const [is, finding] = told({ schemas: [], maxLagSeconds: 2 }, { replicas: { rows: rowsOf(server.replicas, state) } });
    expect(is).toBe(status);
    expect(finding).toMatch(says);
  });

  test('a row without the columns of either product says nothing', () => {
    const [is, finding] = told({ schemas: [], maxLagSeconds: 2 }, { replicas: { rows: [{ anything: '1' }] } });
    expect([is, finding]).toEqual([503, 'FAILED replication: the receiver says nothing, the applier says nothing']);
  });

  test('a limit of lag is still allowed', () => {
    const rows = rowsOf(server.replicas, 'lagging');
    const behind = Number(rows[0]?.['Seconds_Behind_Master'] ?? rows[0]?.['Seconds_Behind_Source']);
    expect(behind).toBeGreaterThan(2);
    expect(told({ schemas: [], maxLagSeconds: behind }, { replicas: { rows } })[0]).toBe(200);
    expect(told({ schemas: [], maxLagSeconds: behind - 1 }, { replicas: { rows } })[0]).toBe(503);
  });

  test('every channel is judged', () => {
    const two = rowsOf(server.replicas, 'two channels');
    const findings = told({ schemas: [], maxLagSeconds: 2 }, { replicas: { rows: two } });
    expect(findings[2]).toBe('FAILED replication channel second: the receiver is stopped, the applier is stopped');
    const [running] = rowsOf(server.replicas, 'running');
    const [, second] = two;
    expect(told({ schemas: [], maxLagSeconds: 2 }, { replicas: { rows: [running, second] as Row[] } })[0]).toBe(503);
  });

  test('a primary passes only where it may', () => {
    expect(told({ schemas: [], maxLagSeconds: 2, allowPrimary: true }, { replicas: { rows: [] } })).toEqual([
      200,
      'ok it replicates from nobody',
    ]);
    const stopped = rowsOf(server.replicas, 'configured');
    expect(told({ schemas: [], maxLagSeconds: 2, allowPrimary: true }, { replicas: { rows: stopped } })[0]).toBe(503);
  });

  test('an account that may not ask is told, and gets no traffic', () => {
    const { errno, says } = server.refused.replicas;
    expect(told({ schemas: [], maxLagSeconds: 2 }, { replicas: { refused: `ERR ${errno}: ${says}`, errno } })).toEqual([
      503,
      `FAILED ERR 1227: ${says}`,
    ]);
  });

  test('a server without Galera is no member', () => {
    const answers = {
      variables: { rows: rowsOf(server.variables, 'writable') },
      status: { rows: rowsOf(server.status, 'alone') },
    };
    expect(told({ schemas: [], galera: { donor: true } }, answers)[0]).toBe(503);
  });
});

test('super_read_only alone is read-only, and innodb_read_only too', () => {
  const variables = (name: string) => ({ rows: [row('read_only', 'OFF'), row(name, 'ON')] });
  const row = (name: string, value: string) => ({ Variable_name: name, Value: value });
  for (const name of ['super_read_only', 'innodb_read_only'])
    expect(told({ schemas: [], readOnly: 'refuse' }, { variables: variables(name) })).toEqual([503, `FAILED ${name} is ON`]);
  expect(told({ schemas: [], readOnly: 'refuse' }, { variables: { rows: [row('read_only', 'NO_LOCK')] } })[0]).toBe(503);
  expect(told({ schemas: [], readOnly: 'refuse' }, { variables: { rows: [] } })[0]).toBe(503);
  const both = { rows: rowsOf(recorded('mysql-9.7').variables, 'super-read-only') };
  expect(told({ schemas: [], readOnly: 'refuse' }, { variables: both })).toEqual([503, 'FAILED read_only is ON and super_read_only is ON']);
});

describe('Galera', () => {
  const { variables, status } = recorded('galera');
  test.each([
    ['synced', false, 200, ['ok Galera: Synced, cluster status Primary']],
    ['desynced', false, 503, ['FAILED Galera: Donor/Desynced, cluster status Primary']],
    ['desynced', true, 200, ['ok Galera: Donor/Desynced, cluster status Primary']],
    ['rejecting', true, 503, ['ok Galera: Synced, cluster status Primary', 'FAILED wsrep_reject_queries is ALL']],
    ['non-primary', true, 503, ['FAILED Galera: Initialized, cluster status non-Primary']],
    ['joining nobody', true, 503, ['FAILED Galera: Initialized, cluster status Disconnected']],
  ] as const)('%s, donors allowed: %s: %i', (state, donor, code, says) => {
    const answers = { variables: { rows: rowsOf(variables, state) }, status: { rows: rowsOf(status, state) } };
    expect(told({ schemas: [], galera: { donor } }, answers)).toEqual([code, ...says]);
  });

  test.each([
    ['wsrep_ready', 'OFF', 'FAILED Galera: Synced, cluster status Primary, wsrep_ready is not ON'],
    ['wsrep_connected', 'OFF', 'FAILED Galera: Synced, cluster status Primary'],
    ['wsrep_local_state', '3', 'FAILED Galera: Synced, cluster status Primary'],
  ])('%s %s is no member', (name, value, says) => {
    const rows = rowsOf(status, 'synced').map((row) => (row['Variable_name'] === name ? { ...row, Value: value } : row));
    const answers = { variables: { rows: rowsOf(variables, 'synced') }, status: { rows } };
    expect(told({ schemas: [], galera: { donor: true } }, answers)).toEqual([503, says]);
  });

  test('Percona XtraDB Cluster in maintenance gets no traffic', () => {
    const rows = [...rowsOf(variables, 'synced'), { Variable_name: 'pxc_maint_mode', Value: 'MAINTENANCE' }];
    const answers = { variables: { rows }, status: { rows: rowsOf(status, 'synced') } };
    expect(told({ schemas: [], galera: { donor: false } }, answers)).toEqual([
      503,
      'ok Galera: Synced, cluster status Primary',
      'FAILED pxc_maint_mode is MAINTENANCE',
    ]);
  });
});

describe('schemas', () => {
  // SELECT SCHEMA_NAME AS name, @@lower_case_table_names AS folds: all servers above give folds as "0".
  test.each([
    ['shop', [{ name: 'shop', folds: '0' }], 200],
    ['Shop', [{ name: 'shop', folds: '0' }], 503],
    ['Shop', [{ name: 'shop', folds: '1' }], 200],
    ['Shop', [{ name: 'Shop', folds: '2' }], 200],
    ['shop', [], 503],
    ['shop', [{ name: 'shopping', folds: '0' }], 503],
  ])('%s among %j: %i', (name, rows, status) => {
    expect(told({ schemas: [name] }, { schemas: { rows } })[0]).toBe(status);
  });

  test('each is judged', () => {
    expect(told({ schemas: ['shop', 'bank'] }, { schemas: { rows: [{ name: 'shop', folds: '0' }] } })).toEqual([
      503,
      'ok the schema shop exists',
      'FAILED the schema bank does not exist, or this account may not see it (it needs SHOW DATABASES)',
    ]);
  });
});

test('what was not answered does not pass', () => {
  expect(judge(nothing, {}).status).toBe(503);
  expect(judge(nothing, alive).status).toBe(200);
  expect(judge(nothing, alive, { kind: 'late', says: 'late' }).status).toBe(503);
  expect(judge({ schemas: [], disabledBy: '/x' }, alive, undefined, true)).toMatchObject({ status: 503 });
  expect(judge({ schemas: [], maxLagSeconds: 2 }, alive).status).toBe(503);
  expect(judge({ schemas: ['shop'] }, alive).status).toBe(503);
});
