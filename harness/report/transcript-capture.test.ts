import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { Transcript } from '../wire/transcript.ts';
import {
  bytes,
  connected,
  droppedEarly,
  haproxyResponse,
  login,
  mariadbGreeting,
  okAfterLogin,
  quit,
  received,
  sent,
} from './testdata/reports.ts';
import { transcriptAsPcapng } from './transcript-capture.ts';

const about = { mywire: '0.1.0', startedAt: '2026-11-21T04:00:00.000Z', comment: 'early-data/x, delivery whole' };
const hasTshark = spawnSync('tshark', ['--version']).status === 0;
const folder = mkdtempSync(join(tmpdir(), 'mywire-report-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** One array of fields per frame, as tshark reads them. */
function tshark(transcript: Transcript, fields: readonly string[], ...options: string[]): string[][] {
  const file = join(folder, 'wire.pcapng');
  writeFileSync(file, transcriptAsPcapng(transcript, about) as Uint8Array);
  const run = spawnSync('tshark', ['-r', file, ...options, '-T', 'fields', ...fields.flatMap((f) => ['-e', f])], { encoding: 'utf8' });
  expect(run.status, run.stderr).toBe(0);
  return run.stdout
    .trimEnd()
    .split('\n')
    .map((line) => line.split('\t'));
}

describe.skipIf(!hasTshark)(`in tshark${hasTshark ? '' : ' (not on PATH)'}`, () => {
  test('a login, a query and its resultset are MySQL, and no frame is malformed', () => {
    const frames = tshark(login, ['_ws.col.Protocol', '_ws.col.Info', '_ws.malformed', '_ws.expert.message']);
    expect(frames.map(([protocol, info]) => (protocol === 'MySQL' ? info?.trim() : protocol))).toEqual([
      'TCP',
      'TCP',
      'TCP',
      'Server Greeting  proto=10 version=10.11.19-MariaDB-0+deb12u1',
      'Login Request user=haproxy_check',
      'Response  OK',
      'TCP', // the first of the two segments of COM_QUERY
      'Request Query',
      'Response TABULAR Response',
      'Request Quit',
      'TCP',
    ]);
    expect(frames.map((frame) => frame[2] ?? '').join('')).toBe('');
  });

  test('FIN and then RST from the server, numbers without a gap', () => {
    const frames = tshark(
      droppedEarly,
      ['tcp.srcport', 'tcp.flags.fin', 'tcp.flags.reset', 'tcp.seq', 'tcp.ack', 'tcp.len', 'tcp.analysis.flags', 'frame.time_relative'],
      '-o',
      'tcp.relative_sequence_numbers:TRUE',
    );
    expect(frames.slice(-3)).toEqual([
      ['40001', '0', '0', '1', '1', '56', '', '0.000050000'],
      ['3306', '1', '0', '1', '57', '0', '', '0.001050000'],
      ['3306', '0', '1', '2', '57', '0', '', '0.006300000'],
    ]);
  });

  test('it says that it is synthesised, where the server was, and what was sent', () => {
    const comments = tshark(login, ['frame.comment']).flat().join('\n');
    expect(comments).toContain('Synthesised');
    expect(comments).toContain('HandshakeResponse41 as check');
    const file = Buffer.from(transcriptAsPcapng(login, about) as Uint8Array).toString('utf8');
    expect(file).toContain('early-data/x, delivery whole\nThe server was 127.0.0.1:13406; port 3306 stands for it here.');
  });

  test('behind TLS: the clear bytes, and the file says how to open it', () => {
    const sslRequest = bytes('20000001008a00000000000121'.padEnd(72, '0'));
    const response = haproxyResponse.with(3, 2);
    const tls: Transcript = {
      events: [
        connected,
        received(0.5, mariadbGreeting),
        sent(0.6, 'SSLRequest', sslRequest),
        { at: 3, kind: 'tls', version: 'TLSv1.3', cipher: 'X' },
        sent(3.1, 'HandshakeResponse41', response),
        received(3.5, okAfterLogin.with(3, 3)),
        sent(3.6, 'COM_QUIT', quit),
        { at: 4, kind: 'fin' },
      ],
      startedAt: 0,
      ending: 'fin',
    };
    const frames = tshark(tls, ['_ws.col.Protocol', '_ws.malformed'], '--disable-protocol', 'tls');
    expect(frames.slice(3).map(([protocol]) => protocol)).toEqual(['MySQL', 'MySQL', 'MySQL', 'MySQL', 'MySQL', 'TCP']);
    expect(Buffer.from(transcriptAsPcapng(tls, about) as Uint8Array).toString('utf8')).toContain(
      'Open with: tshark --disable-protocol tls',
    );
  });

  test('IPv6', () => {
    const events = [{ ...connected, local: '::1:40001', remote: '::1:3306' }, ...login.events.slice(1)];
    expect(tshark({ ...login, events }, ['ipv6.dst', 'tcp.dstport'])[0]).toEqual(['::1', '3306']);
  });

  test('a host name has no address: one of the documentation blocks stands for it', () => {
    const events = [{ ...connected, local: '172.17.0.1:40001', remote: 'db.example.org:3306' }, ...login.events.slice(1)];
    expect(tshark({ ...login, events }, ['ip.src', 'ip.dst'])[0]).toEqual(['172.17.0.1', '192.0.2.1']);
  });

  test.each([
    ['we close', [{ at: 2, kind: 'closed-by-us' }], 'open', ['40001 fin']],
    [
      'we half-close, the server answers',
      [
        { at: 2, kind: 'half-closed' },
        { at: 3, kind: 'fin' },
      ],
      'fin',
      ['40001 fin', '3306 fin'],
    ],
    ['we reset', [{ at: 2, kind: 'reset-sent' }], 'open', ['40001 rst']],
    ['the server resets', [{ at: 2, kind: 'rst' }], 'rst', ['3306 rst']],
    ['a RST that only the probe saw', [{ at: 2, kind: 'fin' }], 'fin+rst', ['3306 fin', '3306 rst']],
    [
      'a RST that our probe provoked',
      [
        { at: 2, kind: 'fin' },
        { at: 8, kind: 'rst' },
      ],
      'fin',
      ['3306 fin'],
    ],
    ['nothing ends', [], 'timeout', []],
  ] as const)('how it ends: %s', (_name, ends, ending, seen) => {
    const frames = tshark({ startedAt: 0, events: [connected, received(1, mariadbGreeting), ...ends], ending }, [
      'tcp.srcport',
      'tcp.flags.fin',
      'tcp.flags.reset',
    ]);
    const endings = frames.flatMap(([port, fin, rst]) => (fin === '1' ? [`${port} fin`] : rst === '1' ? [`${port} rst`] : []));
    expect(endings).toEqual(seen);
  });
});

test('bytes that no side may still send do not stop the file', () => {
  const events = [
    connected,
    { at: 1, kind: 'half-closed' } as const,
    sent(2, 'late', quit),
    { at: 3, kind: 'rst' } as const,
    received(4, quit),
    { at: 5, kind: 'fin' } as const,
  ];
  expect(transcriptAsPcapng({ startedAt: 0, events, ending: 'rst' }, about)).toBeInstanceOf(Uint8Array);
});

test('without a connection there is no capture', () => {
  expect(transcriptAsPcapng({ startedAt: 0, events: [{ at: 1, kind: 'refused' }], ending: 'open' }, about)).toBeUndefined();
});

test('a packet of 16 MiB, byte by byte, stays in bounds', () => {
  const big = new Uint8Array(1 << 24);
  const event = { at: 1, kind: 'sent', bytes: big, segments: new Array<number>(big.length).fill(1), label: 'big' } as const;
  const file = transcriptAsPcapng({ startedAt: 0, events: [connected, event], ending: 'open' }, about) as Uint8Array;
  expect(file.length).toBeLessThan(big.length * 1.05);
});
