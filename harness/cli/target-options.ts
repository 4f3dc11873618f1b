import { namedByPlugin } from '../target/accounts.ts';
import type { TargetOptions } from '../target/options.ts';
import { parseTarget } from '../target/parse-target.ts';
import { isProduct, type Product, products } from '../target/target.ts';
import { CliError } from './error.ts';
import { withoutPassword } from './password-option.ts';

/** What a command line says about targets, whichever verb it is of. */
export interface TargetArguments {
  readonly checkUser?: string;
  readonly user?: string;
  readonly password?: string;
  readonly plugin?: 'mysql_native_password' | 'caching_sha2_password';
  readonly database?: string;
  readonly as?: string;
  readonly binary?: Record<string, string>;
  readonly image?: Record<string, string>;
  readonly iOwnThisTarget?: boolean;
}

/** How targets are found and started. Throws CliError CLI_BAD_OPTION. */
export function targetOptionsOf(options: TargetArguments): TargetOptions {
  const { plugin = 'mysql_native_password' } = options;
  const password = options.password ?? process.env['MYWIRE_PASSWORD'];
  if (options.user !== undefined && password === undefined)
    throw new CliError('CLI_BAD_OPTION', '--user needs a password: set MYWIRE_PASSWORD, or give --password');
  const accounts = namedByPlugin({
    ...(options.checkUser === undefined ? {} : { check: { user: options.checkUser, password: '', plugin } }),
    ...(options.user === undefined ? {} : { login: { user: options.user, password: password ?? '', plugin } }),
  });
  return {
    accounts,
    ...(options.database === undefined ? {} : { database: options.database }),
    ...(options.binary ? { binaries: options.binary } : {}),
    ...(options.image ? { images: options.image } : {}),
    ...(options.as === undefined ? {} : { as: productAndVersion(options.as) }),
  };
}

/** What is said of an address, and how. */
const ofAddresses = { checkUser: '--check-user', user: '--user', password: '--password', database: '--database', as: '--as' } as const;

/** What mywire starts has accounts and a version of its own: what is said of an address, where there is none, would count for nothing. @throws CliError CLI_BAD_OPTION */
export function requireAnAddress(names: readonly string[], options: TargetArguments): void {
  if (names.some((name) => parseTarget(name).kind === 'address')) return;
  const said = (Object.keys(ofAddresses) as (keyof typeof ofAddresses)[]).filter((key) => options[key] !== undefined);
  if (said.length === 0) return;
  const which = said.map((key) => ofAddresses[key]).join(' and ');
  const none = names.length > 1 ? `none of ${[...new Set(names)].join(', ')} is one` : `${names[0] ?? 'what this machine has'} is none`;
  throw new CliError('CLI_BAD_OPTION', `${which}: said of a target that is an address, such as 127.0.0.1:3306; ${none}, so leave it out`);
}

/** 'proxysql:2.7.1' → what an address target is. */
function productAndVersion(text: string): { product: Product; version: string } {
  const [product = '', version = ''] = text.split(':');
  if (!isProduct(product))
    throw new CliError('CLI_BAD_OPTION', `--as ${text}: there is no product "${product}"; the products are ${products.join(', ')}`);
  return { product, version };
}

/** The command for the report, with the password left out. */
export function commandLine(argv: readonly string[]): string {
  return ['mywire', ...withoutPassword(argv)].join(' ');
}
