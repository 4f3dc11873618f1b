import { expect, test } from 'vitest';
import { type Finding, idOf } from '../fuzz/finding.ts';
import type { RunningNode } from '../target/target.ts';
import { isKnown, knownFindings } from './fuzz-known.ts';

const nodes = (product: string, version: string) => [{ product, version }] as unknown as RunningNode[];
const mysql = nodes('mysql', '9.7.4');
const mariadb = nodes('mariadb', '10.11.19-MariaDB-0+deb12u1');
const haproxy = [...nodes('haproxy', '2.6.12'), ...mariadb];
const router = nodes('mysqlrouter', '9.7.4-2');
const proxysql = nodes('proxysql', '2.7.1');
const early = 'sent "early" (everything in one segment) it gets closed';
const found = (oracle: string, says: string): Finding => ({
  id: idOf({ oracle, kind: says }),
  oracle,
  kind: says,
  says,
  path: '1',
  exec: { clients: [{ acts: [], delivery: 'whole', leaves: 'quit' }] },
  again: { shown: 1, of: 1 },
  seen: 1,
});
const inAnswer = (packet: string, to: string): Finding =>
  found(
    'well-formed',
    `client 0: packet/ends-with-its-fields: 4 bytes behind it (${packet}, packet 14 of the connection, in answer to ${to})`,
  );
const differs = (kind: string): Finding =>
  found('delivery', `client 0, sent "fields", gets ColumnDefinition41, sequence id 3; sent "early" it gets ColumnDefinition41 (${kind})`);
const silence = (last: string): Finding =>
  found(
    'answers',
    `client 0: within the limit the server sends nothing for the answer to COM_STMT_EXECUTE, behind it; its last packet is ${last}`,
  );

const countsOn = (packet: string): Finding =>
  found('well-formed', `client 0: framing/compressed-sequence-ids-count-on: compressed sequence id 2, expected 1 (${packet}, packet 9)`);
const unanswered = (how: string, what: string): Finding =>
  found('answers', `client 0${how}: within the limit the server sends nothing for ${what}, behind it; its last packet is ERR ff1404233432`);
const prepared = (last: string): Finding =>
  found(
    'answers',
    `client 0: within the limit the server sends nothing for the answer to COM_STMT_PREPARE, behind it; its last packet is ${last}`,
  );
const eofMissing = found('well-formed', 'client 0: packet/eof-behind-definitions: no EOF (BinaryRow 000001000000, packet 12)');
const differsIn = (kind: string): Finding =>
  found(
    'delivery',
    `client 0, sent "fields", gets EOF, sequence id 42; sent "whole" it gets EOF, sequence id 42 (COM_STMT_EXECUTE: ${kind})`,
  );

const fieldListOf = (kind: string): string =>
  `client 0, sent "whole", gets nothing for the answer; sent "coalesced" it gets ColumnCount, sequence id 1, in answer to COM_QUERY (${kind})`;

const unopened = (theirs: string): Finding =>
  found(
    'against',
    `client 0 gets nothing for the answer to COM_STMT_EXECUTE; on the target that it is held against ${theirs}, in answer to …`,
  );
const heldAgainst = (ours: string, theirs: string, how = ''): Finding =>
  found(
    'against',
    `client 0${how} gets ${ours}${/^(closed|nothing)/.test(ours) ? '' : ', in answer to COM_QUERY'}; on the target that it is held against ${theirs}, in answer to COM_QUERY`,
  );

/** The same with what was asked and what differs, as it is told. */
const behindProxy = (ours: string, theirs: string, command: string, kind: string): Finding =>
  found(
    'against',
    `client 0 gets ${ours}${ours === 'closed' ? '' : `, in answer to ${command}`}; on the target that it is held against ${theirs}, in answer to ${command} (${command}: ${kind})`,
  );
