import type { PasswordForm } from '../case/step.ts';
import type { LabelledPacket } from '../codec/labelled-packet.ts';
import { isDenial } from './asked.ts';
import type { ByteScript } from './byte-script.ts';

/** Packets of a client that the run makes of an account of its own, each with the password that the login takes. */
export type MadeLogins = ReadonlyMap<LabelledPacket, PasswordForm>;

/** The client's packets of one login, from the first on, and what the server said to them. */
interface Login {
  readonly sent: readonly LabelledPacket[];
  readonly answers: readonly LabelledPacket[];
}

/**
 * The proof is not why: ER_HANDSHAKE_ERROR, it could not be read; ER_NET_PACKETS_OUT_OF_ORDER; ER_NET_READ_ERROR and
 * ER_NET_READ_INTERRUPTED, the client was gone or silent before its end; ER_NOT_SUPPORTED_AUTH_MODE, it cannot do what the account asks.
 */
const unlooked: ReadonlySet<number | undefined> = new Set([1043, 1156, 1158, 1159, 1251]);

/**
 * Logins with a proof of a password, which was made for another server's scramble. Where one was refused before its proof was looked
 * at, or never came to its end, the bytes as they were say more: they are in no list. `reads` tells whether a login is encoded as
 * the manual has it.
 */
export function madeLogins(script: Pick<ByteScript, 'sent' | 'answers'>, reads: (login: LabelledPacket) => boolean): MadeLogins {
  const made = new Map<LabelledPacket, PasswordForm>();
  for (const login of loginsIn(script)) {
    const [first] = login.sent as [LabelledPacket, ...LabelledPacket[]];
    const end = login.answers.findLast(({ name }) => name === 'OK' || name === 'ERR');
    if (!end || !login.sent.some(hasProof) || login.sent.some(({ problem }) => problem !== undefined)) continue;
    const code = end.name === 'ERR' ? Number(end.value?.['errorCode']) : undefined;
    if (unlooked.has(code) || (code !== undefined && !reads(first))) continue;
    for (const packet of login.sent) made.set(packet, isDenial(code) ? 'wrong' : 'right');
  }
  return made;
}

function loginsIn({ sent, answers }: Pick<ByteScript, 'sent' | 'answers'>): Login[] {
  const logins: { sent: LabelledPacket[]; answers: LabelledPacket[] }[] = [];
  const loginOf = new Map<LabelledPacket, (typeof logins)[number]>();
  let open: (typeof logins)[number] | undefined;
  for (const packet of sent) {
    const { name, value } = packet;
    if (name !== 'AuthSwitchResponse') {
      open = value && (name === 'HandshakeResponse41' || name === 'COM_CHANGE_USER') ? { sent: [], answers: [] } : undefined;
      if (open) logins.push(open);
    }
    if (!open) continue;
    open.sent.push(packet);
    loginOf.set(packet, open);
  }
  for (const answer of answers) if (answer.answers) loginOf.get(answer.answers)?.answers.push(answer);
  return logins;
}

/** A NUL is what a client without a password says, too. */
const hasProof = ({ name, value, payload }: LabelledPacket): boolean =>
  (name === 'AuthSwitchResponse' ? payload : ((value?.['authResponse'] as Uint8Array | undefined) ?? new Uint8Array(0))).some(
    (byte) => byte !== 0,
  );

/** In place of a proof that is kept: with mysql_clear_password it is the password. */
const COVER = 0x2a;

/** A login's bytes and fields with other bytes where its proof was. */
export function covered(
  login: LabelledPacket,
  bytes: Uint8Array,
): { readonly bytes: Uint8Array; readonly value: Readonly<Record<string, unknown>> } {
  const { value = {}, payload } = login;
  if (!hasProof(login)) return { bytes, value };
  const proof = Buffer.from(login.name === 'AuthSwitchResponse' ? payload : (value['authResponse'] as Uint8Array));
  const cover = Buffer.alloc(proof.length, COVER);
  const copy = Buffer.from(bytes);
  const at = copy.lastIndexOf(proof);
  if (at >= 0) cover.copy(copy, at);
  return { bytes: copy, value: { ...value, authResponse: cover } };
}
