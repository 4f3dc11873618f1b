import type { Step, Stimulus } from '../case/step.ts';
import type { TryContext } from './try.ts';

type Account = NonNullable<Stimulus['account']>;
type More = Pick<Stimulus, 'capabilities' | 'with'>;

/** What a probe begins with: a login that is let in, whatever its packets are numbered. */
export const loggedIn = (context: TryContext, account: Account, more: More = {}): readonly Step[] => [
  ...loginSteps(account, more, context.overTls?.has(account)),
  { expect: [{ packet: 'OK', sequenceId: 'any' }] },
];

/** Up to the answer. */
export const loginSteps = (account: Account, more: More = {}, overTls = false): readonly Step[] => [
  { expect: [{ packet: 'HandshakeV10', sequenceId: 'any' }] },
  ...(overTls ? ([{ send: { message: 'SSLRequest' } }, { do: 'start-tls' }] as const) : []),
  { send: { message: 'HandshakeResponse41', account, ...more, ...(overTls && withTls(more)) } },
];

const withTls = ({ capabilities = {} }: More): More => ({ capabilities: { ...capabilities, add: [...(capabilities.add ?? []), 'SSL'] } });