const accepted = 'OK (affected rows 0, status 0x2), sequence id 1';
const noDatabase = 'ERR 1046 (3D000) "No database selected", sequence id 1';
const noFile = `ERR 1047 (HY000) "Unsupported 'LOAD DATA LOCAL INFILE' command", sequence id 1`;
const inSchema = `ERR 1109 (42S02) "Unknown table 'numbers' in information_schema", sequence id 1`;
const itsEnd = 'its end of the connection, behind our FIN';
const noTable = `ERR 1103 (42000) "Incorrect table name ''", sequence id 1`;
const noZone = (name: string): string => `ERR 1298 (HY000) "Unknown or incorrect time zone: '${name}'", sequence id 1`;
const describedAs = (columns: number): string => `StmtPrepareOK (0 parameters, ${columns} columns), sequence id 1`;
const statusIs = (status: string): string => `OK (affected rows 0, status ${status}), sequence id 12`;
const parameter = 'ColumnDefinition41, sequence id 2';
const second = 'ColumnDefinition41, sequence id 3';

const cut = (kind: string): Finding =>
  found(
    'delivery',
    `client 0, sent "fields" (cut), gets closed; sent "whole" (each) it gets OK, in answer to COM_QUERY (COM_QUERY: ${kind})`,
  );
const executedAs = (ours: string, theirs: string, kind: string): Finding => behindProxy(ours, theirs, 'COM_STMT_EXECUTE', kind);
const toldOf = (of: string): Finding =>
  behindProxy('TextRow, sequence id 4', 'TextRow, sequence id 4', 'COM_QUERY', `TextRow differs in values${of}`);
const inHaste = (how: string, asked: string): Finding =>
  found(
    'against',
    `client 0${how} gets closed; on the target that it is held against ERR 1862 (HY000) "Your password has expired.", sequence id 3, in answer to ${asked} (${asked}: closed for ERR 1862)`,
  );
const lostBefore = (ours: string, end: string): Finding =>
  found(
    'against',
    `client 0 gets ${ours}, sequence id 4, in answer to COM_STMT_EXECUTE; on the target that it is held against BinaryRow, sequence id 4, in answer to COM_STMT_EXECUTE${end} (COM_STMT_EXECUTE: ERR 1242 for BinaryRow${end})`,
  );
const closedFor = (theirs: string, end: string): Finding =>
  found(
    'against',
    `client 0 gets closed; on the target that it is held against ${theirs}, in answer to COM_STMT_EXECUTE${end} (COM_STMT_EXECUTE: closed for ColumnCount${end})`,
  );
const rowWith = (which: string): Finding =>
  found('against', `client 0 gets TextRow, sequence id 4, in answer to COM_QUERY${which}; on the target that it is held against TextRow`);
const badHandshake = (user: string): Finding =>
  behindProxy(
    'ERR 1043 (08S01) "Bad handshake", sequence id 2',
    `ERR 1045 (28000) "Access denied for user '${user}'@'10.0.0.1'"`,
    'HandshakeResponse41',
    'ERR 1043 for ERR 1045',
  );
const status = (ours: string, theirs: string, command: string, packet: string): Finding =>
  behindProxy(`${ours}, sequence id 1`, `${theirs}, sequence id 1`, command, `${packet} differs in statusFlags`);
const several = (behind: string): Finding =>
  found(
    'against',
    `client 0 gets ERR 1064 (42000) "… near 'SELECT 2' at line 1", sequence id 1, in answer to COM_QUERY${behind}; on the target that it is held against ColumnCount`,
  );
const behindNoRows = (last: string): string =>
  `client 0, under resultset_metadata NONE: within the limit the server sends nothing for the answer to COM_INIT_DB, behind COM_INIT_DB of 7 bytes; its last packet is ${last}`;
const dumped = (theirs: string): Finding => behindProxy('closed', theirs, 'COM_BINLOG_DUMP', 'closed for ERR 1236');
const killed = (ours: string): Finding =>
  behindProxy(ours, 'ERR 1094 (HY000) "Unknown thread id: 0"', 'COM_PROCESS_KILL', 'ERR 9003 for ERR 1094');

const refusedUser = found(
  'well-formed',
  'client 0: framing/sequence-ids-count-on: sequence id 2, expected 1 (ERR ff150423323830303050726f78795351…, packet 30 of the connection, in answer to COM_CHANGE_USER)',
);
const atOnce =
  'client 0, several commands at once: framing/sequence-ids-count-on: sequence id 2, expected 1 (ColumnCount 01, packet 6 of the connection, in answer to COM_QUERY)';

