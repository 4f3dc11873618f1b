import type { Source } from '../../case/case.ts';
import type { CheckResult, RunReport, TargetReport } from '../../run/result.ts';
import type { Transcript, TranscriptEvent } from '../../wire/transcript.ts';

export const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'));

/** From pcaps/mariadb-10.11.19-handshake-variants.pcap, connections 2 and 10 (HAProxy's post-41 check; a query). */
export const mariadbGreeting = bytes(
  '640000000a352e352e352d31302e31312e31392d4d6172696144422d302b64656231327531005eb60400454465524956542500fef7080200ff81150000000000001d000000586e4139384d5a5e472b3e35006d7973716c5f6e61746976655f70617373776f726400',
);
export const haproxyResponse = bytes(
  '2f0000010082000000800001210000000000000000000000000000000000000000000000686170726f78795f636865636b0000',
);
export const quit = bytes('0100000001');
export const query = bytes('090000000373656c6563742031');
export const okAfterLogin = bytes('0700000200000002000000');
export const resultset = bytes(
  '010000010117000002036465660000000131000c3f000100000003810000000005000003fe0000020002000004013105000005fe00000200',
);
/** ERR 1156, '#08S01', from connection 0 of the same file. */
export const gotPacketsOutOfOrder = bytes('21000001ff8404233038533031476f74207061636b657473206f7574206f66206f72646572');

export const joined = (...parts: Uint8Array[]): Uint8Array => Uint8Array.from(Buffer.concat(parts));

export const connected = { at: 0.2, kind: 'connected', local: '127.0.0.1:40001', remote: '127.0.0.1:13406' } as const;
export const sent = (at: number, label: string, ...segments: Uint8Array[]): TranscriptEvent => ({
  at,
  kind: 'sent',
  bytes: joined(...segments),
  segments: segments.map((s) => s.length),
  label,
});
export const received = (at: number, b: Uint8Array): TranscriptEvent => ({ at, kind: 'received', bytes: b });

/** A login, a query and COM_QUIT, as MariaDB 10.11 answers them. */
export const login: Transcript = {
  events: [
    connected,
    received(0.5, mariadbGreeting),
    { at: 0.6, kind: 'waited', name: 'HandshakeV10', ms: 0.4, outcome: 'met' },
    sent(0.7, 'HandshakeResponse41 as check', haproxyResponse),
    received(0.9, okAfterLogin),
    sent(1.0, 'COM_QUERY', query.subarray(0, 2), query.subarray(2)),
    received(1.3, resultset),
    sent(1.4, 'COM_QUIT', quit),
    { at: 1.6, kind: 'fin' },
  ],
  startedAt: 0,
  ending: 'fin',
};

/** HAProxy's check sent early; ProxySQL 2.0.17's answer: nothing, FIN, RST (facts: sysown/proxysql#3342). */
export const droppedEarly: Transcript = {
  events: [
    connected,
    sent(0.25, 'HandshakeResponse41 as check + COM_QUIT', joined(haproxyResponse, quit)),
    { at: 1.25, kind: 'fin' },
    { at: 6.5, kind: 'rst' },
  ],
  startedAt: 0,
  ending: 'fin+rst',
};

export const manual: Source = {
  manual: 'mysql',
  page: 'Connection Phase',
  url: 'https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_connection_phase.html',
  says: 'the server sends its greeting first',
};

export function result(over: Partial<CheckResult> = {}): CheckResult {
  const id = over.case ?? 'early-data/response-and-quit';
  return {
    target: 'local:proxysql+mariadb',
    case: id,
    area: id.slice(0, id.indexOf('/')),
    title: 'a check that is sent before the greeting gets the greeting and OK',
    level: 'MUST',
    delivery: 'early',
    source: [manual],
    verdict: 'pass',
    answer: 'pass',
    ending: 'pass',
    observation: '0:HandshakeV10 | 2:OK 0/0/0x2/0 | FIN',
    tries: 1,
    deviatingTries: 0,
    ms: 3.2,
    ...over,
  };
}

export function failing(over: Partial<CheckResult> = {}): CheckResult {
  const got = 'FIN followed by RST without an answer';
  return result({
    verdict: 'fail',
    answer: 'fail',
    ending: 'unjudged',
    reason: got,
    deviation: { axis: 'answer', step: 1, expected: 'HandshakeV10', got },
    observation: 'FIN followed by RST',
    deviatingTries: 1,
    transcript: droppedEarly,
    ...over,
  });
}

export function target(results: readonly CheckResult[], over: Partial<TargetReport> = {}): TargetReport {
  return {
    target: results[0]?.target ?? 'local:mariadb',
    versions: 'proxysql 2.0.17 + mariadb 10.11.19',
    dialect: 'mysql',
    results,
    notes: [],
    expectationProblems: [],
    ms: 1200,
    ...over,
  };
}

export function run(targets: readonly TargetReport[], over: Partial<RunReport> = {}): RunReport {
  return {
    mywire: '0.1.0',
    startedAt: '2026-11-21T04:00:00.000Z',
    command: 'mywire run local:proxysql+mariadb',
    targets,
    untested: [],
    problems: [],
    ms: 1500,
    ...over,
  };
}

/** What a hostile server may put into every string: an escape sequence, markup, line ends, bidi marks, NUL, C1, half a character. */
export const HOSTILE = 'x\x1b]0;owned\x07\x1b[2J<script>alert(1)</script>\r\nPASS]]>&\u202e\u0000\u009b31m\ud800\uffff';
/** Everything a terminal would act on, the line ends of the report itself apart. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
export const ACTIVE = /[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]/;
