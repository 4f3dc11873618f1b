import type { Case, Need } from '../../harness/case/case.ts';
import type { DeclaredAccount } from '../../harness/case/step.ts';
import { times } from '../bytes.ts';
import { manual } from '../manual.ts';
import { greeting, ok, works } from '../steps.ts';

const source = [
  manual['mysql/wrong-guess-gets-auth-switch'],
  manual['mysql/auth-switch-names-client-plugin'],
  manual['mysql/auth-switch-response-gets-more-err-or-ok'],
  manual['mariadb/wrong-plugin-restarts-authentication'],
  manual['mariadb/auth-switch-layout'],
  manual['mariadb/auth-switch-ends-with-ok-or-err'],
] as const;

/** The plugins that a client may name, and how many bytes its first answer then has. */
const guesses = {
  native: { plugin: 'mysql_native_password', bytes: 20 },
  sha2: { plugin: 'caching_sha2_password', bytes: 32 },
  sha256: { plugin: 'sha256_password', bytes: 1 },
  ed25519: { plugin: 'client_ed25519', bytes: 64 },
  parsec: { plugin: 'parsec', bytes: 0 },
  dialog: { plugin: 'dialog', bytes: 0 },
} as const;
type Guess = keyof typeof guesses;

/** The accounts, and what their server must have for them. */
const accounts = {
  native: [{ account: 'native' }],
  sha2: [{ account: 'sha2' }, { feature: 'sha2-public-key' }],
  sha256: [{ account: 'sha256' }, { feature: 'sha256-password' }, { feature: 'sha256-public-key' }],
  ed25519: [{ account: 'ed25519' }, { feature: 'ed25519' }],
  parsec: [{ account: 'parsec' }, { feature: 'parsec' }],
} as const satisfies Readonly<Partial<Record<DeclaredAccount, readonly Need[]>>>;
type Target = keyof typeof accounts;

const pairs = (Object.keys(accounts) as Target[]).flatMap((to) =>
  (Object.keys(guesses) as Guess[]).filter((from) => from !== to).map((from) => [from, to] as const),
);

/** A client that has guessed one plugin, and answered for it, gets in with the plugin of the account: every pair of them. */
export const cases: readonly Case[] = pairs.map(([from, to]) => {
  const { plugin, bytes } = guesses[from];
  return {
    id: `auth/switch-from-${from}-to-${to}`,
    title: `a client that answers for ${plugin} is asked for ${guesses[to].plugin}, and gets in with it`,
    level: 'MUST',
    source,
    needs: [...accounts[to], { offers: 'PLUGIN_AUTH' }],
    script: [
      greeting,
      {
        send: { message: 'HandshakeResponse41', account: to, with: { authPluginName: plugin, authResponse: times(bytes, 0x41) } },
      },
      { expect: [{ packet: 'AuthSwitchRequest', sequenceId: 2, where: { pluginName: guesses[to].plugin } }] },
      { send: { message: 'AuthSwitchResponse', proof: {} } },
      ok,
      ...works,
    ],
    deliveries: ['whole'],
    killedBy: ['auth-switch-missing', 'auth-switch-names-server-plugin', 'auth-switch-checks-greeting-scramble'],
  } satisfies Case;
});
