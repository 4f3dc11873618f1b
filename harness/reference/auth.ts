/** Who is it, and is the proof right (mysql/page_protocol_connection_phase). */
import { isUtf8 } from 'node:buffer';
import { NATIVE_PASSWORD } from '../auth/native-password.ts';
import { authPlugins } from '../auth/plugin.ts';
import { flags } from '../codec/capability.ts';
import { authSwitchRequest } from '../codec/messages/auth-switch-request.ts';
import type { ReferenceAccount } from './account.ts';
import { serverPlugins } from './auth/index.ts';
import { enterSandbox } from './auth/sandbox.ts';
import { proveSecondFactor } from './auth/second-factor.ts';
import type { ServerPlugin } from './auth/server-plugin.ts';
import { newScramble } from './greeting.ts';
import type { LoginRequest } from './login-request.ts';
import { denied, type Proof } from './proof.ts';
import { queries } from './query.ts';
import { Departure, Refusal, refuse } from './refusal.ts';
import { bearQuit } from './regression-other.ts';
import type { Server, Session } from './session.ts';

const QUERY = 0x03;

/** Checks the login (was there an AuthSwitchRequest?), with AuthSwitchRequest, AuthMoreData and AuthNextFactor as needed. Throws Refusal and Departure. */
export async function authenticate(session: Session, request: LoginRequest): Promise<{ readonly switched: boolean }> {
  const { channel, has, server } = session;
  const { user } = request;
  if (has('rejects-user-name-of-other-bytes') && !isUtf8(Buffer.from(user, 'latin1'))) throw new Departure('fin');
  if (has('rejects-user-name-of-32-bytes') && user.length === 32) throw new Departure('fin');
  if (has('rejects-long-user-name') && user.length > 32) throw new Departure('fin');
  if (has('rejects-empty-user-name') && user.length === 0) throw new Departure('fin');
  const account = server.accounts.get(user) ?? lookalike(session, user);
  dieOf(session, request, account !== undefined);
  const plugin = serverPlugins[account?.plugin ?? server.authPlugin];
  const nonce = channel.secure && has('tls-checks-another-scramble') ? newScramble() : session.scramble;
  const first: Proof = { user, account, factor: account, response: request.authResponse, nonce };
  const greeted = plugin.name === server.authPlugin;
  if (has('client-without-plugin-auth-let-in') && account && request.plugin === undefined && !greeted) return { switched: false };
  if (has('socket-plugin-of-client-believed') && account && namesSocket(request)) return { switched: false };
  const proof = await withPlugin(session, request, plugin, first);
  const done = { switched: proof !== first };
  if (has('accepts-any-password') && account) return done;
  if (has('accepts-unknown-user') && !account) return done;
  if (has('refuses-empty-password') && account?.password === '') throw denied(session, proof);
  if (has('refuses-right-password') && account !== undefined && account.password !== '') throw denied(session, proof);
  if (has('change-user-accepts-no-proof') && session.user !== '' && account && proof.response.length <= 1) return done;
  let late: Refusal | undefined;
  try {
    await plugin.judge(session, withCuts(session, proof, first));
  } catch (error) {
    if (account && error instanceof Refusal && isLuckyGuess(session)) return done;
    if (!account && has('unknown-user-denied-with-sequence-zero')) channel.numberFrom(0);
    if (error instanceof Refusal && has('expiry-told-to-everybody') && account?.expired) throw refuse.passwordExpired();
    if (!(error instanceof Refusal && account?.secondFactor)) throw error;
    if (has('wrong-first-factor-told-at-the-end')) late = error;
    else if (!has('next-factor-behind-wrong-first')) throw error;
  }
  if (proof !== first) forgetFlags(session);
  await proveSecondFactor(session, request, proof);
  if (late) throw late;
  // Both servers look at it last: who does not know the password does not learn that TLS is asked for.
  if (account?.requiresTls && !hasTls(session, done.switched)) throw denied(session, proof);
  enterSandbox(session, account?.expired);
  return done;
}

const wrongPasswords = new WeakMap<Server, number>();

/** A defect: every fourth of them gets in. */
function isLuckyGuess({ has, server }: Session): boolean {
  if (!has('every-fourth-wrong-password-accepted')) return false;
  const guesses = (wrongPasswords.get(server) ?? 0) + 1;
  wrongPasswords.set(server, guesses);
  return guesses % 4 === 0;
}

/** The account that a defect takes for the one of this name. */
function lookalike({ has, server }: Session, user: string): ReferenceAccount | undefined {
  if (user === '') return undefined;
  const isLike = (name: string): boolean =>
    (has('user-name-in-any-case') && name === user.toLowerCase()) ||
    (has('user-name-cut-short') && name.startsWith(user)) ||
    (has('user-name-with-anything-behind') && user.startsWith(name)) ||
    (has('user-name-trimmed') && name === user.trimEnd());
  return [...server.accounts.values()].find((one) => isLike(one.user));
}

