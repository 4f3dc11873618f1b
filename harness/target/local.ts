import { chainAccounts, databaseName, proxyAddress } from './accounts.ts';
import { allOrNone, frontOf, legsOf, nodeNames } from './chain.ts';
import { findBinary } from './find-binary.ts';
import { freePort } from './free-port.ts';
import { type PrivateFolder, privateFolder } from './leftovers.ts';
import type { LocalNode } from './local-node.ts';
import { startProduct } from './local-product.ts';
import type { TargetOptions } from './options.ts';
import type { LocalPart, TargetSpec } from './parse-target.ts';
import { startReferenceNode } from './reference.ts';
import { type Endpoint, type RunningTarget, TargetError } from './target.ts';
import { chained } from './wiring.ts';

/**
 * Starts a chain of this machine's own programs, each in a private folder on a free loopback port.
 * @throws TargetError TARGET_NO_BINARY, TARGET_START_FAILED, TARGET_START_TIMEOUT; nothing is left running then
 */
export async function startLocal(spec: TargetSpec & { kind: 'local' }, options: TargetOptions): Promise<RunningTarget> {
  const folders: PrivateFolder[] = [];
  const stopAll = async (nodes: readonly LocalNode[]) => {
    await Promise.all(nodes.map((node) => node.stop()));
    await Promise.all(folders.map((folder) => folder.remove()));
  };
  const nodes = await startAll(spec, options, folders, stopAll);
  return {
    name: spec.name,
    nodes,
    legs: legsOf(nodes),
    front: frontOf(nodes),
    accounts: chainAccounts(nodes),
    database: databaseName,
    ...(takesProxyHeaders(nodes) && proxyAddress !== undefined ? { proxiesFrom: proxyAddress } : {}),
    path: { transparent: true },
    async restart() {
      await Promise.all(nodes.map((node) => node.startAgain()));
    },
    stop: () => stopAll(nodes),
  };
}

/** A proxy in front of the server would be the one to ask. */
const takesProxyHeaders = (nodes: readonly LocalNode[]): boolean =>
  nodes.length === 1 && (nodes[0]?.product === 'mariadb' || nodes[0]?.product === 'reference');

/** All at once: each port is known beforehand, and no front asks its server anything before a client comes. */
async function startAll(
  spec: TargetSpec & { kind: 'local' },
  options: TargetOptions,
  folders: PrivateFolder[],
  undo: (started: readonly LocalNode[]) => Promise<void>,
): Promise<LocalNode[]> {
  const names = nodeNames(spec.parts);
  // The reference server lives in this process and picks its own port, so it comes first.
  const last = spec.parts.at(-1);
  const reference = last?.product === 'reference' ? await startReferenceNode(spec.name, last, spec.parts.length > 1) : undefined;
  const programs = reference ? spec.parts.slice(0, -1) : spec.parts;
  const endpoints = await Promise.all(programs.map(async () => ({ host: '127.0.0.1', port: await freePort() })));
  const chain = [...endpoints, ...(reference ? [reference.endpoint] : [])];
  const starts = programs.map(async (part, index) => {
    const folder = privateFolder();
    folders.push(folder);
    const setting = {
      target: spec.name,
      name: names[index] ?? part.product,
      endpoint: chain[index] as Endpoint,
      folder: folder.path,
      options: forVersion(part, options),
    };
    const next = chain[index + 1];
    if (part.product === 'reference') throw new Error('the reference server is no program');
    await requireVersion(part, spec.name, setting.options);
    return startProduct(part.product, setting, next ? chained(setting.endpoint, next) : { binds: {}, servers: {} });
  });
  return allOrNone([...starts, ...(reference ? [Promise.resolve(reference)] : [])], undo);
}

/** The program that was given for the version that a part names stands in for the product's own. */
function forVersion({ product, version }: LocalPart, options: TargetOptions): TargetOptions {
  const path = version === undefined ? undefined : options.binaries?.[`${product}:${version}`];
  return path === undefined ? options : { ...options, binaries: { ...options.binaries, [product]: path } };
}

/** A verdict on the wrong version would be a wrong verdict. @throws TargetError TARGET_NO_BINARY */
async function requireVersion({ product, version }: LocalPart, target: string, options: TargetOptions): Promise<void> {
  if (version === undefined || product === 'reference') return;
  const found = await findBinary(product, target, options);
  if (found.version === version || new RegExp(`^v?${version.replaceAll('.', '\\.')}(?![0-9])`).test(found.version)) return;
  throw new TargetError(
    'TARGET_NO_BINARY',
    target,
    `${found.path} is ${product} ${found.version}, not ${version}. Give the other program: --binary ${product}:${version}=PATH.`,
  );
}
