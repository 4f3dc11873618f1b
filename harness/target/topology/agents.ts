import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { accountsWith } from '../accounts.ts';
import { allOrNone } from '../chain.ts';
import { freePort } from '../free-port.ts';
import { type PrivateFolder, privateFolder } from '../leftovers.ts';
import { type LocalNode, ready, startNode } from '../local-node.ts';
import type { TargetOptions } from '../options.ts';
import { startProgram } from '../program.ts';
import type { Endpoint } from '../target.ts';
import { untilListening } from '../tcp.ts';
import type { TopologyAgent } from './running.ts';
import type { Topology } from './topology.ts';

/** The health agents of a topology, running. */
export interface Agents {
  readonly all: readonly TopologyAgent[];
  stop(): Promise<void>;
}

/** Where each agent will listen. @param host the address of this machine that HAProxy can connect to */
export async function agentEndpoints({ agents = {} }: Topology, host: string): Promise<Readonly<Record<string, Endpoint>>> {
  const endpoints: Record<string, Endpoint> = {};
  for (const name of Object.keys(agents)) endpoints[name] = { host, port: await freePort() };
  return endpoints;
}

/**
 * Starts the agents: processes of this machine, as users start them, wherever their servers run.
 * @throws TargetError TARGET_START_FAILED, TARGET_START_TIMEOUT; none is left then
 */
export async function startAgents(
  topology: Topology,
  endpoints: Readonly<Record<string, Endpoint>>,
  serverAt: (node: string) => Endpoint,
  options: TargetOptions,
): Promise<Agents> {
  const folders: PrivateFolder[] = [];
  const stop = async (nodes: readonly LocalNode[]): Promise<void> => {
    // A frozen process cannot end by itself.
    for (const node of nodes) node.signal('SIGCONT');
    await Promise.all(nodes.map((node) => node.stop()));
    await Promise.all(folders.map((folder) => folder.remove()));
  };
  const starts = Object.entries(topology.agents ?? {}).map(([name, { of, wishes }]) => {
    const folder = privateFolder();
    folders.push(folder);
    return startAgent(topology.id, name, folder.path, endpoints[name] as Endpoint, serverAt(of), wishes, options);
  });
  const nodes = await allOrNone(starts, stop);
  return { all: nodes.map(described), stop: () => stop(nodes) };
}

const described = (node: LocalNode): TopologyAgent => ({
  name: node.name,
  endpoint: node.endpoint,
  state: () => node.state(),
  log: () => node.log(),
  async signal(signal) {
    node.signal(signal);
  },
  startAgain: () => node.startAgain(),
});

async function startAgent(
  topology: string,
  name: string,
  folder: string,
  endpoint: Endpoint,
  server: Endpoint,
  wishes: readonly string[],
  options: TargetOptions,
): Promise<LocalNode> {
  const setting = { target: topology, name, endpoint, folder, options };
  const file = `${folder}/agent.cnf`;
  const { login } = accountsWith('mysql_native_password');
  await writeFile(file, `[client]\nhost=${server.host}\nport=${server.port}\nuser=${login?.user}\npassword=${login?.password}\n`);
  const args = [...mywire(), 'agent', `--defaults-file=${file}`, '--listen', `${endpoint.host}:${endpoint.port}`, ...wishes];
  return startNode(setting, {
    product: 'unknown',
    version: '',
    run: async () => {
      const program = await startProgram({ target: topology, binary: process.execPath, args, folder });
      return ready(program, setting, (limitMs, stillWorthIt) => untilListening(endpoint, limitMs, async () => stillWorthIt()));
    },
  });
}

/** This mywire as a program: built, or from its sources. */
function mywire(): string[] {
  const built = fileURLToPath(new URL('../../cli/main.js', import.meta.url));
  if (existsSync(built)) return [built];
  const loader = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
  return ['--import', loader, fileURLToPath(new URL('../../cli/main.ts', import.meta.url))];
}