/** Defects that are crashes. */
function dieOf({ has, server }: Session, { authResponse: { length } }: LoginRequest, known: boolean): void {
  const dies =
    (has('unknown-user-without-password-stops-server') && !known && length === 0) ||
    (has('short-auth-response-stops-server') && length > 0 && length < 20);
  if (dies) server.die();
}

/** What is left of a client's flags where they are lost on the way: those of its packets' form. */
function forgetFlags(session: Session): void {
  const { has } = session;
  const both = has('auth-switch-loses-capabilities');
  const lost = (both ? flags('MULTI_STATEMENTS') : 0) | (both || has('auth-switch-loses-deprecate-eof') ? flags('DEPRECATE_EOF') : 0);
  if (lost !== 0) session.loseCapabilities(lost);
}

function hasTls({ channel, has, user }: Session, switched: boolean): boolean {
  const again = user !== '';
  if (has('tls-requirement-refuses-tls')) return false;
  if (again && has('change-user-forgets-tls')) return false;
  if (again && has('change-user-ignores-tls-requirement')) return true;
  if (switched && has('tls-requirement-forgotten-after-switch')) return true;
  return channel.secure || has('tls-requirement-ignored') || has('tls-requirement-met-by-flag');
}

/** The proof for the account's plugin: the client's first one, or the answer to an AuthSwitchRequest. */
async function withPlugin(session: Session, request: LoginRequest, plugin: ServerPlugin, first: Proof): Promise<Proof> {
  const { has } = session;
  const said = request.plugin ?? NATIVE_PASSWORD;
  const old = request.plugin === undefined;
  if (old && first.response.length > 0 && !speaksSecure(request)) throw refuse.oldProtocol();
  if (old && has('sends-auth-switch-to-client-without-plugin-auth')) return switched(session, plugin, first);
  if (!old && first.account?.password === '' && has('empty-password-asks-for-a-switch')) return switched(session, plugin, first);
  // A scramble made by another plugin is of no use to this one, whichever the client has named; a client without PLUGIN_AUTH has no other.
  const greeted = old || plugin.name === session.server.authPlugin;
  if ((said === plugin.name && plugin.takesGreeting && greeted) || has('auth-switch-missing')) {
    if (!has('auth-switch-loops') || old) return first;
  }
  if (old) throw refuse.oldProtocol();
  if (has('unknown-plugin-closes') && !(said in authPlugins)) throw new Departure('fin');
  const echoes = has('auth-switch-names-plugin-of-client') && !(said in serverPlugins);
  return switched(session, plugin, first, echoes ? said : plugin.name);
}

/** AuthSwitchRequest with a new nonce, and the answer (mysql/page_protocol_connection_phase_packets_protocol_auth_switch_request). */
async function switched(session: Session, plugin: ServerPlugin, first: Proof, name: string = plugin.name): Promise<Proof> {
  const { channel, has, context } = session;
  const again = session.user !== '';
  for (;;) {
    const nonce = again && has('change-user-same-scramble') ? session.scramble : plugin.newNonce(session, first);
    const data = plugin.shown(session, nonce);
    const raw = has('auth-switch-name-without-nul') ? { pluginName: Buffer.from(plugin.name, 'latin1') } : {};
    const pluginName = has('auth-switch-names-server-plugin') ? 'ed25519' : name;
    if (has('auth-switch-sequence-restarts')) channel.numberFrom(0);
    channel.send(authSwitchRequest.encode({ pluginName, data }, context, raw));
    await bearQuit(session);
    const response = await channel.receive();
    if (has('auth-switch-answered-with-a-query-runs') && response[0] === QUERY) channel.send(...(await carriedOut(session, response)));
    if (has('auth-switch-given-up-hangs') && response.length === 1) throw new Departure('stay');
    if (has('empty-switch-response-not-counted') && response.length === 0) channel.numberFrom(3);
    if (has('auth-switch-empty-response-refused') && response.length === 0) throw refuse.badHandshake();
    if (has('auth-switch-checks-greeting-scramble')) return { ...first, response };
    if (!has('auth-switch-loops')) return { ...first, response, nonce };
  }
}

/** A defect: the answer to a COM_QUERY of a client that is not logged in. */
const carriedOut = (session: Session, command: Uint8Array): Promise<readonly Uint8Array[]> =>
  queries(session, Buffer.from(command.subarray(1)).toString('latin1'));

/** What two defects read of the response. */
function withCuts({ has }: Session, proof: Proof, first: Proof): Proof {
  const cut = has('auth-response-cut-at-nul') || (has('auth-switch-response-cut-at-nul') && proof !== first);
  const nul = cut ? proof.response.indexOf(0) : -1;
  return nul < 0 ? proof : { ...proof, response: proof.response.subarray(0, nul) };
}

/** Without SECURE_CONNECTION the response is one of mysql_old_password, which nobody stores any more. */
function speaksSecure(request: LoginRequest): boolean {
  return (request.capabilities & 0x8000) !== 0;
}

/** The plugin that proves who owns a Unix socket; and no proof. */
const namesSocket = ({ plugin, authResponse }: LoginRequest): boolean =>
  (plugin === 'auth_socket' || plugin === 'unix_socket') && authResponse.length === 0;
