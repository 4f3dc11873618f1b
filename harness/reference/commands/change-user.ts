/** COM_CHANGE_USER (mysql/page_protocol_com_change_user, mariadb/com_change_user). */
import { authPlugins } from '../../auth/plugin.ts';
import { agreed, either, when } from '../../codec/condition.ts';
import { CodecError } from '../../codec/error.ts';
import { constant, nul, nulBytes, u8Bytes, u16 } from '../../codec/field.ts';
import { lenencBytes } from '../../codec/lenenc.ts';
import { type MessageOf, message } from '../../codec/message.ts';
import { comChangeUser } from '../../codec/messages/com-change-user.ts';
import { status } from '../../codec/status.ts';
import { errPacket, okPacket } from '../answer.ts';
import { authenticate } from '../auth.ts';
import { characterSetOf, defaultCollationOf, isKnownCollation, unreadableCharacterSet } from '../collation.ts';
import { insistOnDatabase } from '../database.ts';
import { forget, forgetFlags } from '../forget.ts';
import { attributesIn } from '../login-request.ts';
import { Departure, Refusal, refuse } from '../refusal.ts';
import type { Session } from '../session.ts';
import { schemaChanged } from '../statements/tracking.ts';
import type { Handler } from './handler.ts';

/** Failures behind which MariaDB takes no more (mariadb/com_change_user). */
const MOST_FAILURES = 3;
const ACCESS_DENIED = 1045;

/** Everything that the flags promise must be there, as for both servers; the attributes are skipped by their total length. */
const request = message('COM_CHANGE_USER', 'mysql/page_protocol_com_change_user', {
  command: constant(0x11),
  user: nul,
  authResponse: either(agreed('SECURE_CONNECTION'), u8Bytes, nulBytes),
  database: nul,
  characterSet: when(agreed('PROTOCOL_41'), u16),
  authPluginName: when(agreed('PLUGIN_AUTH'), nul),
  attributeBlock: when(agreed('CONNECT_ATTRS'), lenencBytes),
});
type Request = MessageOf<typeof request>;

export const changeUserCommands: Readonly<Record<number, Handler>> = { /* COM_CHANGE_USER */ 0x11: changeUser };

async function changeUser(session: Session, payload: Uint8Array): Promise<readonly Uint8Array[]> {
  const { channel, has, server } = session;
  const guessed = server.dialect === 'mariadb' && session.failedChanges >= MOST_FAILURES && !has('change-user-guessed-without-limit');
  const nameless = has('change-user-needs-plugin-name') && !session.agreed('PLUGIN_AUTH');
  if (guessed || nameless || has('change-user-refused')) throw refuse.unknownCommand();
  const before = session.status;
  try {
    const decoded = read(session, payload);
    await takeOver(session, decoded.value);
    session.attributes = has('change-user-attributes-forgotten') ? [] : attributesIn(session, decoded, payload);
    if (has('compression-ends-with-change-user')) channel.compress(undefined);
    if (has('change-user-sequence-restarts')) channel.numberFrom(1);
    const ok = okPacket(session, {}, session.database === '' ? [] : schemaChanged(session));
    forgetFlags(session, 'change-user');
    if (has('change-user-hides-transaction')) session.status |= before & (status.IN_TRANS | status.IN_TRANS_READONLY);
    return [ok];
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    session.failedChanges++;
    if (has('change-user-new-user-after-failure')) session.user = 'nobody';
    if (has('change-user-fails-silently')) throw new Departure('fin');
    // MySQL ends the connection (seen: 9.7.4); MariaDB goes on as the user it had.
    if ((server.dialect === 'mysql') === has('change-user-goes-on-after-failure')) return [errPacket(session, error)];
    channel.send(errPacket(session, error));
    throw new Departure('fin');
  }
}

/** Throws Refusal 1047 where it ends inside a field. */
function read({ context, has }: Session, payload: Uint8Array): ReturnType<typeof request.decode> {
  try {
    if (has('change-user-attributes-read-strictly')) comChangeUser.decode(payload, context);
    const decoded = request.decode(payload, context);
    if (has('change-user-attributes-refused') && decoded.value.attributeBlock) throw refuse.unknownCommand();
    return decoded;
  } catch (error) {
    if (!(error instanceof CodecError)) throw error;
    if (!has('change-user-truncated-accepted')) throw refuse.unknownCommand();
    return request.decode(Uint8Array.of(...payload, ...new Uint8Array(300)), context);
  }
}

async function takeOver(session: Session, { user, authResponse, database, characterSet, authPluginName }: Request): Promise<void> {
  const { channel, context, has, server } = session;
  const unreadable = unreadableCharacterSet(characterSet ?? 0);
  if (unreadable !== undefined) throw refuse.clientCharacterSet(unreadable);
  if (has('change-user-unknown-plugin-refused') && authPluginName && !(authPluginName in authPlugins)) throw refuse.oldProtocol();
  const { collation } = session.state;
  if (!has('change-user-old-user-after-failure')) forget(session, 'change-user');
  if (has('change-user-switch-out-of-order')) channel.numberFrom(2);
  try {
    // Both servers ask for a proof by a scramble of its own, whatever plugin the client names.
    const { attributes, maxPacketSize } = session;
    const login = { capabilities: context.capabilities, user, authResponse, database, characterSet, attributes, maxPacketSize };
    session.sandboxed = false;
    await authenticate(session, { ...login, plugin: authPluginName === undefined ? undefined : '' });
  } catch (error) {
    const account = server.accounts.has(user);
    const taken = account ? has('change-user-accepts-any-proof') : has('change-user-accepts-unknown-user');
    if (!(error instanceof Refusal && error.errorCode === ACCESS_DENIED && taken)) throw error;
  }
  if (database !== '' && !has('change-user-unknown-database-accepted')) insistOnDatabase(session, database);
  if (has('change-user-old-user-after-failure')) forget(session, 'change-user');
  session.mayReplicate = server.accounts.get(user)?.password !== '';
  if (!has('change-user-keeps-user')) session.user = has('change-user-becomes-anonymous') ? '' : user;
  if (!(database === '' ? has('change-user-keeps-database') : has('change-user-ignores-database'))) session.database = database;
  const named = has('change-user-collation-cut-to-one-byte') ? (characterSet ?? 0) & 0xff : characterSet;
  if (named !== undefined && isKnownCollation(named) && !has('change-user-ignores-character-set'))
    session.state.collation = has('change-user-collation-is-the-default-of-its-set')
      ? defaultCollationOf(characterSetOf(named), server.dialect)
      : named;
  if (has('change-user-keeps-character-set-of-connection')) session.state.connection = collation;
}
