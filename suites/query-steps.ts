/** Steps of the cases that ask by COM_QUERY. */

import type { Alternative, CapabilityChoice, Condition, Step, Stimulus } from '../harness/case/step.ts';
import type { CapabilityName } from '../harness/codec/capability.ts';
import { ended, err, greeting, keyless, ok, outsideTransaction, outsideTransactionWithoutAutocommit } from './steps.ts';

export const query = (text: string) => ({ send: { message: 'COM_QUERY', with: { query: text } } }) as const satisfies Step;

/** A login as check with these capabilities beside the usual ones. */
export function loggedInWith(capabilities: CapabilityChoice = {}) {
  return [greeting, { send: { message: 'HandshakeResponse41', account: 'check', capabilities } }, ok] as const satisfies readonly Step[];
}
/** The same, in the database. */
export const inDatabase = loggedInWith({ add: ['CONNECT_WITH_DB'] });
export const needsTables = ['check-account', 'database', { feature: 'temporary-tables' }] as const;
/** The same, with columns of TEXT or BLOB. */
export const needsTexts = [...needsTables, { feature: 'tables-with-texts' }] as const;
/** What a file for a table of its own needs, beside the account. */
export const loadsFiles = [
  'database',
  { feature: 'local-infile' },
  { feature: 'files-in-ascii' },
  keyless,
  { feature: 'temporary-tables' },
  { offers: 'LOCAL_FILES' },
] as const;
export const needsTypes = ['check-account', { feature: 'types' }] as const;

/**
 * What an administrator decides. A case that depends on it is skipped where it is otherwise, rather than that it sets what it needs: a
 * proxy may treat a session apart once it has set what the proxy does not know (ProxySQL holds it to one server from then on), and the
 * case would no longer ask what its title says.
 */
export const inAutocommit = { feature: 'autocommit' } as const;
export const asShipped = { feature: 'as-shipped' } as const;
/** Of what makes ids. */
export const countsByOne = { feature: 'ids-by-one' } as const;
/** Of resultset_metadata, which is FULL unless init_connect sets it otherwise. */
export const beginsInFull = { feature: 'no-init-connect' } as const;
export const unbuffered = { feature: 'unbuffered-results' } as const;

/** Modes (ANSI, ORACLE, PAD_CHAR_TO_FULL_LENGTH) and the time zone change what a statement means, and what a value is shown as. */
export const plainValues = [
  query("SET sql_mode = '', time_zone = '+00:00'"),
  { expect: [{ packet: 'OK' }] },
] as const satisfies readonly Step[];
/** Behind a refusal: what somebody who gets in is told of the server. */
const asked = (of: 'check' | 'login', sql: string, first: Condition) =>
  [
    ended,
    {
      beside: [
        greeting,
        { send: { message: 'HandshakeResponse41', account: of } },
        ok,
        query(sql),
        { expect: [{ packet: 'TextResultset', where: { first } }] },
      ],
    },
  ] as const satisfies readonly Step[];

const accessDenied = { errorCode: 1045, sqlState: '28000' } as const;
const deniedSaying = (words: string) => ({ packet: 'ERR', where: { ...accessDenied, errorMessage: { pattern: words } } }) as const;

/** ERR 1045 with these words, or in another language where the server's messages are not in English. */
export const deniedInWords = (words: string, of: 'check' | 'login') =>
  [
    deniedSaying(words),
    { packet: 'ERR', where: accessDenied, then: asked(of, 'SELECT LEFT(@@global.lc_messages, 2)', { not: 'en' }) },
  ] as const satisfies readonly Alternative[];

/** The same of a user that exists nowhere. */
export const deniedNobodyInWords = (words: string, of: 'check' | 'login') => [...deniedInWords(words, of), err(1698, '28000')] as const;

/**
 * MariaDB asks nobody by the plugin of any account, and its parsec never tells that a password was used (plugin/auth_parsec leaves
 * password_used as it is): `words` are right where the server has it.
 */
export const deniedNobodyByParsec = (words: string, of: 'check' | 'login') =>
  ({
    ...deniedSaying(words),
    then: asked(of, "SELECT COUNT(*) FROM information_schema.PLUGINS WHERE PLUGIN_NAME = 'parsec'", '1'),
  }) as const satisfies Alternative;

/** What is right on this server: `script` gets the value that autocommit begins with, and the status flags outside of a transaction. */
export function asAutocommitBegins(script: (value: '0' | '1', outside: Condition) => readonly Step[]): readonly Step[] {
  const begins = (value: '0' | '1', outside: Condition): Alternative => ({
    packet: 'TextResultset',
    where: { columns: 1, rows: 1, first: value },
    then: script(value, outside),
  });
  return [
    query('SELECT @@global.autocommit'),
    { expect: [begins('1', outsideTransaction), begins('0', outsideTransactionWithoutAutocommit)] },
  ];
}

