import type { Case } from '../case/case.ts';
import type { Delivery } from '../case/delivery.ts';
import { join } from '../codec/frame.ts';
import { checkMode } from '../codec/haproxy-check.ts';
import { readCapture } from '../pcap/capture-reader.ts';
import { serverEnding } from '../pcap/ending.ts';
import { reassemble } from '../pcap/reassemble.ts';
import type { TcpConnection } from '../pcap/tcp-connection.ts';
import type { Transcript, TranscriptEvent } from '../wire/transcript.ts';
import { judge } from './check.ts';
import { endingInWords } from './describe.ts';
import { Matcher } from './matcher.ts';
import { recorded, recordedTry } from './recorded-try.ts';
import type { CheckResult, RecordedCheck } from './result.ts';
import { Session } from './session.ts';
import type { Try } from './try.ts';

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
    const what = recorded(connection);
    for (const one of cases) {
      const held = recordedTry(one, what);
      if (!held) continue;
      const found = { ...held, transcript: transcriptOf(connection, endingOf(connection)) };
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
  // Who is refused in place of a greeting could not have said a thing: a check or any other client.
  if (mode === 'no user' && answer[0] !== 'greeting') return;
  const ending = end.first === 'client' ? 'client closed first' : endingInWords(end.how);
  const outcome = [...(answer.length > 0 ? answer : ['no byte']), ending].join(', ');
  const last = answer.at(-1) ?? '';
  const verdict =
    last.startsWith('OK') || (mode === 'no user' && last === 'greeting') ? 'OK' : last.startsWith('ERR') ? 'ERR' : shortEnding(end.how);
  const key = `${server} ${mode} ${outcome}`;
  const before = into.get(key);
  into.set(key, { file, server, mode, outcome, count: (before?.count ?? 0) + 1, verdict });
}

/** How the server's side ended, where it was the one that ended. */
function endingOf(connection: TcpConnection): Transcript['ending'] {
  const end = serverEnding(connection);
  return end.how === 'open' || end.first === 'client' ? 'open' : end.how;
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
