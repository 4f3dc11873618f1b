/** Steps of the authentication exchange that several files of cases share. */
import type { Alternative, DeclaredAccount, PasswordForm, ProofForm, Step } from '../harness/case/step.ts';
import { err, greeting } from './steps.ts';

/** A plugin that nobody has: the server must name the account's. */
export const OTHER_PLUGIN = 'mywire_no_such_plugin';

/** A login that names the plugin of the account; nothing is proved yet where that has a nonce of its own. */
export const loginAs = (account: DeclaredAccount, password: 'right' | 'wrong' | 'empty' = 'right') =>
  ({ send: { message: 'HandshakeResponse41', account, password } }) as const satisfies Step;

/** The client's answer to what was asked last, changed like this. */
export const answer = (proof: ProofForm = {}, password?: PasswordForm) =>
  ({ send: { message: 'AuthSwitchResponse', proof, ...(password && { password }) } }) as const satisfies Step;
/** These bytes (hex) instead of an answer. */
export const answerBytes = (data: string) => ({ send: { message: 'AuthSwitchResponse', with: { data } } }) as const satisfies Step;

/** 1045 with its SQLSTATE. */
export const denied = err(1045, '28000');

/** The AuthSwitchRequest for client_ed25519 or parsec: 32 bytes of nonce, and nothing behind. */
export const nonceOf32 = (pluginName: string) =>
  ({
    packet: 'AuthSwitchRequest',
    sequenceId: 2,
    where: { pluginName, data: { length: 32 } },
  }) as const satisfies Alternative;

/** The greeting, and the login that is answered with an AuthSwitchRequest. */
export const switched = (account: DeclaredAccount, password: 'right' | 'wrong' | 'empty' = 'right') =>
  [greeting, loginAs(account, password), { expect: [{ packet: 'AuthSwitchRequest' }] }] as const satisfies readonly Step[];

/** A public key in PEM, of as many bits as its owner has chosen. */
export const publicKey = {
  packet: 'AuthMoreData',
  where: { payload: { pattern: '^\\x01-----BEGIN PUBLIC KEY-----\\r?\\n[A-Za-z0-9+/=\\r\\n]{120,}-----END PUBLIC KEY-----\\s*$' } },
} as const satisfies Alternative;
