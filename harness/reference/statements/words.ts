/** The table mywire.words: what a transaction has written is its own until it ends. */
import { status } from '../../codec/status.ts';
import { refuse } from '../refusal.ts';
import type { Done } from '../result.ts';
import { number } from '../resultset.ts';
import type { Session } from '../session.ts';
import { one } from './select.ts';
import type { Statement } from './statement.ts';

export const wordsStatements: readonly Statement[] = [
  [/^insert into mywire\.words \(word\) values \('(\w+)'\)$/i, (s, [, word = '']) => insert(s, word)],
  [/^delete from mywire\.words where id = last_insert_id\(\)$/i, (s) => ({ ok: { affectedRows: removeLast(s) ? 1 : 0 } })],
  [
    /^select (count\(\*\)) from mywire\.words where word = '(\w+)'$/i,
    ({ server, unwritten }, [, name = '', word]) =>
      one(number(name, 21), String([...server.words, ...unwritten].filter((written) => written === word).length)),
  ],
];

function insert(session: Session, word: string): Done {
  const { has } = session;
  if ((session.status & status.IN_TRANS_READONLY) !== 0 && !has('read-only-transaction-writes')) {
    if (has('refused-write-ends-transaction')) session.setStatus(status.IN_TRANS | status.IN_TRANS_READONLY, false);
    throw refuse.readOnlyTransaction();
  }
  const inTransaction = (session.status & status.IN_TRANS) !== 0;
  session.wrote = inTransaction;
  session.lastWord = word;
  (inTransaction ? session.unwritten : session.server.words).push(word);
  return { ok: { affectedRows: 1, lastInsertId: session.server.words.length + session.unwritten.length } };
}

/** The word that this session has written last, from its transaction or from what is committed. */
function removeLast({ unwritten, server, lastWord }: Session): boolean {
  if (unwritten.pop() !== undefined) return true;
  const at = server.words.lastIndexOf(lastWord);
  return at >= 0 && server.words.splice(at, 1).length === 1;
}
