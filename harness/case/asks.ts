import { status } from '../codec/status.ts';
import type { Case } from './case.ts';
import { allSteps, stimuliOf } from './script.ts';
import type { Alternative, Condition, Step, Stimulus } from './step.ts';

/** What a stand-in lacks, after "it": why a case that needs it is skipped. */
export const withoutSql = "carries out no SQL: it answers SELECT 40 + 2 and SELECT 'mywire' alike";
export const withoutAccounts = 'has no accounts: it carries out no SQL, and any user gets in';

/** Not what a stand-in lacks, but what a server may have. */
export const withAnonymous = 'has an anonymous account: users that exist nowhere get in';
/** The same of a server that keeps nobody out: a hole, which the cases about logins tell of, and no others. */
export const withoutDoor = 'lets in users that exist nowhere (login/unknown-user), and is to be asked about something else';

/** Nor does it ask anybody for one whom it was told to let in. */
export const withoutGrants = 'lets everybody in, whatever the password (skip-grant-tables)';

/** A proxy may have been told to: only whoever set it up knows whether it takes them from anyone. */
export const withProxyHeaders = 'takes PROXY headers from here, whether it has been told to or takes them from anyone';

/** Settings under which a right server tells something else: of its text, and of its rows. */
export const withWideText = 'tells its text in UTF-16 or UTF-32, whatever the login asks for (init_connect sets character_set_results)';
export const withWideStrings =
  'turns the strings of statements to UTF-16 or UTF-32, whatever the login asks for (init_connect sets collation_connection)';
export const withFewRows = 'gives at most three rows of a SELECT (sql_select_limit)';
/** Who logs in without TLS is refused. */
export const overTlsAlone = 'takes logins over TLS alone (require_secure_transport)';
/** Of its limits: ERR 1129 then says nothing. */
export const withFewErrors = 'blocks a host behind fewer than 50 connections that fail (max_connect_errors)';

/** Of its limits, too: ERR 1317 then says nothing. */
export const withShortSelects = 'ends a SELECT within ten seconds (max_execution_time)';

/** A session that has done nothing shows a transaction. */
export const withOpenTransaction = 'begins a transaction behind each login (init_connect)';

/** The one statement that whatever speaks MySQL answers: health checks and drivers send it. */
const ANYONES = 'SELECT 1';

/** Does the case ask a server to carry out SQL: any statement but one, or to know its tables and databases? */
export const asksForSql = ({ script }: Pick<Case, 'script'>): boolean => allSteps(script).flatMap(stimuliOf).some(isSql);

/** What a target may be that keeps it out of this case, after "it": explain says so, and `run` skips it there. */
export const sparedBy = (one: Pick<Case, 'script' | 'needs' | 'tries'>): readonly string[] => [
  ...(asksForSql(one) ? [withoutSql] : []),
  ...(asksForAccounts(one) ? [withoutAccounts] : []),
  ...(asksForNobody(one) ? [withAnonymous] : []),
  ...(asksForGrants(one) ? [withoutGrants] : []),
  ...(asksAsAnyone(one) ? [withProxyHeaders] : []),
  ...(asksForText(one) ? [withWideText] : []),
  ...(asksWithStrings(one) ? [withWideStrings] : []),
  ...(asksForRows(one) ? [withFewRows] : []),
  ...(failsTimeAndAgain(one) ? [withFewErrors] : []),
  ...(asksOutsideTransactions(one) ? [withOpenTransaction] : []),
];

/** Does the case send a PROXY header as one who may not? */
export const asksAsAnyone = ({ needs = [] }: Pick<Case, 'needs'>): boolean =>
  needs.some((need) => typeof need === 'object' && 'feature' in need && need.feature === 'no-proxy-headers');

/** Does the case read what a server writes as text behind a login: values, names, messages? */
export const asksForText = ({ script }: Pick<Case, 'script'>): boolean =>
  allSteps(script)
    .flatMap(stimuliOf)
    .some(({ message = '' }) => tellsText.has(message) || aboutSchemas.has(message));

const tellsText: ReadonlySet<string> = new Set(['COM_QUERY', 'COM_PROCESS_INFO', 'COM_PROCESS_KILL']);

/**
 * Does it matter in how many bytes a statement of the case has its strings? To whatever takes them byte by byte: of variables, of an SQLSTATE,
 * of the ends of fields in a file, of JSON, of LENGTH(), and where they are long of max_allowed_packet. Any other comes back as it went.
 */
export const asksWithStrings = ({ script }: Pick<Case, 'script'>): boolean =>
  allSteps(script)
    .flatMap(stimuliOf)
    .some(({ with: { query = '' } = {} }) => takesBytes.test(typeof query === 'object' ? Object.values(query).join(' ') : String(query)));

