import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { names } from '../../codec/capability.ts';
import { messages } from '../../codec/messages/index.ts';
import { offeredBy } from '../../reference/dialect.ts';
import { type Exec, isHonest, isLie, stimuliIn } from '../exec.ts';
import { mutate } from '../mutate.ts';
import type { About } from './about.ts';
import { Chance } from './chance.ts';
import { isHarmless, padsWildcard } from './harmless.ts';
import { execArbitrary, execsOf, honestExecsOf } from './index.ts';
import { lieAbout } from './lie.ts';
import { statements } from './statements.ts';

const about = {
  accounts: ['check', 'login', 'native', 'requires-tls'],
  database: 'mywire',
  dialect: 'mariadb',
  tls: true,
  compression: true,
  offered: names(offeredBy('mysql')),
  offeredMariadb: ['PROGRESS', 'STMT_BULK_OPERATIONS', 'EXTENDED_METADATA', 'CACHE_METADATA', 'BULK_UNIT_RESULTS'],
  recorded: ['0373656c6563742031', '0e', '1673656c656374203f', '11637573746f6d6572000000'],
} as const satisfies About;

const of = (make: typeof execsOf, blocks: number, seed = 7): Exec[] =>
  Array.from({ length: blocks }, (_, i) => make(about, seed, i)).flat();
const stimuli = (execs: readonly Exec[]) => execs.flatMap(({ clients }) => clients.flatMap(stimuliIn));

