import { has } from './capability.ts';
import type { LabelledPacket } from './conversation.ts';
import type { Parameter } from './parameters.ts';
import { hex, STRING_TYPES } from './tshark-claims.ts';

/** The values of a row that tshark shows as strings. */
function cells({ value, columns }: LabelledPacket): string[] {
  const row = (value?.['values'] ?? []) as readonly (string | Uint8Array | null)[];
  return row.flatMap((cell, i) => {
    if (typeof cell === 'string') return [cell];
    return cell && STRING_TYPES.has(columns?.[i]?.type ?? -1) ? [Buffer.from(cell).toString('latin1')] : [];
  });
}

/** Where tshark 4.0.17 reads a packet wrong, or does not show it. Each is an error of tshark's, as the bytes show. */
export function tsharkErrs(packet: LabelledPacket, definitionsFollow: boolean): string | undefined {
  const { name, payload, value, answers } = packet;
  if (name === 'HTTP request' || name === 'TLS') return 'not MySQL: no row';
  if (packet.carrier) return 'reads compressed headers as packets';
  if (name === 'ColumnDefinition320') return 'knows only ColumnDefinition41: malformed';
  if (packet.early && name.startsWith('HandshakeResponse')) return 'takes all that comes before the greeting for commands';
  if (name === 'OK' && answers?.name === 'HandshakeResponse41' && (answers.early || answers.sequenceId === 5))
    return 'missed the HandshakeResponse, so it does not know that 4.1 is spoken: no warnings';
  if (name === 'HandshakeResponse41' && packet.sequenceId === 5) return 'goes by the sequence id and reads COM_SLEEP';
  if (name === 'HandshakeResponse41' && hex(value?.['authResponse'] as Uint8Array) === '00')
    return "does not show the one NUL that MySQL's client sends for an empty password";
  if (name === 'AuthMoreData' && packet.sequenceId === 2) return 'reads AuthMoreData 03 and 04 as AuthSwitchRequest';
  if (name === 'AuthSwitchResponse' && payload.length === 256) return 'reads the encrypted password as a command';
  if (name === 'LocalInfileData' && payload.length > 0) return 'reads the file as a command';
  if (name === 'ERR' && value?.['errorCode'] === 0xffff) return "cuts MariaDB's progress report at its first NUL";
  if (name === 'OK' && value?.['info'] && !value['sessionState'] && packet.context && !(packet.context.capabilities & 0x800000))
    return 'reads info as string<EOF>, as the manual says; both servers send string<lenenc>';
  if (name === 'COM_QUERY' && value?.['parameterCount']) return 'does not show the statement behind attributes';
  if (name === 'TextRow' && packet.sequenceId === 2 && answers?.value?.['query'] === 'select 1, 2')
    return 'wants definitions though metadata_follows is 0';
  if (name === 'COM_BINLOG_DUMP') return 'reads the flags big-endian';
  if (name === 'COM_BINLOG_DUMP_GTID') return 'reads the fields of COM_BINLOG_DUMP';
  if (name === 'BinaryRow' && !definitionsFollow) return 'takes the last definitions for those that the server leaves out';
  if ((name === 'BinaryRow' || name === 'TextRow') && cells(packet).some((cell) => cell.includes('\0')))
    return 'cuts a string at its first NUL';
  if (name === 'COM_STMT_EXECUTE' && (value?.['parameters'] as Parameter[] | undefined)?.some(({ type }) => type === 13))
    return 'stops at a parameter of type YEAR, which MariaDB takes';
  if (name === 'COM_STMT_EXECUTE' && value?.['newParamsBindFlag'] === 0) return 'does not remember the types';
  if (name === 'COM_STMT_EXECUTE' && (value?.['undecoded'] as Uint8Array | undefined)?.length)
    return 'reads on by a statement that is closed';
  if (name === 'COM_STMT_BULK_EXECUTE' && (value?.['types'] as number[] | undefined)?.some((type) => type >> 15))
    return 'shows the values of a bulk execution as signed, also where it shows their type as unsigned';
  if (name === 'BinaryRow' && answers?.name === 'COM_STMT_FETCH') return 'reads the rows that a cursor gives as OK';
  if (name === 'COM_STMT_EXECUTE' && has(packet.context?.capabilities ?? 0, 'QUERY_ATTRIBUTES') && value?.['parameterCount'] !== undefined)
    return 'knows nothing of query attributes here: no count, no names';
  if (
    name === 'ColumnCount' &&
    value?.['metadataFollows'] !== undefined &&
    has(packet.context?.capabilities ?? 0, 'OPTIONAL_RESULTSET_METADATA')
  )
    return "does not show MySQL's metadata_follows";
  return undefined;
}
