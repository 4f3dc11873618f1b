import { BlockList, isIP } from 'node:net';
import { parseTarget } from './parse-target.ts';

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8);
loopback.addAddress('::1', 'ipv6');

/**
 * Whether what is done to a target can hurt only this machine: it is on loopback, or mywire starts it. An address of a Docker network is
 * not ours, whoever's container has it.
 * @throws TargetError TARGET_BAD_NAME
 */
export function isOurs(name: string): boolean {
  const spec = parseTarget(name);
  return spec.kind !== 'address' || isLoopback(spec.endpoint.host);
}

/** By the address, or by the one name that means it; no other name is looked up. */
function isLoopback(host: string): boolean {
  const family = isIP(host);
  return family === 0 ? host.toLowerCase() === 'localhost' : loopback.check(host, family === 6 ? 'ipv6' : 'ipv4');
}
