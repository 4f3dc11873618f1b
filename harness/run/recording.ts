import type { Case } from '../case/case.ts';
import type { Delivery } from '../case/delivery.ts';
import type { Step, Stimulus } from '../case/step.ts';
import { join } from '../codec/frame.ts';
import { readCapture } from '../pcap/capture-reader.ts';
import { serverEnding } from '../pcap/ending.ts';
import { reassemble } from '../pcap/reassemble.ts';
import type { TcpConnection } from '../pcap/tcp-connection.ts';
import type { Transcript, TranscriptEvent } from '../wire/transcript.ts';
import { judge } from './check.ts';
import { compose } from './compose.ts';
import { endingInWords } from './describe.ts';
import { checkMode } from './haproxy-probe.ts';
import { Matcher } from './matcher.ts';
import type { CheckResult, RecordedCheck } from './result.ts';
import { Session } from './session.ts';
import type { Try } from './try-case.ts';

/** A recording judged by the rules that live connections are judged by. */
export interface JudgedRecording {
  readonly checks: readonly RecordedCheck[];
  /** One result per case whose bytes a client of the recording sent; tries are connections. */
  readonly results: readonly CheckResult[];
}

/**
 * Finds in a capture the connections whose client sent exactly what a case sends, and judges the server's side of them.
 * `server` names the recorded product and version. Throws PcapError when the bytes are no capture.
 */
export function judgeRecording(capture: Uint8Array, file: string, server: string, cases: readonly Case[]): JudgedRecording {
  const { connections } = reassemble(readCapture(capture).frames);
  const checks = new Map<string, RecordedCheck>();
  const tries = new Map<string, { one: Case; delivery: Delivery; found: Try[] }>();
  for (const connection of connections) {
    const sent = bytesFrom(connection, 'client');
    const mode = checkMode(sent);
    if (mode) count(checks, file, server, mode, connection);
    const delivery: Delivery = speaksFirst(connection) ? 'early' : 'whole';
    for (const one of cases) {
      const found = recordedTry(one, sent, connection);
      if (!found) continue;
      const key = `${one.id}@${delivery}`;
      const entry = tries.get(key) ?? { one, delivery, found: [] };
      entry.found.push(found);
      tries.set(key, entry);
    }
  }
  return {
    checks: [...checks.values()],
    results: [...tries.values()].map(({ one, delivery, found }) => judge(one, delivery, `${file}`, found, 0)),
  };
}

/** Holds one recorded connection against a case; undefined when its client sent something else. */
function recordedTry(one: Case, sent: Uint8Array, connection: TcpConnection): Try | undefined {
  const stimuli = one.script.flatMap(stimuliOf);
  if (stimuli.length === 0 || stimuli.some((s) => s.account === 'login' || s.account === 'unknown')) return undefined;
  const session = new Session({ check: { user: userIn(sent) ?? 'haproxy_check', password: '', plugin: 'mysql_native_password' } });
  try {
    const all = join(stimuli.map((s) => compose(s, session).bytes));
    if (Buffer.compare(all, sent) !== 0) return undefined;
  } catch {
    return undefined; // the case needs what a recording cannot tell (a scramble, a database)
  }
  const matcher = new Matcher(session);
  matcher.feed(bytesFrom(connection, 'server'));
  const end = serverEnding(connection);
  const how = end.how === 'open' || end.first === 'client' ? 'open' : end.how;
  const transcript = transcriptOf(connection, how);
  const situation = how === 'open' ? { over: false, silentForMs: lastTime(connection) } : { over: true, how };
  for (const [i, step] of one.script.entries()) {
    if ('send' in step) for (const s of stimuliOf(step)) matcher.sent(compose(s, session));
    else if (!('do' in step)) {
      const attempt = 'expect' in step ? matcher.expect(step, i, situation) : matcher.end(step, i, how);
      const seen = { observation: [...matcher.seen, endingInWords(how)].join(' | '), transcript, packets: [] };
      if (attempt.is === 'deviates') return { deviation: attempt.deviation, ...seen };
      if (attempt.is !== 'matched') return undefined;
      if (attempt.by.means) return { unsupported: matcher.seen.at(-1) ?? '', ...seen };
      if (attempt.by.then) break;
    }
  }
  return { observation: [...matcher.seen, endingInWords(how)].join(' | '), transcript, packets: [] };
}

