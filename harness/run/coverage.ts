import type { Case } from '../case/case.ts';
import { deliveriesOf } from '../case/case.ts';
import { allSteps, stimuliOf } from '../case/script.ts';
import { type Step, type Stimulus, serverMessages } from '../case/step.ts';
import { type CapabilityName, capability, type MariadbCapabilityName, mariadbCapability } from '../codec/capability.ts';
import { commandByte, commandOf, commands } from '../codec/command.ts';
import { hex } from './hex.ts';

/** The situations in which a command is sent. */
export const situations = [
  'instead of a login',
  'in the command phase',
  'pipelined',
  'in a transaction',
  'malformed',
  'over TLS',
  'compressed',
] as const;
export type Situation = (typeof situations)[number];

/** What a case does with a capability flag. */
export const flagUses = ['set', 'left out', 'needed'] as const;
export type FlagUse = (typeof flagUses)[number];

/** What a case does with an authentication plugin. */
export const pluginUses = ['right password', 'wrong password', 'empty password', 'switched to', 'over TLS', 'COM_CHANGE_USER'] as const;
export type PluginUse = (typeof pluginUses)[number];

/** Row -> column -> the ids of the cases in that cell. */
export type Grid = ReadonlyMap<string, ReadonlyMap<string, readonly string[]>>;

/** The protocol surface as a map: which cases ask about what. */
export interface Coverage {
  readonly commands: Grid;
  readonly capabilities: Grid;
  readonly plugins: Grid;
  readonly answers: Grid;
}

/** The plugins of both manuals, whether a case speaks of them or not. */
export const plugins = [
  'mysql_native_password',
  'caching_sha2_password',
  'sha256_password',
  'mysql_clear_password',
  'mysql_old_password',
  'client_ed25519',
  'parsec',
  'dialog',
  'auth_gssapi_client',
  'authentication_ldap_sasl_client',
  'authentication_kerberos_client',
  'authentication_webauthn_client',
  'authentication_oci_client',
  'authentication_openid_connect_client',
  'unix_socket',
] as const;

/** Reads the cases. Every row of the protocol is there, empty ones too. */
export function coverageOf(cases: readonly Case[]): Coverage {
  const grids = {
    commands: grid(Object.values(commands).map(({ name }) => name)),
    capabilities: grid([...Object.keys(capability), ...Object.keys(mariadbCapability).map((name) => `MARIADB_CLIENT_${name}`)]),
    plugins: grid(plugins),
    answers: grid(serverMessages),
  };
  for (const one of cases) new Reading(one, grids).read(one.script);
  return grids;
}

type Fill = Map<string, Map<string, string[]>>;
type Grids = { readonly [K in keyof Coverage]: Fill };

const grid = (rows: readonly string[]): Fill => new Map(rows.map((row) => [row, new Map()]));

/** The account that a name stands for, as far as a case tells: its plugin, and whether it has a password. */
const accountPlugins: Readonly<Record<string, { readonly plugin?: string; readonly empty?: true }>> = {
  check: { empty: true },
  login: {},
  native: { plugin: 'mysql_native_password' },
  sha2: { plugin: 'caching_sha2_password' },
  'sha2-empty': { plugin: 'caching_sha2_password', empty: true },
  sha256: { plugin: 'sha256_password' },
  'sha256-empty': { plugin: 'sha256_password', empty: true },
  ed25519: { plugin: 'client_ed25519' },
  'ed25519-empty': { plugin: 'client_ed25519', empty: true },
  parsec: { plugin: 'parsec' },
  'parsec-empty': { plugin: 'parsec', empty: true },
  expired: {},
  'requires-tls': {},
  'two-factor': {},
};
/** Of the accounts that have the server's default plugin: that of either product. */
const DEFAULT_PLUGINS = ['mysql_native_password', 'caching_sha2_password'];

/** Walks the script of one case and files it under all that it speaks of. */
class Reading {
  readonly #one: Case;
  readonly #grids: Grids;
  readonly #secure: boolean;
  readonly #compressed: boolean;
  #loggedIn = false;
  #inTransaction = false;

  constructor(one: Case, grids: Grids) {
    this.#one = one;
    this.#grids = grids;
    const steps = allSteps(one.script);
    this.#secure = steps.some((step) => 'do' in step && step.do === 'start-tls');
    const flags = steps.flatMap(stimuliOf).flatMap((s) => [...(s.capabilities?.add ?? []), ...(s.capabilities?.only ?? [])]);
    this.#compressed = flags.some((flag) => flag === 'COMPRESS' || flag === 'ZSTD_COMPRESSION_ALGORITHM');
    for (const need of one.needs ?? []) {
      if (typeof need !== 'object') continue;
      if ('offers' in need) this.#file('capabilities', need.offers, 'needed');
      if ('offersMariadb' in need) this.#file('capabilities', `MARIADB_CLIENT_${need.offersMariadb}`, 'needed');
    }
  }

