import { withoutSql } from '../case/asks.ts';
import type { Case } from '../case/case.ts';
import type { FeatureName } from '../case/feature.ts';
import { type ProbeName, probes } from '../case/probe.ts';
import type { AskedSql } from '../case/sql-word.ts';
import type { Step } from '../case/step.ts';
import { has, mariadbNames, names } from '../codec/capability.ts';
import { isMariadb } from '../codec/messages/handshake-v10.ts';
import { askProbes } from './ask-probes.ts';
import { askFor } from './asking.ts';
import { atLimit, remedyOf } from './at-limit.ts';
import { printable } from './describe.ts';
import { RunError } from './error.ts';
import { loginSteps } from './login-script.ts';
import type { ToldProfile } from './result.ts';
import { delaysAnswers, patienceOf, settingsOf } from './settings.ts';
import { standsFor } from './stand-in.ts';
import type { Try, TryContext } from './try.ts';
import { tryCase } from './try-case.ts';

/** What a probe of the target found before the first case. */
export interface Profile {
  readonly dialect: 'mysql' | 'mariadb';
  /** As the greeting gives it; '' when no greeting could be read. */
  readonly serverVersion: string;
  readonly capabilities: number;
  readonly mariadbCapabilities: number;
  readonly check: AccountState;
  readonly login: AccountState;
  /** May the accounts use the database that was named? */
  readonly database: AccountState;
  /** From an address of ours. */
  readonly takesProxyHeaders: boolean;
  /** The accounts beside these two. */
  readonly declared: ReadonlySet<string>;
  /** The plugin that the greeting names, and those of the accounts. */
  readonly greeted: string;
  readonly plugins: ReadonlyMap<string, string>;
  /** What the server asks an account of somebody for where that is not the plugin which was named (--plugin). */
  readonly otherPlugins: ReadonlyMap<string, string>;
  /** What was asked for and is there; undefined where it could not be asked. */
  readonly features: ReadonlyMap<FeatureName, boolean>;
  /** What could not be asked because the server is at a limit of its own: which. */
  readonly limited: ReadonlyMap<FeatureName, string>;
  /** The statements before the first case that a server of which nobody has said what it is refused, with its ERR. */
  readonly refusedSql: ReadonlyMap<AskedSql, string>;
  /** The probes that it refused, and those that came to nothing: why. */
  readonly refuses: ReadonlySet<ProbeName>;
  readonly unclear: ReadonlyMap<ProbeName, string>;
  /** Accounts whose user is that of the account without a password, or of the one with. */
  readonly sameUser: ReadonlyMap<string, 'check' | 'login'>;
  /** The accounts are somebody's: their passwords are not sent as they are. */
  readonly ownAccounts: boolean;
  /** What a stand-in at an address lacks, or a server with an anonymous account or certain settings has (stand-in.ts, settings.ts). */
  readonly without: readonly string[];
  /** It answers later behind connections that have failed: why, and what to do about it. */
  readonly delays?: string;
  /** How long it waits for its client where that is short, in ms. */
  readonly patienceMs?: number;
  /** Products of the chain, front to back. */
  readonly chain: readonly string[];
}

/**
 * works: it gets in. missing: none was given, so cases that need one are skipped. refused: the target answers a declared
 * account with ERR 1045 or the like; at an address that is for the user to mend, and cases that need it are
 * inconclusive. odd: anything else is a finding about the target, so the cases run and say what.
 */
export interface AccountState {
  readonly is: 'works' | 'missing' | 'refused' | 'odd';
  readonly says: string;
  /** The plugin that an AuthSwitchRequest asked for. */
  readonly askedFor?: string;
  /** It is refused in the clear alone: what logs in over TLS can be asked. */
  readonly overTls?: true;
}

const greeting = { packet: 'HandshakeV10' } as const;
const lenient = { ...greeting, sequenceId: 'any' } as const;

/**
 * Looks at a target before any case: does it speak MySQL at all, what does it offer, do its accounts work.
 * `cases`: of them it asks only what one of these needs. `chain`: the products that it is made of, front to back.
 * Throws RunError RUN_NOT_MYSQL with what it saw when nothing there is MySQL: then no verdict is possible.
 */
