import { databaseName, proxyAddress, referenceAccountsWith } from './accounts.ts';
import { legsOf } from './chain.ts';
import type { LocalNode } from './local-node.ts';
import { nearest } from './nearest.ts';
import type { ReferenceWish, TargetSpec } from './parse-target.ts';
import { type RunningTarget, TargetError } from './target.ts';

/**
 * Starts the built-in reference server, in this process.
 * @throws TargetError TARGET_BAD_NAME for a defect that it does not have, TARGET_START_FAILED when it cannot listen
 */
export async function startReferenceTarget(spec: TargetSpec & { kind: 'reference' }): Promise<RunningTarget> {
  const { name } = spec;
  const node = await startReferenceNode(name, spec);
  return {
    name,
    nodes: [node],
    legs: legsOf([node]),
    front: node.endpoint,
    accounts: referenceAccountsWith('mysql_native_password'),
    database: databaseName,
    ...(proxyAddress === undefined ? {} : { proxiesFrom: proxyAddress }),
    path: { transparent: true },
    restart: () => node.startAgain(),
    stop: () => node.stop(),
  };
}

/** The reference server as the last node of a chain. Throws as `startReferenceTarget`. */
export async function startReferenceNode(
  target: string,
  { defects: names, dialect }: ReferenceWish,
  behindProxy = false,
): Promise<LocalNode> {
  const { defects: known, isDefectName, localhostCertificate, startReference, versions } = await import('../reference/index.ts');
  const defects = names.filter(isDefectName);
  const unknown = names.find((name) => !isDefectName(name));
  if (unknown !== undefined) {
    const near = nearest(
      unknown,
      known.map(({ name }) => name),
    );
    throw new TargetError(
      'TARGET_BAD_NAME',
      target,
      `the reference server has no defect '${unknown}'.${near ? ` Did you mean ${near}?` : ''} harness/reference/defects lists them.`,
    );
  }
  const start = async (port: number) => {
    try {
      return await startReference({
        port,
        defects,
        certificate: localhostCertificate,
        behindProxy,
        ...(proxyAddress && { proxiesFrom: proxyAddress }),
        ...(dialect && { dialect }),
      });
    } catch (error) {
      throw new TargetError('TARGET_START_FAILED', target, (error as Error).message);
    }
  };
  let server = await start(0);
  const { endpoint } = server;
  let stopped = false;
  return {
    name: 'reference',
    product: 'reference',
    version: versions[dialect ?? 'mysql'],
    endpoint,
    state: async () =>
      server.alive ? 'running' : `the reference server ${stopped ? 'was stopped' : 'has closed its port: one of its defects does that'}`,
    log: () => '',
    signal() {}, // it lives in this process
    async startAgain() {
      if (!server.alive) server = await start(endpoint.port);
    },
    async stop() {
      stopped = true;
      await server.stop();
    },
  };
}
