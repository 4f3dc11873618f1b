import type { Case, Need } from '../case/case.ts';
import type { Step } from '../case/step.ts';
import { type CapabilityName, has } from '../codec/capability.ts';
import { printable } from './describe.ts';
import { RunError } from './error.ts';
import { type Try, type TryContext, tryCase } from './try-case.ts';

/** What a probe of the target found before the first case. */
export interface Profile {
  readonly dialect: 'mysql' | 'mariadb';
  /** As the greeting gives it; '' when no greeting could be read. */
  readonly serverVersion: string;
  readonly capabilities: number;
  readonly check: AccountState;
  readonly login: AccountState;
  /** May the accounts use the database that was named? */
  readonly database: AccountState;
}

/**
 * works: it gets in. missing: none was given, so cases that need one are skipped. refused: the target answers a declared
 * account with ERR 1045 or the like; at an address that is for the user to mend, and cases that need it are
 * inconclusive. odd: anything else is a finding about the target, so the cases run and say what.
 */
export interface AccountState {
  readonly is: 'works' | 'missing' | 'refused' | 'odd';
  readonly says: string;
}

const greeting = { packet: 'HandshakeV10' } as const;
const lenient = { ...greeting, sequenceId: 'any' } as const;

/**
 * Looks at a target before any case: does it speak MySQL at all, what does it offer, do its accounts work.
 * Throws RunError RUN_NOT_MYSQL with what it saw when nothing there is MySQL: then no verdict is possible.
 */
export async function probe(target: string, context: TryContext): Promise<Profile> {
  const first = await tryCase(
    {
      script: [{ expect: [lenient, { packet: 'HandshakeV9', sequenceId: 'any' }, { packet: 'ERR', sequenceId: 'any' }] }],
      limitMs: PROBE_MS,
    },
    'whole',
    context,
  );
  if (first.inconclusive)
    throw new RunError('RUN_NOT_MYSQL', `${target}: ${first.inconclusive}. Start the server, or correct the address.`);
  const packet = first.packets[0];
  if (packet?.name === 'ERR')
    throw new RunError(
      'RUN_REFUSED',
      `${target} refuses every connection: ERR ${packet.value['errorCode']} "${printable(packet.value['errorMessage'])}". ${remedy(Number(packet.value['errorCode']))}`,
    );
  if (!packet) await insistOnMysql(target, first, context);
  const serverVersion = printable(packet?.value['serverVersion']);
  const capabilities =
    packet?.name === 'HandshakeV10' ? Number(packet.value['capabilitiesLow']) + Number(packet.value['capabilitiesHigh'] ?? 0) * 65_536 : 0;
  return {
    dialect: /mariadb/i.test(serverVersion) ? 'mariadb' : 'mysql',
    serverVersion,
    capabilities,
    check: context.accounts.check ? await logsIn('check', context) : { is: 'missing', says: 'no such account was given (--check-user)' },
    login: context.accounts.login
      ? await logsIn('login', context)
      : { is: 'missing', says: 'no such account was given (--user, MYWIRE_PASSWORD)' },
    database:
      context.database === undefined
        ? { is: 'missing', says: 'none was named (--database)' }
        : await logsIn(context.accounts.check ? 'check' : 'login', context, true),
  };
}

/** Why a case is not run on this target; undefined when it is. */
export interface Missing {
  readonly verdict: 'skipped' | 'inconclusive';
  readonly reason: string;
}

/** @param ours mywire made the accounts itself: then a refusal is the target's doing, and the cases run. */
export function missing(one: Case, profile: Profile, ours: boolean): Missing | undefined {
  for (const need of one.needs ?? []) {
    const why = unmet(need, profile, ours);
    if (why) return why;
  }
  return undefined;
}

const asked = {
  'check-account': { of: 'check', what: 'an account with an empty password' },
  'login-account': { of: 'login', what: 'an account with a password' },
  database: { of: 'database', what: 'a database' },
} as const;

