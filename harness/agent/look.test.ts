import { mkdtempSync, rmSync, stat, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { Database } from './database.ts';
import { DatabaseError } from './error.ts';
import type { Row } from './judge.ts';
import { makeLook } from './look.ts';
import { bodyOf, headline, plain, tellChanges } from './told.ts';
import type { Wishes } from './wishes.ts';

afterEach(() => void vi.useRealTimers());

const one: readonly Row[] = [{ 1: 1 }];

/** A server that answers as it is told, and counts. */
function fake(ask: (sql: string) => Promise<readonly Row[]>, ready: () => Promise<void> = () => Promise.resolve()) {
  const seen = { asked: [] as string[], underWay: 0, mostUnderWay: 0, dropped: 0 };
  const database: Database = {
    ready,
    ask: async ([sql = '']) => {
      seen.asked.push(sql);
      seen.underWay += 1;
      seen.mostUnderWay = Math.max(seen.mostUnderWay, seen.underWay);
      try {
        return await ask(sql);
      } finally {
        seen.underWay -= 1;
      }
    },
    drop: () => {
      seen.dropped += 1;
    },
  };
  return { database, seen };
}

const lookWith = (
  database: Database,
  { wishes = { schemas: [] }, limitMs = 200, cacheMs = 0 }: { wishes?: Wishes; limitMs?: number; cacheMs?: number } = {},
) => makeLook({ wishes, database, server: 'db1:3306', limitMs, cacheMs });
const never = new Promise<never>(() => {});
const inMs = <T>(ms: number, value: T) => new Promise<T>((resolve) => setTimeout(resolve, ms, value));
const failing = (says: string, errno: number, fatal: boolean) => new DatabaseError(says, { errno, kind: `ERR ${errno}`, fatal });

describe('a look', () => {
  test('asks what is wished for, and no more', async () => {
    const { database, seen } = fake(() => Promise.resolve(one));
    expect(await lookWith(database)()).toMatchObject({ status: 200 });
    expect(seen).toMatchObject({ asked: ['SELECT 1'], dropped: 0 });
    seen.asked.length = 0;
    await lookWith(database, { wishes: { schemas: ["o'shop"], readOnly: 'refuse', maxLagSeconds: 1, galera: { donor: false } } })();
    expect(seen.asked.map((sql) => sql.split(' ').slice(0, 3).join(' '))).toEqual([
      'SELECT 1',
      'SELECT SCHEMA_NAME AS',
      'SHOW GLOBAL VARIABLES',
      'SHOW ALL SLAVES',
      'SHOW GLOBAL STATUS',
    ]);
    expect(seen.asked[1]).toMatch(/ IN \('o''shop'\)$/);
  });

  test.each([
    [
      'that never connects',
      fake(
        () => Promise.resolve(one),
        () => never,
      ),
      '503: no answer to the connection to db1:3306 within 200 ms',
    ],
    ['that never answers', fake(() => never), '503: no answer to SELECT 1 within 200 ms'],
    ['that answers too late', fake(() => inMs(400, one)), '503: no answer to SELECT 1 within 200 ms'],
    ['that answers each question slowly', fake(() => inMs(150, one)), /^503: no answer to SELECT SCHEMA_NAME .* within 200 ms$/],
  ])('at a server %s is 503 in time, and the connection is thrown away', async (_what, { database, seen }, says) => {
    vi.useFakeTimers();
    const looking = lookWith(database, { wishes: { schemas: ['shop'] } })();
    await vi.advanceTimersByTimeAsync(201);
    const verdict = await Promise.race([looking, Promise.resolve(undefined)]);
    expect(verdict && headline(verdict)).toMatch(says);
    expect(seen.dropped).toBe(1);
  });

  test.each([
    [
      'a login',
      fake(
        () => Promise.resolve(one),
        () => Promise.reject(failing('ERR 1045: Access denied', 1045, true)),
      ),
      /^503: the connection to db1:3306 failed: ERR 1045: Access denied$/,
    ],
    ['the connection', fake(() => Promise.reject(failing('Connection lost', 0, true))), /^503: SELECT 1 failed: Connection lost$/],
    [
      'a statement',
      fake(() => Promise.reject(failing('ERR 1047: not ready', 1047, false))),
      /^503: SELECT 1 was refused: ERR 1047: not ready$/,
    ],
  ])('that loses %s is 503 and says so', async (_what, { database, seen }, says) => {
    expect(headline(await lookWith(database)())).toMatch(says);
    expect(seen.dropped).toBe(1);
  });

  test('takes what came in time, though this process stood still until the time was over', async () => {
    const { database } = fake(
      () =>
        new Promise((resolve) => {
          stat('/dev/null', () => resolve(one)); // the next that comes from outside
          for (const end = performance.now() + 250; performance.now() < end; );
        }),
    );
    // Behind this the loop looks at its clock first, and at the kernel then.
    await new Promise((resolve) => setImmediate(resolve));
    expect(headline(await lookWith(database)())).toBe('200: it answers SELECT 1');
  });

  test('goes on behind a question that was refused', async () => {
    const { database, seen } = fake((sql) =>
      sql.startsWith('SHOW ALL') ? Promise.reject(failing('ERR 1227: Access denied', 1227, false)) : Promise.resolve(one),
    );
    const verdict = await lookWith(database, { wishes: { schemas: [], maxLagSeconds: 1, galera: { donor: false } } })();
    expect(verdict.status).toBe(503);
    expect(verdict.findings.map(({ says }) => says)).toContain('SHOW ALL SLAVES STATUS was refused: ERR 1227: Access denied');
    expect(seen.asked).toHaveLength(4);
    expect(seen.dropped).toBe(0);
  });

  test('that hung leaves nothing to the next', async () => {
    let hangs = true;
    const { database } = fake(() => (hangs ? never : Promise.resolve(one)));
    const look = lookWith(database, { limitMs: 30 });
    for (let i = 0; i < 3; i++) expect((await look()).status).toBe(503);
    hangs = false;
    expect((await look()).status).toBe(200);
  });

  test('rejects for a fault of ours, and looks again next time', async () => {
    let faults = 1;
    const { database } = fake(() => (faults-- > 0 ? Promise.reject(new TypeError('ours')) : Promise.resolve(one)));
    const look = lookWith(database);
    await expect(look()).rejects.toThrow('ours');
    expect((await look()).status).toBe(200);
  });

  test('is shared by all who ask meanwhile', async () => {
    const { database, seen } = fake(() => inMs(20, one));
    const look = lookWith(database);
    const verdicts = await Promise.all(Array.from({ length: 500 }, look));
    expect(new Set(verdicts).size).toBe(1);
    expect(seen).toMatchObject({ asked: ['SELECT 1'], mostUnderWay: 1 });
    await look();
    expect(seen.asked).toHaveLength(2);
  });

  test('is good for as long as the cache says', async () => {
    const { database, seen } = fake(() => Promise.resolve(one));
    const look = lookWith(database, { cacheMs: 60 });
    await look();
    await look();
    expect(seen.asked).toHaveLength(1);
    await inMs(80, undefined);
    await look();
    expect(seen.asked).toHaveLength(2);
  });

  test('sees the file that disables the node, and a healthy server all the same', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'mywire-agent-'));
    try {
      const disabledBy = join(folder, 'disabled');
      const look = lookWith(fake(() => Promise.resolve(one)).database, { wishes: { schemas: [], disabledBy } });
      expect((await look()).status).toBe(200);
      writeFileSync(disabledBy, '');
      expect(headline(await look())).toBe(`503: it is disabled by the file ${disabledBy}`);
      rmSync(disabledBy);
      expect((await look()).status).toBe(200);
      // A path that cannot be looked at may be there.
      const blind = { schemas: [], disabledBy: '/dev/null/disabled' };
      expect((await lookWith(fake(() => Promise.resolve(one)).database, { wishes: blind })()).status).toBe(503);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('what is told', () => {
  const lag = (seconds: number, ok: boolean) => ({
    status: ok ? (200 as const) : (503 as const),
    findings: [
      { ok: true, kind: '', says: 'it answers SELECT 1' },
      { ok, kind: ok ? '' : 'replication lag', says: `replication is ${seconds} s behind, 5 s are allowed` },
    ],
  });
  const late = { status: 503 as const, findings: [{ ok: false, kind: 'late', says: 'no answer to SELECT 1 within 1000 ms' }] };

  test('the log has a line for each change and none for each request', () => {
    const lines: string[] = [];
    const tell = tellChanges((line) => lines.push(line));
    for (const verdict of [lag(0, true), lag(1, true), lag(6, false), lag(7, false), lag(8, false), late, late, lag(2, true)])
      tell(verdict);
    expect(lines).toEqual([
      '200: it answers SELECT 1; replication is 0 s behind, 5 s are allowed',
      '503: replication is 6 s behind, 5 s are allowed (was 200)',
      '503: no answer to SELECT 1 within 1000 ms',
      '200: it answers SELECT 1; replication is 2 s behind, 5 s are allowed (was 503)',
    ]);
  });

  test('the body has the verdict first, then every check', () => {
    expect(bodyOf(lag(6, false))).toBe(
      'mywire agent: 503: replication is 6 s behind, 5 s are allowed\n\nok     it answers SELECT 1\nFAILED replication is 6 s behind, 5 s are allowed\n',
    );
  });

  test('hostile text stays one short line', () => {
    expect(plain('a\r\nHTTP/1.1 200 OK\u001b[2J\u0000b')).toBe('a HTTP/1.1 200 OK [2J b');
    expect(plain('x'.repeat(10_000)).length).toBeLessThan(410);
  });
});
