/** What the login has set, as statements see it. */
import { collationName } from '../../codec/charset.ts';
import { refuse } from '../refusal.ts';
import type { Rows } from '../result.ts';
import { number, string } from '../resultset.ts';
import type { Session } from '../session.ts';
import { one } from './select.ts';
import type { Statement } from './statement.ts';

const WAIT_TIMEOUT = '600';
const INTERACTIVE_TIMEOUT = '28800';

/** Collations by their id, the default of their character set behind them. */
const collations: Readonly<Record<number, readonly [collation: string, standard: string]>> = {
  8: ['latin1_swedish_ci', 'latin1_swedish_ci'],
  28: ['gbk_chinese_ci', 'gbk_chinese_ci'],
  45: ['utf8mb4_general_ci', 'utf8mb4_general_ci'],
  46: ['utf8mb4_bin', 'utf8mb4_general_ci'],
  63: ['binary', 'binary'],
};

export const connectionStatements: readonly Statement[] = [
  [
    /^select (concat_ws\('\/', @@character_set_client, @@character_set_connection, @@character_set_results, @@collation_connection\))$/i,
    (s, [, name = '']) => characterSets(s, name),
  ],
  [/^select (count \(\*\))$/i, (s, [, name = '']) => countWithBlank(s, name)],
  [
    /^select mywire\.numbers\.id from mywire\.numbers$/i,
    (s) => byDatabase(s, { columns: [number('id', 11)], rows: [['1'], ['2'], ['3']] }),
  ],
  [/^select (count\(\*\)) from mywire\.numbers$/i, (s, [, name = '']) => byDatabase(s, one(number(name, 21), '3'))],
  [
    /^select (@@wait_timeout = @@interactive_timeout)$/i,
    (s, [, name = '']) => one(number(name, 1), waitTimeout(s) === INTERACTIVE_TIMEOUT ? '1' : '0'),
  ],
  // utf8mb4_general_ci, as the greeting says.
  [
    /^select (mod\(id, 256\)) from information_schema\.collations where collation_name = @@global\.collation_server$/i,
    (_s, [, name = '']) => one(number(name, 11), '45'),
  ],
  [
    /^select (id) from information_schema\.collations where collation_name = @@global\.collation_server and id < 256$/i,
    (_s, [, name = '']) => one(number(name, 11), '45'),
  ],
  [
    /^select (character_set_name = @@global\.character_set_server) from information_schema\.collations where id = (\d+)$/i,
    (_s, [, name = '', id]) => ({ columns: [number(name, 1)], rows: collationName(Number(id))?.startsWith('utf8mb4') ? [['1']] : [['0']] }),
  ],
  [
    /^select (count\(\*\)) from (?:performance_schema\.variables_info|information_schema\.system_variables) where variable_name in .+$/i,
    (_s, [, name = '']) => one(number(name, 21), '2'),
  ],
  [
    /^select (count\(\*\)) from information_schema\.system_variables where variable_name = 'version' and .+$/i,
    (_s, [, name = '']) => one(number(name, 21), '1'),
  ],
  [/^select (left\(@@global\.lc_messages, 2\))$/i, (_s, [, name = '']) => one(string(name, 8), 'en')],
  [
    /^select (?:\/\*(?:!80013|m!100301) .+ and \*\/ )?(1|@@log_bin = 0 or .*|@@sql_buffer_result = 0|@@net_buffer_length <= 16384|@@net_write_timeout >= 10|@@sql_big_selects = 1 or .*|@@log_bin = 1 and .*|@@max_error_count > 1|coalesce\(nullif\(@@default_tmp_storage_engine, ''\), @@default_storage_engine\) <> 'memory'|@@global\.max_connect_errors >= 50|@@global\.read_only in \('0', 'off'\).*|@@autocommit = 1 and .*|@@lc_messages = 'en_us' and .*|@@auto_increment_increment = 1 and .*|current_user\(\) not like '@%'|@@global\.init_connect = ''|@@character_set_(?:database|server) not in .*|@@character_set_filesystem = 'binary'|'' is not null|coalesce\(database\(\), ''\) <> 'information_schema'|@@collation_connection = 'utf8mb4_bin' or .*)$/i,
    (_s, [, name = '']) => one(number(name, 1), '1'),
  ],
  [/^select (find_in_set\('tlsv1\.[23]', @@tls_version\) > 0)$/i, (_s, [, name = '']) => one(number(name, 1), '1')],
  [/^select (find_in_set\('ignore_space', @@global\.sql_mode\) > 0)$/i, (_s, [, name = '']) => one(number(name, 1), '0')],
  [/^select (@@global\.interactive_timeout <> @@global\.wait_timeout)$/i, (_s, [, name = '']) => one(number(name, 1), '1')],
  [/^select (@@version regexp '.+')$/i, (s, [, name = '']) => one(number(name, 1), s.server.dialect === 'mysql' ? '1' : '0')],
  [/^select (@@lower_case_table_names)$/i, (_s, [, name = '']) => one(number(name, 1), '0')],
  [
    /^select (@@performance_schema = 1 and @@performance_schema_session_connect_attrs_size >= 512)$/i,
    (_s, [, name = '']) => one(number(name, 1), '1'),
  ],
  [/^select (@@performance_schema)$/i, (_s, [, name = '']) => one(number(name, 1), '1')],
  [
    /^select (attr_value) from performance_schema\.session_account_connect_attrs where processlist_id = connection_id\(\) and attr_name = '(\w+)'$/i,
    (s, [, column = '', name = '']) => attribute(s, column, name),
  ],
  [
    /^select (count\(\*\)) from performance_schema\.session_account_connect_attrs where processlist_id = connection_id\(\) and attr_name like '(\w+)%' and length\(attr_name\) \+ coalesce\(length\(attr_value\), 0\) > (\d+)$/i,
    ({ attributes }, [, name = '', like = '', size]) =>
      one(number(name, 21), String(attributes.filter(([key, of]) => key.startsWith(like) && key.length + of.length > Number(size)).length)),
  ],
  [
    /^select count\(\*\) from performance_schema\.user_defined_functions where udf_name = 'mysql_query_attribute_string'$/i,
    (s) => one(number('COUNT(*)', 21), s.server.dialect === 'mysql' ? '1' : '0'),
  ],
  [/^select (mysql_query_attribute_string\('(\w+)'\))$/i, (s, [, name = '', attribute = '']) => queryAttribute(s, name, attribute)],
];

