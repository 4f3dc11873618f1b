import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { TargetOptions } from './options.ts';
import { aboutProduct, type StartedProduct } from './products.ts';
import { runToEnd } from './program.ts';
import { TargetError } from './target.ts';

/** A program that is there, and the version that it reports. */
export interface Binary {
  readonly path: string;
  readonly version: string;
}

// Where servers lie that are not on every user's PATH.
const moreFolders = ['/usr/sbin', '/usr/local/sbin', '/usr/local/bin', '/usr/libexec', '/usr/local/mysql/bin'];
const versionLimitMs = 10_000;

/**
 * Finds a product's program: option `binaries`, then MYWIRE_BIN_<PRODUCT>, then PATH and the folders of servers.
 * @throws TargetError TARGET_NO_BINARY when there is none, or when the one that was named is another product
 */
export async function findBinary(product: StartedProduct, target: string, options: TargetOptions): Promise<Binary> {
  const { programs: names, versionArgs, version } = aboutProduct[product];
  const named = namedBinary(product, options);
  const paths = named ? [named.path] : names.flatMap((name) => onPath(name, options.env ?? process.env));
  let seen = '';
  for (const path of paths) {
    if (!isExecutable(path)) continue;
    const { output } = await runToEnd(path, versionArgs, versionLimitMs);
    const match = version.exec(output);
    if (match) return { path, version: match[1] ?? '' };
    seen ||= `${path} is no ${product}: it says '${output.trim().split('\n')[0]?.slice(0, 200) ?? ''}'`;
  }
  throw new TargetError('TARGET_NO_BINARY', target, noBinary(product, names, named, seen));
}

/** As `findBinary`, but undefined when there is none. A path that was given and is wrong still throws. */
export async function findBinaryIfThere(product: StartedProduct, options: TargetOptions): Promise<Binary | undefined> {
  try {
    return await findBinary(product, product, options);
  } catch (error) {
    if (error instanceof TargetError && !namedBinary(product, options)) return undefined;
    throw error;
  }
}

/** Every executable file of a name on PATH and in the folders of servers. */
export function onPath(name: string, env: NodeJS.ProcessEnv): string[] {
  const folders = new Set([...(env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== ''), ...moreFolders]);
  return [...folders].map((folder) => join(folder, name)).filter(isExecutable);
}

function namedBinary(product: StartedProduct, { binaries, env = process.env }: TargetOptions): { path: string; by: string } | undefined {
  const option = binaries?.[product];
  if (option) return { path: option, by: `--binary ${product}=, or binaries` };
  const variable = `MYWIRE_BIN_${product.toUpperCase()}`;
  const path = env[variable];
  return path ? { path, by: variable } : undefined;
}

function noBinary(product: string, names: readonly string[], named: { path: string; by: string } | undefined, seen: string): string {
  const name = names.join(' or ');
  if (named) return `${seen || `${named.path} is not an executable file`} (given by ${named.by}). Give the path of ${name}.`;
  const found = seen === '' ? `no ${name} on PATH or in ${moreFolders.join(', ')}` : seen;
  return `${found}. Install ${product}, or set MYWIRE_BIN_${product.toUpperCase()} to its path.`;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
