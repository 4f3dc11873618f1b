import type { Alternative, Step } from '../case/step.ts';
import type { Ending } from '../case/verdict.ts';
import { status } from '../codec/status.ts';
import { inWords } from './condition.ts';
import type { ServerPacket } from './server-packet.ts';

/** What a step expects, in one line. */
export function expectation(step: Step): string {
  if ('expect' in step) return step.expect.map(alternativeInWords).join(', or ');
  if ('end' in step) return `nothing more, then ${step.end.map(endingInWords).join(' or ')}`;
  if ('beside' in step) return 'a second connection';
  return 'do' in step ? step.do : 'to send';
}

/** One of the answers that a step allows. */
export function alternativeInWords(a: Alternative): string {
  if (a.closes) return 'the connection closed without another byte';
  if (a.waits) return 'silence on an open connection';
  const where = Object.entries(a.where ?? {}).map(([field, condition]) => `${field} ${inWords(condition)}`);
  return `${a.packet}${where.length > 0 ? ` (${where.join(', ')})` : ''}`;
}

/** What the target sent, in one line, for a person. */
export function packetInWords(p: ServerPacket): string {
  return `${summary(p)}, sequence id ${p.sequenceId}${p.problem ? `; ${p.problem}` : ''}`;
}

/** What the target sent, with everything that varies from run to run left out; `by`: what took it, which may leave the rows' number open. */
export function masked(p: ServerPacket, by?: Alternative): string {
  const rows = typeof by?.where?.['rows'] === 'object' ? { rows: '*' } : {};
  return `${p.sequenceId}:${maskedSummary(p.name, { ...p.value, ...rows })}${p.problem ? '!' : ''}`;
}

function summary(p: ServerPacket): string {
  const v = p.value;
  switch (p.name) {
    case 'ERR':
      return `ERR ${v['errorCode']}${v['sqlState'] ? ` (${v['sqlState']})` : ''} "${printable(v['errorMessage'])}"`;
    case 'OK':
      return `OK (affected rows ${v['affectedRows']}, status 0x${Number(v['statusFlags'] ?? 0).toString(16)})`;
    case 'TextResultset':
      return v['columns'] === undefined ? 'resultset' : `resultset of ${v['columns']} columns and ${v['rows']} rows`;
    case 'BinaryResultset':
      return v['columns'] === undefined ? 'binary resultset' : `binary resultset of ${v['columns']} columns and ${v['rows']} rows`;
    case 'ResultsetThenERR':
      return `resultset of ${v['columns']} columns that ends after ${v['rows']} rows with ERR ${v['errorCode']} "${printable(v['errorMessage'])}"`;
    case 'FetchedRows':
      return v['rows'] === undefined ? 'fetched rows' : `${v['rows']} fetched rows`;
    case 'StmtPrepareOK':
      return v['columns'] === undefined ? 'StmtPrepareOK' : `StmtPrepareOK (${v['parameters']} parameters, ${v['columns']} columns)`;
    case 'FieldList':
      return v['columns'] === undefined ? 'column definitions' : `${v['columns']} column definitions`;
    case 'HandshakeV10':
      return `HandshakeV10 (${printable(v['serverVersion'])})`;
    case 'AuthSwitchRequest':
      return `AuthSwitchRequest to ${printable(v['pluginName'])}`;
    default:
      return p.name === 'unknown' ? 'a packet' : p.name;
  }
}

function maskedSummary(name: ServerPacket['name'], v: ServerPacket['value']): string {
  switch (name) {
    case 'ERR':
      return `ERR ${v['errorCode']}${v['sqlState'] ? `#${v['sqlState']}` : ''}`;
    case 'OK':
      return `OK ${v['affectedRows']}/${v['lastInsertId']}/${v['statusFlags'] === undefined ? '-' : maskedStatus(Number(v['statusFlags']))}/${v['warnings'] ?? '-'}`;
    case 'TextResultset':
      return `resultset ${v['columns']}x${v['rows']}`;
    case 'BinaryResultset':
      return `binary resultset ${v['columns']}x${v['rows']}`;
    case 'ResultsetThenERR':
      return `resultset ${v['columns']}x${v['rows']} then ERR ${v['errorCode']}`;
    case 'FetchedRows':
      return `rows x${v['rows']}`;
    case 'StmtPrepareOK':
      return `StmtPrepareOK ${v['parameters']}/${v['columns']}`;
    case 'FieldList':
      return `FieldList ${v['columns']}`;
    case 'AuthSwitchRequest':
      return `AuthSwitchRequest ${printable(v['pluginName'])}`;
    default:
      return name;
  }
}

/** Whether a command was slow is a matter of the moment: with long_query_time=0 MySQL marks one COM_PING, and not the next. */
const maskedStatus = (flags: number): string => `0x${(flags & ~status.QUERY_WAS_SLOW).toString(16)}`;

export function endingInWords(ending: Ending): string {
  return { open: 'open', fin: 'FIN', 'fin+rst': 'FIN followed by RST', rst: 'RST', timeout: 'still open at the limit' }[ending];
}

/** Server text is hostile until shown otherwise: control bytes, escapes and non-ASCII become dots. */
export function printable(text: unknown): string {
  return String(text ?? '')
    .replaceAll(/[^\x20-\x7e]/g, '.')
    .slice(0, 200);
}
