import { randomBytes } from 'node:crypto';
import { SCRAMBLE_LENGTH } from '../auth/bytes.ts';
import { NATIVE_PASSWORD, nativePasswordScramble } from '../auth/native-password.ts';
import { capability } from '../codec/capability.ts';
import { join } from '../codec/frame.ts';
import { handshakeV9 } from '../codec/messages/handshake-v9.ts';
import { capabilityHalves, type HandshakeV10, handshakeV10 } from '../codec/messages/handshake-v10.ts';
import { status } from '../codec/status.ts';
import type { Session } from './session.ts';

/** utf8mb4_general_ci. */
const CHARACTER_SET = 45;
const LATIN1_SWEDISH_CI = 8;
const NUL = Uint8Array.of(0);

/** 20 bytes in 0x01..0x7f: clients of every age read the scramble as a C string of ASCII. */
export function newScramble(): Uint8Array {
  return Uint8Array.from(randomBytes(SCRAMBLE_LENGTH), (byte) => (byte % 0x7f) + 1);
}

/** The scramble of a connection, with what the defects do to it. */
export function greetingScramble({ has, server }: Pick<Session, 'has' | 'server'>): Uint8Array {
  if (has('auth-response-cut-at-nul')) return scrambleWithNulInProof(server);
  const stale = refusedScrambles.get(server);
  if (refusedScrambles.delete(server) && stale) return stale;
  const scramble = has('scramble-repeats') ? new Uint8Array(SCRAMBLE_LENGTH).fill(0x2a) : newScramble();
  if (has('scramble-with-nul')) scramble[11] = 0;
  if (has('scramble-with-high-bit')) scramble[11] = 0xc3;
  return scramble;
}

const refusedScrambles = new WeakMap<Session['server'], Uint8Array>();

/** A defect: the next connection is greeted with the scramble of one that was refused. */
export function leaveScramble({ has, scramble, server }: Session): void {
  if (has('scramble-stays-behind-refusal')) refusedScrambles.set(server, scramble);
}

/** One right proof in 13 has a NUL; this picks a scramble for which it has, so that the defect shows every time. */
function scrambleWithNulInProof({ accounts }: Session['server']): Uint8Array {
  const account = [...accounts.values()].find((one) => one.password !== '' && one.plugin === NATIVE_PASSWORD);
  for (;;) {
    const scramble = newScramble();
    if (!account || nativePasswordScramble(account.password, scramble).includes(0)) return scramble;
  }
}

/** Sends HandshakeV10 as packet 0 (mysql/page_protocol_connection_phase_packets_protocol_handshake_v10). */
export function sendGreeting(session: Session): void {
  const { channel, has } = session;
  const payload = greetingPayload(session);
  const lie = (has('greeting-header-too-long') ? 1 : 0) - (has('greeting-header-too-short') ? 1 : 0);
  const sequenceId = has('greeting-sequence-one') ? 1 : 0;
  channel.sendGreeting(payload, sequenceId, payload.length + lie);
  if (has('greeting-twice')) channel.sendGreeting(payload, sequenceId, payload.length);
}

function greetingPayload(session: Session): Uint8Array {
  const { has, scramble, server, threadId } = session;
  const context = { capabilities: session.offered };
  const prefix = has('version-prefixed-in-vain') ? '5.5.5-' : '';
  const version = has('version-behind-its-prefix-differs')
    ? '5.5.5-10.6.1-MariaDB'
    : has('version-10-without-its-prefix')
      ? '10.11.9-MariaDB'
      : server.version;
  const serverVersion = has('version-empty') ? '' : prefix + version;
  if (has('greeting-protocol-9')) {
    const v9 = Buffer.from(scramble.subarray(0, 8)).toString('latin1');
    return handshakeV9.encode({ serverVersion, threadId, scramble: v9 }, context);
  }
  const authPluginName = pluginName(session);
  const values: Partial<HandshakeV10> = {
    serverVersion,
    threadId,
    scramble1: scramble.subarray(0, 8),
    ...capabilityHalves(shown(session)),
    characterSet: has('greeting-charset-zero') ? 0 : has('greeting-charset-latin1') ? LATIN1_SWEDISH_CI : CHARACTER_SET,
    statusFlags: (has('greeting-status-zero') ? 0 : status.AUTOCOMMIT) | (has('greeting-in-transaction') ? status.IN_TRANS : 0),
    authDataLength: SCRAMBLE_LENGTH + 1,
    scramble2: join([scramble.subarray(8), has('scramble-without-final-nul') ? Uint8Array.of(0x2a) : NUL]),
    authPluginName,
    mariadbCapabilities: session.offeredMariadb,
  };
  const raw: { [field in keyof HandshakeV10]?: Uint8Array } = {};
  const latin1 = (text: string): Uint8Array => Buffer.from(text, 'latin1');
  if (has('greeting-protocol-11')) values.protocolVersion = 11;
  if (has('version-without-nul')) raw.serverVersion = latin1(serverVersion);
  if (has('greeting-filler-nonzero')) values.filler = Uint8Array.of(0x20);
  if (has('greeting-reserved-nonzero')) values.reserved = new Uint8Array(6).fill(0x20);
  if (has('mariadb-capabilities-with-long-password')) values.mariadbCapabilities = 0x1d;
  if (has('auth-data-length-wrong')) values.authDataLength = 9;
  if (has('auth-data-length-zero')) values.authDataLength = 0;
  if (has('short-scramble')) raw.scramble2 = new Uint8Array(0);
  if (has('scramble-part-2-of-12-letters')) raw.scramble2 = latin1('mywireMYWIRE');
  if (has('plugin-name-without-nul')) raw.authPluginName = latin1(authPluginName);
  // The flag is clear, so the codec would leave the name out.
  if (has('greeting-without-plugin-auth')) raw.authPluginName = latin1(`${authPluginName}\0`);
  const payload = handshakeV10.encode(values, context, raw);
  if (has('greeting-trailing-name')) return join([payload, latin1('mywire\0')]);
  return has('greeting-trailing-bytes') ? join([payload, Uint8Array.of(0x2a, 0x2a)]) : payload;
}

function pluginName({ has, server }: Session): string {
  if (has('plugin-name-empty')) return '';
  return has('plugin-name-unknown') ? 'mywire_no_such_password' : server.authPlugin;
}

/** The flags that the greeting shows. */
function shown({ has, offered }: Session): number {
  let flags = offered;
  if (has('greeting-without-protocol-41')) flags &= ~capability.PROTOCOL_41;
  if (has('greeting-without-secure-connection')) flags &= ~capability.SECURE_CONNECTION;
  if (has('greeting-without-plugin-auth')) flags &= ~capability.PLUGIN_AUTH;
  return flags >>> 0;
}
