import type { Stage } from '../../../harness/scenario/stage.ts';

type SqlClient = Awaited<ReturnType<Stage['client']>>;
type SqlAnswer = Awaited<ReturnType<SqlClient['query']>>;

/** What a client got, in a word: the value of its row, 'no row', 'OK', 'ERR 1146', '2013 (lost)', 'silence'. */
export function told(answer: SqlAnswer): string {
  if (!answer.ok) {
    if (answer.code === 'LATE' || answer.code === 'ETIMEDOUT') return 'silence';
    return answer.sqlState ? `ERR ${answer.errno}` : `${answer.errno} without a packet`;
  }
  const [row] = answer.rows;
  if (!row) return 'OK';
  const value = 'v' in row ? row['v'] : 'Code' in row ? row['Code'] : Object.values(row)[0];
  return value === null ? 'NULL' : String(value);
}

/** As `told`, with the SQLSTATE of an ERR packet. */
export const toldWhole = (answer: SqlAnswer): string =>
  answer.ok || !answer.sqlState ? told(answer) : `${told(answer)} ${answer.sqlState}`;
