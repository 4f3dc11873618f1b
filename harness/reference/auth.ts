/** Who is it, and is the proof right (mysql/page_protocol_connection_phase). */
import { SCRAMBLE_LENGTH } from '../auth/bytes.ts';
import { CACHING_SHA2_PASSWORD } from '../auth/caching-sha2.ts';
import { NATIVE_PASSWORD } from '../auth/native-password.ts';
import { join } from '../codec/frame.ts';
import { authSwitchRequest } from '../codec/messages/auth-switch-request.ts';
import { type PluginName, plugin } from './account.ts';
import { judgeCachingSha2 } from './auth-caching-sha2.ts';
import { newScramble } from './greeting.ts';
import type { LoginRequest } from './login-request.ts';
import { denied, type Proof } from './proof.ts';
import { Departure, refuse } from './refusal.ts';
import type { Session } from './session.ts';

const NUL = Uint8Array.of(0);

/** Checks the login, with AuthSwitchRequest and AuthMoreData as needed. Throws Refusal and Departure. */
export async function authenticate(session: Session, request: LoginRequest): Promise<void> {
  const { has, server } = session;
  const { user } = request;
  if (has('rejects-long-user-name') && user.length > 32) throw new Departure('fin');
  if (has('rejects-empty-user-name') && user.length === 0) throw new Departure('fin');
  const account = server.accounts.get(user);
  const wanted = account?.plugin ?? server.authPlugin;
  const first: Proof = { user, account, response: request.authResponse, nonce: session.scramble };
  const proof = await withPlugin(session, request, wanted, first);
  const shortened = has('auth-response-cut-at-nul') ? { ...proof, response: cutAtNul(proof.response) } : proof;
  if (has('accepts-any-password') && account) return;
  if (has('accepts-unknown-user') && !account) return;
  if (has('refuses-empty-password') && account?.password === '') throw denied(session, proof);
  if (has('refuses-right-password') && account !== undefined && account.password !== '') throw denied(session, proof);
  if (wanted === CACHING_SHA2_PASSWORD) return judgeCachingSha2(session, shortened);
  judgeNative(session, shortened);
}

/** The proof for the account's plugin: the client's first one, or the answer to an AuthSwitchRequest. */
async function withPlugin(session: Session, request: LoginRequest, wanted: PluginName, first: Proof): Promise<Proof> {
  const { has } = session;
  const said = request.plugin ?? NATIVE_PASSWORD;
  const old = request.plugin === undefined;
  if (old && first.response.length > 0 && !speaksSecure(request)) throw refuse.oldProtocol();
  if (old && has('sends-auth-switch-to-client-without-plugin-auth')) return switched(session, wanted, first);
  if (said === wanted || has('auth-switch-missing')) {
    if (!has('auth-switch-loops') || old) return first;
  }
  if (old) throw refuse.oldProtocol();
  if (has('unknown-plugin-closes') && said !== NATIVE_PASSWORD && said !== CACHING_SHA2_PASSWORD) throw new Departure('fin');
  return switched(session, wanted, first);
}

/** AuthSwitchRequest with a new scramble, and the answer (mysql/page_protocol_connection_phase_packets_protocol_auth_switch_request). */
async function switched(session: Session, pluginName: PluginName, first: Proof): Promise<Proof> {
  const { channel, has, context } = session;
  for (;;) {
    const nonce = newScramble();
    const shown = has('auth-switch-short-scramble') ? nonce.subarray(0, 8) : nonce;
    const data = has('auth-switch-without-scramble') ? new Uint8Array(0) : join([shown, NUL]);
    const raw = has('auth-switch-name-without-nul') ? { pluginName: Buffer.from(pluginName, 'latin1') } : {};
    channel.send(authSwitchRequest.encode({ pluginName, data }, context, raw));
    const response = await channel.receive();
    if (has('auth-switch-empty-response-refused') && response.length === 0) throw refuse.badHandshake();
    if (!has('auth-switch-loops')) return { ...first, response, nonce };
  }
}

function judgeNative(session: Session, proof: Proof): void {
  const { account, response, nonce } = proof;
  const cut = session.has('auth-response-cut-at-nul');
  if (response.length !== 0 && response.length !== SCRAMBLE_LENGTH && !cut) throw refuse.badHandshake();
  if (!account || !plugin(NATIVE_PASSWORD).verify(response, nonce, account.hash)) throw denied(session, proof);
}

/** Without SECURE_CONNECTION the response is one of mysql_old_password, which nobody stores any more. */
function speaksSecure(request: LoginRequest): boolean {
  return (request.capabilities & 0x8000) !== 0;
}

function cutAtNul(response: Uint8Array): Uint8Array {
  const nul = response.indexOf(0);
  return nul < 0 ? response : response.subarray(0, nul);
}
