import type { DeclaredAccount, PasswordForm, Stimulus, TlsChoice } from '../../case/step.ts';
import type { CapabilityName, MariadbCapabilityName } from '../../codec/capability.ts';
import { names } from '../../codec/capability.ts';
import { usualCapabilities } from '../../run/payload.ts';
import type { Act } from '../exec.ts';
import type { About } from './about.ts';
import type { Chance } from './chance.ts';

/** What a login agrees on, as far as the commands behind it depend on it. */
export interface Agreed {
  readonly flags: ReadonlySet<CapabilityName>;
  readonly extended: ReadonlySet<MariadbCapabilityName>;
  /** The server lets it in, if it keeps to its manual. */
  readonly enters: boolean;
  readonly inDatabase: boolean;
  /** The account may use neither the database nor its fixtures: those beside `check` and `login` have no rights. */
  readonly poor: boolean;
  /** The password has expired: every command is refused, those too that nothing answers otherwise. */
  readonly sandboxed?: true;
}

export interface Login {
  readonly acts: readonly Act[];
  readonly agreed: Agreed;
  /** By HandshakeResponse320: what answers its commands has forms that nobody reads any more. */
  readonly old?: true;
}

const usual = names(usualCapabilities);
/** Asked for at will; each changes something, and none of them what a login needs. */
const optional = [
  ...['FOUND_ROWS', 'CONNECT_WITH_DB', 'ODBC', 'LOCAL_FILES', 'IGNORE_SPACE', 'INTERACTIVE', 'IGNORE_SIGPIPE', 'RESERVED'],
  ...['MULTI_STATEMENTS', 'PS_MULTI_RESULTS', 'CONNECT_ATTRS', 'PLUGIN_AUTH_LENENC_CLIENT_DATA', 'CAN_HANDLE_EXPIRED_PASSWORDS'],
  ...[
    'SESSION_TRACK',
    'DEPRECATE_EOF',
    'OPTIONAL_RESULTSET_METADATA',
    'QUERY_ATTRIBUTES',
    'MULTI_FACTOR_AUTHENTICATION',
    'REMEMBER_OPTIONS',
  ],
] as readonly CapabilityName[];
const left = ['LONG_FLAG', 'TRANSACTIONS', 'MULTI_RESULTS', 'LONG_PASSWORD'] as const satisfies readonly CapabilityName[];
const compressions = ['COMPRESS', 'ZSTD_COMPRESSION_ALGORITHM'] as const;
const extensions = ['STMT_BULK_OPERATIONS', 'EXTENDED_METADATA', 'CACHE_METADATA', 'BULK_UNIT_RESULTS', 'PROGRESS'] as const;

/** Kinds of an account that log in with their password and nothing else. */
const plain: ReadonlySet<DeclaredAccount> = new Set<DeclaredAccount>([
  'check',
  'login',
  'native',
  'sha2',
  'sha2-empty',
  'ed25519',
  'ed25519-empty',
  'parsec',
  'parsec-empty',
  'sha256',
  'sha256-empty',
]);
const wrong = ['wrong', 'with-more-behind', 'without-its-end', 'in-capitals'] as const satisfies readonly PasswordForm[];

interface Offer {
  readonly optional: readonly CapabilityName[];
  readonly compressions: readonly CapabilityName[];
  readonly extensions: readonly MariadbCapabilityName[];
  readonly accounts: readonly DeclaredAccount[];
}
const offers = new WeakMap<About, Offer>();

/** What of all this the target offers. */
function offerOf(about: About): Offer {
  const known = offers.get(about);
  if (known) return known;
  const offered = new Set(about.offered);
  const offer: Offer = {
    optional: optional.filter((name) => offered.has(name) && (name !== 'CONNECT_WITH_DB' || about.database !== undefined)),
    compressions: about.compression ? compressions.filter((name) => offered.has(name)) : [],
    extensions: extensions.filter((name) => about.offeredMariadb?.includes(name)),
    accounts: about.accounts,
  };
  offers.set(about, offer);
  return offer;
}

