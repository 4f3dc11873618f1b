import {
  CACHING_SHA2_PASSWORD,
  encryptPassword,
  FAST_AUTH_SUCCESS,
  PERFORM_FULL_AUTHENTICATION,
  REQUEST_PUBLIC_KEY,
} from '../auth/caching-sha2.ts';
import { NATIVE_PASSWORD } from '../auth/native-password.ts';
import { authPlugins } from '../auth/plugin.ts';
import { capability, flags } from '../codec/capability.ts';
import { Conversation } from '../codec/conversation.ts';
import { frame } from '../codec/frame.ts';
import type { LabelledPacket } from '../codec/labelled-packet.ts';
import { handshakeResponse41 } from '../codec/messages/handshake-response-41.ts';
import { offeredCapabilities, scrambleOf } from '../codec/messages/handshake-v10.ts';
import { Connection } from '../wire/connection.ts';
import type { Login } from './plan.ts';
import type { Channel, OpenChannel } from './player.ts';

/** The target of a replay, and the account that plays there for everybody. */
export interface ReplayTarget {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  /** ms for a login; default 10000. */
  readonly limitMs?: number;
}

/** Of what the capture agreed on, this is done otherwise: no TLS, no compression, no attributes. */
const notKept = flags(
  'SSL',
  'COMPRESS',
  'ZSTD_COMPRESSION_ALGORITHM',
  'CONNECT_ATTRS',
  'CONNECT_WITH_DB',
  'PLUGIN_AUTH_LENENC_CLIENT_DATA',
);
const always = flags('PROTOCOL_41', 'SECURE_CONNECTION', 'PLUGIN_AUTH');
/** Commands have another layout with it. */
const layout = capability.QUERY_ATTRIBUTES;
const most = 1 << 30;

/** Opens connections to a server, logged in with the flags of the captured client as far as this server offers them. */
export const channelsTo =
  (target: ReplayTarget): OpenChannel =>
  async (login) => {
    const { host, port, limitMs = 10_000 } = target;
    const connection = await Connection.open({ host, port, connectLimitMs: limitMs, mostBytes: most });
    const conversation = new Conversation();
    const labels: LabelledPacket[] = [];
    connection.onReceived = (bytes) => labels.push(...conversation.fromServer(bytes));
    let seen = 0;
    const nextPacket = async (): Promise<LabelledPacket> => {
      await connection.wait('the next packet of the login', limitMs, () => labels.length > seen);
      const label = labels[seen++];
      if (!label) throw new Error(connection.over ? 'the server hung up' : `no answer in ${limitMs} ms`);
      return label;
    };
    const send = (payload: Uint8Array, sequenceId: number): void => {
      const packet = frame(payload, { sequenceId });
      conversation.fromClient(packet);
      void connection.send([packet], 'login');
    };
    try {
      await logIn(target, login, nextPacket, send);
    } catch (error) {
      connection.close();
      throw error;
    }
    return channelOf(connection, conversation);
  };

async function logIn(
  { user, password }: ReplayTarget,
  login: Login,
  next: () => Promise<LabelledPacket>,
  send: (payload: Uint8Array, id: number) => void,
) {
  const greeting = await next();
  if (greeting.name !== 'HandshakeV10' || !greeting.value) throw new Error(`${greeting.name} instead of a greeting`);
  const value = greeting.value as Parameters<typeof offeredCapabilities>[0] &
    Parameters<typeof scrambleOf>[0] & { authPluginName?: string };
  const offered = offeredCapabilities(value);
  if ((login.capabilities & layout) !== 0 && (offered & layout) === 0)
    throw new Error('the server has no query attributes, and the captured commands are laid out for them');
  let plugin = value.authPluginName && authPlugins[value.authPluginName]?.answersGreeting ? value.authPluginName : NATIVE_PASSWORD;
  let nonce: Uint8Array = scrambleOf(value);
  const withDatabase = login.database === undefined ? 0 : capability.CONNECT_WITH_DB;
  const capabilities = (((login.capabilities & ~notKept) | always | withDatabase) & offered) >>> 0;
  const answer = (): Uint8Array => authPlugins[plugin]?.scramble(password, nonce) ?? new Uint8Array(0);
  send(
    handshakeResponse41.encode(
      {
        characterSet: login.characterSet,
        user,
        authResponse: answer(),
        ...(login.database === undefined ? {} : { database: login.database }),
        authPluginName: plugin,
      },
      { capabilities },
    ),
    1,
  );
  for (;;) {
    const { name, value: said = {}, sequenceId = 0 } = await next();
    if (name === 'OK') return;
    if (name === 'ERR') throw new Error(`${String(said['errorCode'])} ${String(said['message'] ?? '')}`);
    const data = (said['data'] as Uint8Array | undefined) ?? new Uint8Array(0);
    if (name === 'AuthSwitchRequest') {
      plugin = String(said['pluginName']);
      nonce = data.subarray(0, authPlugins[plugin]?.nonceBytes ?? 20);
      send(answer(), sequenceId + 1);
    } else if (name === 'AuthMoreData' && plugin === CACHING_SHA2_PASSWORD) {
      if (data[0] === FAST_AUTH_SUCCESS) continue;
      send(
        data[0] === PERFORM_FULL_AUTHENTICATION ? Uint8Array.of(REQUEST_PUBLIC_KEY) : encryptPassword(password, nonce, data),
        sequenceId + 1,
      );
    } else throw new Error(`${name} of ${plugin}: a replay cannot log in so`);
  }
}

function channelOf(connection: Connection, conversation: Conversation): Channel {
  return {
    conversation,
    send: (bytes) => void connection.send([bytes], 'replay'),
    onBytes(take) {
      let past = true;
      connection.onReceived = (bytes) => {
        if (!past) take(bytes);
      };
      past = false;
      void connection.ending(2 ** 31 - 1).then(() => take(undefined));
    },
    close: () => connection.close(),
  };
}
