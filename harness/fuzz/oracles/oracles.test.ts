import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lintRules } from '../../../suites/lint.ts';
import { type DefectName, type Dialect, dialects, type ReferenceServer, startReference } from '../../reference/index.ts';
import { referenceAccountsWith } from '../../target/accounts.ts';
import type { Exec } from '../exec.ts';
import type { Oracle, Violation } from '../oracle.ts';
import { type PlayContext, type Played, type PlayedClient, play } from '../play.ts';
import { plainExecs } from '../testing/plain-execs.ts';
import { oraclesWith } from './index.ts';

const oracles = oraclesWith(lintRules);
const login = { message: 'HandshakeResponse41', account: 'check' };
/** A clean server answers as soon as the machine lets it; what a wrong one keeps back is not waited for as long. In ms. */
const [PATIENT, BRIEF] = [5000, 300];
const contextOf = (server: ReferenceServer): PlayContext => ({
  endpoint: server.endpoint,
  accounts: referenceAccountsWith('mysql_native_password'),
  database: 'mywire',
  limitMs: dialects.some((dialect) => clean[dialect] === server) ? PATIENT : BRIEF,
});

const clean = {} as Record<Dialect, ReferenceServer>;
beforeAll(async () => {
  for (const dialect of dialects) clean[dialect] = await startReference({ dialect });
});
afterAll(async () => {
  for (const dialect of dialects) await clean[dialect].stop();
});

/** What an oracle says of each plain exec, by all of its further questions. */
async function verdicts(oracle: Oracle, on: ReferenceServer, against: ReferenceServer): Promise<Violation[]> {
  const found: Violation[] = [];
  for (const exec of Object.values(plainExecs)) {
    const played = await play(exec, contextOf(on));
    for (let pick = 0; pick < (oracle.share === undefined ? 1 : 5); pick++) {
      const violation = await oracle.judge(played, {
        pick,
        again: (other) => play(other, contextOf(on)),
        patiently: (other) => play(other, contextOf(on)),
        against: (other) => play(other, contextOf(against)),
      });
      if (violation) found.push(violation);
    }
    if (found.length > 0) return found;
  }
  return found;
}

describe.each(oracles.map((oracle) => ({ name: oracle.name, oracle })))('$name', ({ oracle }) => {
  test.each(dialects)('is silent about a clean server, %s', async (dialect) => {
    expect(await verdicts(oracle, clean[dialect], clean[dialect])).toEqual([]);
  });

  test.each(oracle.killedBy)('catches %s', async (defect) => {
    for (const dialect of dialects) {
      const wrong = await startReference({ dialect, defects: [defect as DefectName] });
      try {
        const [violation] = await verdicts(oracle, wrong, clean[dialect]);
        if (!violation) continue;
        expect(violation.oracle).toBe(oracle.name);
        expect(violation.kind).not.toBe('');
        return;
      } finally {
        await wrong.stop();
      }
    }
    expect.fail('in neither dialect');
  });
});

/** How many there are where `played` goes on being so, and the same bytes otherwise delivered are `otherwise`. */
async function findingsOfDelivery(played: Played, otherwise: Played): Promise<number> {
  const oracle = oracles.find(({ name }) => name === 'delivery') as Oracle;
  let plays = 0;
  const again = async () => (plays++ % 2 === 0 ? otherwise : played);
  const violation = await oracle.judge(played, { pick: 0, again, patiently: again, against: again });
  return violation === undefined ? 0 : 1;
}

test.each([
  [1156, 0],
  [1064, 1],
])('delivery: an ERR %i that a reset may have overtaken, ahead of COM_QUIT, is %i finding', async (errorCode, findings) => {
  const played = await play(plainExecs['a ping'] as Exec, contextOf(clean.mariadb));
  const [client] = played.clients as [PlayedClient];
  const answer = client.packets.findLast(({ from }) => from === 'server') as PlayedClient['packets'][number];
  const err = {
    ...answer,
    name: 'ERR',
    payload: Uint8Array.of(255, errorCode & 0xff, errorCode >> 8),
    value: { errorCode },
  } as typeof answer;
  const lost = { ...played, clients: [{ ...client, ending: 'rst' }] } as Played;
  const told = { ...played, clients: [{ ...client, ending: 'rst', packets: [...client.packets, err] }] } as Played;
  expect(await findingsOfDelivery(told, lost)).toBe(findings);
});

test.each([
  [2100, 0],
  [100, 1],
])('delivery: ERR 1159, behind %i ms in which the rest did not come, is %i finding', async (at, findings) => {
  const played = await play(plainExecs['a ping'] as Exec, contextOf(clean.mariadb));
  const [client] = played.clients as [PlayedClient];
  const packets = client.packets.map((one) =>
    one.name === 'OK' ? ({ ...one, name: 'ERR', payload: Uint8Array.of(255, 0x87, 4), value: { errorCode: 1159 } } as typeof one) : one,
  );
  const { transcript } = client;
  const events = [...transcript.events.map((event) => ({ ...event, at: Math.min(event.at, at) })), { ...transcript.events.at(-1), at }];
  const late = { ...played, clients: [{ ...client, packets, transcript: { ...transcript, events } }] } as Played;
  expect(await findingsOfDelivery(played, late)).toBe(findings);
});

test.each([
  ['rst', 0],
  ['fin', 1],
] as const)(
  'delivery: who is refused ahead of COM_QUIT in one way and gets nothing but a %s in the other is %i finding',
  async (ending, findings) => {
    const acts = [{ send: [{ ...login, with: { user: 'mywire_nobody' } }] }, { send: [{ message: 'COM_QUIT' }], ahead: true }];
    const refused = await play({ clients: [{ acts, delivery: 'early', leaves: 'quit' }] } as unknown as Exec, contextOf(clean.mariadb));
    const [client] = refused.clients as [PlayedClient];
    expect(client.packets.map(({ name }) => name)).toContain('ERR');
    const lost = {
      ...refused,
      clients: [{ ...client, ending, packets: client.packets.filter(({ from }) => from === 'client') }],
    } as Played;
    expect(await findingsOfDelivery(lost, refused)).toBe(findings);
  },
);