export interface LoginChoice {
  /** Everything goes out before the login is answered: no further rounds, no TLS, no compression. */
  readonly ahead: boolean;
  readonly canary: string;
}

/** A login as a client of the protocol does it. */
export function login(chance: Chance, about: About, { ahead, canary }: LoginChoice): Login {
  const offer = offerOf(about);
  if (!ahead && chance.oneIn(40)) return old(chance, about);
  const flags = new Set<CapabilityName>(usual);
  const simple = chance.oneIn(4);
  if (offer.optional.includes('CONNECT_WITH_DB') && !chance.oneIn(4)) flags.add('CONNECT_WITH_DB');
  if (!simple) {
    for (const name of offer.optional) if (name !== 'CONNECT_WITH_DB' && chance.below(3) === 0) flags.add(name);
    for (const name of left) if (chance.oneIn(10)) flags.delete(name);
    if (offer.compressions.length > 0 && !ahead && chance.oneIn(6))
      for (const name of chance.oneIn(5) ? offer.compressions : [chance.of(offer.compressions)]) flags.add(name);
    if (offer.extensions.length > 0 && chance.oneIn(40)) flags.add('NO_SCHEMA');
  }
  const extended = new Set<MariadbCapabilityName>();
  if (!simple && offer.extensions.length > 0 && chance.below(2) === 0) {
    for (const name of offer.extensions) if (name !== 'BULK_UNIT_RESULTS' && chance.below(2) === 0) extended.add(name);
    if (extended.has('STMT_BULK_OPERATIONS') && offer.extensions.includes('BULK_UNIT_RESULTS') && chance.oneIn(2))
      extended.add('BULK_UNIT_RESULTS');
    if (extended.size > 0) flags.delete('LONG_PASSWORD');
  }
  const who = whoLogsIn(chance, offer, ahead);
  // Behind an expired password commands are refused, to a client that can live with that.
  const sandboxed =
    who.name === 'expired' &&
    who.fields.password === undefined &&
    offer.optional.includes('CAN_HANDLE_EXPIRED_PASSWORDS') &&
    !chance.oneIn(3);
  if (sandboxed) flags.add('CAN_HANDLE_EXPIRED_PASSWORDS');
  const poor = who.name !== 'check' && who.name !== 'login';
  if (poor) flags.delete('CONNECT_WITH_DB');
  const inDatabase = flags.has('CONNECT_WITH_DB');
  // Levels go from 1 to 22.
  const level = flags.has('ZSTD_COMPRESSION_ALGORITHM') && chance.oneIn(3) ? { zstdLevel: chance.of([0, 1, 22, 23, 255]) } : {};
  const more = { ...fields(chance), ...nameOfNobody(chance, who), ...(inDatabase ? { database: about.database as string } : {}) };
  const stimulus: Stimulus = {
    message: 'HandshakeResponse41',
    ...who.fields,
    capabilities: { only: [...flags] },
    ...(extended.size > 0 ? { mariadb: [...extended] } : {}),
    ...(flags.has('CONNECT_ATTRS') ? { attributes: attributes(chance, canary) } : {}),
    ...(Object.keys({ ...more, ...level }).length > 0 ? { with: { ...more, ...level } } : {}),
  };
  const agreed: Agreed = { flags, extended, enters: who.enters || sandboxed, inDatabase, poor, ...(sandboxed && { sandboxed }) };
  const mustHide = who.name === 'requires-tls' || who.name?.startsWith('sha256') === true;
  if (about.tls && !ahead && ((mustHide && !chance.oneIn(4)) || chance.oneIn(12))) return { acts: overTls(chance, stimulus), agreed };
  return { acts: [{ send: [stimulus] }], agreed: mustHide ? { ...agreed, enters: false } : agreed };
}