/** As they were seen, and what differs from them by one thing. */
test.each<[string, Finding, readonly RunningNode[], boolean]>([
  ['the OK in place of rows', inAnswer('BinaryRow 00000002000000', 'COM_STMT_EXECUTE'), mysql, true],
  ['the same in a transaction', inAnswer('BinaryRow 00000003000000', 'COM_STMT_EXECUTE'), mysql, true],
  ['the silence behind it', silence('BinaryRow 00000002000000'), mysql, true],
  ['the same on MariaDB', inAnswer('BinaryRow 00000002000000', 'COM_STMT_EXECUTE'), mariadb, false],
  [
    'the same on a version that nobody has looked at',
    inAnswer('BinaryRow 00000002000000', 'COM_STMT_EXECUTE'),
    nodes('mysql', '9.8.0'),
    false,
  ],
  ['a row that is wrong', inAnswer('BinaryRow 0000010203', 'COM_STMT_EXECUTE'), mysql, false],
  ['a longer one', inAnswer('BinaryRow 0000000200000000', 'COM_STMT_EXECUTE'), mysql, false],
  ['an OK among fetched rows', inAnswer('BinaryRow 00000002000000', 'COM_STMT_FETCH'), mysql, false],
  ['silence behind an ERR', silence('ERR ff1604233344303030'), mysql, false],
  [
    'silence with nothing before it',
    found('answers', 'client 0: within the limit the server sends nothing for the greeting'),
    mysql,
    false,
  ],
  ['the OK in place of ERR 1046', inAnswer('ColumnDefinition41 00000002000000', 'COM_FIELD_LIST'), mariadb, true],
  ['the same on MySQL', inAnswer('ColumnDefinition41 00000002000000', 'COM_FIELD_LIST'), mysql, false],
  [
    'the character set of who was there before, held against another MariaDB',
    behindProxy('ColumnDefinition41', 'ColumnDefinition41', 'COM_QUERY', 'ColumnDefinition41 differs in characterSet'),
    mariadb,
    true,
  ],
  [
    'another field of a definition, held against another MariaDB',
    behindProxy('ColumnDefinition41', 'ColumnDefinition41', 'COM_QUERY', 'ColumnDefinition41 differs in type+characterSet'),
    mariadb,
    false,
  ],
  [
    'the character set of who was there before',
    differs('COM_QUERY: ColumnDefinition41 differs in characterSet+columnLength'),
    mariadb,
    true,
  ],
  ['the same on MySQL', differs('COM_QUERY: ColumnDefinition41 differs in characterSet'), mysql, false],
  ['another field of a definition', differs('COM_QUERY: ColumnDefinition41 differs in type+characterSet'), mariadb, false],
  [
    'what stands in its place, waited for and not',
    found('delivery', fieldListOf('COM_QUERY: nothing for the answer to COM_FIELD_LIST for ColumnCount')),
    mariadb,
    true,
  ],
  [
    'the same through HAProxy',
    found('delivery', fieldListOf('COM_QUERY: nothing for the answer to COM_FIELD_LIST for ERR 1046')),
    haproxy,
    true,
  ],
  [
    'no answer to another command',
    found('delivery', fieldListOf('COM_QUERY: nothing for the answer to COM_PING for ColumnCount')),
    mariadb,
    false,
  ],
  [
    'commands at once behind the Router',
    found('well-formed', 'client 0, several commands at once: packet/fits-its-place: …'),
    router,
    true,
  ],
  ['one at a time', found('well-formed', 'client 0: packet/fits-its-place: …'), router, false],
  ['the id of a refused COM_CHANGE_USER', refusedUser, proxysql, true],
  ['the same of an older ProxySQL', refusedUser, nodes('proxysql', '2.0.18'), true],
  ['the same of one that nobody has looked at', refusedUser, nodes('proxysql', '2.0.17'), false],
  [
    'what a command at once of another is told behind the Router',
    heldAgainst('ERR 1047 (HY000) "Unknown command 67", sequence id 70', 'OK'),
    router,
    true,
  ],
  [
    'an option that ProxySQL takes',
    found(
      'against',
      'client 0 gets OK (affected rows 0), in answer to COM_SET_OPTION; on the target that it is held against ERR 1047 (08S01)',
    ),
    proxysql,
    true,
  ],
  [
    'an option that it refuses',
    found(
      'against',
      'client 0 gets ERR 1047 (08S01), in answer to COM_SET_OPTION; on the target that it is held against OK (affected rows 0)',
    ),
    proxysql,
    false,
  ],
  ['a cursor that stays with the Router', unopened('ColumnCount, sequence id 1'), router, true],
  ['an execution that nobody answers', unopened('ERR 1243 (HY000) "Unknown prepared"'), router, false],
  [
    'COM_CHANGE_USER that it does not read',
    heldAgainst('ERR 1047 (08S01) "Unknown command", sequence id 1, in answer to COM_CHANGE_USER', 'OK'),
    router,
    true,
  ],
  [
    'COM_RESET_CONNECTION that it does not read',
    heldAgainst('ERR 1047 (08S01) "Unknown command", sequence id 1, in answer to COM_RESET_CONNECTION', 'OK'),
    router,
    false,
  ],
  ['its answer to a command of its own', heldAgainst('ERR 1047 (HY000) "Unknown command 67", sequence id 1', 'OK'), router, false],
  ['the last word to a client that has left', heldAgainst('closed', 'ERR 1158 (08S01) "Got an error reading"'), router, true],
  ['an ERR that the Router keeps back', heldAgainst('closed', 'ERR 1064 (42000) "You have an error"'), router, false],
  ['a command that ProxySQL does not know', heldAgainst('closed', 'ERR 1047 (08S01) "Unknown command", sequence id 1'), proxysql, true],
  ['commands at once that it closes at', heldAgainst('closed', 'OK', ', several commands at once,'), proxysql, true],
  ['one at a time that it closes at', heldAgainst('closed', 'OK'), proxysql, false],
  ['an early client without a greeting', heldAgainst('closed', 'HandshakeV10', ', several commands at once,'), proxysql, false],
  ['ids behind commands at once', found('well-formed', atOnce), nodes('proxysql', '2.0.18'), true],
  ['early commands that ProxySQL loses', found('delivery', `client 0, sent "bytes", gets OK; ${early} (OK for closed)`), proxysql, true],
  ['compressed packets that the server takes for commands', countsOn('ERR ff1704233038533031556e6b6e6f776e…'), proxysql, true],
  ['the same in front of a Router', countsOn('ERR ff1704233038533031556e6b6e6f776e…'), router, false],
  ['an OK that is numbered on', countsOn('OK 00000002000000'), proxysql, false],
  ['COM_REGISTER_SLAVE over compression', unanswered(', in compressed packets', 'the answer to COM_REGISTER_SLAVE'), proxysql, true],
  ['COM_REGISTER_SLAVE in the plain', unanswered('', 'the answer to COM_REGISTER_SLAVE'), proxysql, false],
  ['no EOF behind the definitions of a statement', prepared('ColumnDefinition41 0364656600'), proxysql, true],
  ['nothing behind its first packet', prepared('StmtPrepareOK 0001000000'), proxysql, false],
  ['binary rows right behind definitions', eofMissing, proxysql, true],
  ['COM_QUIT behind it', unanswered(', in compressed packets', 'its end of the connection'), proxysql, true],
  ['what the connection of the pool has changed', differsIn('EOF differs in statusFlags'), proxysql, true],
  ['an EOF with other warnings', differsIn('EOF differs in statusFlags+warnings'), proxysql, false],
  ['an early client without a greeting', found('delivery', `client 0, sent "bytes", gets HandshakeV10; ${early}`), proxysql, false],
  ['commands at once that the Router closes at', heldAgainst('closed', 'ColumnCount', ', several commands at once,'), router, true],
  ['commands at once that it does not answer', heldAgainst('nothing for the answers', 'OK', ', several commands at once,'), router, true],
  ['no greeting for them', heldAgainst('closed', 'HandshakeV10', ', several commands at once,'), router, false],
  ['one at a time that it closes at', heldAgainst('closed', 'OK'), router, false],
  [
    'one in several segments that it closes at, behind a command that it does not know',
    heldAgainst('closed behind ERR 1047', 'OK', ', in several segments,'),
    router,
    true,
  ],
  [
    'the same under NONE',
    heldAgainst('closed behind ERR 1047', 'OK', ', in several segments, under resultset_metadata NONE,'),
    router,
    true,
  ],
  ['the same in one', heldAgainst('closed behind ERR 1047', 'OK', ', under resultset_metadata NONE,'), router, false],
  ['the same behind any other', heldAgainst('closed', 'OK', ', in several segments,'), router, false],
  ['the same, as another delivery shows it', cut('closed behind ERR 1047 for OK'), router, true],
  ['the same, whole', cut('ERR 1047 for closed behind ERR 1047'), router, true],
  ['the same behind any other', cut('closed for OK'), router, false],
  ['rows that end with an ERR', closedFor('ColumnCount, sequence id 1', ', with ERR 1242 at its end'), router, true],
  ['rows that do not', closedFor('ColumnCount, sequence id 1', ''), router, false],
  [
    'an answer to a later one',
    heldAgainst('OK (affected rows 0, status 0x2), sequence id 1', 'ColumnCount', ', several commands at once,'),
    router,
    true,
  ],
  ['the same one at a time', heldAgainst('OK (affected rows 0, status 0x2), sequence id 1', 'ColumnCount'), router, false],
  ['no end under NONE', unanswered(', under resultset_metadata NONE', 'its end of the connection, behind our FIN'), router, true],
  ['no end', unanswered('', 'its end of the connection, behind our FIN'), router, false],
  ['the same against the server', heldAgainst(`nothing for ${itsEnd}`, 'ERR 1158', ', under resultset_metadata NONE,'), router, true],
  ['no end against the server', heldAgainst(`nothing for ${itsEnd}`, 'ERR 1064'), router, false],
  ['an ERR that a client in haste is not told', inHaste(', without waiting for the answer,', 'HandshakeResponse41'), router, true],
  ['one that a client waits for', inHaste('', 'HandshakeResponse41'), router, false],
  ['one to a command', inHaste(', without waiting for the answer,', 'COM_QUERY'), router, false],
  ['character sets behind COM_CHANGE_USER', toldOf(', of character sets behind COM_CHANGE_USER'), router, true],
  ['the same of ProxySQL', toldOf(', of character sets behind COM_CHANGE_USER'), proxysql, false],
  ['an id that is not that of the greeting', rowWith(', which is not the connection id of its greeting'), router, true],
  ['another value', rowWith(''), router, false],
  ['a login without a name', badHandshake(''), router, true],
  ['a login with one', badHandshake('mywire'), router, false],
  ['a CALL that is not told to its end', heldAgainst('closed behind OUT parameters', 'OK'), router, true],
  ['what comes behind no rows', found('answers', behindNoRows('OK fe000022000000')), router, true],
  ['what comes behind an OK', found('answers', behindNoRows('OK 00000002000000')), router, false],
  ['a fetch without definitions', unanswered(', under resultset_metadata NONE', 'the answer to COM_STMT_FETCH'), router, true],
  ['a fetch with them', unanswered('', 'the answer to COM_STMT_FETCH'), router, false],
  ['a dump that ProxySQL ends', dumped('ERR 1236 (HY000) "Could not find"'), proxysql, true],
  ['another that it ends', dumped('ERR 1227 (42000) "Access denied"'), proxysql, false],
  [
    'a transaction behind a database',
    behindProxy(
      'OK (affected rows 0, status 0x3), sequence id 1',
      'OK (affected rows 0, status 0x2), sequence id 1',
      'COM_INIT_DB',
      'OK differs in statusFlags',
    ),
    proxysql,
    true,
  ],
  [
    'the same behind a ping',
    status('OK (affected rows 0, status 0x3)', 'OK (affected rows 0, status 0x2)', 'COM_PING', 'OK'),
    proxysql,
    true,
  ],
  ['the same in an EOF', status('EOF (status 0x3)', 'EOF (status 0x2)', 'COM_SET_OPTION', 'EOF'), proxysql, true],
  ['a transaction that it does not tell of', status('EOF (status 0x2)', 'EOF (status 0x3)', 'COM_QUERY', 'EOF'), proxysql, false],
  ['another flag', status('EOF (status 0x42)', 'EOF (status 0x2)', 'COM_QUERY', 'EOF'), proxysql, false],
  [
    'COM_CHANGE_USER to no database',
    behindProxy(accepted, 'ERR 1049 (42000) "Unknown"', 'COM_CHANGE_USER', 'OK for ERR 1049'),
    proxysql,
    true,
  ],
  ['COM_CHANGE_USER to no user', behindProxy(accepted, 'ERR 1045 (28000) "Denied"', 'COM_CHANGE_USER', 'OK for ERR 1045'), proxysql, false],
  ['several statements that it does not take', several(', behind COM_SET_OPTION'), proxysql, true],
  ['a statement that it does not take', several(''), proxysql, false],
  ['what comes behind a user that it refuses', heldAgainst('closed behind ERR 1045', 'ColumnCount'), proxysql, true],
  ['an id as BIGINT', behindProxy(parameter, parameter, 'COM_QUERY', 'ColumnDefinition41 differs in columnLength+type'), proxysql, true],
  ['rows in place of a cursor', executedAs('BinaryRow, sequence id 4', 'EOF, sequence id 3', 'BinaryRow for EOF'), proxysql, true],
  ['a row in place of an ERR', executedAs('BinaryRow, sequence id 4', 'ERR 1242', 'BinaryRow for ERR 1242'), proxysql, false],
  ['the definitions of a cursor', executedAs(second, second, 'ColumnDefinition41 differs in orgName+type+flags'), proxysql, true],
  ['other definitions', executedAs(second, second, 'ColumnDefinition41 differs in orgName+type'), proxysql, false],
  ['the schema of who has none, as a value', toldOf(', of DATABASE() where none is chosen'), proxysql, true],
  ['another value', toldOf(''), proxysql, false],
  ['the same of the Router', toldOf(', of DATABASE() where none is chosen'), router, false],
  ['autocommit that is on', toldOf(', of @@autocommit behind SET autocommit = 0'), proxysql, true],
  ['no table, and no database', behindProxy(noTable, noDatabase, 'COM_FIELD_LIST', 'ERR 1103 for ERR 1046'), proxysql, true],
  ['no table of a database', behindProxy(noTable, accepted, 'COM_FIELD_LIST', 'ERR 1103 for OK'), proxysql, false],
  ['USE of no database', behindProxy(accepted, 'ERR 1049 (42000) "Unknown database"', 'COM_QUERY', 'OK for ERR 1049'), proxysql, true],
  ['a statement that is taken', behindProxy(accepted, 'ERR 1064 (42000) "You have"', 'COM_QUERY', 'OK for ERR 1064'), proxysql, false],
  ['a cursor without rows', executedAs(statusIs('0x22'), statusIs('0x62'), 'OK differs in statusFlags'), proxysql, true],
  ['a cursor that nobody has opened', executedAs(statusIs('0x62'), statusIs('0x22'), 'OK differs in statusFlags'), proxysql, false],
  ['a time zone that is none', behindProxy(noZone('DEFAULT'), accepted, 'COM_QUERY', 'ERR 1298 for OK'), proxysql, true],
  ['another that is none', behindProxy(noZone('CET'), accepted, 'COM_QUERY', 'ERR 1298 for OK'), proxysql, false],
  ['a login in pieces', heldAgainst('nothing for the answer to HandshakeResponse41', 'OK', ', in several segments,'), proxysql, true],
  ['a login in one', heldAgainst('nothing for the answer to HandshakeResponse41', 'OK'), proxysql, false],
  ['rows that are lost before an ERR', lostBefore('ERR 1242 (21000) "Subquery"', ', with ERR 1242 at its end'), proxysql, true],
  ['rows in place of which another ERR comes', lostBefore('ERR 1243 (HY000) "Unknown"', ', with ERR 1242 at its end'), proxysql, false],
  ['rows that no ERR ends', lostBefore('ERR 1242 (21000) "Subquery"', ''), proxysql, false],
  ['COM_PROCESS_KILL', killed('ERR 9003 (28000) "Command not supported", sequence id 1'), proxysql, true],
  ['COM_PROCESS_KILL that it takes', killed(accepted), proxysql, false],
  ['rows of a query', behindProxy('closed', 'ColumnCount, sequence id 1', 'COM_QUERY', 'closed for ColumnCount'), router, false],
  [
    'a resultset without definitions',
    found(
      'against',
      'client 0, under resultset_metadata NONE, gets nothing for the answer to COM_QUERY; on the target that it is held against ColumnCount',
    ),
    router,
    true,
  ],
  ['one with definitions', heldAgainst('nothing for the answer to COM_QUERY', 'ColumnCount'), router, false],
  ['silence behind it', unanswered(', under resultset_metadata NONE', 'the answer to COM_QUERY'), router, true],
  ['COM_PING without an answer', unanswered(', under resultset_metadata NONE', 'the answer to COM_PING'), router, false],
  ['COM_INIT_DB without a name', behindProxy(accepted, noDatabase, 'COM_INIT_DB', 'OK for ERR'), proxysql, true],
  ['COM_INIT_DB that the server takes, and ProxySQL not', behindProxy(noDatabase, accepted, 'COM_INIT_DB', 'ERR for OK'), proxysql, false],
  ['the schema of who has none', behindProxy(inSchema, noDatabase, 'COM_FIELD_LIST', 'ERR 1109 for ERR 1046'), proxysql, true],
  ['the same where the server knows a schema', behindProxy(inSchema, accepted, 'COM_FIELD_LIST', 'ERR 1103 for OK'), proxysql, false],
  ['a file that it does not ask for', behindProxy(noFile, noDatabase, 'COM_QUERY', 'ERR 1047 for ERR 1046'), proxysql, true],
  [
    'a login of 3.20',
    behindProxy('closed', 'OK (affected rows 0), sequence id 2', 'HandshakeResponse320', 'closed for OK'),
    proxysql,
    true,
  ],
  ['a login of 4.1', behindProxy('closed', 'OK (affected rows 0), sequence id 2', 'HandshakeResponse41', 'closed for OK'), proxysql, false],
  [
    'a statement of nobody that is reset',
    behindProxy(accepted, 'ERR 1243 (HY000) "Unknown prepared"', 'COM_STMT_RESET', 'OK for ERR'),
    proxysql,
    true,
  ],
  ['one that is executed', behindProxy(accepted, 'ERR 1243 (HY000) "Unknown prepared"', 'COM_STMT_EXECUTE', 'OK for ERR'), proxysql, false],
  [
    'parameters that it describes',
    behindProxy(parameter, parameter, 'COM_STMT_PREPARE', 'ColumnDefinition41 differs in type'),
    proxysql,
    true,
  ],
  [
    'the number of a warning as text',
    behindProxy(second, second, 'COM_QUERY', 'ColumnDefinition41 differs in characterSet+columnLength+type+flags+decimals'),
    proxysql,
    true,
  ],
  ['its collation alone', behindProxy(second, second, 'COM_QUERY', 'ColumnDefinition41 differs in characterSet'), proxysql, false],
  ['the name of a column', behindProxy(parameter, parameter, 'COM_STMT_PREPARE', 'ColumnDefinition41 differs in name'), proxysql, false],
  [
    'a CALL as it was answered once',
    behindProxy(describedAs(1), describedAs(0), 'COM_STMT_PREPARE', 'StmtPrepareOK differs in columns'),
    proxysql,
    true,
  ],
  [
    'a statement without its columns',
    behindProxy(describedAs(0), describedAs(1), 'COM_STMT_PREPARE', 'StmtPrepareOK differs in columns'),
    proxysql,
    false,
  ],
  ['a transaction among results', behindProxy(statusIs('0xb'), statusIs('0xa'), 'COM_QUERY', 'OK differs in statusFlags'), proxysql, true],
  ['a transaction that it loses', behindProxy(statusIs('0x2'), statusIs('0x3'), 'COM_QUERY', 'OK differs in statusFlags'), proxysql, false],
  ['a definition that is wrong', inAnswer('ColumnDefinition41 03646566', 'COM_FIELD_LIST'), mariadb, false],
])('%s: %#', (_, finding, target, known) => {
  expect(isKnown(finding, knownFindings(undefined), target) !== undefined).toBe(known);
});

test('a death is never known, and --no-expectations knows nothing', () => {
  expect(isKnown(found('alive', 'it is gone'), knownFindings(undefined), mysql)).toBeUndefined();
  expect(knownFindings(false)).toEqual([]);
});
