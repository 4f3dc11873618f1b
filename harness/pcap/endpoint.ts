import { formatIpv4, formatIpv6 } from './ip-address.ts';

/** One end of a connection. `text` (`127.0.0.1:3306`, `[::1]:3306`) tells two ends apart. */
export interface Endpoint {
  readonly address: string;
  readonly port: number;
  readonly text: string;
}

export function endpoint(address: string, port: number): Endpoint {
  return { address, port, text: address.includes(':') ? `[${address}]:${port}` : `${address}:${port}` };
}

// A capture has few endpoints and many packets: each endpoint is made once. The bound keeps a port scan from
// filling memory.
const KEPT = 8192;
const ofIpv4 = new Map<number, Endpoint>();
const ofIpv6 = new Map<string, Endpoint>();

interface Near {
  readonly address: number;
  readonly port: number;
  readonly endpoint: Endpoint;
}
/** The two that were asked for last: frames of one connection stand behind each other, and a map costs more than the whole header. */
const near: [Near, Near] = [
  { address: -1, port: -1, endpoint: endpoint('', 0) },
  { address: -1, port: -1, endpoint: endpoint('', 0) },
];
let older = 0;

export function ipv4Endpoint(view: DataView, at: number, port: number): Endpoint {
  const address = view.getUint32(at);
  const [one, other] = near;
  if (one.address === address && one.port === port) {
    older = 1;
    return one.endpoint;
  }
  if (other.address === address && other.port === port) {
    older = 0;
    return other.endpoint;
  }
  const key = address * 65_536 + port;
  const found = ofIpv4.get(key) ?? keep(ofIpv4, key, endpoint(formatIpv4(view, at), port));
  near[older as 0 | 1] = { address, port, endpoint: found };
  older = 1 - older;
  return found;
}

export function ipv6Endpoint(view: DataView, at: number, port: number): Endpoint {
  let key = String.fromCharCode(port);
  for (let i = 0; i < 16; i += 2) key += String.fromCharCode(view.getUint16(at + i));
  return ofIpv6.get(key) ?? keep(ofIpv6, key, endpoint(formatIpv6(view, at), port));
}

function keep<Key>(cache: Map<Key, Endpoint>, key: Key, made: Endpoint): Endpoint {
  if (cache.size >= KEPT) cache.clear();
  cache.set(key, made);
  return made;
}
