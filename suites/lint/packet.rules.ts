import type { LintRule, Shown } from '../../harness/case/lint-rule.ts';
import { flags, has } from '../../harness/codec/capability.ts';
import type { LabelledPacket } from '../../harness/codec/labelled-packet.ts';
import { manual } from '../manual.ts';

const fromServer = ({ from }: LabelledPacket): boolean => from === 'server';
const deprecatesEof = ({ agreed }: Shown): boolean => has(agreed.capabilities, 'DEPRECATE_EOF');
const responses = [manual['mysql/most-commands-answered-by-ok-err-eof'], manual['mariadb/query-answers']] as const;
const layouts = [
  manual['mysql/ok-layout'],
  manual['mysql/err-layout'],
  manual['mysql/eof-layout'],
  manual['mysql/column-definition-fixed-fields'],
  manual['mysql/prepare-ok-layout'],
  manual['mariadb/ok-layout'],
  manual['mariadb/err-layout'],
  manual['mariadb/eof-layout'],
  manual['mariadb/column-definition'],
  manual['mariadb/prepare-ok-layout'],
] as const;

/** What the client's packets are made of; a report names the page of the packet that it is about. */
const clientLayouts = [
  manual['mysql/packet-has-length-sequence-payload'],
  manual['mysql/ping-gets-ok'],
  manual['mysql/quit-closes'],
  manual['mysql/set-option'],
  manual['mysql/reset-connection'],
  manual['mysql/execute-layout'],
  manual['mysql/close-has-no-answer'],
  manual['mysql/reset'],
  manual['mysql/register-replica-layout'],
  manual['mysql/binlog-dump-layout'],
  manual['mariadb/packet-has-length-sequence-body'],
  manual['mariadb/ping-gets-ok'],
  manual['mariadb/set-option'],
  manual['mariadb/reset-connection'],
  manual['mariadb/execute-layout'],
  manual['mariadb/bulk-layout'],
  manual['mariadb/fetch'],
  manual['mariadb/close-has-no-answer'],
  manual['mariadb/reset'],
  manual['mariadb/register-replica-layout'],
] as const;

