import type { LintRule, Shown } from '../../harness/case/lint-rule.ts';
import { has } from '../../harness/codec/capability.ts';
import { status } from '../../harness/codec/status.ts';
import { behindStrings, firstString, okStatus } from '../lint-reading.ts';
import { manual } from '../manual.ts';

/** Behind it the server may answer several statements, whatever the login said. */
const optionWasSet = 'COM_SET_OPTION';

const mayGetSeveral = ({ declared }: Shown): boolean =>
  declared === undefined || has(declared, 'MULTI_STATEMENTS') || has(declared, 'MULTI_RESULTS') || has(declared, 'PS_MULTI_RESULTS');

/** The command phase. */
export const commandRules = [
  {
    id: 'command/is-not-empty',
    title: 'A command has at least the byte that says which one it is.',
    level: 'MUST',
    source: [manual['mysql/first-byte-is-command']],
    problem: /^an empty packet where a command was due$/,
    killedBy: ['client: an empty command'],
  },
  {
    id: 'command/waits-for-the-login',
    title: 'Commands begin behind the OK of the login.',
    level: 'OBSERVE',
    source: [manual['mysql/auth-ok-enters-command-phase'], manual['haproxy/mysql-check-sends-auth-and-quit']],
    side: 'client',
    looksAt: ['COM_QUERY', 'COM_PING', 'COM_INIT_DB', 'COM_STMT_PREPARE'],
    finds: ({ name }, { loggedIn, declared }) =>
      !loggedIn && declared !== undefined ? `${name} was sent, and no OK had ended the login` : undefined,
    killedBy: ['client: a ping behind the login in one segment'],
  },
  {
    id: 'command/file-only-with-local-files',
    title: 'The server asks for a file only a client that has set LOCAL_FILES.',
    level: 'MUST',
    source: [manual['mysql/infile-needs-local-files'], manual['mariadb/infile-refused-without-local-files']],
    side: 'server',
    looksAt: ['LocalInfileRequest'],
    finds: (_packet, { declared }) =>
      declared !== undefined && !has(declared, 'LOCAL_FILES')
        ? 'the server asks for a file, and the client has not set LOCAL_FILES'
        : undefined,
    killedBy: ['infile-asks-client-without-local-files'],
  },
  {
    id: 'command/several-results-only-on-request',
    title: 'Several results go only to a client that has set MULTI_STATEMENTS, MULTI_RESULTS or PS_MULTI_RESULTS.',
    level: 'MUST',
    source: [manual['mysql/multi-results-must-be-announced']],
    side: 'server',
    looksAt: ['OK', 'EOF', optionWasSet],
    silentAbout: (seen, answers, shown) =>
      mayGetSeveral(shown) || ((seen.status & status.MORE_RESULTS_EXISTS) === 0 && answers.name !== optionWasSet),
    finds(packet, shown) {
      if (mayGetSeveral(shown)) return undefined;
      const { memory } = shown;
      if (packet.answers?.name === optionWasSet) memory.set(optionWasSet, true);
      const flags = packet.name === 'OK' ? okStatus(packet) : Number(packet.value?.['statusFlags'] ?? 0);
      return ((flags ?? 0) & status.MORE_RESULTS_EXISTS) !== 0 && !memory.has(optionWasSet)
        ? 'SERVER_MORE_RESULTS_EXISTS, and the client has set none of the three flags'
        : undefined;
    },
    killedBy: ['call-without-multi-results'],
  },
  {
    id: 'command/definition-is-of-the-catalog-def',
    title: 'A column definition begins with the catalog "def", and 0x0c bytes of fixed fields stand behind its names.',
    level: 'MUST',
    source: [manual['mysql/column-definition-names'], manual['mysql/column-definition-fixed-fields'], manual['mariadb/column-definition']],
    side: 'server',
    looksAt: ['ColumnDefinition41'],
    silentAbout: () => true,
    finds({ payload, context }) {
      const catalog = firstString(payload);
      if (catalog !== 'def')
        return catalog === undefined ? 'it does not begin with a catalog' : `its catalog is ${JSON.stringify(catalog)}`;
      // MariaDB's extended metadata stands between.
      const at = ((context?.mariadbCapabilities ?? 0) & 8) !== 0 ? undefined : behindStrings(payload, 6);
      return at === undefined || payload[at] === 0x0c
        ? undefined
        : `0x${(payload[at] as number).toString(16).padStart(2, '0')} bytes of fixed fields are announced`;
    },
    killedBy: ['resultset-fixed-length-wrong'],
  },
  {
    id: 'command/prepare-ok-has-its-warnings',
    title: "MariaDB's COM_STMT_PREPARE_OK has 12 bytes: its warnings stand behind a filler (MySQL: if the packet is long enough).",
    level: 'MUST',
    source: [manual['mariadb/prepare-ok-layout']],
    side: 'server',
    looksAt: ['StmtPrepareOK'],
    silentAbout: () => true,
    finds: ({ length }, { dialect }) => (length >= 12 || dialect !== 'mariadb' ? undefined : `it has ${length} bytes, and not 12`),
    killedBy: ['prepare-ok-without-warnings'],
  },
  {
    id: 'command/answer-is-whole',
    title: 'The server ends an answer that it has begun before it ends the connection.',
    // KILL, net_write_timeout and a shutdown cut a right server off.
    level: 'OBSERVE',
    source: [manual['mysql/resultset-terminator'], manual['mariadb/resultset-terminator']],
    side: 'server',
    atEnd({ how, after, waiting }, { whole, loggedIn }) {
      // Behind a request for data it is the client's turn.
      const turn = /^(ColumnCount|ColumnDefinition\d+|TextRow|BinaryRow|EOF|OK|StmtPrepareOK)$/.test(after ?? '');
      const cut = loggedIn && whole && turn ? waiting.find(({ begun }) => begun) : undefined;
      return cut && `${how.toUpperCase()} inside the answer to the ${cut.packet} of frame ${cut.frame}`;
    },
    killedBy: ['answer-breaks-off'],
  },
  {
    id: 'command/is-answered',
    title: 'The server answers before it ends the connection.',
    level: 'OBSERVE',
    source: [manual['mysql/most-commands-answered-by-ok-err-eof'], manual['mysql/ok-or-err-ends-auth']],
    side: 'server',
    atEnd({ how, waiting }) {
      const [first] = waiting;
      return first && !first.begun ? `${how.toUpperCase()} without an answer to the ${first.packet} of frame ${first.frame}` : undefined;
    },
    killedBy: ['rst-instead-of-answer', 'close-instead-of-answer', 'query-answered-with-close'],
  },
] as const satisfies readonly LintRule[];
