/**
 * How a case makes the server behind a proxy wrong: a statement asks for a defect in its own answer. Behind a proxy the
 * server obeys. Alone it stands for both, the proxy and the server behind it, and does what a proxy should: it keeps the
 * fault from the client with an ERR, but for those that a client has to see.
 */
import { type DefectName, isDefectName } from './defects/index.ts';
import { Departure, Refusal, refuse } from './refusal.ts';
import type { Session } from './session.ts';

// In a comment behind the first word, where proxies leave it.
const asked = /\/\* mywire:defect=([a-z0-9-]+) \*\//;
/** No answer of a case is longer, and no pattern may walk megabytes. */
const LONGEST = 1000;

/** The defect that a COM_QUERY asks for. */
export function faultAskedFor(payload: Uint8Array): DefectName | undefined {
  if (payload.length > LONGEST) return undefined;
  const name = asked.exec(Buffer.from(payload).toString('latin1'))?.[1];
  return name !== undefined && isDefectName(name) ? name : undefined;
}

/** The answer is right and whole, whatever becomes of the connection that it came by. */
const seenByClients: ReadonlySet<DefectName> = new Set(['answer-and-end']);

/** What the defects of defects/backend.ts make of the fault that each is about. */
type Mishandling = (session: Session) => readonly Uint8Array[] | undefined;
const hangs: Mishandling = () => [];
const mishandled: readonly (readonly [fault: DefectName, by: DefectName, Mishandling])[] = [
  ['rows-end-with-err', 'backend-err-becomes-end-of-rows', (session) => answeredWith(session, undefined)],
  ['rows-end-with-err', 'backend-err-becomes-another', (session) => answeredWith(session, 'rows-end-with-err')],
  ['query-answered-with-ok', 'backend-ok-for-rows-hangs', hangs],
  ['answer-and-end', 'backend-end-cuts-answer', (session) => answeredWith(session, 'resultset-without-final-eof')],
  ['answer-breaks-off', 'backend-end-in-answer-hangs', hangs],
  ['query-answered-with-close', 'backend-end-without-answer-hangs', hangs],
  [
    'query-answered-with-close',
    'backend-end-told-in-a-code-of-clients',
    () => {
      throw new Refusal(2013, 'HY000', 'Lost connection to server during query');
    },
  ],
  [
    'too-large-and-end',
    'backend-err-lost-with-its-connection',
    () => {
      throw new Departure('fin');
    },
  ],
];

/** The statement is carried out, with this fault of our own. */
function answeredWith(session: Session, fault: DefectName | undefined): undefined {
  session.fault = fault;
}

/** The answer of a proxy whose server has this fault; undefined where the statement is answered as usual. Throws Refusal and Departure. */
export function borneAsProxy(session: Session, fault: DefectName): readonly Uint8Array[] | undefined {
  session.fault = undefined;
  for (const [of, by, answer] of mishandled) if (of === fault && session.has(by)) return answer(session);
  if (seenByClients.has(fault)) return undefined;
  throw refuse.backendFault();
}