const takesBytes = /(?:^|;)\s*(?:SET|SIGNAL|LOAD DATA)\b[^'"]*['"]|\b(?:LENGTH|JSON_OBJECT)\(['"]|\bREPEAT\(['"].['"], *\d{6,}\)/i;

/** Does the case read more than one row? */
export const asksForRows = ({ script }: Pick<Case, 'script'>): boolean =>
  allSteps(script)
    .flatMap((step) => ('expect' in step ? step.expect : []))
    .some(({ packet, where = {} }) => packet === 'FetchedRows' || packet === 'ResultsetThenERR' || isOfRows(where));

const isOfRows = (where: NonNullable<Alternative['where']>): boolean =>
  Number(where['rows'] ?? 0) > 1 || Object.keys(where).some((path) => /^row\.[1-9]/.test(path));

/** Does the case say that a session is outside of a transaction before its first statement? */
export function asksOutsideTransactions({ script }: Pick<Case, 'script'>): boolean {
  const first = script.findIndex((step) => stimuliOf(step).some(({ message }) => message === 'COM_QUERY'));
  return script
    .slice(0, first < 0 ? undefined : first)
    .some(
      (step) =>
        'expect' in step && step.expect.some(({ packet, where }) => packet === 'OK' && leavesTransactionsOut(where?.['statusFlags'])),
    );
}

const leavesTransactionsOut = (flags: Condition | undefined): boolean =>
  typeof flags === 'object' &&
  flags !== null &&
  (('noBits' in flags && (flags.noBits & status.IN_TRANS) !== 0) || ('all' in flags && flags.all.some(leavesTransactionsOut)));

/** Does the case break its login off, or never begin it, in each of many tries? */
const failsTimeAndAgain = ({ script, tries = 1 }: Pick<Case, 'script' | 'tries'>): boolean =>
  tries > 1 &&
  !allSteps(script)
    .flatMap(stimuliOf)
    .some(({ account = 'unknown' }) => account !== 'unknown');

/** These name a table or a database, or begin with a statement. */
const aboutSchemas: ReadonlySet<string> = new Set(['COM_INIT_DB', 'COM_FIELD_LIST', 'COM_CREATE_DB', 'COM_DROP_DB', 'COM_STMT_PREPARE']);

/** A prepared statement is SQL, also one that was never prepared: whatever carries out none knows none of these commands. */
const aboutStatements = /^COM_STMT_/;

function isSql({ message, with: fields = {}, raw = {}, padTo }: Stimulus): boolean {
  if (message === 'COM_QUERY') return fields['query'] !== ANYONES || padTo !== undefined;
  if (message !== undefined && (aboutSchemas.has(message) || aboutStatements.test(message))) return true;
  return (fields['database'] ?? raw['database'] ?? '') !== '';
}

/**
 * Does the case ask who may get in, and how: does it log in as somebody who is not to, under a name of its own, with a proof that is none,
 * or insist on being asked for another plugin's?
 */
export const asksForAccounts = (one: Pick<Case, 'script'>): boolean => {
  const steps = allSteps(one.script);
  return asksForNobody(one) || steps.flatMap(stimuliOf).some(isNoProof) || steps.some(insistsOnSwitch);
};

/** Does the case ask what an account may do, or for a login that is refused? Who lets everybody in does not read what comes to the end. */
export const asksForGrants = (one: Pick<Case, 'script'>): boolean => {
  const steps = allSteps(one.script);
  return asksForAccounts(one) || steps.some((step, i) => isRefused(step, steps[i - 1])) || steps.flatMap(stimuliOf).some(asksWhoItIs);
};

const isRefused = (step: Step, before: Step | undefined): boolean =>
  'expect' in step && stimuliOf(before).some(isLogin) && step.expect.every(({ packet }) => packet !== 'OK');
const isLogin = ({ message }: Stimulus): boolean => message === undefined || logins.has(message);
const logins: ReadonlySet<string> = new Set(['HandshakeResponse41', 'HandshakeResponse320', 'AuthSwitchResponse', 'COM_CHANGE_USER']);
const asksWhoItIs = ({ with: { query = '' } = {} }: Stimulus): boolean => /\bCURRENT_USER\(\)/i.test(String(query));

/** What stands for no password: an account that has none gets in with it. */
const NO_PASSWORD: ReadonlySet<string> = new Set(['', '00']);

function isNoProof({ message, password = 'right', proof = {}, with: fields = {} }: Stimulus): boolean {
  const { as: _inClear, ...changed } = proof;
  return (
    password !== 'right' ||
    Object.keys(changed).length > 0 ||
    !NO_PASSWORD.has(String(fields['authResponse'] ?? '')) ||
    (message === 'AuthSwitchResponse' && fields['data'] !== undefined)
  );
}

const insistsOnSwitch = (step: Step): boolean => 'expect' in step && step.expect.every(({ packet }) => packet === 'AuthSwitchRequest');

/** Does the case log in under a name that is nobody's? Its bytes may come in pieces. */
export function asksForNobody({ script }: Pick<Case, 'script'>): boolean {
  const stimuli = allSteps(script).flatMap(stimuliOf);
  return (
    stimuli.some(isOfNobody) ||
    stimuli
      .map(({ wire, payload }) => wire ?? payload ?? '')
      .join('')
      .includes(NOBODY)
  );
}

const isOfNobody = ({ account, userName, with: fields = {}, raw = {}, wire, payload }: Stimulus): boolean =>
  account === 'unknown' || (userName ?? fields['user'] ?? raw['user']) !== undefined || (wire ?? payload ?? '').includes(NOBODY);

/** Does the case send a password as it is, outside TLS? Inside, a login does so by itself. */
export const saysPasswords = ({ script }: Pick<Case, 'script'>): boolean =>
  allSteps(script)
    .flatMap(stimuliOf)
    .some(({ proof }) => proof?.as === 'clear');

/** Does each login of the case come over TLS? A script that goes on behind an answer goes on where it was. */
export function logsInOverTls(script: readonly Step[], tls = false): boolean {
  let encrypted = tls;
  for (const step of script) {
    if ('do' in step && step.do === 'start-tls') encrypted = true;
    if (!encrypted && stimuliOf(step).some(({ message }) => message !== 'SSLRequest')) return false;
    if ('expect' in step && !step.expect.every(({ then = [] }) => logsInOverTls(then, encrypted))) return false;
    if ('beside' in step && !logsInOverTls(step.beside)) return false;
  }
  return true;
}

/** 'mywire_nobody', who exists nowhere, in bytes that a case gives by itself. */
const NOBODY = '6d79776972655f6e6f626f6479';
