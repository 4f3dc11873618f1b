import { refuse } from '../refusal.ts';
import { type Done, done } from '../result.ts';
import type { Session } from '../session.ts';
import type { Statement } from './statement.ts';
import { schemaChanged } from './tracking.ts';

/** What changes the session and has no rows, beside variables and transactions. */
export const sessionStatements: readonly Statement[] = [
  [/^set (?:session )?wait_timeout ?= ?(\d{1,7})$/i, (s, [, seconds]) => setWaitTimeout(s, Number(seconds))],
  [/^use `?([^`]+)`?$/i, (s, [, schema = '']) => use(s, schema)],
  [/^do [^;]+$/i, () => done],
];

/** Another default database. Throws Refusal 1049. */
export function use(session: Session, schema: string): Done {
  if (!session.server.databases.has(schema)) throw refuse.unknownDatabase(schema);
  session.database = schema;
  return { ok: {}, changed: schemaChanged(session) };
}

function setWaitTimeout(session: Session, seconds: number): Done {
  session.waitTimeoutMs = seconds * 1000;
  return done;
}