type Where = Readonly<Record<string, Condition>>;
/** A resultset with these values by path. */
export const rows = (where: Where) => ({ expect: [{ packet: 'TextResultset', where }] }) as const satisfies Step;
/** A resultset of one row and one value. */
export const value = (first: Condition) => rows({ columns: 1, rows: 1, first });
/** MariaDB's old_mode may keep silent about rows whose key is there (https://mariadb.com/kb/en/old-mode/). */
export const silentAboutKeys = [
  query("SELECT @@old_mode LIKE '%NO_DUP_KEY_WARNINGS_WITH_IGNORE%'"),
  value('1'),
] as const satisfies readonly Step[];
/** Keeps the value of a variable under this name. */
export const told = (variable: string, as: string) =>
  [query(`SELECT ${variable}`), { expect: [{ packet: 'TextResultset', as, where: { rows: 1 } }] }] as const;
/** It is one of two that were told before. */
export const either = (...earlier: readonly [string, string]) =>
  ({
    expect: [
      { packet: 'TextResultset', where: { columns: 1, rows: 1, first: { sameAs: `${earlier[0]}.first` } } },
      { packet: 'TextResultset', where: { columns: 1, rows: 1, first: { sameAs: `${earlier[1]}.first` } } },
    ],
  }) as const;
/** A login with the attribute that `asksForAttribute` asks for, with these fields and what they need. */
export const saysAttribute = (fields?: Stimulus['with'], ...needs: readonly CapabilityName[]): Step => ({
  send: {
    message: 'HandshakeResponse41',
    account: 'check',
    capabilities: { add: [...needs, 'CONNECT_ATTRS'] },
    attributes: { _client_name: 'mywire', mywire_attribute: 'was here' },
    ...(fields && { with: fields }),
  },
});
/** The same, behind an attribute that has a name and no value. */
export const saysAttributeBehindAnEmptyOne = {
  send: {
    message: 'HandshakeResponse41',
    account: 'check',
    capabilities: { add: ['CONNECT_ATTRS'] },
    attributes: { _client_name: 'mywire', mywire_empty: '', mywire_attribute: 'was here' },
  },
} as const satisfies Step;
/** The connection attribute mywire_attribute of this session. */
export const asksForAttribute = query(
  "SELECT ATTR_VALUE FROM performance_schema.session_account_connect_attrs WHERE PROCESSLIST_ID = CONNECTION_ID() AND ATTR_NAME = 'mywire_attribute'",
);
/** A database that is in every server, and whose name is the same wherever the case of names does not count. */
export const everywhere = 'information_schema';
/** It is the one that is selected. */
export const everywhereIsSelected = [query('SELECT DATABASE()'), value(everywhere)] as const;
/** What stands behind a login whatever it has named is not what it has named. */
export const selectsWhatIsNamed = { feature: 'no-database-unasked' } as const;
/**
 * A lock of GET_LOCK() with an id in its name that CONNECTION_ID() gave before: cases run side by side, and asked for again it is another one
 * behind a proxy that has changed servers on the way, where a lock that was left behind would not be seen. The id of the greeting is of no
 * use: MySQL Router greets everybody as connection 0.
 */
const askLock = (before: string, after: string, from = 'holder.first') =>
  ({ send: { message: 'COM_QUERY', with: { query: { from, before, after } } } }) as const satisfies Step;
export const getsLock = [
  query('SELECT CONNECTION_ID()'),
  { expect: [{ packet: 'TextResultset', as: 'holder', where: { columns: 1, rows: 1 } }] },
  askLock("SELECT GET_LOCK('mywire_", "', 0)"),
  value('1'),
] as const satisfies readonly Step[];
/** On a second connection. It may take a moment until the server has noticed that the holder has left. */
export const getsLockOfOuter = [askLock("SELECT GET_LOCK('mywire_", "', 5)", 'outer.holder.first'), value('1')] as const;
export const lockIsHeld = [askLock("SELECT IS_FREE_LOCK('mywire_", "')"), value('0')] as const;
export const lockIsFree = [askLock("SELECT IS_FREE_LOCK('mywire_", "')"), value('1')] as const;
export const done = (where: Where = {}) => ({ expect: [{ packet: 'OK', where }] }) as const satisfies Step;
/** A table that is not there: ERR 1146, or 1142 to an account that may do nothing with the tables of the database. */
export const noTable = { expect: [err(1146, '42S02'), err(1142, '42000')] } as const satisfies Step;
export const error = (codes: number | readonly number[], sqlState: string) => ({ expect: [err(codes, sqlState)] }) as const satisfies Step;

/** What REPEAT('x', n) comes as: the length alone would not show that bytes have changed on their way. */
export const xs = (length: number) => ({ all: [{ length }, { pattern: '^x+$' }] }) as const satisfies Condition;

/** The text of an OK that counts. How far apart the counts stand, the manuals do not say. */
export const counts = (...words: readonly string[]) => ({ pattern: `^${words.join(' +')}$` });
