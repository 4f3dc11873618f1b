import { afterAll, describe, expect, test } from 'vitest';
import { names } from '../codec/capability.ts';
import { offeredBy } from '../reference/dialect.ts';
import { type DefectName, localhostCertificate, type ReferenceServer, startReference } from '../reference/index.ts';
import { referenceAccountsWith } from '../target/accounts.ts';
import { type About, honestExecsOf } from './arbitrary/index.ts';
import { type Client, type Exec, stimuliIn } from './exec.ts';
import { predict, type Server, surpriseIn } from './model.ts';
import { type PlayContext, play } from './play.ts';

const accounts = referenceAccountsWith('mysql_native_password');
const about = (dialect: 'mysql' | 'mariadb'): About => ({
  accounts: ['check', 'login', 'native', 'sha2', 'ed25519', 'requires-tls'],
  database: 'mywire',
  dialect,
  tls: true,
  compression: true,
  offered: names(offeredBy(dialect)),
  offeredMariadb:
    dialect === 'mariadb' ? ['PROGRESS', 'STMT_BULK_OPERATIONS', 'EXTENDED_METADATA', 'CACHE_METADATA', 'BULK_UNIT_RESULTS'] : [],
  sql: 'reference',
});
const server: Server = { dialect: 'mariadb', offered: new Set(names(offeredBy('mariadb'))), offeredMariadb: new Set(), database: 'mywire' };

const servers: ReferenceServer[] = [];
afterAll(() => Promise.all(servers.map((one) => one.stop())));
async function contextOf(dialect: 'mysql' | 'mariadb', ...defects: readonly DefectName[]): Promise<PlayContext> {
  const one = await startReference({ port: 0, dialect, defects, certificate: localhostCertificate });
  servers.push(one);
  return { endpoint: one.endpoint, accounts, database: 'mywire', limitMs: 2000 };
}
/** What the model finds odd in these, eight at a time. */
async function surprises(execs: readonly Exec[], context: PlayContext): Promise<string[]> {
  const odd: string[] = [];
  for (let i = 0; i < execs.length; i += 8)
    for (const { clients } of await Promise.all(execs.slice(i, i + 8).map((exec) => play(exec, context))))
      for (const one of clients) {
        const found = surpriseIn(one, 'mywire');
        if (found) odd.push(`${found.kind}: ${JSON.stringify(stimuliIn(one.client)[found.stimulus]).slice(0, 300)}`);
      }
  return odd;
}

const login = {
  send: [
    {
      message: 'HandshakeResponse41',
      account: 'check',
      capabilities: { only: ['PROTOCOL_41', 'SECURE_CONNECTION', 'PLUGIN_AUTH', 'CONNECT_WITH_DB', 'MULTI_RESULTS'] },
      with: { database: 'mywire' },
    },
  ],
} as const;
const clientOf = (...acts: Client['acts']): Client => ({ acts: [login, ...acts], delivery: 'whole', leaves: 'quit' });
const query = (text: string) => ({ send: [{ message: 'COM_QUERY', with: { query: text } }] }) as const;
const last = (...statements: readonly string[]) => predict(clientOf(...statements.map(query)), server).at(-1);

describe('predicts', () => {
  const ok = { kind: 'OK', affectedRows: 0 };
  const row = (...cells: readonly (string | null)[]) => ({ kind: 'resultset', columns: cells.length, rows: [cells] });
  test.each([
    ['a constant', ['SELECT 1'], [[row('1')]]],
    ['a variable before and behind its SET', ['SELECT @mywire'], [[row(null)]]],
    ['', ['SET @mywire = 5', 'SELECT @mywire'], [[row('5')]]],
    ['autocommit', ['SET autocommit = 0', 'SELECT @@autocommit'], [[row('0')]]],
    ['an error by its class', ['SELEC 1'], [[{ kind: 'ERR', codes: [1064], state: '42000' }]]],
    ['several statements, which were not agreed on', ['SELECT 1; SELECT 2'], [[{ kind: 'ERR', codes: [1064] }]]],
    ['a table that is not there', ['SELECT * FROM mywire_ok'], [[{ kind: 'ERR', codes: [1146, 1051, 1109, 1142] }]]],
    [
      'as many rows as were inserted',
      [
        'CREATE TEMPORARY TABLE mywire_ok (id INT AUTO_INCREMENT PRIMARY KEY, n INT)',
        'INSERT INTO mywire_ok (n) VALUES (1), (2), (3)',
        'SELECT COUNT(*) FROM mywire_ok',
      ],
      [[row('3')]],
    ],
    ['a database', ['USE information_schema', 'SELECT DATABASE()'], [[row('information_schema')]]],
    ['OK of SET', ['SET NAMES latin1'], [[ok]]],
  ] as const)('%s', (_what, statements, allowed) => {
    expect(last(...statements)?.allowed).toEqual(allowed);
  });
  test.each([
    ['BEGIN', 'read write'],
    ['START TRANSACTION READ ONLY', 'read only'],
    ['COMMIT', 'none'],
  ])('the transaction behind %s: %s', (statement, transaction) => {
    expect(last('BEGIN', statement, 'DO 1')?.state.transaction).toBe(transaction);
  });
  test('anything behind a lie, nothing behind a refused login', () => {
    expect(predict(clientOf({ send: [{ message: 'COM_PING', length: 5 }] }, query('SELECT 1')), server).at(-1)?.allowed).toBe('anything');
    const wrong: Client = {
      acts: [{ send: [{ message: 'HandshakeResponse41', account: 'unknown' }] }, query('SELECT 1')],
      delivery: 'whole',
      leaves: 'quit',
    };
    expect(predict(wrong, server).map(({ allowed }) => allowed)).toEqual([[[{ kind: 'ERR', codes: [1045, 1698] }]], 'nothing']);
  });
});

describe.each(['mysql', 'mariadb'] as const)('the built-in server as %s', (dialect) => {
  test('keeps to the model', { timeout: 60_000 }, async () => {
    const execs = [0, 1].flatMap((block) => honestExecsOf(about(dialect), 11, block));
    expect(await surprises(execs, await contextOf(dialect))).toEqual([]);
  });
});

test.each([
  ['autocommit-flag-stays', 'the AUTOCOMMIT flag'],
  ['multi-goes-on-after-err', 'instead of'],
  ['unknown-statement-closes', 'the end of the connection'],
  ['statement-err-hy000', 'HY000 instead of 42000'],
  ['affected-rows-at-most-one', 'affectedRows 1 instead of 3'],
  ['empty-query-hangs', 'nothing'],
] as const)('%s is a surprise', { timeout: 60_000 }, async (defect, says) => {
  const context = { ...(await contextOf('mysql', defect)), limitMs: 300 };
  const found: string[] = [];
  for (let block = 0; block < 24 && !found.some((one) => one.includes(says)); block++)
    found.push(...(await surprises(honestExecsOf(about('mysql'), 5, block), context)));
  expect(found.join('\n')).toContain(says);
});
