import { cleartextPassword } from '../auth/caching-sha2.ts';
import { authPlugins } from '../auth/plugin.ts';
import type { AccountName, PasswordForm, ProofForm, Stimulus } from '../case/step.ts';
import type { Account } from '../target/target.ts';
import { answerOf } from './auth-exchange.ts';
import { RunError } from './error.ts';
import { hex } from './hex.ts';
import type { Session } from './session.ts';

/** A user that exists nowhere. */
const UNKNOWN_USER = 'mywire_nobody';

/** Who logs in, and with which password. */
interface Login {
  readonly account: Account;
  readonly password: string;
}

/** Fields of the message that names and proves an account. */
export interface Credentials {
  readonly fields: Record<string, unknown>;
  readonly login?: Login;
}

/** What names and proves the account that a stimulus speaks of. Throws RUN_BAD_STIMULUS. */
export function credentials(stimulus: Stimulus, session: Session): Credentials {
  if (!stimulus.account) return { fields: {} };
  const who = account(stimulus.account, session);
  const login = { account: who, password: chosenPassword(stimulus, who) };
  return {
    fields: { user: written(who.user, stimulus.userName), authPluginName: who.plugin, authResponse: firstProof(stimulus, login, session) },
    login,
  };
}

/** What the client of the login answers to the packet before, and with which password. Throws RUN_BAD_STIMULUS. */
export function furtherProof(stimulus: Stimulus, session: Session): { readonly data: Uint8Array; readonly password: string } {
  const { proof = {}, password } = stimulus;
  const { login, exchange } = session;
  if (!login || !exchange) throw new RunError('RUN_BAD_STIMULUS', 'a proof answers a question of the server in a login; none was read');
  const usual = exchange.factor === 2 && proof.factor !== 1 ? (login.account.secondPassword ?? '') : login.password;
  const used = password === undefined ? usual : passwordAs(password, usual);
  const nonce = proof.nonce === 'greeting' ? session.greetingScramble : undefined;
  const right =
    proof.as === 'clear' ? inClear(used, login.account, session) : answerOf(session, { password: used, ...(nonce && { nonce }) });
  if (!right) throw new RunError('RUN_BAD_STIMULUS', `a client says nothing to the ${exchange.asked.name} before`);
  return { data: altered(right, proof), password: used };
}

/** The user name as a stimulus wants it written. */
function written(user: string, how: Stimulus['userName']): string {
  switch (how) {
    case 'in-capitals':
      return otherwise(user);
    case 'without-its-end':
      return user.slice(0, -1);
    case 'with-more-behind':
      return `${user}_`;
    case 'with-a-blank-behind':
      return `${user} `;
    case undefined:
      return user;
  }
}

function account(name: AccountName, session: Session): Account {
  if (name === 'unknown') {
    const plugin = (session.accounts.check ?? session.accounts.login)?.plugin ?? 'mysql_native_password';
    return { user: UNKNOWN_USER, password: '', plugin };
  }
  const found = session.accounts[name];
  if (!found) throw new RunError('RUN_BAD_STIMULUS', `the target has no ${name} account; the case must say that it needs it`);
  return found;
}

const chosenPassword = ({ password = 'right' }: Stimulus, who: Account): string => passwordAs(password, who.password);

function passwordAs(form: PasswordForm, right: string): string {
  switch (form) {
    case 'right':
      return right;
    case 'wrong':
      return `not-${right}`;
    case 'empty':
      return '';
    case 'with-more-behind':
      return `${right}_`;
    case 'without-its-end':
      return right.slice(0, -1);
    case 'in-capitals':
      return otherwise(right);
  }
}

/** In capitals; in small letters where it has no others, and with something in front where it has no letters. */
function otherwise(text: string): string {
  return [text.toUpperCase(), text.toLowerCase()].find((written) => written !== text) ?? `not-${text}`;
}

/** The first answer to the greeting's scramble; none where that belongs to another plugin, as both client libraries do. */
function firstProof(stimulus: Stimulus, login: Login, session: Session): Uint8Array {
  const { account: who, password } = login;
  const plugin = authPlugins[who.plugin];
  if (!plugin) throw new RunError('RUN_BAD_STIMULUS', `no client side for ${who.plugin}`);
  if (stimulus.proof?.as === 'clear') return altered(inClear(password, who, session), stimulus.proof);
  if (password === '' || !plugin.answersGreeting) return altered(new Uint8Array(0), stimulus.proof);
  if (!session.scramble)
    throw new RunError(
      'RUN_BAD_STIMULUS',
      `${who.user} has a password: its proof needs the greeting's scramble, so it cannot go out early`,
    );
  return altered(plugin.scramble(password, session.scramble), stimulus.proof);
}

/** The password as it is; of somebody's own, outside TLS, only how long it is. */
const inClear = (password: string, { own }: Account, { tls }: Session): Uint8Array =>
  cleartextPassword(own && !tls ? 'x'.repeat(Buffer.byteLength(password)) : password);

function altered(right: Uint8Array, { keep, append, flip }: ProofForm = {}): Uint8Array {
  const kept = Buffer.from(right.subarray(0, keep ?? right.length));
  if (flip !== undefined && flip >> 3 < kept.length) kept[flip >> 3] = (kept[flip >> 3] ?? 0) ^ (1 << (flip & 7));
  return append === undefined ? kept : Buffer.concat([kept, hex(append)]);
}