export async function probe(
  target: string,
  context: TryContext,
  cases: readonly Case[] = [],
  chain: readonly string[] = [],
): Promise<Profile> {
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
  // Without PLUGIN_AUTH the method is that of 4.1 (mysql/page_protocol_connection_phase).
  const greeted = has(capabilities, 'PLUGIN_AUTH') ? printable(packet?.value['authPluginName']) : 'mysql_native_password';
  const dialect = isMariadb((packet?.value ?? {}) as Parameters<typeof isMariadb>[0]) ? 'mariadb' : 'mysql';
  // Side by side: a target that is silent behind its greeting is waited for once, not at each of them.
  const [stands, settings, delays, patienceMs, probed, asked, check, login, database] = await Promise.all([
    chain[0] === 'unknown' ? standsFor(context, cases) : [],
    settingsOf(context, cases, chain),
    // A proxy in front of it does so itself, or not.
    chain.length < 2 ? delaysAnswers(context) : undefined,
    patienceOf(context),
    askProbes(cases, context),
    askFor(cases, context, chain),
    context.accounts.check ? logsIn('check', context) : missingAccount('no such account was given (--check-user)'),
    context.accounts.login ? logsIn('login', context) : missingAccount('no such account was given (--user, MYWIRE_PASSWORD)'),
    context.database === undefined
      ? missingAccount('none was named (--database)')
      : logsIn(context.accounts.check ? 'check' : 'login', context, true),
  ]);
  const overTls = context.overTls ? new Set<string>() : await thoseOverTls(context, { check, login }, capabilities);
  if (overTls.size > 0) return probe(target, { ...context, overTls }, cases, chain);
  const without = [...settings, ...stands];
  return {
    dialect,
    serverVersion,
    capabilities,
    mariadbCapabilities: has(capabilities, 'LONG_PASSWORD') ? 0 : Number(packet?.value['mariadbCapabilities'] ?? 0),
    chain,
    without,
    ...(delays === undefined ? {} : { delays }),
    ...(patienceMs === undefined ? {} : { patienceMs }),
    ...probed,
    declared: new Set(Object.keys(context.accounts)),
    greeted,
    plugins: new Map(Object.entries(context.accounts).map(([name, { plugin }]) => [name, plugin])),
    otherPlugins: otherPlugins(context, { check, login }),
    sameUser: sameUser(context),
    ownAccounts: Object.values(context.accounts).some((account) => account?.own),
    takesProxyHeaders: context.proxiesFrom !== undefined,
    features: asked.features,
    limited: asked.limited,
    refusedSql: without.includes(withoutSql) ? new Map() : asked.refused,
    check,
    login,
    database,
  };
}

/** Names of accounts may stand for the same user: `login` has one of its plugin, too. */
function otherPlugins({ accounts }: TryContext, found: Readonly<Record<'check' | 'login', AccountState>>): ReadonlyMap<string, string> {
  const asked = (['check', 'login'] as const).flatMap((name) => {
    const account = accounts[name];
    const plugin = found[name].askedFor;
    return account?.own && plugin !== undefined && plugin !== account.plugin ? [[account.user, plugin] as const] : [];
  });
  const byUser = new Map(asked);
  return new Map(
    Object.entries(accounts).flatMap(([name, { user }]) => {
      const plugin = byUser.get(user);
      return plugin === undefined ? [] : [[name, plugin] as const];
    }),
  );
}

function sameUser({ accounts }: TryContext): ReadonlyMap<string, 'check' | 'login'> {
  return new Map(
    Object.entries(accounts).flatMap(([name, { user }]) => {
      const same = (['login', 'check'] as const).find((one) => accounts[one]?.user === user);
      return same === undefined || name === 'login' || name === 'check' ? [] : [[name, same] as const];
    }),
  );
}

const missingAccount = (says: string): AccountState => ({ is: 'missing', says });

