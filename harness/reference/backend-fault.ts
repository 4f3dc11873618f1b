/**
 * How a case makes the server behind a proxy wrong: a statement asks for a defect in its own answer. Behind a proxy the
 * server obeys. Alone it stands for both, the proxy and the server behind it, and does what a proxy should: it keeps the
 * fault from the client with an ERR, but for those that a client has to see.
 */
import { type DefectName, isDefectName } from './defects/index.ts';

// In a comment behind the first word, where proxies leave it.
const asked = /\/\* mywire:defect=([a-z0-9-]+) \*\//;
/** No answer of a case is longer, and no pattern may walk megabytes. */
const LONGEST = 1000;

/** The answer is right and whole, whatever becomes of the connection that it came by. */
const seenByClients: ReadonlySet<DefectName> = new Set(['answer-and-end']);
export const isSeenByClients = (name: DefectName): boolean => seenByClients.has(name);

/** The defect that a COM_QUERY asks for. */
export function faultAskedFor(payload: Uint8Array): DefectName | undefined {
  if (payload.length > LONGEST) return undefined;
  const name = asked.exec(Buffer.from(payload).toString('latin1'))?.[1];
  return name !== undefined && isDefectName(name) ? name : undefined;
}
