import type { Case } from '../../harness/case/case.ts';
import { times } from '../bytes.ts';
import { manual } from '../manual.ts';
import { anyErr, deniedNobody, ended, greeting, namesMatchExactly, notTaken } from '../steps.ts';

const source = [
  manual['mysql/response41-username'],
  manual['mysql/ok-or-err-ends-auth'],
  manual['mysql/error-1045-access-denied'],
  manual['mysql/error-1698-access-denied-without-password'],
  manual['mariadb/response-layout'],
  manual['mariadb/auth-answers'],
  manual['mariadb/error-1045-access-denied'],
  manual['mariadb/error-1698-access-denied-without-password'],
  ...namesMatchExactly,
] as const;
const link = 'https://github.com/go-sql-driver/mysql/issues/1482';

const loginAs = (user: string) => ({ send: { message: 'HandshakeResponse41', account: 'unknown', with: { user } } }) as const;
/** The manuals limit no user name on the wire, so a server that finds one too long says so, and no page says with which code. */
const refused = [{ expect: [anyErr] }, ended] as const;

/** The name of an account that needs no password, written otherwise. */
const nearly = [
  {
    userName: 'in-capitals',
    title: 'a user name in capitals is not that of an account in small letters: ERR 1045 or 1698',
    level: 'MUST',
    more: [manual['mysql/user-names-are-case-sensitive']],
    killedBy: ['user-name-in-any-case'],
  },
  {
    userName: 'without-its-end',
    title: 'a user name with which that of an account only begins is refused with ERR 1045 or 1698',
    level: 'MUST',
    more: [],
    killedBy: ['user-name-cut-short'],
  },
  {
    userName: 'with-more-behind',
    title: 'a user name that only begins with that of an account is refused with ERR 1045 or 1698',
    level: 'MUST',
    more: [],
    killedBy: ['user-name-with-anything-behind'],
  },
  {
    userName: 'with-a-blank-behind',
    title: 'a user name with a blank behind that of an account is refused with ERR 1045 or 1698',
    // MySQL's manual does not say what blanks at the end of a name mean; its grant tables cannot keep two such names apart.
    level: 'SHOULD',
    more: [],
    killedBy: ['user-name-trimmed'],
  },
] as const;

/** User names that no account has: each gets its ERR, whatever its length. */
export const cases = [
  {
    id: 'handshake-response-41/user-name-empty',
    title: 'an empty user name is refused with ERR 1045 or 1698 where there is no anonymous account',
    level: 'MUST',
    source,
    script: [greeting, loginAs(''), { expect: [deniedNobody] }, ended],
    killedBy: ['rejects-empty-user-name', 'accepts-unknown-user'],
  },
  ...nearly.map(
    ({ userName, title, level, more, killedBy }) =>
      ({
        id: `handshake-response-41/user-name-${userName}`,
        title,
        level,
        source: [...source, ...more],
        needs: ['check-account'],
        script: [greeting, { send: { message: 'HandshakeResponse41', account: 'check', userName } }, { expect: [deniedNobody] }, ended],
        killedBy,
      }) as const satisfies Case,
  ),
  {
    id: 'handshake-response-41/user-name-of-32-bytes',
    title: 'a user name of 32 bytes is refused like any other unknown one: ERR 1045 or 1698',
    level: 'MUST',
    source,
    script: [greeting, loginAs('u'.repeat(32)), { expect: [deniedNobody] }, ended],
    killedBy: ['rejects-user-name-of-32-bytes', 'accepts-unknown-user', 'wrong-err-code-for-bad-password'],
  },
  {
    id: 'handshake-response-41/user-name-of-80-bytes',
    title: 'a user name of 80 bytes is refused with an ERR',
    level: 'MUST',
    source,
    script: [greeting, loginAs('u'.repeat(80)), ...refused],
    link,
    killedBy: ['rejects-long-user-name', 'accepts-unknown-user'],
  },
  {
    id: 'handshake-response-41/user-name-of-255-bytes',
    title: 'a user name of 255 bytes is refused with an ERR',
    level: 'MUST',
    source,
    script: [greeting, loginAs('u'.repeat(255)), ...refused],
    link,
    killedBy: ['rejects-long-user-name', 'accepts-unknown-user'],
  },
  {
    id: 'handshake-response-41/user-name-of-4096-bytes',
    title: 'a user name of 4096 bytes is refused, with an ERR or by closing',
    level: 'MUST',
    source,
    script: [greeting, loginAs('u'.repeat(4096)), notTaken, ended],
    deliveries: ['whole', 'fields'],
    link,
    killedBy: ['accepts-unknown-user', 'never-closes-after-err'],
  },
  {
    id: 'handshake-response-41/user-name-of-other-bytes',
    title: 'a user name of bytes that are no text in UTF-8 is refused with an ERR',
    level: 'MUST',
    source,
    script: [greeting, loginAs('\x80\xff\xfe\xc3("\'`\\'), { expect: [anyErr] }, ended],
    killedBy: ['rejects-user-name-of-other-bytes', 'accepts-unknown-user', 'close-without-err'],
  },
  {
    id: 'handshake-response-41/bad-handshake-is-told',
    title: 'a handshake response that cannot be read is refused with an ERR before the connection ends',
    level: 'SHOULD',
    source: [
      manual['mysql/ok-or-err-ends-auth'],
      manual['mysql/error-1043-bad-handshake'],
      manual['mariadb/auth-answers'],
      manual['mariadb/error-1043-bad-handshake'],
    ],
    script: [
      greeting,
      {
        send: { message: 'HandshakeResponse41', account: 'unknown', raw: { user: times(20, 0x75), authResponse: '', authPluginName: '' } },
      },
      // The code that fits is 1043, but no page says when a server sends it.
      { expect: [anyErr] },
      ended,
    ],
    killedBy: ['garbage-closes-silently'],
  },
  {
    id: 'handshake-response-41/user-name-of-four-kilobytes-without-nul',
    title: 'a user name of 4096 bytes without its NUL is refused',
    level: 'SHOULD',
    source,
    script: [
      greeting,
      {
        send: {
          message: 'HandshakeResponse41',
          account: 'unknown',
          raw: { user: times(4096, 0x75), authResponse: '', authPluginName: '' },
        },
      },
      notTaken,
      ended,
    ],
    deliveries: ['whole', 'fields'],
    link: 'https://nvd.nist.gov/vuln/detail/CVE-2006-1516',
    killedBy: ['bad-handshake-takes-login', 'garbage-takes-server-down'],
  },
] as const satisfies readonly Case[];
