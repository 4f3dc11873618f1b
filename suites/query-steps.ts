/** Steps of the cases that ask by COM_QUERY. */
import type { CapabilityChoice, Condition, Step } from '../harness/case/step.ts';
import { greeting, ok } from './steps.ts';

export const query = (text: string) => ({ send: { message: 'COM_QUERY', with: { query: text } } }) as const satisfies Step;

/** A login as check with these capabilities beside the usual ones. */
export function loggedInWith(capabilities: CapabilityChoice = {}) {
  return [greeting, { send: { message: 'HandshakeResponse41', account: 'check', capabilities } }, ok] as const satisfies readonly Step[];
}
/** The same, in the database. */
export const inDatabase = loggedInWith({ add: ['CONNECT_WITH_DB'] });
export const needsTables = ['check-account', 'database', { feature: 'temporary-tables' }] as const;
export const needsTypes = ['check-account', { feature: 'types' }] as const;

type Where = Readonly<Record<string, Condition>>;
/** A resultset with these values by path. */
export const rows = (where: Where) => ({ expect: [{ packet: 'TextResultset', where }] }) as const satisfies Step;
/** A resultset of one row and one value. */
export const value = (first: Condition) => rows({ columns: 1, rows: 1, first });
export const done = (where: Where = {}) => ({ expect: [{ packet: 'OK', where }] }) as const satisfies Step;
export const error = (errorCode: number, sqlState: string) =>
  ({ expect: [{ packet: 'ERR', where: { errorCode, sqlState } }] }) as const satisfies Step;
