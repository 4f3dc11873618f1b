/** What the defects of defects/regression-other.ts make of a login or a command. The clean server passes through here untouched. */
import { HEADER_BYTES } from '../codec/frame.ts';
import { comInitDb } from '../codec/messages/com-init-db.ts';
import { countError } from './blocked-host.ts';
import { Departure, Refusal, refuse } from './refusal.ts';
import type { Server, Session } from './session.ts';

const [INIT_DB, QUERY, STATISTICS] = [0x02, 0x03, 0x09];
/** In the second byte of the flags. */
const SSL = 0x08;
const cachesMetadata = new WeakSet<Server>();

/** Does the column count say what another client has asked for? */
export function tellsCacheMetadata(session: Session): boolean {
  const { has, server } = session;
  if (!has('cache-metadata-of-another-client')) return false;
  if (session.agreedMariadb('CACHE_METADATA')) cachesMetadata.add(server);
  return cachesMetadata.has(server);
}

/** COM_QUIT in place of a proof. Throws Departure. */
export async function bearQuit({ channel, has }: Session): Promise<void> {
  if (!has('quit-for-a-proof-hangs')) return;
  await channel.arrived(HEADER_BYTES + 1);
  if (Buffer.from(channel.peek(HEADER_BYTES + 1)).toString('hex') === '0100000001') throw new Departure('stay');
}

/** The client quits. Throws Departure. */
export function quitsRightAway({ has, server }: Session, commands: number): void {
  if (has('quit-behind-login-ignored') && commands === 0) throw new Departure('stay');
  if (has('quits-block-host') && commands === 0) countError(server);
}

/** The header of the first packet is there. Throws Departure. */
export function bearFirstHeader({ channel, has, server }: Session): void {
  const [, , , sequenceId] = channel.peek(HEADER_BYTES);
  if (has('disorderly-first-packet-keeps-open') && sequenceId !== 1) throw new Departure('abandon');
  if (has('disorderly-first-packet-stops-server') && sequenceId !== 1) server.die();
  const length = Buffer.from(channel.peek(HEADER_BYTES)).readUIntLE(0, 3);
  if (has('empty-first-packet-stops-server') && length === 0) server.die();
  if (has('short-first-packet-stops-server') && length < 32) server.die();
  if (has('long-login-stops-server') && length > 4096) server.die();
}

/** The first packet cannot be read as a login. */
export function bearMalformed({ has, server }: Session, payload: Uint8Array): void {
  if (has('malformed-response-stops-server')) server.die();
  if (has('unterminated-user-stops-server') && payload.length > 32 && !payload.subarray(32).includes(0)) server.die();
}

/** The response behind an SSLRequest. Throws Refusal 1043. */
export function insistOnSslFlag({ has }: Session, payload: Uint8Array): void {
  if (has('ssl-flag-needed-twice') && ((payload[1] ?? 0) & SSL) === 0) throw refuse.badHandshake();
}

/** Before any proof is looked at. Throws Refusal 1156. */
export function insistOnTls({ channel, has, server }: Session, { user }: { readonly user: string }): void {
  if (has('tls-required-answered-with-1156') && server.accounts.get(user)?.requiresTls && !channel.secure) throw refuse.outOfOrder();
}

/** The answer of a defect; undefined where the command goes its usual way. */
export function otherAnswer(session: Session, payload: Uint8Array): readonly Uint8Array[] | undefined {
  const { has } = session;
  switch (payload[0]) {
    case INIT_DB:
      return changedDatabase(session, comInitDb.decode(payload, session.context).value.schema);
    case QUERY:
      return queryAnswer(session, Buffer.from(payload.subarray(1, 200)).toString('latin1'));
    case STATISTICS:
      return has('statistics-unanswered') ? [] : undefined;
    default:
      return undefined;
  }
}

function queryAnswer(session: Session, text: string): readonly Uint8Array[] | undefined {
  const { channel, has } = session;
  if (/^kill /i.test(text)) {
    if (has('kill-with-comment-hangs') && text.includes('/*')) return [];
    if (has('kill-err-counts-on')) channel.numberFrom(2);
    if (has('kill-of-nobody-loses-next-command')) channel.discard();
    if (has('unknown-thread-code-of-the-client')) throw new Refusal(2003, 'HY000', 'Unknown thread id');
  }
  const [, schema] = /^use (\w+)$/i.exec(text) ?? [];
  if (schema !== undefined) return changedDatabase(session, schema);
  return has('second-statement-unanswered') && text.includes(';') && session.agreed('MULTI_STATEMENTS') ? [] : undefined;
}

function changedDatabase(session: Session, schema: string): readonly Uint8Array[] | undefined {
  const { has } = session;
  if (!has('session-state-unasked') || session.agreed('SESSION_TRACK')) return undefined;
  const name = Buffer.from(schema, 'latin1');
  // OK with SERVER_SESSION_STATE_CHANGED, no info, and one entry of type SCHEMA.
  const entry = Buffer.concat([Buffer.of(1, name.length + 1, name.length), name]);
  return [Buffer.concat([Buffer.of(0, 0, 0, 0x02, 0x40, 0, 0, 0, entry.length), entry])];
}
