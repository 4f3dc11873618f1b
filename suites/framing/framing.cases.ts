import type { Case } from '../../harness/case/case.ts';
import { ascii, int, packet, times } from '../bytes.ts';
import { manual } from '../manual.ts';
import { anyErr, asksNobody, ended, greeting, loggedIn, notTaken, ping, quit, readError, waits, works } from '../steps.ts';

const stream = [
  manual['mysql/packet-has-length-sequence-payload'],
  manual['mariadb/packet-has-length-sequence-body'],
  manual['tcp/segments-do-not-match-writes'],
] as const;
const whole = ['whole'] as const;
const gone = [{ expect: [readError, { closes: true }] }, ended] as const;

/** COM_PING as it goes over the wire. */
const PING = packet(0, '0e');
const pingOk = { expect: [{ packet: 'OK', sequenceId: 1 }] } as const;
/** HandshakeResponse41 of a user that does not exist. */
const response = `${int(4, 0x088200)}${int(4, 0x1000000)}2d${times(23, 0)}${ascii('mywire_nobody')}0000${ascii('mysql_native_password')}00`;

/** Where packets begin and end, however the bytes arrive. */
export const cases = [
  {
    id: 'framing/one-byte-per-segment',
    title: 'a session whose every byte comes in a segment of its own gets the same answers',
    level: 'MUST',
    source: [
      ...stream,
      manual['mysql/query-answers'],
      manual['mariadb/query-answers'],
      manual['mysql/ping-gets-ok'],
      manual['mariadb/ping-gets-ok'],
    ],
    needs: ['check-account'],
    script: [
      ...loggedIn,
      { send: { message: 'COM_QUERY', with: { query: 'SELECT 1' } } },
      { expect: [{ packet: 'TextResultset', where: { columns: 1, rows: 1, first: '1' } }] },
      ...works,
    ],
    deliveries: ['bytes'],
    killedBy: ['byte-by-byte-resets', 'needs-whole-packet-in-one-segment', 'segment-is-packet', 'loses-second-half-of-split-header'],
  },
  {
    id: 'framing/split-header',
    title: 'a header that comes in two segments is one header',
    level: 'MUST',
    source: [...stream, manual['mysql/ping-gets-ok'], manual['mariadb/ping-gets-ok']],
    needs: ['check-account'],
    script: [...loggedIn, { send: { wire: PING.slice(0, 4) } }, { expect: [waits] }, { send: { wire: PING.slice(4) } }, pingOk, ...quit],
    deliveries: whole,
    killedBy: ['loses-second-half-of-split-header', 'segment-is-packet', 'needs-whole-packet-in-one-segment'],
  },
  {
    id: 'framing/first-header-apart',
    title: 'a handshake response whose payload comes later than its header is read as one packet',
    level: 'MUST',
    source: [
      ...stream,
      manual['mysql/ok-or-err-ends-auth'],
      manual['mysql/error-1043-bad-handshake'],
      manual['mariadb/auth-answers'],
      manual['mariadb/error-1043-bad-handshake'],
      manual['mysql/wrong-guess-gets-auth-switch'],
      manual['mysql/auth-err-closes-connection'],
      manual['mysql/sequence-id-increments-and-wraps'],
      manual['mariadb/sequence-number-follows-last-received'],
    ],
    script: [
      greeting,
      { send: { wire: packet(1, response).slice(0, 8) } },
      { expect: [waits] },
      { send: { wire: packet(1, response).slice(8) } },
      {
        expect: [
          // Refused for what it says (the user, TLS that is missing), not for its form: 1153 and 1156 are of a payload read as a header.
          { packet: 'ERR', sequenceId: 2, where: { errorCode: { all: [{ not: 1043 }, { not: 1153 }, { not: 1156 }] } } },
          ...asksNobody,
        ],
      },
      ended,
    ],
    deliveries: whole,
    killedBy: ['segment-is-packet', 'needs-whole-packet-in-one-segment', 'payload-apart-out-of-order'],
  },
  {
    id: 'framing/header-and-payload-apart',
    title: 'a command whose payload comes later than its header is answered then',
    level: 'MUST',
    source: [...stream, manual['mysql/ping-gets-ok'], manual['mariadb/ping-gets-ok']],
    needs: ['check-account'],
    script: [...loggedIn, { send: { wire: PING.slice(0, 8) } }, { expect: [waits] }, { send: { wire: PING.slice(8) } }, pingOk, ...quit],
    deliveries: whole,
    killedBy: ['segment-is-packet', 'needs-whole-packet-in-one-segment'],
  },
  {
    id: 'framing/packet-and-a-half',
    title: 'a command with half of the next one in its segment is answered, and so is the next',
    // As in the pipelining cases: no manual says that a client may send on before the answer.
    level: 'SHOULD',
    source: [...stream, manual['mysql/ping-gets-ok'], manual['mariadb/ping-gets-ok']],
    needs: ['check-account'],
    script: [...loggedIn, { send: { wire: PING + PING.slice(0, 6) } }, pingOk, { send: { wire: PING.slice(6) } }, pingOk, ...quit],
    deliveries: whole,
    killedBy: ['coalesced-packets-lost', 'loses-second-half-of-split-header', 'segment-is-packet'],
  },
  {
    id: 'framing/empty-packet-first',
    title: 'an empty packet in answer to the greeting is refused',
    level: 'SHOULD',
    source: [
      manual['mysql/ok-or-err-ends-auth'],
      manual['mariadb/auth-answers'],
      manual['mysql/packet-has-length-sequence-payload'],
      manual['mysql/auth-err-closes-connection'],
    ],
    script: [greeting, { send: { payload: '', sequenceId: 1 } }, notTaken, ended],
    link: 'https://github.com/vitessio/vitess/pull/4357',
    killedBy: ['empty-packet-hangs', 'bad-handshake-takes-login'],
  },
  {
    id: 'framing/empty-command',
    title: 'an empty packet in the command phase is refused with an ERR, and the connection lives on',
    level: 'SHOULD',
    source: [
      manual['mysql/first-byte-is-command'],
      manual['mysql/com-sleep-is-refused'],
      manual['mysql/error-1047-unknown-command'],
      manual['mariadb/com-sleep-gets-err'],
      manual['mariadb/error-1047-unknown-command'],
    ],
    needs: ['check-account'],
    script: [...loggedIn, { send: { payload: '' } }, { expect: [{ ...anyErr, sequenceId: 1 }] }, ...ping],
    link: 'https://github.com/sysown/proxysql/commit/e3c13fbe',
    killedBy: ['empty-packet-hangs', 'empty-command-closes'],
  },
  {
    id: 'framing/unfinished-header-and-half-close',
    title: "two bytes of a header and the client's FIN end the connection",
    level: 'SHOULD',
    source: [...stream, manual['tcp/half-closed-may-still-send']],
    script: [greeting, { send: { wire: '0100' } }, { do: 'half-close' }, ...gone],
    deliveries: whole,
    killedBy: ['half-close-keeps-open'],
  },
  {
    id: 'framing/unfinished-payload-and-half-close',
    title: "a handshake response that is cut off by the client's FIN ends the connection",
    level: 'SHOULD',
    source: [...stream, manual['tcp/half-closed-may-still-send']],
    script: [greeting, { send: { wire: packet(1, response).slice(0, 60) } }, { do: 'half-close' }, ...gone],
    deliveries: whole,
    killedBy: ['half-close-keeps-open'],
  },
  {
    id: 'framing/unfinished-login-and-half-close',
    title: "a right login whose header announces more than came before the client's FIN is no login, and the connection ends",
    level: 'SHOULD',
    source: [...stream, manual['tcp/half-closed-may-still-send']],
    needs: ['check-account'],
    // All its fields are there: who takes the end of the stream for that of the packet lets it in.
    script: [greeting, { send: { message: 'HandshakeResponse41', account: 'check', length: 1000 } }, { do: 'half-close' }, ...gone],
    deliveries: whole,
    killedBy: ['fin-ends-packet', 'half-close-keeps-open'],
  },
  {
    id: 'framing/unfinished-payload-waits',
    title: 'a handshake response of which one byte is missing is waited for, and answered when it comes',
    level: 'MUST',
    source: [
      ...stream,
      manual['mysql/ok-or-err-ends-auth'],
      manual['mariadb/auth-answers'],
      manual['mysql/wrong-guess-gets-auth-switch'],
      manual['mariadb/connect-timeout-is-bad-handshake'],
      manual['mysql/connect-timeout-waits-for-connect-packet'],
    ],
    // One byte short of what the header says: all fields are there.
    script: [
      greeting,
      { send: { payload: response, sequenceId: 1, length: response.length / 2 + 1 } },
      { expect: [waits] },
      { send: { wire: '00' } },
      { expect: [{ ...anyErr, sequenceId: 2 }, ...asksNobody] },
    ],
    deliveries: whole,
    killedBy: ['segment-is-packet', 'unfinished-first-packet-refused', 'unfinished-first-packet-unheard'],
  },
  {
    id: 'framing/unfinished-command-waits',
    title: 'a command of which one byte is missing is waited for, and answered when it comes',
    level: 'MUST',
    source: [...stream, manual['mysql/query-answers'], manual['mariadb/query-answers']],
    needs: ['check-account'],
    script: [
      ...loggedIn,
      { send: { message: 'COM_QUERY', with: { query: 'SELECT ' }, length: 9 } },
      { expect: [waits] },
      { send: { wire: ascii('1') } },
      { expect: [{ packet: 'TextResultset', sequenceId: 1, where: { columns: 1, rows: 1, first: '1' } }] },
    ],
    deliveries: whole,
    killedBy: ['segment-is-packet', 'needs-whole-packet-in-one-segment'],
  },
  {
    id: 'framing/unfinished-command-and-half-close',
    title: "a command that is cut off by the client's FIN is not run, and the connection ends",
    level: 'SHOULD',
    source: [...stream, manual['tcp/half-closed-may-still-send']],
    needs: ['check-account'],
    // Run, it would be an empty statement: ERR 1065.
    script: [
      ...loggedIn,
      { send: { wire: `${int(3, 9)}0003` } },
      { do: 'half-close' },
      { expect: [{ ...readError, where: { errorCode: { not: 1065 } } }, { closes: true }] },
      ended,
    ],
    deliveries: whole,
    killedBy: ['fin-ends-packet', 'half-close-keeps-open', 'segment-is-packet'],
  },
  {
    id: 'framing/first-header-of-16-mib',
    title: 'a header that announces 16 MiB - 1 before the login, without a body, is refused or waited for',
    level: 'MUST',
    source: [
      manual['mysql/payload-of-16mb-continues'],
      manual['mysql/error-1153-packet-too-large'],
      manual['mariadb/full-packet-continues'],
      manual['mariadb/over-max-allowed-packet-closes-socket'],
    ],
    // Never a body behind it: CVE-2026-48773 overwrites memory with it. What counts is that the server lives on.
    script: [greeting, { send: { wire: 'ffffff01' } }, { expect: [waits, anyErr, { closes: true }] }],
    deliveries: whole,
    link: 'https://github.com/sysown/proxysql/security/advisories/GHSA-58ww-865x-grpr',
    killedBy: ['full-first-header-stops-server'],
  },
  {
    id: 'framing/long-command',
    title: 'a query of 70 000 bytes is one command',
    level: 'MUST',
    source: [...stream, manual['mysql/query-answers'], manual['mariadb/query-answers']],
    needs: ['check-account', { feature: 'values-of-512-kib' }],
    script: [
      ...loggedIn,
      { send: { message: 'COM_QUERY', with: { query: 'SELECT 1 ' }, padTo: 70_000 } },
      { expect: [{ packet: 'TextResultset', sequenceId: 1, where: { columns: 1, rows: 1, first: '1' } }] },
      ...quit,
    ],
    deliveries: ['whole', 'fields'],
    killedBy: ['segment-is-packet', 'needs-whole-packet-in-one-segment'],
  },
  {
    id: 'framing/command-of-two-mib',
    title: 'a query of 2 MiB is one command, or refused with ERR 1153',
    level: 'MUST',
    source: [
      ...stream,
      manual['mysql/query-answers'],
      manual['mariadb/query-answers'],
      manual['mysql/error-1153-packet-too-large'],
      manual['mariadb/error-1153-packet-too-large'],
      manual['mysql/too-large-packet-gets-1153-and-end'],
      manual['mariadb/over-max-allowed-packet-closes-socket'],
    ],
    // A server with a limit below that may close instead; a proxy may have one of its own.
    needs: ['check-account', { feature: 'packets-of-4-mib' }],
    script: [
      ...loggedIn,
      { send: { message: 'COM_QUERY', with: { query: 'SELECT 1 ' }, padTo: 0x200000 } },
      {
        expect: [
          { packet: 'TextResultset', sequenceId: 1, where: { columns: 1, rows: 1, first: '1' }, then: quit },
          { packet: 'ERR', where: { errorCode: 1153 }, then: [ended] },
        ],
      },
    ],
    deliveries: whole,
    killedBy: ['large-packet-closes'],
  },
] as const satisfies readonly Case[];