/** The profile as the report tells it. */
export function toldProfile(profile: Profile): ToldProfile {
  const { check, login } = profile;
  const tried = Object.entries({ check, login }).map(([name, { is }]) => [name, is] as const);
  const others = [...profile.declared].filter((name) => name !== 'check' && name !== 'login').map((name) => [name, 'declared'] as const);
  return {
    serverVersion: profile.serverVersion,
    capabilities: names(profile.capabilities),
    mariadbCapabilities: mariadbNames(profile.mariadbCapabilities),
    accounts: Object.fromEntries([...tried, ...others]),
    features: Object.fromEntries(profile.features),
    refuses: [...[...profile.refuses].map((name) => probes[name].refuses), ...profile.without],
  };
}

const PROBE_MS = 2000;

/** The accounts of somebody's that are refused in the clear, and get in over TLS (require_secure_transport, or REQUIRE of the account). */
async function thoseOverTls(
  context: TryContext,
  found: Readonly<Record<'check' | 'login', AccountState>>,
  capabilities: number,
): Promise<ReadonlySet<string>> {
  if (!has(capabilities, 'SSL')) return new Set();
  const refused = (['check', 'login'] as const).filter((name) => found[name].is === 'refused' && context.accounts[name]?.own);
  const overTls = { ...context, overTls: new Set(refused) };
  const states = await Promise.all(refused.map(async (name) => ({ name, state: await logsIn(name, overTls) })));
  return new Set(states.flatMap(({ name, state }) => (state.overTls ? [name] : [])));
}

async function logsIn(account: 'check' | 'login', context: TryContext, withDatabase = false): Promise<AccountState> {
  if (!context.accounts[account]) return { is: 'missing', says: 'no account was given to use it with' };
  const script: readonly Step[] = [
    ...loginSteps(account, withDatabase ? { capabilities: { add: ['CONNECT_WITH_DB'] } } : {}, context.overTls?.has(account)),
    {
      expect: [
        { packet: 'OK', sequenceId: 'any' },
        { packet: 'ERR', sequenceId: 'any', then: [] },
      ],
    },
    // Where its init_connect fails the session ends at the first command.
    { send: { message: 'COM_QUERY', with: { query: 'SELECT 1' } } },
    {
      expect: [
        { packet: 'TextResultset', sequenceId: 'any' },
        { packet: 'ERR', sequenceId: 'any' },
      ],
    },
  ];
  const got = await tryCase({ script }, 'whole', context);
  const user = context.accounts[account]?.user;
  const last = got.packets.find(({ name }) => name === 'OK' || name === 'ERR');
  const behind = got.packets.at(-1);
  const limit = behind && behind !== last ? atLimit(behind, {}) : undefined;
  const request = got.packets.findLast(({ name }) => name === 'AuthSwitchRequest');
  const askedFor = request && { askedFor: printable(request.value['pluginName']) };
  if (limit !== undefined) return { is: 'refused', says: `${user} gets in, and then ${limit}` };
  if (last?.name === 'OK' && context.overTls?.has(account))
    return { is: 'refused', says: `${user} gets in over TLS, and is refused without it`, overTls: true, ...askedFor };
  if (last?.name === 'OK') return { is: 'works', says: `${user} gets in`, ...askedFor };
  if (last?.name === 'ERR')
    return { is: 'refused', says: `${user} is refused with ERR ${last.value['errorCode']} "${printable(last.value['errorMessage'])}"` };
  const why = got.deviation?.got ?? got.inconclusive ?? got.observation ?? '';
  return { is: 'odd', says: `${user} does not get in: ${why}${why.startsWith('silence') ? LOCKED_OUT : ''}` };
}

/** What a run against MySQL can do to the next one (mysql/connection-control): the cases hold logins that fail. */
const LOCKED_OUT =
  '. MySQL with connection_control keeps an account waiting ever longer behind logins that failed, those of an earlier run too: a restart, or assigning connection_control_failed_connections_threshold (or that of the component) anew, ends that';

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
  if (code === 1130) return 'It does not let this host in: make accounts for this address.';
  return remedyOf(code) ?? 'Let this host in and run again.';
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
