import type { Delivery } from '../../case/delivery.ts';
import type { DeclaredAccount, ListedValue, Stimulus } from '../../case/step.ts';
import { columnType as T } from '../../codec/column-type.ts';
import type { Act, Client, Exec, Leaving } from '../exec.ts';
import type { About } from './about.ts';
import { act, prepare, query } from './acts.ts';
import type { Chance } from './chance.ts';
import { command, ping } from './commands.ts';
import { firstBytesClient } from './first-bytes.ts';
import { showing } from './forms.ts';
import { holding } from './held.ts';
import { killing } from './killing.ts';
import { withOneLie } from './lie.ts';
import { type Login, login as loginOf } from './login.ts';
import { id } from './prepared.ts';
import { proofClient } from './proofs.ts';
import { proxied } from './proxied.ts';
import { hasRecorded, recordedStimulus } from './recorded.ts';
import { sayable, statementActs, type Talk } from './talk.ts';

const deliveries: readonly (readonly [number, Delivery])[] = [
  [50, 'whole'],
  [5, 'bytes'],
  [12, 'fields'],
  [10, 'coalesced'],
  [6, 'early'],
];
const leavings: readonly (readonly [number, Leaving])[] = [
  [12, 'quit'],
  [3, 'fin'],
  [2, 'rst'],
  [2, 'vanish'],
];
/** What tells the statements of one client from those of every other. */
export const canaryOf = (n: number): string => `mywire-canary-${n}`;

/** Byte by byte a packet of this size takes too long. */
const LONGEST_IN_BYTES = 512;

/** How an honest client's bytes travel: ahead of the login's answer only where nothing more is asked of it. */
function deliveryOf(chance: Chance, about: About): Delivery {
  const delivery = chance.weighted(deliveries);
  const mayGoAhead = about.accounts.includes('check');
  return !mayGoAhead && isAhead(delivery) ? 'whole' : delivery;
}
export const isAhead = (delivery: Delivery): boolean => delivery === 'coalesced' || delivery === 'early';

/** A client that keeps to the protocol. */
function honestClient(chance: Chance, about: About, canary: string): Client {
  const delivery = deliveryOf(chance, about);
  const ahead = isAhead(delivery);
  const by = loginOf(chance, about, { ahead, canary });
  const acts: Act[] = [...by.acts];
  // Whoever is not let in gives up, now and then after one more word.
  const count = by.agreed.enters
    ? chance.weighted([
        [1, 0],
        [3, 1],
        [4, 3],
        [3, 6],
        [1, 12],
      ])
    : chance.oneIn(4)
      ? 1
      : 0;
  const talk: Talk = {
    chance,
    about,
    agreed: by.agreed,
    ahead,
    canary,
    tables: new Set(),
    shows: new Set(),
    makesTables: by.agreed.inDatabase,
  };
  if (by.old) acts.push({ send: [ping] });
  else if (mayHold(talk) && chance.oneIn(HOLDS)) acts.push(...(chance.oneIn(2) ? showing(talk) : holding(talk)));
  else if (by.agreed.enters || !ahead) acts.push(...commandsOf(talk, count));
  if (!ahead && chance.oneIn(30)) pauseIn(acts, chance, by);
  const leaves = chance.weighted(leavings);
  if (chance.oneIn(40)) acts.push({ do: chance.oneIn(2) ? 'half-close' : 'reset' });
  else if (leaves === 'fin' && by.agreed.enters && chance.oneIn(2)) acts.push(goodbye);
  return travelling(chance, { acts, delivery, leaves }, by);
}

/** COM_QUIT, and the FIN at once: it does not wait for that of the server. */
const goodbye: Act = act({ message: 'COM_QUIT' });

/** One of so many clients that may hold something does nothing else, or shows what its session is in answers of every form. */
const HOLDS = 3;
const mayHold = ({ ahead, agreed: { enters, inDatabase, poor, sandboxed } }: Talk): boolean =>
  enters && inDatabase && !ahead && !poor && !sandboxed;