test.each([
  ['mywire-canary-63268721', 0],
  ['mywire-canary-632687', 0],
  ['mywire-canary-6326', 0],
  ['mywire-canary-7326', 1],
])('leaks: who sent mywire-canary-632687 and gets "near \'%s" has %i finding', async (echo, findings) => {
  const query = { message: 'COM_QUERY', with: { query: "NONSENSE 'mywire-canary-632687'" } };
  const played = await play(
    { clients: [{ acts: [{ send: [login] }, { send: [query] }], delivery: 'whole', leaves: 'quit' }] } as Exec,
    contextOf(clean.mariadb),
  );
  const [client] = played.clients as [PlayedClient];
  const payload = Uint8Array.from(Buffer.from(`\xff\x28\x04#42000near '${echo}`, 'latin1'));
  const packets = client.packets.map((one) => (one.name === 'ERR' ? ({ ...one, payload, length: payload.length } as typeof one) : one));
  expect(packets.filter(({ name }) => name === 'ERR')).toHaveLength(1);
  const oracle = oracles.find(({ name }) => name === 'leaks') as Oracle;
  const never = () => expect.fail('asks again');
  const violation = await oracle.judge(
    { ...played, clients: [{ ...client, packets }] },
    { pick: 0, again: never, patiently: never, against: never },
  );
  expect(violation === undefined ? 0 : 1).toBe(findings);
});

test.each([
  ['its login', [{ message: 'HandshakeResponse41', account: 'native' }]],
  ['COM_CHANGE_USER', [login, { message: 'COM_CHANGE_USER', account: 'native' }]],
])('against: %s cannot be sent to a target without the account, which is no difference', async (_what, stimuli) => {
  const acts = [...stimuli, { message: 'COM_PING' }].map((one) => ({ send: [one] }));
  const exec = { clients: [{ acts, delivery: 'whole', leaves: 'quit' }] } as unknown as Exec;
  const context = contextOf(clean.mariadb);
  const { native: _, ...accounts } = context.accounts;
  const lacks = { ...context, accounts: accounts as PlayContext['accounts'] };
  const oracle = oracles.find(({ name }) => name === 'against') as Oracle;
  for (const [one, other] of [
    [context, lacks],
    [lacks, context],
  ] as const) {
    const again = () => play(exec, one);
    const asked = { pick: 0, again, patiently: again, against: () => play(exec, other) };
    expect(await oracle.judge(await again(), asked)).toBeUndefined();
  }
});

test.each([
  [[{ send: [login] }, { send: [{ message: 'COM_PING' }, { message: 'COM_PING' }] }], 'client 0, several commands at once, gets '],
  [[{ send: [{ ...login, account: 'native', password: 'wrong' }] }], 'client 0 gets '],
])('against: says whether the client waited for each answer', async (acts, says) => {
  const wrong = await startReference({ dialect: 'mariadb', defects: ['coalesced-packets-lost', 'accepts-any-password'] });
  const exec = { clients: [{ acts, delivery: 'whole', leaves: 'quit' }] } as unknown as Exec;
  try {
    const again = () => play(exec, contextOf(wrong));
    const asked = { pick: 0, again, patiently: again, against: () => play(exec, contextOf(clean.mariadb)) };
    const found = await oracles.find(({ name }) => name === 'against')?.judge(await again(), asked);
    expect(found?.says.slice(0, says.length)).toBe(says);
  } finally {
    await wrong.stop();
  }
});

test.each([
  ['early', 'rst', 0],
  ['early', 'fin', 1],
  ['whole', 'rst', 1],
] as const)(
  'against: sent "%s", the other target ends it with %s and not even a greeting: %i finding',
  async (delivery, ending, findings) => {
    const acts = [{ send: [login] }, { send: [{ message: 'COM_PING' }] }];
    const exec = { clients: [{ acts, delivery, leaves: 'quit' }] } as unknown as Exec;
    const again = () => play(exec, contextOf(clean.mariadb));
    const lost = async (): Promise<Played> => {
      const { clients } = await again();
      const none = clients.map((one) => ({ ...one, ending, packets: one.packets.filter(({ from }) => from === 'client') }));
      return { exec, clients: none as unknown as Played['clients'] };
    };
    const oracle = oracles.find(({ name }) => name === 'against') as Oracle;
    const violation = await oracle.judge(await again(), { pick: 0, again, patiently: again, against: lost });
    expect(violation === undefined ? 0 : 1).toBe(findings);
  },
);

test('against: says in what two packets of a kind differ', async () => {
  const wrong = await startReference({ dialect: 'mariadb', defects: ['null-as-empty-string'] });
  const acts = [{ send: [login] }, { send: [{ message: 'COM_QUERY', with: { query: 'SELECT NULL' } }] }];
  const exec = { clients: [{ acts, delivery: 'whole', leaves: 'quit' }] } as unknown as Exec;
  try {
    const again = () => play(exec, contextOf(wrong));
    const oracle = oracles.find(({ name }) => name === 'against') as Oracle;
    const asked = { pick: 0, again, patiently: again, against: () => play(exec, contextOf(clean.mariadb)) };
    expect((await oracle.judge(await again(), asked))?.says).toMatch(/TextRow, .*\(COM_QUERY: TextRow differs in .+\)$/);
  } finally {
    await wrong.stop();
  }
});
