import { capability } from './capability.ts';
import { CodecError } from './error.ts';
import { PacketReader } from './frame.ts';
import { handshakeResponse41 } from './messages/handshake-response-41.ts';

/** The forms of `option mysql-check`, as HAProxy's configuration manual names them, and what only their bytes tell apart. */
export type CheckMode = 'no user' | 'pre-41' | 'post-41' | 'post-41 (until 2.1)' | 'post-80';

/** Of the COM_QUIT at the end, its header too. */
const QUIT_BYTES = 5;

/** Recognises HAProxy's health check by its bytes: a login without a password and COM_QUIT behind it, nothing else. */
export function checkMode(client: Uint8Array): CheckMode | undefined {
  if (client.length === 0) return 'no user';
  // Nearly all others do not end with a COM_QUIT.
  if (client.at(-1) !== 0x01 || client.at(-QUIT_BYTES) !== 0x01) return undefined;
  const reader = new PacketReader();
  const packets = reader.push(client);
  if (reader.pending.length > 0) return undefined;
  const [login, quit] = packets;
  if (packets.length !== 2 || !login || !quit || login.sequenceId !== 1) return undefined;
  if (quit.payload.length !== 1 || quit.payload[0] !== 0x01 || quit.sequenceId !== 0) return undefined;
  const low = (login.payload[0] ?? 0) | ((login.payload[1] ?? 0) << 8);
  if ((low & capability.PROTOCOL_41) === 0) return login.payload.length >= 7 ? 'pre-41' : undefined;
  if (login.payload.length < 34) return undefined;
  const response = readLogin(login.payload);
  if (!response || response.authResponse.length > 0) return undefined;
  const { capabilities, maxPacketSize } = response;
  if (capabilities === (capability.PROTOCOL_41 | capability.SECURE_CONNECTION))
    return maxPacketSize === 0x01000000 ? 'post-41 (until 2.1)' : 'post-41';
  return capabilities === (capability.PROTOCOL_41 | capability.SECURE_CONNECTION | capability.PLUGIN_AUTH) ? 'post-80' : undefined;
}

/** Undefined where its lengths do not fit: then it is nobody's check. */
function readLogin(payload: Uint8Array) {
  try {
    return handshakeResponse41.decode(payload, { capabilities: 0 }).value;
  } catch (error) {
    if (error instanceof CodecError) return undefined;
    throw error;
  }
}