/** Pauses in a row last longer than a second: what some servers do not bear. */
const LONG_SILENCE = 8;
/** Says nothing for a while, wherever that is; or for so long that the session ends, by its own wish. */
function pauseIn(acts: Act[], chance: Chance, { agreed }: Login): void {
  const pause: Act = { do: 'pause' };
  const silence = Array.from({ length: chance.oneIn(6) ? LONG_SILENCE : 1 }, () => pause);
  if (silence.length > 1 && agreed.enters && chance.oneIn(2))
    acts.push({ send: [{ message: 'COM_QUERY', with: { query: 'SET wait_timeout = 1' } }] }, ...silence);
  else acts.splice(chance.between(0, acts.length), 0, ...silence);
}

/** Of a client whose password has expired. */
const refused = (talk: Talk): readonly Act[] =>
  talk.chance.oneIn(3) ? [{ send: [ping] }] : statementActs(talk, talk.chance.of(sayable(talk.about).poor));

function commandsOf(talk: Talk, count: number): readonly Act[] {
  const acts: Act[] = [];
  for (let i = 0; i < count; i++) acts.push(...(talk.agreed.sandboxed ? refused(talk) : command(talk)));
  return acts;
}

/** Cuts of its own, sometimes; nothing large in single bytes. */
function travelling(chance: Chance, client: Client, by: Login): Client {
  if (client.delivery === 'bytes' && client.acts.some(isLong)) return { ...client, delivery: 'fields' };
  if (client.delivery !== 'whole' || by.acts.length > 1 || !chance.oneIn(6)) return client;
  const cuts = [...new Set(Array.from({ length: chance.between(1, 4) }, () => chance.between(1, 60)))].sort((a, b) => a - b);
  return { ...client, cuts, ...(chance.oneIn(8) && { slow: true as const }) };
}
const isLong = (act: Act): boolean =>
  'send' in act &&
  act.send.some(
    ({ padTo = 0, with: fields }) =>
      padTo > LONGEST_IN_BYTES || String(fields?.['query'] ?? fields?.['data'] ?? '').length > LONGEST_IN_BYTES,
  );

const ONE: readonly (readonly [number, 'honest' | 'lie' | 'recorded' | 'proof' | 'first bytes' | 'proxied' | 'long'])[] = [
  [483, 'honest'],
  [260, 'lie'],
  [60, 'recorded'],
  [150, 'proof'],
  [29, 'first bytes'],
  [15, 'proxied'],
  [3, 'long'],
];
/** Payloads that travel in as many packets as they must: one that is nearly full, one and an empty one, two, three. */
const LONG = [0xfffffb, 0xfffffe, 0xffffff, 0xffffff, 0xffffff + 1, 0xffffff + 40, 2 * 0xffffff + 2] as const;

/** One client of any kind. */
export function client(chance: Chance, about: About, canary: string): Client {
  const kind = chance.weighted(ONE);
  if (kind === 'proof') return proofClient(chance, about, canary);
  if (kind === 'first bytes') return firstBytesClient(chance, about, canary);
  const honest = honestClient(chance, about, canary);
  // A real server keeps the memory that such a packet takes, and the target would no more return to its baseline.
  if (kind === 'long') return about.sql === 'reference' ? withLongQuery(chance, honest) : honest;
  if (kind === 'proxied' && about.takesProxyHeaders) return proxied(chance, honest);
  if (kind === 'honest' || kind === 'proxied') return honest;
  if (kind === 'lie' || !hasRecorded(about)) return { ...honest, acts: withOneLie(chance, honest.acts) };
  return withRecorded(chance, about, honest);
}

/** What a row of one value needs beside it: three bytes of length behind their mark. */
const LENGTH_BYTES = 4;
/** A binary row has its header and its bitmap in front of that. */
const BINARY_BYTES = 2;
const executed = (...parameters: readonly ListedValue[]): Act =>
  act({ message: 'COM_STMT_EXECUTE', with: { statementId: id, ...(parameters.length > 0 && { parameters }) } });
