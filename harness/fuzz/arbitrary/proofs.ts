import type { DeclaredAccount, PasswordForm, ProofForm, Stimulus } from '../../case/step.ts';
import type { Act, Client } from '../exec.ts';
import type { About } from './about.ts';
import type { Chance } from './chance.ts';
import { ping } from './commands.ts';
import { login } from './login.ts';

/** Bits of the last byte of a proof, by its length: SHA-1, SHA-256, a signature, a nonce and a signature. */
const lastBits = [20, 32, 64, 96].map((bytes) => bytes * 8 - 3);

/** A proof that is not right, made of the right one. */
export const wrongForm = (chance: Chance): ProofForm =>
  chance.weighted<() => ProofForm>([
    [3, () => ({ keep: -1 })],
    [4, () => ({ keep: chance.of([0, 1, 8, 19, 20, 31, 32, 33, 63, 64, 95]) })],
    [4, () => ({ append: chance.of(['00', '61', '0000', chance.hex(9)]) })],
    [3, () => ({ flip: chance.below(96 * 8) })],
    [5, () => ({ flip: chance.of(lastBits) })],
    [2, () => ({ nonce: 'greeting' })],
    [3, () => ({ as: 'clear' })],
    [1, () => ({ factor: 1 })],
  ])();

/** Bytes that are no proof of anything, or all that a plugin's further rounds begin with. */
const bytes = ['', '00', '01', '02', '03', '05', '00'.repeat(20), '00'.repeat(32), '00'.repeat(64), 'ff'.repeat(256)] as const;

const answer = (chance: Chance): Stimulus =>
  chance.oneIn(3)
    ? { message: 'AuthSwitchResponse', raw: { data: chance.of(bytes) } }
    : { message: 'AuthSwitchResponse', proof: chance.oneIn(4) ? {} : wrongForm(chance) };

const forms = ['wrong', 'empty', 'with-more-behind', 'without-its-end', 'in-capitals'] as const satisfies readonly PasswordForm[];

/** Logs in with an account that proves something, answers the questions of the login itself, and one of them untruly. */
export function proofClient(chance: Chance, about: About, canary: string): Client {
  const by = login(chance, about, { ahead: false, canary });
  const others = about.accounts.filter((name) => name !== 'check');
  const account: DeclaredAccount = others.length > 0 && !chance.oneIn(16) ? chance.of(others) : (about.accounts[0] ?? 'check');
  const { userName: _u, password: _p, ...honest } = lastOf(by.acts);
  const password = chance.oneIn(4) ? { password: chance.of(forms) } : {};
  const first: Stimulus = { ...honest, account, ...password };
  // The first answer stands in the login itself; each further one answers a question of the server.
  const inLogin = chance.oneIn(3);
  if (chance.oneIn(4))
    return {
      acts: [...by.acts.slice(0, -1), { send: [{ ...first, password: chance.of(forms) }] }, { send: [ping] }],
      delivery: 'whole',
      leaves: 'quit',
    };
  const login41: Act = { send: [inLogin ? { ...first, ...untrueIn(chance) } : first] };
  const right: Act = { send: [{ message: 'AuthSwitchResponse', proof: {} }] };
  const rounds = inLogin ? [] : [...Array.from({ length: chance.of([0, 0, 0, 1, 1, 2]) }, () => right), { send: [answer(chance)] } as Act];
  const acts: Act[] = [...by.acts.slice(0, -1), login41, ...rounds, { send: [ping] }];
  return { acts, delivery: 'whole', leaves: chance.of(['quit', 'fin'] as const) };
}

const untrueIn = (chance: Chance): Partial<Stimulus> =>
  chance.oneIn(4)
    ? { raw: { authResponse: chance.of(['00', '0100', `14${'00'.repeat(20)}`, `20${'00'.repeat(32)}`]) } }
    : { proof: wrongForm(chance) };

/** The login itself stands behind what leads to it. */
function lastOf(acts: readonly Act[]): Stimulus {
  const last = acts.at(-1);
  return last && 'send' in last ? last.send[0] : { message: 'HandshakeResponse41' };
}
