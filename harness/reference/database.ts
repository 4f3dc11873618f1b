import { Departure, refuse } from './refusal.ts';
import type { Session } from './session.ts';

/** Characters of a name of a database, as of every identifier. */
const LONGEST_NAME = 64;

/** Throws Refusal 1059, 1102 and 1049: no such database can be, or is. A name that ends with a blank none can have. */
export function insistOnDatabase({ has, server }: Session, name: string): void {
  if (name.length > LONGEST_NAME - (has('longest-database-name-refused') ? 1 : 0)) {
    if (has('long-database-name-closes')) throw new Departure('fin');
    throw refuse.longDatabase(server.dialect);
  }
  if (name.endsWith(' ')) throw refuse.wrongDatabaseName(name);
  if (has('database-in-any-case') && server.databases.has(name.toLowerCase())) return;
  if (!server.databases.has(name)) throw refuse.unknownDatabase(has('unknown-database-unnamed') ? '' : name);
}
