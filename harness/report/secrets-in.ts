import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { Conversation } from '../codec/conversation.ts';
import { OpenCapture } from '../pcap/open-capture.ts';
import { TcpReassembler } from '../pcap/reassemble.ts';
import type { TcpConnection } from '../pcap/tcp-connection.ts';
import { tcpSegment } from '../pcap/tcp-segment.ts';
import { TlsSecrets } from '../pcap/tls/key-log.ts';
import { TlsSession } from '../pcap/tls/tls-session.ts';
import { tellsPassword, withoutPasswords } from '../target/without-passwords.ts';
import { oneLine } from './layout.ts';

const CAPTURE = /\.(pcapng|pcap|cap)(\.(gz|zst))?$/i;
const CONFIG = /\.(cfg|cnf|conf|ini|ya?ml|env|sql)$/i;
/** Accounts that mywire makes, and the one of HAProxy's check. */
const OWN = /^(mywire(_|$)|haproxy_check$)/;
const KEY_LOG = /^(CLIENT_RANDOM|RSA|[A-Z_]*TRAFFIC_SECRET[A-Z_0-9]*|EXPORTER_SECRET) [0-9a-f]{16,} [0-9a-f]{32,}/im;
const PRIVATE_KEY = /-----BEGIN [^-\n]*PRIVATE KEY-----/;
/** Of a file that is no capture; what is larger is no text of ours. */
const MOST_BYTES = 64 << 20;
/** Holds the magic number of a capture: what is compressed comes in blocks of up to 128 KiB (zstd). */
const HEAD_BYTES = 256 << 10;

/** By its name, or by how it begins: tcpdump -C numbers its files (bug.pcap1), and people name theirs as they like. */
export async function isCapture(path: string): Promise<boolean> {
  if (CAPTURE.test(path)) return true;
  const capture = new OpenCapture(createReadStream(path, { end: HEAD_BYTES - 1 }));
  for await (const _ of capture.batches()) break;
  return capture.end().format !== undefined;
}

/** What in a file must not leave the house, as sentences; none: it may. A capture is read whole, in constant memory. */
export async function secretsIn(path: string, environment: NodeJS.ProcessEnv): Promise<string[]> {
  if (await isCapture(path)) return secretsInCapture(path);
  const bytes = await readFile(path);
  if (bytes.length > MOST_BYTES) return [];
  const content = bytes.toString('latin1');
  const password = environment['MYWIRE_PASSWORD'] ?? '';
  return [
    ...(PRIVATE_KEY.test(content) ? ['a private key'] : []),
    ...(KEY_LOG.test(content) ? ['TLS secrets'] : []),
    ...(password.length >= 4 && bytes.includes(password) ? ['the password of MYWIRE_PASSWORD'] : []),
    ...(CONFIG.test(path) && withoutPasswords(content) !== content
      ? ['a password or its hash']
      : tellsPassword(bytes.toString())
        ? ['a password on a command line']
        : []),
  ];
}

async function secretsInCapture(path: string): Promise<string[]> {
  const found = new Set<string>();
  const followed = new Map<TcpConnection, { readonly conversation: Conversation; readonly tls: TlsSession }>();
  const secrets = new TlsSecrets();
  let decrypted = 0;
  const capture = new OpenCapture(createReadStream(path), { onSecrets: ({ bytes }) => secrets.add(bytes) });
  const reassembler = new TcpReassembler({
    sink: {
      event(connection, event) {
        if (event.kind !== 'data') return;
        if (connection.midStream) return void found.add('statements of a connection whose login was before the capture');
        const { conversation } = followed.get(connection) ?? opened(connection);
        const packets = event.from === 'client' ? conversation.fromClient(event.bytes) : conversation.fromServer(event.bytes);
        for (const { name, value } of packets)
          if (name.startsWith('HandshakeResponse') || name === 'COM_CHANGE_USER') login(value ?? {}, found);
      },
      over(connection) {
        const { version, stopped } = followed.get(connection)?.tls.about ?? {};
        if (version !== undefined && !stopped) decrypted++;
        followed.delete(connection);
      },
    },
  });
  const opened = (connection: TcpConnection) => {
    const tls = new TlsSession(secrets);
    const one = { tls, conversation: new Conversation({ tls }) };
    followed.set(connection, one);
    return one;
  };
  for await (const frames of capture.batches())
    for (const frame of frames) {
      const segment = tcpSegment(frame);
      if (typeof segment !== 'string') reassembler.push(segment);
    }
  reassembler.end();
  // What they decrypt here was looked at; others decrypt what nobody has looked at.
  if (secrets.size > decrypted) found.add('TLS secrets');
  return [...found];
}

/** A login with a proof of an account that mywire did not make. */
function login({ user, authResponse }: Readonly<Record<string, unknown>>, found: Set<string>): void {
  const proves = authResponse instanceof Uint8Array ? authResponse.some((byte) => byte !== 0) : false;
  if (typeof user === 'string' && proves && !OWN.test(user))
    found.add(`the login of ${JSON.stringify(oneLine(user, 60))}, and what it said`);
}
