import { createHash } from 'node:crypto';

/** A packet of an answer, from a capture or from a server that answers now. */
export interface AnswerPacket {
  readonly name: string;
  readonly value?: Readonly<Record<string, unknown>> | undefined;
}

/** What one result of an answer came to: data that two servers can be compared by. */
export type Result =
  | { readonly kind: 'ok'; readonly affectedRows: number; readonly lastInsertId: string }
  | { readonly kind: 'err'; readonly code: number; readonly sqlState: string }
  | { readonly kind: 'rows'; readonly columns: number; readonly rows: number; readonly digest: string }
  /** Of COM_STMT_PREPARE. */
  | { readonly kind: 'prepared'; readonly parameters: number; readonly columns: number }
  | { readonly kind: 'other'; readonly name: string };

/** The results of an answer, in order: several for CALL and for several statements in one. */
export function resultsOf(answers: readonly AnswerPacket[]): Result[] {
  const results: Result[] = [];
  let table: { columns: number; rows: number; digest: ReturnType<typeof createHash> } | undefined;
  const endOfTable = () => {
    if (table) results.push({ kind: 'rows', columns: table.columns, rows: table.rows, digest: table.digest.digest('hex').slice(0, 16) });
    table = undefined;
  };
  // Without DEPRECATE_EOF a first EOF ends the definitions.
  let definitions = false;
  for (const { name, value = {} } of answers) {
    switch (name) {
      case 'ColumnCount':
        table = { columns: Number(value['count'] ?? 0), rows: 0, digest: createHash('sha1') };
        definitions = true;
        break;
      case 'ColumnDefinition41':
      case 'ProgressReport':
        break;
      case 'TextRow':
      case 'BinaryRow':
        definitions = false;
        if (!table) break;
        table.rows++;
        addRow(table.digest, value);
        break;
      case 'EOF':
        if (definitions && table && name === 'EOF') definitions = false;
        else endOfTable();
        break;
      case 'OK':
        if (table) endOfTable();
        else
          results.push({ kind: 'ok', affectedRows: Number(value['affectedRows'] ?? 0), lastInsertId: String(value['lastInsertId'] ?? 0) });
        break;
      case 'ERR':
        endOfTable();
        results.push({ kind: 'err', code: Number(value['errorCode'] ?? 0), sqlState: String(value['sqlState'] ?? '') });
        break;
      case 'StmtPrepareOK':
        results.push({ kind: 'prepared', parameters: Number(value['parameters'] ?? 0), columns: Number(value['columns'] ?? 0) });
        break;
      default:
        results.push({ kind: 'other', name });
    }
  }
  endOfTable();
  return results;
}

/** Cells with their lengths, so that 'ab','c' is not 'a','bc'; NULL is no empty cell. */
function addRow(digest: ReturnType<typeof createHash>, value: Readonly<Record<string, unknown>>): void {
  for (const cell of (value['values'] ?? []) as (Uint8Array | string | null)[]) {
    digest.update(cell === null ? 'N;' : `${cell.length};`);
    if (cell !== null) digest.update(cell);
  }
}

/** One line of words; equal for two answers exactly if they are equal. */
export const told = (results: readonly Result[], { ids = true } = {}): string =>
  results.map((one) => tell(one, ids)).join(', then ') || 'nothing';

function tell(result: Result, ids: boolean): string {
  switch (result.kind) {
    case 'ok':
      return `OK with ${result.affectedRows} affected rows${ids && result.lastInsertId !== '0' ? ` and the last insert id ${result.lastInsertId}` : ''}`;
    case 'err':
      return `ERR ${result.code} (${result.sqlState})`;
    case 'rows':
      return `${result.rows} rows of ${result.columns} columns (digest ${result.digest})`;
    case 'prepared':
      return `a statement with ${result.parameters} parameters and ${result.columns} columns`;
    case 'other':
      return result.name;
  }
}
