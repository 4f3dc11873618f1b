import { binaryValueText } from './binary-text.ts';
import type { BulkValue } from './bulk-rows.ts';
import type { LabelledPacket } from './conversation.ts';
import type { ExtendedMetadata } from './extended-metadata.ts';
import type { Parameter } from './parameters.ts';
import { sessionState } from './session-state.ts';

/** For the tests: what we read in a recording under the names that tshark has for it. */
export type Fields = Record<string, string>;
type Values = Record<string, never>;

const number = (value: unknown): string | undefined => (value === undefined ? undefined : String(value));
export const hex = (bytes: Uint8Array): string => [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(':');
const scramble = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1').replace(/\0$/, '');
const list = (items: readonly string[] | undefined): string | undefined => items?.join('|');

/** Types of parameters: MYSQL_TYPE, and whether it is unsigned. */
function typed(types: readonly number[] | undefined): Record<string, string | undefined> {
  return {
    'mysql.field.type': list(types?.map((type) => String(type & 0xff))) || undefined,
    'mysql.exec.unsigned': list(types?.map((type) => String(type >> 8))) || undefined,
  };
}

/** A value of a type that is not known is shown by neither. */
const NULL = 6;

const integers: Readonly<Record<number, [name: string, size: number]>> = {
  1: ['tiny', 1],
  2: ['short', 2],
  3: ['long', 4],
  8: ['longlong', 8],
  9: ['long', 4],
  13: ['short', 2],
};
export const STRING_TYPES = new Set([0, 15, 16, 245, 246, 247, 248, 249, 250, 251, 252, 253, 254]);

/** Binary values that tshark shows alone: integers, strings, the parts of dates. */
function values(cells: readonly (readonly [type: number, value: Uint8Array | null])[]): Record<string, string | undefined> {
  const found: Record<string, string[]> = {};
  for (const name of ['string', 'year', 'month', 'day']) found[name] = [];
  for (const [name] of Object.values(integers)) Object.assign(found, { [name]: [], [`unsigned_${name}`]: [] });
  for (const [type, value] of cells) {
    const base = type & 0xff;
    const integer = integers[base];
    if (!value) continue;
    if (integer)
      found[`${type >> 15 ? 'unsigned_' : ''}${integer[0]}`]?.push(binaryValueText({ type: base, flags: type >> 15 ? 0x20 : 0 }, value));
    else if (STRING_TYPES.has(base)) found['string']?.push(Buffer.from(value).toString('latin1'));
    else if ([7, 10, 12].includes(base) && value.length > 0) {
      found['year']?.push(String((value[0] as number) | ((value[1] as number) << 8)));
      found['month']?.push(String(value[2]));
      found['day']?.push(String(value[3]));
    }
  }
  return Object.fromEntries(
    Object.entries(found).map(([name, items]) => [`mysql.exec.field.${name}`, items.length > 0 ? items.join('|') : undefined]),
  );
}

/** Session state under tshark's names. */
function tracked(block: Uint8Array | undefined): Record<string, string | undefined> {
  const changes = block instanceof Uint8Array ? sessionState(block) : [];
  const of = (type: string): string | undefined =>
    list(changes.flatMap((change) => (change.type === type ? [change.value] : []))) || undefined;
  return {
    'mysql.session_track.sysvar.name': list(changes.flatMap(({ name }) => (name === undefined ? [] : [name]))) || undefined,
    'mysql.session_track.sysvar.value': of('SYSTEM_VARIABLES'),
    'mysql.session_track.schema': of('SCHEMA'),
    'mysql.session_track.state_change': of('STATE_CHANGE'),
    'mysql.session_track.gtids': of('GTIDS'),
    'mysql.session_track.transaction_characteristics': of('TRANSACTION_CHARACTERISTICS'),
    'mysql.session_track.transaction_state': of('TRANSACTION_STATE'),
  };
}

/** Our fields under tshark's names. */
// biome-ignore lint/suspicious/noExplicitAny: each entry knows its message
const claims: Record<string, (v: any, packet: Pick<LabelledPacket, 'columns' | 'context'>) => Record<string, string | undefined>> = {
  HandshakeV10: (v) => ({
    'mysql.protocol': number(v.protocolVersion),
    'mysql.version': v.serverVersion,
    'mysql.thread_id': number(v.threadId),
    'mysql.salt': scramble(v.scramble1),
    'mysql.caps.server': number(v.capabilitiesLow),
    server_language: number(v.characterSet),
    'mysql.server_status': number(v.statusFlags),
    'mysql.extcaps.server': number(v.capabilitiesHigh),
    'mysql.auth_plugin.length': number(v.authDataLength),
    // MariaDB leaves LONG_PASSWORD out.
    'mariadb.extcaps.server': v.capabilitiesLow & 1 ? undefined : number(v.mariadbCapabilities),
    'mysql.salt2': scramble(v.scramble2),
    'mysql.auth_plugin': v.authPluginName,
  }),
  HandshakeResponse41: (v) => ({
    'mysql.caps.client': number(v.capabilities & 0xffff),
    'mysql.extcaps.client': number(v.capabilities >>> 16),
    'mysql.max_packet': number(v.maxPacketSize),
    charset: number(v.characterSet),
    'mysql.user': v.user,
    'mysql.passwd': hex(v.authResponse),
    'mysql.schema': v.database,
    'mysql.client_auth_plugin': v.authPluginName,
    'mysql.connattrs.name': list(v.attributes?.map(([name]: string[]) => name)),
    'mysql.connattrs.value': list(v.attributes?.map(([, value]: string[]) => value)),
    'mysql.compression.zstd_level': number(v.zstdLevel),
  }),
  HandshakeResponse320: (v) => ({
    'mysql.caps.client': number(v.capabilities),
    'mysql.max_packet': number(v.maxPacketSize),
    'mysql.user': v.user,
    'mysql.schema': v.database,
  }),
  SSLRequest: (v) => ({
    'mysql.caps.client': number(v.capabilities & 0xffff),
    'mysql.extcaps.client': number(v.capabilities >>> 16),
    'mysql.max_packet': number(v.maxPacketSize),
    charset: number(v.characterSet),
  }),
  AuthSwitchRequest: (v) => ({
    'mysql.auth_switch_request.name': v.pluginName,
    'mysql.auth_switch_request.data': hex(v.data),
  }),
  AuthSwitchResponse: (v) => ({ 'mysql.auth_switch_response.data': hex(v.data) }),
  AuthMoreData: (v) => ({ 'mysql.payload': `01:${hex(v.data)}` }),
  OK: (v) => ({
    'mysql.affected_rows': number(v.affectedRows),
    'mysql.insert_id': v.lastInsertId ? number(v.lastInsertId) : undefined,
    'mysql.server_status': number(v.statusFlags),
    'mysql.warnings': number(v.warnings),
    'mysql.message': v.info,
    'mysql.session_track.data.length': number(v.sessionState?.length),
    ...tracked(v.sessionState),
  }),
  ERR: (v) => ({
    'mysql.error_code': number(v.errorCode),
    'mysql.sqlstate': v.sqlState,
    'mysql.error.message': v.errorMessage,
  }),
  EOF: (v) => ({ 'mysql.server_status': number(v.statusFlags), 'mysql.warnings': number(v.warnings) }),
  COM_QUERY: (v) => ({
    'mysql.command': number(v.command),
    'mysql.query': v.query,
    'mysql.query_attrs_count': number(v.parameterCount),
    'mysql.query_attr_name': list(v.parameters?.map(({ name }: { name: string }) => name)),
  }),
  COM_INIT_DB: (v) => ({ 'mysql.command': number(v.command), 'mysql.schema': v.schema }),
  COM_FIELD_LIST: (v) => ({
    'mysql.command': number(v.command),
    'mysql.table_name': v.table,
    'mysql.payload': v.wildcard ? hex(Buffer.from(v.wildcard)) : undefined,
  }),
  COM_CREATE_DB: (v) => ({ 'mysql.command': number(v.command), 'mysql.schema': v.schema }),
  COM_DROP_DB: (v) => ({ 'mysql.command': number(v.command), 'mysql.schema': v.schema }),
  COM_REFRESH: (v) => ({ 'mysql.command': number(v.command), 'mysql.refresh': number(v.subCommand) }),
  COM_SHUTDOWN: (v) => ({ 'mysql.command': number(v.command), 'mysql.shutdown': number(v.shutdownType) }),
  COM_PROCESS_KILL: (v) => ({ 'mysql.command': number(v.command), 'mysql.thread_id': number(v.connectionId) }),
  COM_SET_OPTION: (v) => ({ 'mysql.command': number(v.command), 'mysql.option': number(v.option) }),
  COM_CHANGE_USER: (v) => ({
    'mysql.command': number(v.command),
    'mysql.user': v.user,
    'mysql.passwd': hex(v.authResponse),
    'mysql.schema': v.database,
    charset: number(v.characterSet),
    'mysql.client_auth_plugin': v.authPluginName,
    'mysql.connattrs.name': list(v.attributes?.map(([name]: string[]) => name)),
    'mysql.connattrs.value': list(v.attributes?.map(([, value]: string[]) => value)),
  }),
  COM_STMT_PREPARE: (v) => ({ 'mysql.command': number(v.command), 'mysql.query': v.query }),
  COM_STMT_EXECUTE: (v) => ({
    'mysql.command': number(v.command),
    'mysql.stmt_id': number(v.statementId),
    'mysql.exec_flags': number(v.flags),
    'mysql.exec_iter': number(v.iterationCount),
    'mysql.query_attrs_count': number(v.parameterCount),
    'mysql.new_parameter_bound_flag': number(v.newParamsBindFlag),
    'mysql.query_attr_name': list(v.parameters?.flatMap(({ name }: Parameter) => (name === undefined ? [] : [name]))),
    ...typed(v.parameters?.flatMap(({ type }: Parameter) => (type === undefined ? [] : [type]))),
    ...values((v.parameters ?? []).map(({ type, value }: Parameter) => [type ?? NULL, value ?? null])),
  }),
  COM_STMT_BULK_EXECUTE: (v, { context }) => {
    // Without SEND_TYPES_TO_SERVER those of the execution before it hold; tshark remembers them, too.
    const types: readonly number[] | undefined = v.types ?? context?.statement?.types;
    return {
      'mysql.command': number(v.command),
      'mysql.stmt_id': number(v.statementId),
      'mariadb.bulk.flags': number(v.flags),
      'mariadb.bulk.indicators': list(v.rows?.flat().map(({ indicator }: BulkValue) => String(indicator))),
      ...typed(v.types),
      ...values((v.rows ?? []).flatMap((row: BulkValue[]) => row.map(({ value }, i) => [types?.[i] ?? NULL, value ?? null]))),
    };
  },
  COM_STMT_SEND_LONG_DATA: (v) => ({
    'mysql.command': number(v.command),
    'mysql.stmt_id': number(v.statementId),
    'mysql.param': number(v.parameter),
    'mysql.payload': hex(v.data),
  }),
  COM_STMT_CLOSE: (v) => ({ 'mysql.command': number(v.command), 'mysql.stmt_id': number(v.statementId) }),
  COM_STMT_RESET: (v) => ({ 'mysql.command': number(v.command), 'mysql.stmt_id': number(v.statementId) }),
  COM_STMT_FETCH: (v) => ({ 'mysql.command': number(v.command), 'mysql.stmt_id': number(v.statementId), 'mysql.num_rows': number(v.rows) }),
  COM_REGISTER_SLAVE: (v) => ({
    'mysql.command': number(v.command),
    'mysql.binlog.server_id': number(v.serverId),
    'mysql.binlog.slave_hostname': v.hostname,
    'mysql.binlog.slave_user': v.user,
    'mysql.binlog.slave_password': v.password,
    'mysql.binlog.slave_mysql_port': number(v.port),
    'mysql.binlog.replication_rank': number(v.rank),
    'mysql.binlog.master_id': number(v.sourceId),
  }),
  COM_BINLOG_DUMP: (v) => ({
    'mysql.command': number(v.command),
    'mysql.binlog.position': number(v.position),
    'mysql.binlog.flags': number(v.flags),
    'mysql.binlog.server_id': number(v.serverId),
    'mysql.binlog.file_name': v.filename,
  }),
  COM_BINLOG_DUMP_GTID: (v) => ({
    'mysql.command': number(v.command),
    'mysql.binlog.position': number(v.position),
    'mysql.binlog.flags': number(v.flags),
    'mysql.binlog.server_id': number(v.serverId),
    'mysql.binlog.file_name': v.filename,
  }),
  ColumnCount: (v) => ({ 'mysql.num_fields': number(v.count), 'mysql.metadata_follows': number(v.metadataFollows) }),
  ColumnDefinition41: (v) => ({
    'mysql.field.catalog': v.catalog,
    'mysql.field.db': v.schema,
    'mysql.field.table': v.table,
    'mysql.field.org_table': v.orgTable,
    'mysql.field.name': v.name,
    'mysql.field.org_name': v.orgName,
    'mysql.field.charsetnr': number(v.characterSet),
    'mysql.field.length': number(v.columnLength),
    'mysql.field.type': number(v.type),
    'mysql.field.flags': number(v.flags),
    'mysql.field.decimals': number(v.decimals),
    'mysql.extmeta.type':
      list(v.extendedMetadata?.flatMap(({ type, value }: ExtendedMetadata) => (type === 0 ? [value] : []))) || undefined,
    'mysql.extmeta.format':
      list(v.extendedMetadata?.flatMap(({ type, value }: ExtendedMetadata) => (type === 1 ? [value] : []))) || undefined,
    'mysql.field.default': v.defaultValue === null ? 'NULL' : v.defaultValue,
  }),
  BinaryRow: (v, { columns }) => ({
    'mysql.row.nullbuffer': v.nullBitmap && hex(v.nullBitmap),
    ...values(
      (v.values ?? []).map((value: Uint8Array | null, i: number) => [
        columns?.[i] ? columns[i].type | ((columns[i].flags & 0x20) << 10) : NULL,
        value,
      ]),
    ),
  }),
  TextRow: (v) => ({ 'mysql.row.text': list(v.values.map((cell: string | null) => cell ?? 'NULL')) }),
  StmtPrepareOK: (v) => ({
    'mysql.stmt_id': number(v.statementId),
    'mysql.num_fields': number(v.columns),
    'mysql.num_params': number(v.parameters),
    'mysql.warnings': number(v.warnings),
  }),
};
/** The fields that claims are about. */
export const compared = new Set([
  ...Object.values(claims).flatMap((claim) => {
    const anything: Values = new Proxy({} as Values, { get: () => Object.assign([], { toString: () => '' }) });
    return Object.keys(claim(anything, {}));
  }),
]);

/** tshark writes U+FFFD for what is not ASCII. */
export const ascii = (text: string): string => text.replace(/\P{ASCII}/gu, '?');

/** What we say of a packet; and whether that is all there is to say of it, or its command alone. */
export function claimed(packet: LabelledPacket): { readonly fields: Record<string, string | undefined>; readonly all: boolean } {
  const claim = claims[packet.name];
  if (claim) return { fields: claim(packet.value ?? {}, packet), all: true };
  return { fields: { 'mysql.command': packet.name.startsWith('COM_') ? String(packet.payload[0]) : undefined }, all: false };
}

export function differences(packet: LabelledPacket, row: Fields | undefined): string[] {
  if (!row) return ['no row'];
  const { fields, all } = claimed(packet);
  const keys = all ? new Set([...Object.keys(fields), ...Object.keys(row)]) : Object.keys(fields);
  return [...keys]
    .filter((key) => ascii(fields[key] ?? '') !== ascii(row[key] ?? ''))
    .map((key) => `${key}: ${fields[key]} here, ${row[key]} in tshark`);
}

/** What is compared of a layer in tshark's JSON; a field that comes several times is joined by '|'. */
export function flatten(node: unknown, out: Fields): Fields {
  for (const [key, value] of Object.entries(node as Record<string, unknown>))
    for (const item of [value].flat()) {
      const name = key.replace(/^(mysql|mariadb)\.(server_language|charset)$/, '$2');
      if (typeof item === 'object') flatten(item, out);
      else if (compared.has(name)) {
        const plain = /^0x[0-9a-f]+$/.test(String(item)) ? String(Number(item)) : String(item);
        out[name] = name in out ? `${out[name]}|${plain}` : plain;
      }
    }
  return out;
}