  read(script: readonly Step[]): void {
    for (const step of script) {
      const together = stimuliOf(step);
      for (const stimulus of together) this.#stimulus(stimulus, together.length > 1);
      if ('expect' in step)
        for (const alternative of step.expect) {
          if (alternative.packet) this.#file('answers', alternative.packet, 'expected');
          const plugin = alternative.where?.['pluginName'];
          if (typeof plugin === 'string' && this.#grids.plugins.has(plugin)) this.#file('plugins', plugin, 'switched to');
          this.read(alternative.then ?? []);
        }
      if ('beside' in step) this.read(step.beside);
    }
  }

  #stimulus(stimulus: Stimulus, together: boolean): void {
    const { capabilities, mariadb, account, message } = stimulus;
    for (const name of [...(capabilities?.add ?? []), ...(capabilities?.only ?? [])])
      this.#file('capabilities', name, 'set' satisfies FlagUse);
    for (const name of capabilities?.drop ?? []) this.#file('capabilities', name satisfies CapabilityName, 'left out');
    for (const name of mariadb ?? []) this.#file('capabilities', `MARIADB_CLIENT_${name satisfies MariadbCapabilityName}`, 'set');
    if (account) this.#plugin(stimulus, accountPlugins[account] ?? {});
    const named = stimulus.with?.['authPluginName'];
    if (typeof named === 'string' && this.#grids.plugins.has(named)) this.#file('plugins', named, 'switched to');
    if (message === 'HandshakeResponse41' || message === 'HandshakeResponse320') this.#loggedIn = true;
    else this.#command(stimulus, together);
  }

  #plugin(stimulus: Stimulus, { plugin, empty }: { readonly plugin?: string; readonly empty?: true }): void {
    const given = stimulus.password ?? (empty ? 'empty' : 'right');
    // One that is almost right is wrong.
    const password = given === 'right' || given === 'empty' ? given : 'wrong';
    for (const name of plugin === undefined ? DEFAULT_PLUGINS : [plugin]) {
      this.#file('plugins', name, `${password} password` satisfies PluginUse);
      if (this.#secure) this.#file('plugins', name, 'over TLS');
      if (stimulus.message === 'COM_CHANGE_USER') this.#file('plugins', name, 'COM_CHANGE_USER');
    }
  }

  #command(stimulus: Stimulus, together: boolean): void {
    const byte = byteOf(stimulus);
    // Before the login a bare payload is a broken login rather than a command.
    if (byte === undefined || (!this.#loggedIn && stimulus.message === undefined)) return;
    const { name } = commandOf(byte);
    const query = stimulus.with?.['query'];
    if (typeof query === 'string' && /^(start transaction|begin|set autocommit ?= ?0)/i.test(query)) this.#inTransaction = true;
    const malformed =
      stimulus.raw !== undefined || stimulus.length !== undefined || stimulus.message === 'COM_RAW' || stimulus.message === undefined;
    const pipelined = together || deliveriesOf(this.#one).some((d) => d === 'coalesced' || d === 'early');
    const where: Record<Situation, boolean> = {
      'instead of a login': !this.#loggedIn,
      'in the command phase': this.#loggedIn,
      pipelined: this.#loggedIn && pipelined,
      'in a transaction': this.#inTransaction,
      malformed: malformed && commands[byte] !== undefined,
      'over TLS': this.#secure,
      compressed: this.#compressed,
    };
    for (const situation of situations) if (where[situation]) this.#file('commands', name, situation);
  }

  #file(which: keyof Coverage, row: string, column: string): void {
    const rows = this.#grids[which];
    const columns = rows.get(row) ?? new Map<string, string[]>();
    rows.set(row, columns);
    const ids = columns.get(column) ?? [];
    columns.set(column, ids);
    if (!ids.includes(this.#one.id)) ids.push(this.#one.id);
  }
}

/** The byte of the command that a stimulus is; undefined where it is none. */
function byteOf({ message, payload, with: fields }: Stimulus): number | undefined {
  if (payload !== undefined) return hex(payload)[0];
  if (message === 'COM_RAW') return Number(fields?.['command'] ?? 0);
  return commandByte(message);
}
