/** PROXY headers go wrong. */
export const proxyProtocol = {
  'proxy-header-of-anyone-counts': 'takes PROXY headers from every address',
  'proxy-v1-refused': 'knows no PROXY headers of version 1',
  'proxy-v2-refused': 'knows no PROXY headers of version 2 (ProxySQL)',
  'proxy-header-in-one-segment': 'refuses a PROXY header that comes in several segments',
  'proxy-header-eats-login': 'throws away what comes in the segment of a PROXY header',
  'proxy-address-ignored': 'takes a PROXY header and leaves the address as it is',
  'proxy-address-lost-over-tls': 'goes back to the address of the proxy with the TLS handshake',
  'proxy-unknown-refused': 'refuses a PROXY header of an UNKNOWN client',
  'proxy-tcp6-refused': 'refuses a PROXY header with IPv6 addresses',
  'proxy-local-is-nowhere': 'takes 0.0.0.0 for the address of a LOCAL or UNKNOWN connection',
  'proxy-local-refused': 'refuses a PROXY header of a LOCAL connection',
  'proxy-local-address-taken': 'takes the address in a PROXY header of a LOCAL connection',
  'proxy-tlvs-refused': 'refuses a PROXY header with TLVs behind the addresses',
  'proxy-length-past-end-ignored': 'takes a PROXY header of version 2 that announces more than 512 bytes for one of 12',
  'proxy-bad-header-taken': 'goes on behind a PROXY header that is broken',
  'proxy-bad-header-hangs': 'stays silent behind a PROXY header that is broken',
} as const;
