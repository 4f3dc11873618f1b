/** dialog, the client's half of MariaDB's PAM plugin (mariadb/connection, dialog Plugin). */

export const DIALOG = 'dialog';

/** One question of the server. */
export interface Prompt {
  /** May what is typed be shown? */
  readonly echo: boolean;
  /** The server asks nothing behind this one. */
  readonly last: boolean;
  readonly text: string;
}

const ORDINARY = 2;
const PASSWORD = 4;
const LAST = 1;

/** The prompt in an AuthSwitchRequest's data or an AuthMoreData's; undefined where there is none (the first may be empty). */
export function readPrompt(data: Uint8Array): Prompt | undefined {
  const type = data[0] ?? 0;
  const kind = type & ~LAST;
  if (kind !== ORDINARY && kind !== PASSWORD) return undefined;
  return { echo: kind === ORDINARY, last: (type & LAST) !== 0, text: Buffer.from(data.subarray(1)).toString('latin1') };
}
