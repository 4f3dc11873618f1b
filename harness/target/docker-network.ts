import { randomBytes } from 'node:crypto';
import type { Docker } from './docker-client.ts';
import type { ContainerRun } from './docker-container.ts';
import { ownerLabel } from './leftovers.ts';
import { ownerName } from './owner.ts';
import { TargetError } from './target.ts';

/** Makes a network for the containers of one target. @throws TargetError TARGET_START_FAILED */
export async function makeNetwork({ api }: Docker, target: string): Promise<{ id: string; run: ContainerRun }> {
  const prefix = `mywire-${process.pid}-${randomBytes(4).toString('hex')}`;
  try {
    const network = await api.createNetwork({ Name: prefix, Driver: 'bridge', Labels: { [ownerLabel]: ownerName() } });
    return { id: network.id, run: { target, network: prefix, prefix } };
  } catch (error) {
    throw new TargetError('TARGET_START_FAILED', target, `Docker makes no network: ${(error as Error).message}`);
  }
}

/** The address of this machine on a network: there its containers reach what listens here. */
export async function gatewayOf({ api }: Docker, networkId: string): Promise<string> {
  const { IPAM } = (await api.getNetwork(networkId).inspect()) as { IPAM?: { Config?: { Gateway?: string }[] } };
  return IPAM?.Config?.[0]?.Gateway ?? '127.0.0.1';
}