/** Over TLS a client says its first fields twice, the same both times: MySQL 9.7 takes anything else for a bad handshake. */
function overTls(chance: Chance, stimulus: Stimulus): readonly Act[] {
  const { capabilities, mariadb } = stimulus;
  const only = [...(capabilities?.only ?? []), 'SSL' as const];
  const { database: _d, zstdLevel: _z, user: _u, ...same } = stimulus.with ?? {};
  const request: Stimulus = {
    message: 'SSLRequest',
    capabilities: { only },
    ...(mariadb ? { mariadb } : {}),
    ...(Object.keys(same).length > 0 ? { with: same } : {}),
  };
  const response: Act = { send: [{ ...stimulus, capabilities: { only } }] };
  if (chance.oneIn(8)) return [{ do: 'start-tls', tls: { behind: request } }, response];
  return [{ send: [request], ahead: true }, { do: 'start-tls', ...handshake(chance) }, response];
}

/** One version only, the session of an earlier connection, a ClientHello in several segments; mostly as Node does it. */
const handshake = (chance: Chance): { readonly tls?: TlsChoice } =>
  chance.weighted<() => { readonly tls?: TlsChoice }>([
    [8, () => ({})],
    [2, () => ({ tls: { version: chance.of(['TLSv1.2', 'TLSv1.3'] as const) } })],
    [2, () => ({ tls: { resume: true } })],
    [2, () => ({ tls: { pieces: Array.from({ length: chance.between(1, 4) }, () => chance.between(1, 100)) } })],
  ])();

/** HandshakeResponse320, which both servers still read, or refuse. */
function old(chance: Chance, about: About): Login {
  const agreed: Agreed = { flags: new Set(), extended: new Set(), enters: false, inDatabase: false, poor: true };
  const account = about.accounts.includes('check') && chance.below(2) === 0 ? 'check' : 'unknown';
  return { acts: [{ send: [{ message: 'HandshakeResponse320', account }] }], agreed, old: true };
}

/** Up to 32 characters are a user name, 80 for MariaDB; longer ones are nobody's. */
const nameOfNobody = (chance: Chance, { name }: { readonly name: DeclaredAccount | undefined }): { readonly user?: string } =>
  name === undefined && chance.oneIn(2) ? { user: 'u'.repeat(chance.of([0, 1, 16, 31, 32, 33, 80, 81, 250, 251, 255, 256])) } : {};

function whoLogsIn(chance: Chance, { accounts }: Offer, ahead: boolean) {
  const kind = chance.below(32);
  const fallback: DeclaredAccount | 'unknown' = accounts.includes('check') ? 'check' : (accounts[0] ?? 'unknown');
  if (kind === 0 || fallback === 'unknown') return { name: undefined, fields: { account: 'unknown' } as const, enters: false };
  // It has rights that the other lacks.
  if (kind < 6 && !ahead && accounts.includes('login')) return { name: 'login', fields: { account: 'login' }, enters: true } as const;
  if (kind < 20 || ahead) return { name: fallback, fields: { account: fallback }, enters: true };
  const name = chance.of(accounts);
  if (kind < 22) return { name, fields: { account: name, password: chance.of(wrong) }, enters: false };
  if (kind === 22)
    return {
      name,
      fields: {
        account: name,
        userName: chance.of(['in-capitals', 'without-its-end', 'with-more-behind', 'with-a-blank-behind'] as const),
      },
      enters: false,
    };
  return { name, fields: { account: name }, enters: plain.has(name) };
}

/** Attributes of every size that fits: a client may say what it likes. */
function attributes(chance: Chance, canary: string): Readonly<Record<string, string>> {
  const out: Record<string, string> = { _client_name: 'mywire', program_name: canary };
  for (let n = chance.below(4); n > 0; n--) out[`k${n}`] = 'v'.repeat(chance.of([0, 1, 64, 250, 300]));
  return out;
}

/** Its further fields. 8 and 47 latin1, 33 and 45 utf8, 46 utf8mb4_bin; the largest packet is told, and means nothing here. */
function fields(chance: Chance): Readonly<Record<string, number>> {
  if (chance.below(3) !== 0) return {};
  return { characterSet: chance.of([0, 8, 33, 45, 46, 47, 192, 224, 255]), maxPacketSize: chance.of([0, 1024, 0x1000000, 0x40000000]) };
}
