/** What peers say, written down as bytes: for the tests of the lint. */
import { type CapabilityName, flags } from '../harness/codec/capability.ts';
import { frame, join } from '../harness/codec/frame.ts';
import { handshakeResponse41 } from '../harness/codec/messages/handshake-response-41.ts';
import { capabilityHalves, handshakeV10 } from '../harness/codec/messages/handshake-v10.ts';

/** The bytes of a text. */
export const ascii = (text: string): Uint8Array => Buffer.from(text, 'latin1');

/** What one side says before the other does; without bytes it ends the connection by a FIN. */
export interface Turn {
  readonly from: 'client' | 'server';
  readonly bytes?: Uint8Array;
}

const offered = flags('PROTOCOL_41', 'SECURE_CONNECTION', 'TRANSACTIONS', 'LONG_PASSWORD');
export const packet = (sequenceId: number, ...bytes: readonly (number | string)[]): Uint8Array =>
  frame(join(bytes.map((one) => (typeof one === 'number' ? Uint8Array.of(one) : ascii(one)))), { sequenceId });

/** The login of the account without a password. */
export function login(add: readonly CapabilityName[] = [], raw: Parameters<typeof handshakeResponse41.encode>[2] = {}): Uint8Array {
  const capabilities = (offered | flags(...add)) >>> 0;
  const fields = { user: 'haproxy_check', authResponse: new Uint8Array(0), characterSet: 45 };
  const plugin = add.includes('PLUGIN_AUTH') ? { authPluginName: 'mysql_native_password' } : {};
  const database = add.includes('CONNECT_WITH_DB') ? { database: 'mywire' } : {};
  const attributes = add.includes('CONNECT_ATTRS') ? { attributes: [] } : {};
  return frame(handshakeResponse41.encode({ capabilities, ...fields, ...plugin, ...database, ...attributes }, { capabilities }, raw), {
    sequenceId: 1,
  });
}

/** The login of a client of before 4.1 that declares nothing. */
export const login320 = packet(1, 0, 0, 0, 0, 1, 'haproxy_check', 0, 0);

type Greeting = Partial<Parameters<typeof handshakeV10.encode>[0]>;

export function greeting(add: readonly CapabilityName[] = [], other: Greeting = {}): Uint8Array {
  const fields = {
    serverVersion: '8.0.36',
    threadId: 1,
    scramble1: ascii('abcdefgh'),
    scramble2: ascii('ijklmnopqrst\0'),
    ...capabilityHalves((offered | flags(...add)) >>> 0),
    ...(add.includes('PLUGIN_AUTH') ? { authPluginName: 'mysql_native_password' } : { authDataLength: 0 }),
    ...other,
  };
  return frame(handshakeV10.encode(fields, { capabilities: 0 }));
}

/** MariaDB leaves out LONG_PASSWORD, its CLIENT_MYSQL. */
export const mariadbGreeting = (add: readonly CapabilityName[] = [], other: Greeting = {}): Uint8Array =>
  greeting(add, {
    serverVersion: '10.11.6-MariaDB',
    mariadbCapabilities: 0x1d,
    ...capabilityHalves(((offered & ~flags('LONG_PASSWORD')) | flags(...add)) >>> 0),
    ...other,
  });

export const ok = (sequenceId: number, header = 0, status = 2): Uint8Array => packet(sequenceId, header, 0, 0, status, 0, 0, 0);
/** A column "a" of INT. */
export const definition = (sequenceId: number): Uint8Array =>
  packet(sequenceId, 3, 'def', 0, 0, 0, 1, 'a', 0, 0x0c, 63, 0, 1, 0, 0, 0, 3, 0x81, 0, 0, 0, 0);
export const ping = packet(0, 0x0e);
export const quit = packet(0, 0x01);
export const query = (statement: string): Uint8Array => packet(0, 0x03, statement);

export const server = (...bytes: readonly Uint8Array[]): Turn => ({ from: 'server', bytes: join(bytes) });
export const client = (...bytes: readonly Uint8Array[]): Turn => ({ from: 'client', bytes: join(bytes) });
