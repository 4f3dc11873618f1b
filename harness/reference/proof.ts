import type { Factor, ReferenceAccount } from './account.ts';
import { Refusal } from './refusal.ts';
import type { Session } from './session.ts';

/** Characters of a user name that an ERR shows (USERNAME_CHAR_LENGTH of MariaDB). */
const SHOWN_USER = 128;

/** A response, the nonce it answers, and whose it is. An unknown user has no account, and fails like a bad password. */
export interface Proof {
  readonly user: string;
  readonly account: ReferenceAccount | undefined;
  /** Which of the account's factors it is to prove. */
  readonly factor: Factor | undefined;
  readonly response: Uint8Array;
  readonly nonce: Uint8Array;
}

/** No byte, or the lone NUL that libmysqlclient sends for an empty password. */
export const isEmpty = (response: Uint8Array): boolean => response.length === 0 || (response.length === 1 && response[0] === 0);

/** ERR 1045, the same for a bad password and an unknown user. */
export function denied({ has, peer }: Session, { user, account, response }: Proof): Refusal {
  const unsaid = has('says-password-not-used') || (has('unknown-user-says-password-not-used') && !account);
  const used = isEmpty(response) || unsaid ? 'NO' : 'YES';
  const shown =
    has('unknown-user-in-other-words') && !account
      ? `There is no '${user}'@'${peer}'`
      : `Access denied for user '${user.slice(0, SHOWN_USER)}'@'${peer}'`;
  const text = `${shown} (using password: ${used})`;
  if (has('unknown-user-told-apart') && !account) return new Refusal(1449, 'HY000', `There is no user '${user}'`);
  if (has('unknown-user-told-apart-by-password') && !account && !isEmpty(response))
    return new Refusal(1449, 'HY000', `There is no user '${user}'`);
  const code = has('wrong-err-code-for-bad-password') ? 1044 : 1045;
  return new Refusal(code, has('wrong-sqlstate-for-bad-password') ? 'HY000' : '28000', text);
}
