import { has } from '../codec/capability.ts';
import type { Context } from '../codec/message.ts';
import { offeredCapabilities } from '../codec/messages/handshake-v10.ts';
import type { Login } from './step.ts';

type Value = Readonly<Record<string, unknown>>;

/** How somebody came in, from the fields of the greeting and of the HandshakeResponse41; `tls`: an SSLRequest came before it. */
export function loginOf(greeting: Value | undefined, response: Value | undefined, tls: boolean): Login | undefined {
  if (!greeting || !response) return undefined;
  const { capabilities, mariadbCapabilities } = agreedOf(greeting, response);
  const database = response['database'];
  const compression = has(capabilities, 'COMPRESS') ? 'zlib' : has(capabilities, 'ZSTD_COMPRESSION_ALGORITHM') ? 'zstd' : undefined;
  return {
    user: String(response['user']),
    ...(database === undefined || database === '' ? {} : { database: String(database) }),
    characterSet: Number(response['characterSet']),
    ...(tls ? { tls } : {}),
    ...(compression ? { compression } : {}),
    capabilities,
    ...(mariadbCapabilities === 0 ? {} : { mariadbCapabilities }),
  };
}

/** What both have agreed on, as the codec reads a connection by it. */
export function agreedOf(greeting: Value, response: Value): Required<Pick<Context, 'capabilities' | 'mariadbCapabilities'>> {
  const offered = offeredCapabilities(greeting as Parameters<typeof offeredCapabilities>[0]);
  const declared = Number(response['capabilities']);
  const mariadb = !has(offered | declared, 'LONG_PASSWORD');
  const extended = Number(greeting['mariadbCapabilities'] ?? 0) & Number(response['mariadbCapabilities'] ?? 0);
  return { capabilities: (offered & declared) >>> 0, mariadbCapabilities: mariadb ? extended >>> 0 : 0 };
}
