import type { Step, Stimulus } from '../case/step.ts';

/** What a probe begins with: a login that is let in, whatever its packets are numbered. */
export const loggedIn = (
  account: NonNullable<Stimulus['account']>,
  more: Pick<Stimulus, 'capabilities' | 'with'> = {},
): readonly Step[] => [
  { expect: [{ packet: 'HandshakeV10', sequenceId: 'any' }] },
  { send: { message: 'HandshakeResponse41', account, ...more } },
  { expect: [{ packet: 'OK', sequenceId: 'any' }] },
];
