import type { LintRule } from '../../harness/case/lint-rule.ts';
import { has } from '../../harness/codec/capability.ts';
import { findErrorCode } from '../../harness/codec/error-code.ts';
import type { LabelledPacket } from '../../harness/codec/labelled-packet.ts';
import { status } from '../../harness/codec/status.ts';
import { entryThatIsCut, goesOnBehindInfo, okStatus, sessionStateOf, statementOf } from '../lint-reading.ts';
import { manual } from '../manual.ts';

/** Flags that the client has declared: the server knows them from its HandshakeResponse on. */
const knows41 = ({ answers, context }: LabelledPacket): boolean =>
  answers !== undefined && answers.problem === undefined && has(context?.capabilities ?? 0, 'PROTOCOL_41');
/** The SQLSTATE of an error of the user's own. */
const SIGNALLED = '45000';
const BEGIN = /^\s*(begin|begin work|start transaction)\s*;?\s*$/i;
/** Bytes: longer statements are not read. */
const SHORT = 40;
/** A statement that may be one of the two: what stands in front of it (attributes, white space) is below a letter. */
const mayBe = ({ name, length, payload }: LabelledPacket): boolean =>
  name === 'COM_QUERY' && length <= SHORT && beginsLikeOne(payload[1] ?? 0);
const beginsLikeOne = (byte: number): boolean => byte <= 0x20 || (byte | 0x20) === 0x62 || (byte | 0x20) === 0x73;
const AUTOCOMMIT = /^\s*set\s+autocommit\s*=\s*([01])\s*;?\s*$/i;