function count(into: Map<string, RecordedCheck>, file: string, server: string, mode: string, connection: TcpConnection): void {
  const matcher = new Matcher(new Session({}));
  matcher.feed(bytesFrom(connection, 'server'));
  const any = { sequenceId: 'any' } as const;
  const open = { over: true } as const;
  const greets = matcher.expect(
    {
      expect: [
        { packet: 'HandshakeV10', ...any },
        { packet: 'ERR', ...any },
      ],
    },
    0,
    open,
  );
  if (greets.is === 'matched' && mode !== 'no user')
    matcher.expect(
      {
        expect: [
          { packet: 'OK', ...any },
          { packet: 'ERR', ...any },
        ],
      },
      1,
      open,
    );
  const end = serverEnding(connection);
  const answer = matcher.seen.map((s) =>
    s
      .replace(/^\d+:/, '')
      .replace(/^(OK) .*$/, '$1')
      .replace('HandshakeV10', 'greeting'),
  );
  const ending = end.first === 'client' ? 'client closed first' : endingInWords(end.how);
  const outcome = [...(answer.length > 0 ? answer : ['no byte']), ending].join(', ');
  const last = answer.at(-1) ?? '';
  const verdict =
    last.startsWith('OK') || (mode === 'no user' && last === 'greeting') ? 'OK' : last.startsWith('ERR') ? 'ERR' : shortEnding(end.how);
  const key = `${server} ${mode} ${outcome}`;
  const before = into.get(key);
  into.set(key, { file, server, mode, outcome, count: (before?.count ?? 0) + 1, verdict });
}

const shortEnding = (how: 'open' | 'fin' | 'fin+rst' | 'rst'): RecordedCheck['verdict'] =>
  how === 'open' ? 'open' : (how.toUpperCase() as 'FIN' | 'FIN+RST' | 'RST');

function bytesFrom(connection: TcpConnection, side: 'client' | 'server'): Uint8Array {
  return join(connection.events.flatMap((e) => (e.kind === 'data' && e.from === side ? [e.bytes] : [])));
}

function speaksFirst(connection: TcpConnection): boolean {
  const first = connection.events.find((e) => e.kind === 'data');
  return first?.from === 'client';
}

/** The user of a HandshakeResponse at the head of the bytes: 41 has it at 32, 320 at 5. */
function userIn(sent: Uint8Array): string | undefined {
  const payload = sent.subarray(4);
  const at = ((payload[1] ?? 0) & 0x02) !== 0 ? 32 : 5;
  const end = payload.indexOf(0, at);
  return end > at ? Buffer.from(payload.subarray(at, end)).toString('latin1') : undefined;
}

function transcriptOf(connection: TcpConnection, ending: Transcript['ending']): Transcript {
  const started = connection.events[0]?.timeNs ?? 0n;
  const events = connection.events.flatMap((e): TranscriptEvent[] => {
    const at = Number(e.timeNs - started) / 1e6;
    if (e.kind === 'data')
      return [
        e.from === 'client'
          ? { at, kind: 'sent', bytes: e.bytes, segments: [e.bytes.length], label: `frame ${e.frame}` }
          : { at, kind: 'received', bytes: e.bytes },
      ];
    if ((e.kind === 'fin' || (e.kind === 'rst' && !e.provoked)) && e.from === 'server')
      return [{ at, kind: e.kind, detail: `frame ${e.frame}` }];
    return e.kind === 'syn' ? [{ at, kind: 'connected', local: connection.client.text, remote: connection.server.text }] : [];
  });
  return { startedAt: Number(started) / 1e6, events, ending };
}

const lastTime = (connection: TcpConnection): number =>
  Math.round(Number((connection.events.at(-1)?.timeNs ?? 0n) - (connection.events[0]?.timeNs ?? 0n)) / 1e6);

const stimuliOf = (step: Step): readonly Stimulus[] =>
  'send' in step ? (Array.isArray(step.send) ? step.send : [step.send as Stimulus]) : [];
