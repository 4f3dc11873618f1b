/** Multi-factor authentication (mysql/page_protocol_multi_factor_authentication_methods). */
import { capability } from '../../codec/capability.ts';
import { authNextFactor } from '../../codec/messages/auth-next-factor.ts';
import type { LoginRequest } from '../login-request.ts';
import { denied, type Proof } from '../proof.ts';
import type { Session } from '../session.ts';
import { serverPlugins } from './index.ts';

/** Behind the first factor: AuthNextFactor, and the exchange of its plugin. Throws Refusal and Departure. */
export async function proveSecondFactor(session: Session, request: LoginRequest, proved: Proof): Promise<void> {
  const { channel, context, has } = session;
  const factor = proved.account?.secondFactor;
  if (!factor || has('next-factor-missing')) return;
  // There is no other packet to ask an older client with.
  if ((request.capabilities & session.offered & capability.MULTI_FACTOR_AUTHENTICATION) === 0) {
    if (has('next-factor-skipped-for-old-client')) return;
    throw denied(session, proved);
  }
  const plugin = serverPlugins[factor.plugin];
  const about = { user: proved.user, account: proved.account, factor };
  const drawn = plugin.newNonce(session, about);
  const data = has('next-factor-without-data') ? new Uint8Array(0) : plugin.shown(session, drawn);
  const raw = has('next-factor-name-without-nul') ? { pluginName: Buffer.from(factor.plugin, 'latin1') } : {};
  channel.send(authNextFactor.encode({ pluginName: factor.plugin, data }, context, raw));
  const response = await channel.receive();
  const nonce = has('next-factor-checks-another-nonce') ? session.scramble : drawn;
  if (has('next-factor-not-checked')) return;
  const first = proved.factor && has('next-factor-takes-first-password');
  try {
    await plugin.judge(session, { ...about, response, nonce });
  } catch (error) {
    if (!first) throw error;
    await plugin.judge(session, { ...about, factor: { ...factor, password: proved.factor?.password ?? '' }, response, nonce });
  }
}
