import { parseAddress } from '../pcap/ip-address.ts';

/** '127.0.0.1:3306', '::1:3306' or '[::1]:3306'. */
export function hostAndPort(text: string): { host: string; port: number } {
  const colon = text.lastIndexOf(':');
  const port = Number(text.slice(colon + 1));
  return { host: text.slice(0, colon).replace(/^\[(.*)\]$/, '$1'), port: Number.isInteger(port) && port >= 0 && port <= 0xffff ? port : 0 };
}

/** The 4 or 16 bytes of an address; undefined of a name. */
export function addressBytes(address: string): Uint8Array | undefined {
  try {
    return parseAddress(address);
  } catch {
    return undefined;
  }
}