function unmet(need: Need, profile: Profile, ours: boolean): Missing | undefined {
  if (typeof need === 'string' && need !== 'tls') {
    const { of, what } = asked[need];
    const { is, says } = profile[of];
    const reason = `needs ${what}: ${says}`;
    if (is === 'missing') return { verdict: 'skipped', reason };
    return is === 'refused' && !ours ? { verdict: 'inconclusive', reason } : undefined;
  }
  const flag: CapabilityName = need === 'tls' ? 'SSL' : need.offers;
  return has(profile.capabilities, flag) ? undefined : { verdict: 'skipped', reason: `the greeting does not offer ${flag}` };
}

const PROBE_MS = 2000;

async function logsIn(account: 'check' | 'login', context: TryContext, withDatabase = false): Promise<AccountState> {
  if (!context.accounts[account]) return { is: 'missing', says: 'no account was given to use it with' };
  const script: readonly Step[] = [
    { expect: [lenient] },
    { send: { message: 'HandshakeResponse41', account, ...(withDatabase ? { capabilities: { add: ['CONNECT_WITH_DB'] } } : {}) } },
    {
      expect: [
        { packet: 'OK', sequenceId: 'any' },
        { packet: 'ERR', sequenceId: 'any' },
      ],
    },
  ];
  const got = await tryCase({ script }, 'whole', context);
  const user = context.accounts[account]?.user;
  const last = got.packets.at(-1);
  if (last?.name === 'OK') return { is: 'works', says: `${user} gets in` };
  if (last?.name === 'ERR')
    return { is: 'refused', says: `${user} is refused with ERR ${last.value['errorCode']} "${printable(last.value['errorMessage'])}"` };
  return { is: 'odd', says: `${user} does not get in: ${got.deviation?.got ?? got.inconclusive ?? got.observation}` };
}

/** No greeting came by itself. A broken MySQL server may still answer a client that speaks first; anything else is not one. */
async function insistOnMysql(target: string, first: Try, context: TryContext): Promise<void> {
  const script = [{ send: { message: 'HandshakeResponse41', account: 'unknown' } }, { expect: [lenient] }] as const;
  const second = await tryCase({ script, limitMs: PROBE_MS }, 'whole', context);
  if (second.packets.length > 0) return;
  const bytes = [...first.transcript.events, ...second.transcript.events].flatMap((e) =>
    e.kind === 'received' ? [...e.bytes.subarray(0, 64)] : [],
  );
  if (looksFramed(Uint8Array.from(bytes))) return;
  throw new RunError('RUN_NOT_MYSQL', `${target} does not speak the MySQL protocol: ${whatElse(Uint8Array.from(bytes), first)}`);
}

/** What lets us in again, by error code of the refusal. */
function remedy(code: number): string {
  if (code === 1129)
    return 'It blocks this host after too many aborted handshakes: run FLUSH HOSTS, and raise max_connect_errors for a target under test.';
  if (code === 1040) return 'Its connections are used up: raise max_connections, or lower --concurrency.';
  if (code === 1130) return 'It does not let this host in: make accounts for this address.';
  return 'Let this host in and run again.';
}

/** A packet in MySQL framing at the start, with a sequence id 0 and a length that fits: a MySQL greeting, however broken. */
function looksFramed(bytes: Uint8Array): boolean {
  const length = (bytes[0] ?? 0) | ((bytes[1] ?? 0) << 8) | ((bytes[2] ?? 0) << 16);
  return bytes.length > 5 && length >= 5 && length < 1024 && (bytes[3] ?? 9) < 2 && (bytes[4] ?? 0) < 0x20;
}

function whatElse(bytes: Uint8Array, first: Try): string {
  const text = Buffer.from(bytes).toString('latin1');
  if (text.startsWith('HTTP/') || /<html/i.test(text))
    return `it answers like HTTP ("${printable(text.split('\r\n')[0])}"). Give the address of the MySQL port.`;
  if (text.startsWith('SSH-')) return 'it greets like SSH. Give the address of the MySQL port.';
  if (bytes.length === 0) {
    const how = first.deviation?.got ?? 'silence';
    return `it accepts the connection but sends no greeting (${how}). PostgreSQL, HTTP and TLS servers wait for the client; MySQL speaks first. Check the port, and that the server behind it is up.`;
  }
  return `its first bytes are ${Buffer.from(bytes.subarray(0, 16)).toString('hex')} ("${printable(text.slice(0, 40))}").`;
}