/** Every packet is one that may stand in its place, and is used up by its fields. */
export const packetRules = [
  {
    id: 'packet/ok-ends-rows-only-under-deprecate-eof',
    title: 'To a client without DEPRECATE_EOF the server sends no OK in the place of EOF.',
    level: 'MUST',
    source: [manual['mysql/ok-as-eof-only-with-deprecate-eof'], manual['mariadb/resultset-terminator']],
    problem: /^\d+ bytes behind the last field of EOF$/,
    of: (packet, shown) => fromServer(packet) && packet.length >= 7 && !deprecatesEof(shown),
    killedBy: ['bytes: rows end with OK without DEPRECATE_EOF'],
  },
  {
    id: 'packet/ends-with-its-fields',
    title: 'A packet of the server ends with its last field.',
    level: 'MUST',
    source: layouts,
    problem: /^\d+ bytes behind the last field of /,
    of: fromServer,
    killedBy: ['ok-trailing-bytes', 'resultset-metadata-unasked'],
  },
  {
    id: 'packet/client-ends-with-its-fields',
    title: 'A packet of the client ends with its last field.',
    level: 'SHOULD',
    source: clientLayouts,
    problem: /^\d+ bytes behind the last field of /,
    of: (packet, shown) => packet.from === 'client' && !carriesWhatIsNotOffered(packet, shown),
    killedBy: ['client: a ping with bytes behind it'],
  },
  {
    id: 'packet/has-its-fields',
    title: 'A packet of the server has all of its fields, each whole.',
    level: 'MUST',
    source: layouts,
    problem: /^at byte \d+: (?!.* are accepted|more than \d+ empty packets)/,
    of: fromServer,
    killedBy: ['three-byte-ok-to-41-client'],
  },
  {
    id: 'packet/client-has-its-fields',
    title: 'A packet of the client has all the fields that its flags announce, each whole.',
    level: 'MUST',
    source: [
      manual['mysql/response41-attributes'],
      manual['mysql/response41-auth-response'],
      manual['mariadb/response-layout'],
      manual['mariadb/response-attributes'],
      ...clientLayouts,
    ],
    problem: /^at byte \d+: (?!.* are accepted|more than \d+ empty packets)/,
    // What a COM_STMT_EXECUTE has depends on the statement: only where its COM_STMT_PREPARE was seen for certain.
    of: (packet, shown) =>
      packet.from === 'client' && !lacksWhatIsNotOffered(packet, shown) && (shown.whole || !/^COM_STMT_/.test(packet.name)),
    killedBy: ['client: a login without the attributes that it announces'],
  },
  {
    id: 'packet/fits-its-place',
    whole: true,
    title: 'A packet of the server is one of those that may answer here.',
    level: 'MUST',
    source: responses,
    problem: /fits nothing that may stand here|^an empty packet$/,
    of: fromServer,
    loses: true,
    killedBy: ['execute-answers-text-rows', 'query-answered-with-empty-packet'],
  },
  {
    id: 'packet/answers-something',
    whole: true,
    title: 'The server sends nothing but the greeting, answers, and an ERR that says why it ends the connection.',
    level: 'MUST',
    source: [manual['mysql/close-has-no-answer'], manual['mariadb/close-has-no-answer'], manual['mysql/quit-closes'], ...responses],
    problem: /^it answers nothing that the client sent$/,
    loses: true,
    killedBy: ['close-answered', 'answers-com-quit', 'row-after-eof', 'query-answered-with-two-oks', 'prepare-eof-unasked'],
  },
  {
    id: 'packet/answer-ends-before-the-next',
    whole: true,
    title: 'The server answers one command after the other, each to its end.',
    level: 'MUST',
    source: [manual['mysql/resultset-terminator'], manual['mariadb/resultset-terminator']],
    problem: /^the answer to \S+ has not ended before it$/,
    loses: true,
    killedBy: ['resultset-without-final-eof', 'more-results-on-last'],
  },
  {
    id: 'packet/eof-behind-definitions',
    title: 'Without DEPRECATE_EOF an EOF stands behind column definitions.',
    level: 'MUST',
    source: [manual['mysql/resultset-order'], manual['mysql/prepare-eof'], manual['mariadb/resultset-order']],
    problem: /^no EOF after the column definitions, though DEPRECATE_EOF is not agreed$/,
    killedBy: ['resultset-without-column-eof'],
  },
  {
    id: 'packet/as-many-definitions-as-announced',
    title: 'No fewer column definitions come than the count in front of them says.',
    level: 'MUST',
    source: [manual['mysql/resultset-order'], manual['mysql/prepare-answer-order'], manual['mariadb/resultset-order']],
    problem: /^(EOF|OK) with \d+ column definitions still to come$/,
    killedBy: ['resultset-column-count-wrong', 'bytes: two columns announced, one described, under DEPRECATE_EOF'],
  },
  {
    id: 'packet/no-eof-under-deprecate-eof',
    title: 'Under DEPRECATE_EOF no EOF stands behind definitions or rows.',
    level: 'MUST',
    source: [manual['mysql/resultset-terminator'], manual['mysql/prepare-eof'], manual['mariadb/resultset-terminator']],
    side: 'server',
    looksAt: ['EOF'],
    silentAbout: () => true,
    finds: ({ answers, length }, shown) =>
      deprecatesEof(shown) && length === 5 && /^COM_(QUERY|STMT_EXECUTE|STMT_PREPARE|STMT_FETCH)$/.test(answers?.name ?? '')
        ? `an EOF in the answer to ${answers?.name}, though both sides have set DEPRECATE_EOF`
        : undefined,
    killedBy: ['resultset-eof-for-ok', 'resultset-column-eof-unasked', 'fetch-ends-with-eof'],
  },
] as const satisfies readonly LintRule[];

/**
 * Does the payload end where a field begins that stands there by a flag which the server does not offer? Clients leave such fields out, and
 * servers do not look for them.
 */
function lacksWhatIsNotOffered({ length, problem }: LabelledPacket, { declared, offered }: Shown): boolean {
  if (declared === undefined || offered === undefined || problem !== `at byte ${length}: wanted 1 bytes, 0 left`) return false;
  return (declared & ~offered & flags('CONNECT_ATTRS', 'ZSTD_COMPRESSION_ALGORITHM')) !== 0;
}

/** COM_CHANGE_USER goes by what the client has declared: a plugin and attributes that the server does not offer may stand there. */
function carriesWhatIsNotOffered({ name }: LabelledPacket, { declared, offered }: Shown): boolean {
  if (declared === undefined || offered === undefined || name !== 'COM_CHANGE_USER') return false;
  return (declared & ~offered & flags('CONNECT_ATTRS', 'PLUGIN_AUTH')) !== 0;
}
