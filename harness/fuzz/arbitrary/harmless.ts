import type { Stimulus } from '../../case/step.ts';

/** Commands that reach beyond their own connection, or whose answer has no end: nobody sends these by chance. */
const banned: ReadonlySet<number> = new Set([
  0x05, // COM_CREATE_DB
  0x06, // COM_DROP_DB
  0x07, // COM_REFRESH
  0x08, // COM_SHUTDOWN
  0x0c, // COM_PROCESS_KILL
  0x0d, // COM_DEBUG
  0x12, // COM_BINLOG_DUMP
  0x15, // COM_REGISTER_SLAVE
  0x1e, // COM_BINLOG_DUMP_GTID
  0x20, // COM_CLONE
  0x21, // COM_SUBSCRIBE_GROUP_REPLICATION_STREAM
]);

/** Messages that are harmless as they are said, and as nothing else: nobody changes a byte of them. */
const fixed: ReadonlySet<Stimulus['message']> = new Set([
  ...(['COM_CREATE_DB', 'COM_DROP_DB', 'COM_REFRESH', 'COM_SHUTDOWN', 'COM_PROCESS_INFO', 'COM_PROCESS_KILL', 'COM_DEBUG'] as const),
  ...(['COM_BINLOG_DUMP', 'COM_BINLOG_DUMP_GTID', 'COM_REGISTER_SLAVE'] as const),
]);
export const mayChange = ({ message }: Stimulus): boolean => !fixed.has(message);

/** Words that no statement of the fuzzer has: what they do outlives the connection, or lasts. */
const words =
  /shutdown|\bkill\b|global|persist|flush|grant|revoke|\buser\s|\bpassword|\brename|truncate|outfile|dumpfile|install|\bxa\b|lock\s+tables|benchmark|clone|purge|change\s+(master|replication)|create\s+(?!temporary)|drop\s+(?!temporary|table mywire\.no_such_table$)|alter\s+(?!table\s+mywire_)|(insert|replace|delete|(?<!duplicate key |timestamp on )update)\s+(?!(ignore\s+)?(into\s+(table\s+)?|from\s+)?mywire_)|sleep\s*\(\s*[1-9]/i;

/** Of COM_FIELD_LIST: the servers try each way in which many of these could fit a name, and a core is busy for longer than any campaign. */
const wildcards = /(%[^%]*){9}/;

/** Padding says the last letter again and again. */
export const padsWildcard = ({ padTo, with: fields, raw }: Stimulus): boolean =>
  padTo !== undefined && (raw?.['wildcard']?.endsWith('25') ?? String(fields?.['wildcard'] ?? '').endsWith('%'));

/** May these bytes be sent as the payload of a command to a server that others use, too? */
export function isHarmless(payload: Uint8Array): boolean {
  const command = payload[0];
  if (command === undefined) return true;
  if (banned.has(command)) return false;
  const text = Buffer.from(payload.buffer, payload.byteOffset, payload.length).toString('latin1');
  return !words.test(text) && !wildcards.test(text);
}