describe('execs', () => {
  test('are plain data, and follow from the seed', () => {
    const once = of(execsOf, 8);
    expect(of(execsOf, 8)).toEqual(once);
    expect(JSON.parse(JSON.stringify(once))).toEqual(once);
    expect(of(execsOf, 8, 8)).not.toEqual(once);
  });

  test('of 2,000, nearly every client message, capability and statement is in some', () => {
    const execs = of(execsOf, 32);
    const said = stimuli(execs);
    const spoken = new Set(said.map(({ message }) => message ?? 'bytes'));
    for (const message of [
      ...['HandshakeResponse41', 'HandshakeResponse320', 'SSLRequest', 'LocalInfileData', 'COM_RAW', 'COM_INIT_DB', 'COM_QUERY'],
      ...['COM_FIELD_LIST', 'COM_STATISTICS', 'COM_PING', 'COM_CHANGE_USER', 'COM_STMT_PREPARE', 'COM_STMT_EXECUTE'],
      ...['COM_STMT_SEND_LONG_DATA', 'COM_STMT_CLOSE', 'COM_STMT_RESET', 'COM_SET_OPTION', 'COM_STMT_FETCH', 'COM_RESET_CONNECTION'],
      ...['COM_STMT_BULK_EXECUTE', 'bytes'],
    ])
      expect([...spoken]).toContain(message);
    const asked = new Set(said.flatMap(({ capabilities }) => capabilities?.only ?? []));
    for (const name of about.offered) expect([...asked]).toContain(name);
    const texts = new Set(said.map((one) => String(one.with?.['query'] ?? '').replaceAll(/mywire-canary-\d+/g, '{c}')));
    const sayable = statements.filter(({ needs = [] }) => !needs.includes('mysql'));
    const missing = sayable.filter(({ sql }) => !texts.has(sql)).map(({ sql }) => sql);
    expect(missing.length, missing.join('\n')).toBeLessThan(sayable.length / 20);
  });

  test('each has a canary of its own, in the statements of no other', () => {
    const all = of(execsOf, 16).flatMap(({ clients }) =>
      clients.map((one) => new Set(JSON.stringify(one).match(/mywire-canary-\d+/g) ?? [])),
    );
    const seen = new Set<string>();
    for (const own of all) {
      expect(own.size).toBeLessThanOrEqual(1);
      for (const one of own) {
        expect([...seen]).not.toContain(one);
        seen.add(one);
      }
    }
    expect(seen.size).toBeGreaterThan(all.length / 3);
  });

  test('honest ones hold no lie; of all, about a third hold one, and none holds two', () => {
    expect(of(honestExecsOf, 8).every(isHonest)).toBe(true);
    const lies = of(execsOf, 16).flatMap(({ clients }) => clients.map((one) => stimuliIn(one).filter(isLie).length));
    const liars = lies.filter((count) => count > 0).length / lies.length;
    expect(liars).toBeGreaterThan(0.2);
    expect(liars).toBeLessThan(0.5);
  });

  test('send nothing ahead of a login that asks back, and nothing early that is encrypted', () => {
    for (const { clients } of of(honestExecsOf, 16))
      for (const { delivery, acts } of clients)
        if (delivery === 'early' || delivery === 'coalesced') {
          expect(JSON.stringify(acts)).not.toMatch(/SSLRequest|start-tls|COMPRESS|COM_CHANGE_USER|LocalInfileData/);
          expect(acts[0]).toMatchObject({ send: [{ account: expect.stringMatching(/^(check|unknown)$/) }] });
        }
  });

  test('say COM_QUIT and end their side at once, now and then, and say nothing behind it', () => {
    const all = of(execsOf, 16).flatMap(({ clients }) => clients);
    const leaving = all.filter(
      ({ acts, leaves }) => leaves === 'fin' && JSON.stringify(acts.at(-1)) === '{"send":[{"message":"COM_QUIT"}]}',
    );
    expect(leaving.length).toBeGreaterThan(all.length / 100);
    for (const { acts } of leaving) expect(acts.some((act) => 'do' in act && (act.do === 'half-close' || act.do === 'reset'))).toBe(false);
  });

  test('send the attributes that they ask for, in every statement of a text, too', () => {
    const mysql = { ...about, dialect: 'mysql' } as const satisfies About;
    const asked = Array.from({ length: 64 }, (_, i) => execsOf(mysql, 7, i))
      .flat()
      .flatMap(({ clients }) => clients)
      .filter((one) => stimuliIn(one)[0]?.capabilities?.only?.includes('QUERY_ATTRIBUTES') && !stimuliIn(one).some(isLie))
      .flatMap(stimuliIn)
      .filter(({ with: said }) => String(said?.['query']).startsWith("SELECT mysql_query_attribute_string('trace'); SELECT"));
    expect(asked.length).toBeGreaterThan(0);
    for (const { with: said } of asked) expect(said?.['parameters']).toContainEqual(expect.objectContaining({ name: 'trace' }));
  });

  test('shrink to fewer acts, fewer clients and the plainest delivery', () => {
    const found = fc.check(
      fc.property(
        execArbitrary(about),
        ({ clients }) => !clients.some((one) => stimuliIn(one).some(({ message }) => message === 'COM_PING')),
      ),
      { seed: 3, numRuns: 500 },
    );
    expect(found.counterexample).toEqual([
      { clients: [{ acts: [{ send: [{ message: 'COM_PING' }] }], delivery: 'whole', leaves: 'quit' }] },
    ]);
  });

  test('name only fields that their messages have', () => {
    for (const one of stimuli([...of(execsOf, 8), ...of(execsOf, 4).map((exec, i) => mutate(exec, i, []))])) {
      if (!one.message) continue;
      const { fields } = messages[one.message === 'COM_RAW' ? 'COM_*' : one.message];
      for (const name of [...Object.keys(one.with ?? {}), ...Object.keys(one.raw ?? {})]) expect(Object.keys(fields)).toContain(name);
    }
  });
});

