import { createConnection, type RowDataPacket } from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { imagesHere } from './daemon.ts';
import { findBinaryIfThere } from './find-binary.ts';
import { startTarget } from './start-target.ts';
import type { Account, RunningTarget } from './target.ts';

// What fixtures/README.md promises, on every server that this machine can start.
const images = (await imagesHere({})) ?? [];
const servers = [
  ['local:mariadb', (await findBinaryIfThere('mariadb', {})) !== undefined],
  ...['mariadb:10.5', 'mariadb:11.8', 'mysql:9.7'].map(
    (name) => [name, images.includes(name) || images.includes(`mywire/${name}`)] as const,
  ),
] as const;

describe.each(servers)('%s', (name, isHere) => {
  describe.skipIf(!isHere)(isHere ? 'has its fixtures' : 'has its fixtures (skipped: not on this machine)', () => {
    let target: RunningTarget;
    beforeAll(async () => {
      target = await startTarget(name);
    }, 60_000);
    afterAll(() => target.stop());
    const check = () => query(target, target.accounts.check);
    const login = () => query(target, target.accounts.login);

    test('a row of typical values, one of NULLs, one of extremes, the same everywhere', async () => {
      const rows = await login()('SELECT * FROM types ORDER BY id');
      expect(rows).toHaveLength(3);
      expect(Object.values(rows[1] ?? {})).toEqual([
        2,
        ...Object.keys(rows[1] ?? {})
          .slice(1)
          .map(() => null),
      ]);
      expect(rows[0]).toMatchObject({
        t_bigint: -5_000_000_000,
        t_bit: Buffer.of(2, 0xaa),
        t_varchar: 'näive €',
        t_time_6: '12:34:56.789012',
      });
      expect(rows[2]).toMatchObject({
        t_bigint_unsigned: '18446744073709551615',
        t_date: '0000-00-00',
        t_datetime_6: '9999-12-31 23:59:59.999999',
        t_timestamp: '2038-01-19 03:14:07',
        t_time_6: '-838:59:58.999999',
        t_blob: Buffer.alloc(0),
      });
      expect(await login()('SELECT * FROM dialect_types')).toHaveLength(1);
    });

    test.each([
      ['check', check],
      ['login', login],
    ])('its procedures and temporary tables, for the %s account', async (_, as) => {
      const ask = as();
      expect((await ask('CALL two_results()')).slice(0, 2)).toEqual([[{ 1: expect.anything() }], [expect.anything()]]);
      expect((await ask('CALL one_out(@x); SELECT @x x')).at(-1)).toEqual([{ x: expect.anything() }]);
      await expect(ask('CALL fails_after_one()')).rejects.toMatchObject({ errno: 1644, sqlState: '45000' });
      await ask('CREATE TEMPORARY TABLE scratch (a INT); INSERT INTO scratch VALUES (1)');
    });

    test('a table of words to which only the login account writes', async () => {
      expect(await check()('SELECT * FROM words')).toEqual([]);
      await expect(check()("INSERT INTO words (word) VALUES ('x')")).rejects.toMatchObject({ errno: 1142 });
      await login()("INSERT INTO words (word) VALUES ('x')");
      await login()('TRUNCATE TABLE words');
    });

    test('its settings', async () => {
      expect(
        await login()(
          'SELECT @@max_connections c, @@max_allowed_packet p, @@local_infile l, @@log_bin b, @@server_id i, @@connect_timeout t, @@wait_timeout w, @@character_set_server s, @@time_zone z',
        ),
      ).toEqual([{ c: 1000, p: 64 << 20, l: 1, b: 1, i: 1, t: 10, w: 28800, s: 'utf8mb4', z: '+00:00' }]);
      expect(await login()('SHOW BINARY LOGS')).not.toEqual([]);
    });
  });
});

/** One connection per question: what a case leaves behind must not help the next. */
function query(target: RunningTarget, account: Account | undefined) {
  return async (sql: string): Promise<RowDataPacket[]> => {
    const connection = await createConnection({
      ...target.front,
      user: account?.user ?? '',
      password: account?.password ?? '',
      database: 'mywire',
      multipleStatements: true,
      dateStrings: true,
      supportBigNumbers: true,
      connectTimeout: 5000,
    });
    try {
      return (await connection.query<RowDataPacket[]>(sql))[0];
    } finally {
      connection.destroy();
    }
  };
}
