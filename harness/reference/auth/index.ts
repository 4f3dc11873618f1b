import type { PluginName } from '../account.ts';
import { cachingSha2 } from './caching-sha2.ts';
import { ed25519 } from './ed25519.ts';
import { nativePassword } from './native-password.ts';
import { parsec } from './parsec.ts';
import type { ServerPlugin } from './server-plugin.ts';
import { sha256Password } from './sha256-password.ts';

/** The plugins that an account of the server can have. */
export const serverPlugins: Readonly<Record<PluginName, ServerPlugin>> = {
  mysql_native_password: nativePassword,
  caching_sha2_password: cachingSha2,
  sha256_password: sha256Password,
  client_ed25519: ed25519,
  parsec,
};
