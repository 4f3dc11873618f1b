import type { LabelledPacket } from '../../codec/labelled-packet.ts';
import { status } from '../../codec/status.ts';
import type { Cell } from '../arbitrary/statement.ts';

/** One result of an answer, as far as the model speaks of it. */
export type Told =
  | { readonly kind: 'OK'; readonly affectedRows: number; readonly warnings: number; readonly info: string; readonly status: number }
  | { readonly kind: 'ERR'; readonly code: number; readonly state: string }
  | Resultset
  | { readonly kind: 'prepared'; readonly columns: number; readonly parameters: number }
  /** Of COM_FIELD_LIST. */
  | { readonly kind: 'definitions'; readonly columns: number; readonly status: number }
  | { readonly kind: 'file'; readonly name: string }
  | { readonly kind: 'statistics' }
  /** What the model has no word for. */
  | { readonly kind: 'other'; readonly name: string };

export interface Resultset {
  readonly kind: 'resultset';
  readonly columns: number;
  readonly rows: number;
  /** Text rows only. */
  readonly cells: readonly (readonly Cell[])[] | undefined;
  readonly warnings: number;
  /** Of its end; undefined where that is an ERR, or did not come. */
  readonly status: number | undefined;
  /** The ERR that ends the rows. */
  readonly fails?: number;
}

/** They belong to an exchange that goes on. */
const between: ReadonlySet<string> = new Set([
  ...['AuthSwitchRequest', 'OldAuthSwitchRequest', 'AuthMoreData', 'AuthNextFactor', 'ProgressReport', 'HandshakeV10'],
]);

const number = (packet: LabelledPacket, name: string): number => Number(packet.value?.[name] ?? 0);

/** The results in the packets of one answer. */
export function toldBy(packets: readonly LabelledPacket[], { deprecatesEof }: { readonly deprecatesEof: boolean }): readonly Told[] {
  const all = packets.filter(({ name }) => !between.has(name));
  const told: Told[] = [];
  let at = 0;
  while (at < all.length) {
    const packet = all[at] as LabelledPacket;
    switch (packet.name) {
      case 'OK':
        told.push(okOf(packet));
        at++;
        break;
      case 'EOF':
        told.push({ kind: 'OK', affectedRows: 0, warnings: number(packet, 'warnings'), info: '', status: number(packet, 'statusFlags') });
        at++;
        break;
      case 'ERR':
        told.push({ kind: 'ERR', code: number(packet, 'errorCode'), state: String(packet.value?.['sqlState'] ?? '') });
        at++;
        break;
      case 'LocalInfileRequest':
        told.push({ kind: 'file', name: String(packet.value?.['filename'] ?? '') });
        at++;
        break;
      case 'Statistics':
        told.push({ kind: 'statistics' });
        at++;
        break;
      case 'StmtPrepareOK':
        told.push({ kind: 'prepared', columns: number(packet, 'columns'), parameters: number(packet, 'parameters') });
        at++;
        while (all[at]?.name === 'ColumnDefinition41' || all[at]?.name === 'EOF') at++;
        break;
      case 'ColumnCount':
      case 'TextRow':
      case 'BinaryRow': {
        const [result, next] = resultsetOf(all, at, deprecatesEof);
        told.push(result);
        at = next;
        break;
      }
      case 'ColumnDefinition41': {
        let columns = 0;
        for (; all[at]?.name === 'ColumnDefinition41'; at++) columns++;
        const end = all[at]?.name === 'EOF' || all[at]?.name === 'OK' ? (all[at++] as LabelledPacket) : undefined;
        told.push({ kind: 'definitions', columns, status: end ? number(end, 'statusFlags') : 0 });
        break;
      }
      default:
        told.push({ kind: 'other', name: packet.name });
        at++;
    }
  }
  return told;
}

function okOf(packet: LabelledPacket): Told {
  return {
    kind: 'OK',
    affectedRows: number(packet, 'affectedRows'),
    warnings: number(packet, 'warnings'),
    info: String(packet.value?.['info'] ?? ''),
    status: number(packet, 'statusFlags'),
  };
}

/** Where it begins, and the place behind it. Rows without a count are those of COM_STMT_FETCH. */
function resultsetOf(all: readonly LabelledPacket[], from: number, deprecatesEof: boolean): readonly [Resultset, number] {
  let at = from;
  const first = all[at] as LabelledPacket;
  const columns = first.name === 'ColumnCount' ? number(first, 'count') : 0;
  if (first.name === 'ColumnCount') at++;
  while (all[at]?.name === 'ColumnDefinition41') at++;
  let end: LabelledPacket | undefined;
  // A cursor has its rows elsewhere: the EOF behind its definitions is its end.
  if (first.name === 'ColumnCount' && !deprecatesEof && all[at]?.name === 'EOF') {
    const eof = all[at] as LabelledPacket;
    at++;
    const next = all[at]?.name ?? '';
    const goesOn = next === 'TextRow' || next === 'BinaryRow' || next === 'EOF' || next === 'ERR' || next === 'OK';
    if ((number(eof, 'statusFlags') & status.CURSOR_EXISTS) !== 0 || !goesOn) end = eof;
  }
  const cells: (readonly Cell[])[] = [];
  let rows = 0;
  let isText = true;
  if (!end) {
    for (; all[at]?.name === 'TextRow' || all[at]?.name === 'BinaryRow'; at++) {
      rows++;
      if (all[at]?.name === 'TextRow') cells.push((all[at]?.value?.['values'] ?? []) as readonly Cell[]);
      else isText = false;
    }
    const behind = all[at];
    if (behind?.name === 'ERR')
      return [
        { kind: 'resultset', columns, rows, cells: undefined, warnings: 0, status: undefined, fails: number(behind, 'errorCode') },
        at + 1,
      ];
    if (behind?.name === 'EOF' || behind?.name === 'OK') {
      end = behind;
      at++;
    }
  }
  return [
    {
      kind: 'resultset',
      columns,
      rows,
      cells: isText ? cells : undefined,
      warnings: end ? number(end, 'warnings') : 0,
      status: end ? number(end, 'statusFlags') : undefined,
    },
    at,
  ];
}
