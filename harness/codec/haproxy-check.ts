import { capability } from './capability.ts';
import { HEADER_BYTES } from './frame.ts';

/** The forms of `option mysql-check`, as HAProxy's configuration manual names them, and what only their bytes tell apart. */
export type CheckMode = 'no user' | 'pre-41' | 'post-41' | 'post-41 (until 2.1)' | 'post-80';

/** COM_QUIT with its header, from its end back. */
const QUIT: readonly number[] = [0x01, 0x00, 0x00, 0x00, 0x01];
/** Bytes of a HandshakeResponse41 before the user, and the fewest that one has; of a HandshakeResponse320. */
const BEFORE_USER = 32;
const LEAST_41 = 34;
const LEAST_320 = 7;

/** Recognises HAProxy's health check by its bytes: a login without a password and COM_QUIT behind it, nothing else. */
export function checkMode(client: Uint8Array): CheckMode | undefined {
  if (client.length === 0) return 'no user';
  // Nearly all others do not end with a COM_QUIT. Asked of every connection: nothing is made here.
  for (let i = 0; i < QUIT.length; i++) if (client[client.length - 1 - i] !== QUIT[i]) return undefined;
  const length = (client[0] as number) | ((client[1] as number) << 8) | ((client[2] as number) << 16);
  const end = HEADER_BYTES + length;
  if (end + QUIT.length !== client.length || client[3] !== 1) return undefined;
  const u16 = (at: number): number => (client[at] as number) | ((client[at + 1] as number) << 8);
  const low = length < 2 ? 0 : u16(HEADER_BYTES);
  if ((low & capability.PROTOCOL_41) === 0) return length >= LEAST_320 ? 'pre-41' : undefined;
  if (length < LEAST_41) return undefined;
  // Behind the user an int<1> length, of no proof. A user without an end, or a proof beyond the packet: then it is nobody's check.
  const user = client.indexOf(0, HEADER_BYTES + BEFORE_USER);
  if (user < 0 || user + 1 >= end || client[user + 1] !== 0) return undefined;
  const capabilities = (low | (u16(HEADER_BYTES + 2) << 16)) >>> 0;
  if (capabilities === (capability.PROTOCOL_41 | capability.SECURE_CONNECTION))
    return u16(HEADER_BYTES + 4) === 0 && u16(HEADER_BYTES + 6) === 0x0100 ? 'post-41 (until 2.1)' : 'post-41';
  return capabilities === (capability.PROTOCOL_41 | capability.SECURE_CONNECTION | capability.PLUGIN_AUTH) ? 'post-80' : undefined;
}