/** What an OK or an ERR says. */
export const okErrRules = [
  {
    id: 'err/has-sqlstate',
    title: 'To a client that speaks 4.1 an ERR of a MySQL server has # and an SQLSTATE behind its code (MariaDB: it may).',
    level: 'MUST',
    source: [manual['mysql/err-layout'], manual['mysql/err-sqlstate-only-with-protocol-41']],
    side: 'server',
    looksAt: ['ERR'],
    finds: (packet, { dialect }) =>
      dialect !== 'mariadb' && knows41(packet) && packet.value !== undefined && packet.value['sqlStateMarker'] === undefined
        ? `ERR ${packet.value['errorCode']} without # and SQLSTATE, though both sides speak 4.1`
        : undefined,
    killedBy: ['err-without-sqlstate', 'err-without-marker'],
  },
  {
    id: 'err/sqlstate-has-five-letters',
    title: 'The SQLSTATE of an ERR is five digits and capital letters.',
    level: 'SHOULD',
    source: [
      manual['mysql/err-layout'],
      manual['mariadb/err-layout'],
      manual['mysql/sqlstate-letters'],
      manual['mariadb/sqlstate-letters'],
    ],
    side: 'server',
    looksAt: ['ERR'],
    anywhere: true,
    finds({ value }) {
      const state = value?.['sqlState'];
      return state === undefined || /^[0-9A-Z]{5}$/.test(String(state)) ? undefined : `the SQLSTATE is "${state}"`;
    },
    killedBy: ['err-doubled-marker'],
  },
  {
    id: 'err/no-sqlstate-before-41',
    title: 'A client of protocol 3.20 gets an ERR without SQLSTATE (MariaDB: it may have one).',
    level: 'SHOULD',
    source: [manual['mysql/err-sqlstate-only-with-protocol-41']],
    side: 'server',
    looksAt: ['ERR'],
    finds: ({ answers, value }, { dialect }) =>
      dialect !== 'mariadb' &&
      answers?.name === 'HandshakeResponse320' &&
      answers.problem === undefined &&
      value?.['sqlStateMarker'] === '#'
        ? `ERR ${value['errorCode']} has an SQLSTATE, and the client logs in by HandshakeResponse320`
        : undefined,
    killedBy: ['handshake-320-err-with-sqlstate'],
  },
  {
    id: 'err/code-is-not-the-clients',
    title: 'A server of MariaDB sends no error code from 2000 to 2999 or from 5000 to 5999: those belong to the client.',
    level: 'MUST',
    source: [manual['mariadb/err-code-range']],
    side: 'server',
    looksAt: ['ERR'],
    finds({ value }, { dialect }) {
      const code = Number(value?.['errorCode']);
      const reserved = (code >= 2000 && code <= 2999) || (code >= 5000 && code <= 5999);
      // A stored program's SIGNAL may have any code: that is the user's affair.
      return dialect === 'mariadb' && reserved && value?.['sqlState'] !== SIGNALLED
        ? `ERR ${code} is of a range that is reserved for errors of the client`
        : undefined;
    },
    killedBy: ['err-code-of-the-client'],
  },
  {
    id: 'err/login-sqlstate-is-the-codes',
    title: 'An ERR that refuses a login has the SQLSTATE that the manual gives to its code.',
    level: 'SHOULD',
    source: [manual['mysql/error-has-its-sqlstate'], manual['mariadb/error-has-its-sqlstate']],
    side: 'server',
    looksAt: ['ERR'],
    finds({ answers, value }, { loggedIn, dialect }) {
      const state = value?.['sqlState'];
      const known = findErrorCode(Number(value?.['errorCode']));
      // Behind the login, SIGNAL may give any code any state.
      if (loggedIn || answers?.name !== 'HandshakeResponse41' || state === undefined || !known) return undefined;
      if ((known.dialect ?? dialect) !== dialect || known.sqlState === state) return undefined;
      return `ERR ${known.code} (${known.name}) with SQLSTATE ${state}; its own is ${known.sqlState}`;
    },
    killedBy: ['wrong-sqlstate-for-bad-password'],
  },
  {
    id: 'err/progress-only-on-request',
    title: 'A progress report (ERR 65535) goes only to a client that has set MARIADB_CLIENT_PROGRESS.',
    level: 'MUST',
    source: [manual['mariadb/progress-layout']],
    side: 'server',
    looksAt: ['ERR'],
    // SIGNAL can make an ERR of this code too; it has an SQLSTATE.
    finds: ({ value, answers }, { dialect }) =>
      Number(value?.['errorCode']) === 0xffff && value?.['sqlStateMarker'] === undefined && answers && dialect === 'mariadb'
        ? 'ERR 65535 is a progress report that the client has not asked for'
        : undefined,
    killedBy: ['progress-unasked'],
  },
  {
    id: 'ok/says-what-has-changed',
    title: 'An OK with SESSION_STATE_CHANGED carries what has changed, to a client with SESSION_TRACK.',
    level: 'MUST',
    source: [manual['mysql/session-state-block'], manual['mariadb/session-state']],
    side: 'server',
    looksAt: ['OK'],
    silentAbout: ({ status: flags }) => (flags & status.SESSION_STATE_CHANGED) === 0,
    finds(packet) {
      const flags = okStatus(packet) ?? 0;
      const capabilities = packet.context?.capabilities ?? 0;
      if ((flags & status.SESSION_STATE_CHANGED) === 0 || !has(capabilities, 'SESSION_TRACK')) return undefined;
      if (has(capabilities, 'PROTOCOL_41') && goesOnBehindInfo(packet)) return undefined;
      return packet.value && packet.value['sessionState'] === undefined
        ? 'SESSION_STATE_CHANGED is set, and no state stands behind it'
        : undefined;
    },
    killedBy: ['ok-session-state-missing'],
  },
  {
    id: 'ok/session-state-is-whole',
    title: 'The session state of an OK is entries of a type and a length-encoded string, to its end.',
    level: 'MUST',
    source: [manual['mysql/session-state-block'], manual['mariadb/session-state']],
    side: 'server',
    looksAt: ['OK'],
    silentAbout: ({ status: flags }) => (flags & status.SESSION_STATE_CHANGED) === 0,
    finds(packet) {
      const state = sessionStateOf(packet);
      const at = state === undefined ? undefined : entryThatIsCut(state);
      return at === undefined ? undefined : `of ${state?.length} bytes of session state the entry at byte ${at} is not whole`;
    },
    killedBy: ['bytes: a session state whose entry is cut'],
  },
  {
    id: 'ok/begin-begins-a-transaction',
    title: 'The OK of BEGIN and of START TRANSACTION has SERVER_STATUS_IN_TRANS.',
    level: 'MUST',
    source: [manual['mysql/in-trans-is-raised-by-begin'], manual['mariadb/status-flags']],
    side: 'server',
    looksAt: ['OK'],
    silentAbout: (_seen, answers) => !mayBe(answers),
    finds(packet) {
      const statement = statementOf(packet, SHORT);
      const flags = statement !== undefined && BEGIN.test(statement) ? okStatus(packet) : undefined;
      if (flags === undefined || (flags & (status.IN_TRANS | status.MORE_RESULTS_EXISTS)) !== 0) return undefined;
      return `status flags 0x${flags.toString(16).padStart(4, '0')} behind "${statement?.trim()}": SERVER_STATUS_IN_TRANS is not set`;
    },
    killedBy: ['transaction-flag-missing'],
  },
  {
    id: 'ok/autocommit-is-what-was-set',
    title: 'The OK of SET autocommit has SERVER_STATUS_AUTOCOMMIT as it was set.',
    level: 'SHOULD',
    source: [manual['mysql/status-flags'], manual['mariadb/status-flags']],
    side: 'server',
    looksAt: ['OK'],
    silentAbout: (_seen, answers) => !mayBe(answers),
    finds(packet) {
      const [, value] = AUTOCOMMIT.exec(statementOf(packet, SHORT) ?? '') ?? [];
      const flags = value === undefined ? undefined : okStatus(packet);
      if (flags === undefined || ((flags & status.AUTOCOMMIT) !== 0) === (value === '1')) return undefined;
      return `status flags 0x${flags.toString(16).padStart(4, '0')} behind SET autocommit=${value}`;
    },
    killedBy: ['autocommit-flag-stays'],
  },
] as const satisfies readonly LintRule[];
