/** PROXY headers. */
import type { Quote } from './page.ts';

const proxyProtocol = {
  manual: 'haproxy',
  page: 'The PROXY protocol',
  url: 'https://www.haproxy.org/download/3.2/doc/proxy-protocol.txt',
} as const;
const support = {
  manual: 'mariadb',
  page: 'Proxy Protocol Support',
  url: 'https://mariadb.com/docs/server/clients-and-utilities/server-client-software/client-libraries/proxy-protocol-support',
} as const;

export const proxyProtocolManual = {
  'haproxy/proxy-v1-layout': {
    ...proxyProtocol,
    says: 'Version 1 is one line: PROXY, TCP4 or TCP6, source and destination address, source and destination port, one space between each two, and CRLF.',
  },
  'haproxy/proxy-v1-longest-line': {
    ...proxyProtocol,
    says: 'A line of version 1 has at most 107 bytes with its CRLF, so that 108 bytes are always room enough; where no CRLF has come by then it is no header.',
  },
  'haproxy/proxy-v1-unknown-ignores-rest': {
    ...proxyProtocol,
    says: 'For UNKNOWN the receiver must ignore everything up to the CRLF and use the real addresses of the connection.',
  },
  'haproxy/proxy-v2-layout': {
    ...proxyProtocol,
    says: 'Version 2 has a signature of 12 bytes, a byte of version 2 and command (LOCAL 0, PROXY 1), a byte of family and transport, 2 bytes of length in network order, and then addresses and ports.',
  },
  'haproxy/proxy-v2-length-covers-all': {
    ...proxyProtocol,
    says: 'The length of version 2 counts everything behind it; a receiver must skip what it does not understand, and TLVs may follow the addresses.',
  },
  'haproxy/proxy-v2-unassigned-is-dropped': {
    ...proxyProtocol,
    says: 'Other versions and commands are not assigned, and a receiver must drop a connection that has them.',
  },
  'haproxy/proxy-data-follow-header': {
    ...proxyProtocol,
    says: 'The data of the connection follow directly behind the header.',
  },
  'haproxy/proxy-partial-header-may-be-dropped': {
    ...proxyProtocol,
    says: 'The sender must send the header at once; a receiver may bear a header that comes in parts, which is recommended, or drop the connection.',
  },
  'mariadb/proxy-header-gives-client-address': {
    ...support,
    says: 'The server reads a PROXY header, version 1 or 2, in front of the first packet of a client, and takes the address in it for that of the client.',
  },
  'mariadb/proxy-unknown-is-no-proxy': {
    ...support,
    says: 'With UNKNOWN in a header of version 1 the server treats the connection as if there were no PROXY protocol.',
  },
  'mariadb/proxy-networks-may-send': {
    ...support,
    says: 'PROXY headers are taken from the networks in proxy_protocol_networks only.',
  },
} as const satisfies Record<string, Quote>;
