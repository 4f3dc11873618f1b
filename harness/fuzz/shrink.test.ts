import { describe, expect, test } from 'vitest';
import type { Act, Client, Exec } from './exec.ts';
import { stimuliIn } from './exec.ts';
import { shrink } from './shrink.ts';

const query = (text: string): Act => ({ send: [{ message: 'COM_QUERY', with: { query: text } }] });
const login: Act = { send: [{ message: 'HandshakeResponse41', account: 'login', attributes: { a: '1', b: '2' } }] };
const client = (acts: readonly Act[], more: Partial<Client> = {}): Client => ({ acts, delivery: 'whole', leaves: 'quit', ...more });

const queries = (exec: Exec): unknown[] => exec.clients.flatMap((one) => stimuliIn(one).map((s) => s.with?.['query']));

describe('what is left shows it still, and nothing else', () => {
  test('one of twenty statements, on one of three connections', async () => {
    const many = Array.from({ length: 20 }, (_, i) => query(`SELECT ${i}`));
    const exec: Exec = { clients: [client([login, ...many]), client([login, ...many, query('BOOM')]), client(many)] };
    const { exec: small, tried } = await shrink(exec, async (one) => queries(one).includes('BOOM'), 500);
    expect(small).toEqual({ clients: [client([query('BOOM')])] });
    expect(tried).toBeLessThan(60);
  });

  test('two that need each other, in their order', async () => {
    const exec: Exec = { clients: [client([login, query('A'), query('x'), query('y'), query('B'), query('z')])] };
    const { exec: small } = await shrink(
      exec,
      async (one) => queries(one).indexOf('B') > queries(one).indexOf('A') && queries(one).includes('A'),
      500,
    );
    expect(queries(small)).toEqual(['A', 'B']);
  });

  test('the delivery, the leaving and the cuts stay only where they matter', async () => {
    const odd = client([query('A')], { delivery: 'bytes', leaves: 'rst', cuts: [1, 4, 9] });
    const cutAtFour = await shrink({ clients: [odd] }, async ({ clients: [one] }) => one.cuts?.includes(4) === true, 500);
    expect(cutAtFour.exec.clients[0]).toMatchObject({ cuts: [4], delivery: 'whole', leaves: 'quit' });
    const reset = await shrink({ clients: [odd] }, async ({ clients: [one] }) => one.leaves === 'rst', 500);
    expect(reset.exec.clients[0]).toEqual({ acts: [], delivery: 'whole', leaves: 'rst' });
  });

  test('attributes, flags and raw bytes of a login', async () => {
    const one: Act = {
      send: [
        {
          message: 'HandshakeResponse41',
          account: 'login',
          attributes: { a: '1', b: '2' },
          capabilities: { add: ['SSL', 'MULTI_RESULTS'], drop: ['PLUGIN_AUTH'] },
        },
      ],
    };
    const { exec } = await shrink(
      { clients: [client([one])] },
      async (e) => stimuliIn(e.clients[0]).some((s) => s.capabilities?.add?.includes('SSL') && s.attributes?.['b'] === '2'),
      500,
    );
    expect(stimuliIn(exec.clients[0])).toEqual([
      { message: 'HandshakeResponse41', account: 'check', attributes: { b: '2' }, capabilities: { add: ['SSL'] } },
    ]);
  });

  test('a text of 128 KiB that is prepared, where any would do', async () => {
    const long: Act = { send: [{ message: 'COM_STMT_PREPARE', with: { query: `DO ${'?,'.repeat(65_000)}?` } }] };
    const { exec } = await shrink(
      { clients: [client([long])] },
      async (e) => stimuliIn(e.clients[0]).some((s) => s.message === 'COM_STMT_PREPARE'),
      50,
    );
    expect(stimuliIn(exec.clients[0])[0]?.with?.['query'] ?? '').toMatch(/^(SELECT 1)?$/);
    const needed = await shrink(
      { clients: [client([long])] },
      async (e) => queries(e).some((text) => typeof text === 'string' && text !== ''),
      50,
    );
    expect(queries(needed.exec)).toEqual(['SELECT 1']);
  });

  test('of sixteen flags the one that matters, in few tries', async () => {
    const only = [
      'LONG_PASSWORD',
      'FOUND_ROWS',
      'LONG_FLAG',
      'CONNECT_WITH_DB',
      'COMPRESS',
      'ODBC',
      'LOCAL_FILES',
      'IGNORE_SPACE',
    ] as const;
    const more = [
      'PROTOCOL_41',
      'INTERACTIVE',
      'TRANSACTIONS',
      'MULTI_STATEMENTS',
      'MULTI_RESULTS',
      'PLUGIN_AUTH',
      'SESSION_TRACK',
    ] as const;
    const one: Act = { send: [{ message: 'HandshakeResponse41', capabilities: { only: [...only, ...more] } }] };
    const { exec, tried } = await shrink(
      { clients: [client([one])] },
      async (e) => stimuliIn(e.clients[0]).some((s) => s.capabilities?.only?.includes('COMPRESS')),
      500,
    );
    expect(stimuliIn(exec.clients[0])[0]?.capabilities).toEqual({ only: ['COMPRESS'] });
    expect(tried).toBeLessThan(25);
  });

  test('tries are bounded, and what was reached is given', async () => {
    const exec: Exec = { clients: [client(Array.from({ length: 64 }, (_, i) => query(String(i))))] };
    const { tried } = await shrink(exec, async () => false, 25);
    expect(tried).toBe(25);
  });
});
