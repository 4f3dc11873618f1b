import { publishedBy } from './daemon.ts';
import { defaultReachLimitMs, type TargetOptions } from './options.ts';
import { productLike, type TargetSpec } from './parse-target.ts';
import { type Accounts, type Endpoint, type RunningNode, type RunningTarget, TargetError, type Transparency } from './target.ts';
import { knock, reach, written } from './tcp.ts';

/**
 * A server that runs already: checks only that it accepts connections. A name is looked up once: behind one with several addresses may be
 * several servers, and what is judged is one.
 * @throws TargetError TARGET_UNREACHABLE with the reason
 */
export async function openAddress(
  { name, endpoint: named }: TargetSpec & { kind: 'address' },
  options: TargetOptions,
): Promise<RunningTarget> {
  const limitMs = options.reachLimitMs ?? defaultReachLimitMs;
  const endpoint = await reach(named, limitMs);
  if (typeof endpoint === 'string') throw new TargetError('TARGET_UNREACHABLE', name, unreachable(endpoint, named, limitMs));
  const node: RunningNode = {
    name: 'server',
    product: options.as?.product ?? 'unknown',
    version: options.as?.version ?? '',
    endpoint,
    async state() {
      const now = await knock(endpoint, limitMs);
      return now === undefined ? 'running' : unreachable(now, endpoint, limitMs);
    },
    log: () => '',
  };
  return {
    name,
    nodes: [node],
    legs: [{ name: 'client-server', to: endpoint }],
    front: endpoint,
    accounts: own(options.accounts ?? {}),
    ...(options.database !== undefined && { database: options.database }),
    path: await pathTo(endpoint, options),
    stop: async () => {},
  };
}

const own = (accounts: Accounts): Accounts =>
  Object.fromEntries(Object.entries(accounts).map(([name, account]) => [name, account && { ...account, own: true }]));

/** A loopback port may be one that Docker's proxy publishes; everything else is taken at its word. */
async function pathTo(endpoint: Endpoint, options: TargetOptions): Promise<Transparency> {
  const loopback = /^(127\.|localhost$|::1$)/.test(endpoint.host);
  const container = loopback ? await publishedBy(endpoint.port, options) : undefined;
  if (!container) return { transparent: true };
  const instead = container.address === '' ? '' : `; its own address is ${container.address}`;
  return {
    transparent: false,
    why: `${written(endpoint)} is a port that Docker publishes for the container ${container.name}: its proxy turns RST into FIN${instead}`,
  };
}

function unreachable(code: string, { host, port }: Endpoint, limitMs: number): string {
  switch (code) {
    case 'ECONNREFUSED':
      return `connection refused: nothing listens on port ${port} of ${host}. Start the server, or give its port.`;
    case 'ETIMEDOUT':
      return `no answer in ${limitMs} ms. Is a firewall in between, or the address wrong?`;
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'EAI_NONAME':
      return `the name ${host} does not resolve.${hint(host)}`;
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return `there is no route to ${host} (${code}). Check the address and the network.`;
    default:
      return `no connection to ${host} port ${port} (${code}). Check the address.`;
  }
}

function hint(host: string): string {
  const product = productLike(host);
  return product
    ? ` If you meant a program of this machine: local:${product}; a Docker image: ${product}:VERSION.`
    : ' Check its spelling, or give an IP address.';
}