describe('nobody else is harmed', () => {
  test.each([
    ['0e', true],
    ['0353454c4543542031', true],
    ['08', false],
    ['0c01000000', false],
    [`03${Buffer.from('SHUTDOWN').toString('hex')}`, false],
    [`03${Buffer.from('DROP TABLE mywire.numbers').toString('hex')}`, false],
    [`03${Buffer.from('DROP TEMPORARY TABLE mywire_ok').toString('hex')}`, true],
    [`03${Buffer.from('SET GLOBAL max_connections = 1').toString('hex')}`, false],
    [`03${Buffer.from('DELETE FROM mysql.user').toString('hex')}`, false],
    [`03${Buffer.from('DELETE FROM mywire_ok').toString('hex')}`, true],
    [`03${Buffer.from('SELECT SLEEP(5)').toString('hex')}`, false],
    [`03${Buffer.from('SELECT SLEEP(0.01)').toString('hex')}`, true],
    [`04${Buffer.from('types\0%').toString('hex')}`, true],
    [`04${Buffer.from(`types\0${'%'.repeat(60)}ab`).toString('hex')}`, false],
  ])('%s: %s', (hex, harmless) => {
    expect(isHarmless(Buffer.from(hex, 'hex'))).toBe(harmless);
  });

  test.each([
    [{ message: 'COM_FIELD_LIST', with: { table: 'types', wildcard: '%' }, padTo: 64 }, true],
    [{ message: 'COM_FIELD_LIST', with: { table: 'types', wildcard: '%' } }, false],
    [{ message: 'COM_FIELD_LIST', with: { table: 'types', wildcard: 'i' }, padTo: 64 }, false],
    [{ message: 'COM_FIELD_LIST', with: { table: 'types' }, raw: { wildcard: '6925' }, padTo: 64 }, true],
  ] as const)('a row of wildcards by padding: %j, %s', (stimulus, grows) => {
    expect(padsWildcard(stimulus)).toBe(grows);
  });

  test('what is said keeps to it: statements, payloads, commands, mutants', () => {
    const execs = of(execsOf, 16);
    for (const one of stimuli([...execs, ...execs.map((exec, i) => mutate(exec, i, execs))])) {
      const query = one.with?.['query'];
      if (typeof query === 'string' && !/^KILL .*4294967280$/.test(query))
        expect(isHarmless(Buffer.from(`\x03${query}`, 'latin1')), query).toBe(true);
      if (one.payload !== undefined) expect(isHarmless(Buffer.from(one.payload, 'hex'))).toBe(true);
      expect(['COM_SHUTDOWN', 'COM_REFRESH', 'COM_DEBUG', 'COM_BINLOG_DUMP_GTID']).not.toContain(one.message);
      const fields = one.with ?? {};
      // Only of what is not there, or is there already, or is its own connection; or a log without the place where it begins.
      if (one.message === 'COM_DROP_DB') expect(fields['schema']).toBe('mywire_no_such_database');
      if (one.message === 'COM_CREATE_DB') expect(fields['schema']).toBe(about.database);
      if (one.message === 'COM_PROCESS_KILL') expect(fields['connectionId']).toBe(0xfffffff0);
      const command = one.message === 'COM_RAW' ? Number(one.with?.['command']) : 0;
      expect([0x05, 0x06, 0x07, 0x08, 0x0c, 0x0d, 0x12, 0x15, 0x1e, 0x20]).not.toContain(command);
    }
  });
});

test('every kind of field has its lies', () => {
  const lied = new Map<string, Set<string>>();
  for (let i = 0; i < 4000; i++) {
    const chance = new Chance(i);
    const told = lieAbout(chance, {
      message: chance.of(['HandshakeResponse41', 'COM_STMT_EXECUTE', 'COM_CHANGE_USER', 'COM_FIELD_LIST'] as const),
    });
    if (told.message && told.raw && Object.keys(told.raw).length === 1) {
      const names = lied.get(told.message) ?? new Set();
      lied.set(told.message, names.add(Object.keys(told.raw)[0] as string));
    }
  }
  for (const message of ['HandshakeResponse41', 'COM_STMT_EXECUTE', 'COM_CHANGE_USER', 'COM_FIELD_LIST'] as const)
    expect([...(lied.get(message) ?? [])].sort()).toEqual(
      Object.keys(messages[message].fields)
        .filter((name) => name !== 'command')
        .sort(),
    );
});

describe('mutate', () => {
  const execs = of(execsOf, 4);
  test('follows from its arguments and changes none of them', () => {
    const before = JSON.stringify(execs);
    const once = execs.map((exec, i) => mutate(exec, i, execs));
    expect(execs.map((exec, i) => mutate(exec, i, execs))).toEqual(once);
    expect(JSON.stringify(execs)).toBe(before);
    expect(JSON.parse(JSON.stringify(once))).toEqual(once);
  });
  test('makes another exec nearly always, never without a client', () => {
    const once = execs.map((exec, i) => mutate(exec, i, execs));
    const same = once.filter((exec, i) => JSON.stringify(exec) === JSON.stringify(execs[i])).length;
    expect(same).toBeLessThan(execs.length / 10);
    for (const { clients } of once) expect(clients.length).toBeGreaterThan(0);
  });
  test.each([
    ['tells lies', (exec: Exec) => !isHonest(exec), of(honestExecsOf, 4)],
    ['takes lies back', isHonest, of(execsOf, 8).filter((exec) => !isHonest(exec))],
    [
      'lets more clients come',
      ({ clients }: Exec) => clients.length === 2,
      of(honestExecsOf, 4).filter(({ clients }) => clients.length === 1),
    ],
  ])('%s', (_what, has, from) => {
    expect(from.map((exec, i) => mutate(exec, i, from)).filter(has).length).toBeGreaterThan(0);
  });
});
