/** What the named regressions share. */
import type { Alternative, Condition, Step } from '../harness/case/step.ts';
import { ascii, int, packet, times } from './bytes.ts';
import { anyErrOutOfTurn, ended, loggedIn, quit, waitsUntilHalfClose } from './steps.ts';

export const query = (text: string) => ({ send: { message: 'COM_QUERY', with: { query: text } } }) as const;

/** A resultset of one row, by its first values. */
export function row(...values: readonly Condition[]): { readonly expect: readonly [Alternative] } {
  const cells = Object.fromEntries(values.map((value, at) => [`row.0.${at}`, value]));
  return { expect: [{ packet: 'TextResultset', sequenceId: 1, where: { rows: 1, ...cells } }] };
}

/** The next client is served as if nothing had happened: what took the target down, or stuck to it, shows here. */
export const alive = { beside: [...loggedIn, query('SELECT 1'), row('1'), ...quit] } as const satisfies Step;

/** The server just ends the connection, and the script goes on: `closes` of steps.ts ends it there, and the next client would not be asked. */
export const justCloses = { closes: true } as const satisfies Alternative;
/** The same of `waitsUntilHalfClose`. */
export const waitsAndServes = { ...waitsUntilHalfClose, then: [...waitsUntilHalfClose.then, alive] } as const satisfies Alternative;

/** The server says why it ends the connection, or just ends it; then it serves the next. */
export const refusedWith = (...alternatives: readonly [Alternative, ...Alternative[]]): readonly Step[] => [
  { expect: alternatives },
  ended,
  alive,
];

/** COM_QUIT, sent with the login, is what the server gets for an answer. */
export const quitForAnAnswer = {
  sequenceId: 2,
  then: [{ expect: [anyErrOutOfTurn, { closes: true }] }, ended],
} as const satisfies Alternative;
/** The one byte that asks for the password of before 4.1, which is for clients without PLUGIN_AUTH. */
export const asksForOldPasswordBehindQuit = { packet: 'OldAuthSwitchRequest', ...quitForAnAnswer } as const satisfies Alternative;

/** HandshakeResponse41 of HAProxy since 2.2 as bytes: PROTOCOL_41 and SECURE_CONNECTION, 0x01008000, utf8, an empty auth response. */
export const post41 = (user: string): string => packet(1, `${int(4, 0x8200)}${int(4, 0x01008000)}21${times(23, 0)}${ascii(user)}0000`);
/** HandshakeResponse320 of HAProxy up to 2.1 as bytes: SECURE_CONNECTION, 0x010000, an empty auth response. */
export const pre41 = (user: string): string => packet(1, `${int(2, 0x8000)}${int(3, 0x010000)}${ascii(user)}0000`);
export const COM_QUIT = packet(0, '01');