/** What can be so long: a statement, a row of text, a binary row, a statement to prepare, a parameter in one piece. */
const longForms: readonly (readonly [number, (long: number) => readonly Act[]])[] = [
  [4, (long) => [act({ message: 'COM_QUERY', with: { query: "SELECT LENGTH('x" }, padTo: long, tail: "')" })]],
  [3, (long) => [query(`SELECT REPEAT('x', ${long - LENGTH_BYTES})`)]],
  [2, (long) => [prepare(`SELECT REPEAT('x', ${long - LENGTH_BYTES - BINARY_BYTES})`), executed()]],
  [1, (long) => [act({ message: 'COM_STMT_PREPARE', with: { query: "SELECT LENGTH('x" }, padTo: long, tail: "')" }), executed()]],
  [
    1,
    (long) => [
      prepare('SELECT LENGTH(?)'),
      act({ message: 'COM_STMT_SEND_LONG_DATA', with: { statementId: id, parameter: 0, data: '78' }, padTo: long }),
      executed({ type: T.BLOB }),
    ],
  ],
  [
    1,
    (long) => [
      prepare('SELECT LENGTH(?)'),
      act({ message: 'COM_STMT_EXECUTE', with: { statementId: id, parameters: [{ type: T.VAR_STRING, value: '78' }] }, padTo: long }),
    ],
  ],
];
/** A statement, or a row, that no single packet holds. */
function withLongQuery(chance: Chance, honest: Client): Client {
  const [login, ...others] = honest.acts.filter((act) => 'send' in act);
  const long = chance.of(LONG);
  const acts = chance.weighted(longForms)(long);
  return { acts: [...(login ? [login] : []), ...acts, ...others.slice(0, 1)], delivery: 'whole', leaves: honest.leaves };
}

/** Recorded bytes in place of the login, or among the commands. */
function withRecorded(chance: Chance, about: About, honest: Client): Client {
  const told: Act = { send: [recordedStimulus(chance, about)] };
  const at = chance.oneIn(4) ? 0 : chance.between(1, honest.acts.length);
  const acts = [...honest.acts.slice(0, at), told, ...honest.acts.slice(at === 0 ? 1 : at)];
  return { ...honest, acts };
}

/** So many of one kind that a server might shut out whoever comes next. */
const CROWD = 14;
const login = (account: DeclaredAccount | 'unknown', more: Partial<Stimulus> = {}): Act => ({
  send: [{ message: 'HandshakeResponse41', account, ...more }],
});
/** Many clients of one kind, which all say little: none of a server's business with others is theirs to spoil. */
function crowd(chance: Chance, about: About): Exec {
  const account = about.accounts.includes('check') ? 'check' : 'unknown';
  const one = chance.of<Pick<Client, 'acts' | 'leaves'>>([
    { acts: [], leaves: 'fin' },
    { acts: [], leaves: 'vanish' },
    { acts: [{ send: [{ message: 'COM_QUIT' }] }], leaves: 'fin' },
    { acts: [login(account)], leaves: 'quit' },
    { acts: [login(account)], leaves: 'fin' },
    { acts: [login(account), { send: [ping] }], leaves: 'vanish' },
    { acts: [login('unknown')], leaves: 'fin' },
    { acts: [login(account, { password: 'wrong' })], leaves: 'fin' },
  ]);
  const late: Client = { acts: [{ do: 'pause' }, login(account), { do: 'pause' }, { send: [ping] }], delivery: 'whole', leaves: 'quit' };
  return { clients: [late, ...Array.from({ length: CROWD }, (): Client => ({ ...one, delivery: 'whole' }))] };
}

/** One client mostly; two to four side by side now and then. */
export function execOf(chance: Chance, about: About): Exec {
  if (chance.oneIn(300)) return crowd(chance, about);
  if (about.direct && chance.oneIn(200)) return killing(chance, about);
  const first = chance.bits() >>> 2;
  const count = chance.weighted([
    [88, 1],
    [6, 2],
    [4, 3],
    [2, 4],
  ]);
  const clients = Array.from({ length: count }, (_, i) => client(chance, about, canaryOf(first + i)));
  return { clients: clients as unknown as readonly [Client, ...Client[]] };
}

/** The same of clients that all keep to the protocol. */
export function honestExecOf(chance: Chance, about: About): Exec {
  const first = chance.bits() >>> 2;
  const count = chance.weighted([
    [9, 1],
    [1, 2],
  ]);
  const clients = Array.from({ length: count }, (_, i) => honestClient(chance, about, canaryOf(first + i)));
  return { clients: clients as unknown as readonly [Client, ...Client[]] };
}
