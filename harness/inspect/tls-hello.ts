const HANDSHAKE = 22;
const SERVER_HELLO = 2;
const SUPPORTED_VERSIONS = 43;

const versions: Readonly<Record<number, string>> = { 0x0301: 'TLS 1.0', 0x0302: 'TLS 1.1', 0x0303: 'TLS 1.2', 0x0304: 'TLS 1.3' };

/** What a ServerHello at the head of the server's TLS bytes says (RFC 8446 section 4.1.3). Undefined where none is whole. */
export function serverHello(b: Uint8Array): { readonly version: string; readonly cipher: number } | undefined {
  const view = new DataView(b.buffer, b.byteOffset, b.length);
  // Record header (5), handshake header (4), version (2), random (32), session id.
  if (b.length < 44 || b[0] !== HANDSHAKE || b[5] !== SERVER_HELLO) return undefined;
  const end = Math.min(b.length, 9 + (view.getUint32(5) & 0xffffff));
  let at = 44 + (b[43] as number);
  if (at + 3 > end) return undefined;
  const cipher = view.getUint16(at);
  let version = view.getUint16(9);
  at += 5;
  while (at + 4 <= end) {
    const size = view.getUint16(at + 2);
    if (view.getUint16(at) === SUPPORTED_VERSIONS && at + 6 <= end) version = view.getUint16(at + 4);
    at += 4 + size;
  }
  return { version: versions[version] ?? `TLS version 0x${version.toString(16)}`, cipher };
}