/** IGNORE_SPACE lets a blank stand behind the name of a function. */
function countWithBlank(session: Session, name: string): Rows {
  const ignores = session.agreed('IGNORE_SPACE') ? !session.has('ignore-space-ignored') : session.has('ignore-space-always');
  if (!ignores) throw refuse.syntax('*)');
  return one(number(name, 21), '1');
}

/** NO_SCHEMA takes the database out of a table's name: there is none then, as both servers say. */
function byDatabase(session: Session, rows: Rows): Rows {
  if (session.agreed('NO_SCHEMA') && !session.has('no-schema-ignored')) throw refuse.noDatabase();
  return rows;
}

function waitTimeout(session: Session): string {
  return session.agreed('INTERACTIVE') && !session.has('interactive-ignored') ? INTERACTIVE_TIMEOUT : WAIT_TIMEOUT;
}

function attribute(session: Session, column: string, name: string): Rows {
  const found = session.attributes.find(([key]) => key === name);
  const shown = session.has('attributes-forgotten') ? undefined : found;
  return { columns: [{ ...string(column, 4096), decimals: 0 }], rows: shown ? [[shown[1]]] : [] };
}

function queryAttribute(session: Session, name: string, attribute: string): Rows {
  if (session.server.dialect !== 'mysql') throw refuse.syntax(name);
  const given = session.queryAttributes;
  const value = (session.has('query-attribute-of-any-name') ? [...given.values()][0] : given.get(attribute)) ?? null;
  return one(string(name, 1024), session.has('query-attribute-lost') ? null : value);
}

/** The character set of the login is that of client, connection and results (mysql/login-sets-three-character-sets). */
function characterSets({ has, loginCollation }: Session, name: string): Rows {
  const [own, standard] = collations[has('client-collation-ignored') ? 45 : loginCollation] ?? ['utf8mb4_general_ci', 'utf8mb4_general_ci'];
  const collation = has('client-collation-is-the-default-of-its-set') ? standard : own;
  const set = collation.split('_')[0] ?? '';
  return one(string(name, 512), [set, set, set, collation].join('/'));
}
