import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { lintRules } from '../../suites/lint.ts';
import { greeting, server, type Turn } from '../../suites/lint-turns.ts';
import { inspectCapture } from '../inspect/inspect-capture.ts';
import type { Inspected } from '../inspect/inspected.ts';
import { captureOfTurns } from '../inspect/testing/capture-of.ts';
import { isAlike, storyOf } from './alike.ts';
import { colors } from './color.ts';
import { InspectedSummary } from './inspected-summary.ts';
import { manualsAbout } from './manual-line.ts';

const recording = (name: string) => readFileSync(new URL(`../../pcaps/${name}-handshake-variants.pcap`, import.meta.url));

/** The manuals that a summary names of the recording's connections, with their findings laid to one rule. */
function manuals(name: string, of: string | undefined, dialect: (one: Inspected) => Inspected['dialect']): Set<string> {
  const { connections, packets: _, ...end } = inspectCapture(new Uint8Array(recording(name)), lintRules);
  const summary = new InspectedSummary();
  for (const one of connections)
    summary.add({ ...one, dialect: dialect(one), findings: one.findings.map((finding) => ({ ...finding, rule: String(of) })) });
  const text = summary.lines(end, lintRules, 'a.pcap', 500, colors(false));
  return new Set(text.flatMap((line) => /^ +(mysql|mariadb), .*: .*\(https:/.exec(line)?.slice(1, 2) ?? []));
}

const rule = lintRules.find(({ source }) => new Set(source.map(({ manual }) => manual)).size > 1);
const oneSided = lintRules.find(({ source }) => source.every(({ manual }) => manual === 'mysql'));
const same = ({ dialect }: Inspected) => dialect;

test.each<[string, Set<string>, Set<string>]>([
  ['the recording of MySQL', manuals('mysql-9.7.4', rule?.id, same), new Set(['mysql'])],
  ['the recording of MariaDB', manuals('mariadb-10.11.19', rule?.id, same), new Set(['mariadb'])],
  ['servers whose greeting is not there', manuals('mysql-9.7.4', rule?.id, () => undefined), new Set(['mysql', 'mariadb'])],
  [
    'both in one capture',
    manuals('mysql-9.7.4', rule?.id, ({ stream }) => (stream % 2 ? 'mysql' : 'mariadb')),
    new Set(['mysql', 'mariadb']),
  ],
  ['MariaDB, and a rule that only MySQL has written down', manuals('mysql-9.7.4', oneSided?.id, () => 'mariadb'), new Set(['mysql'])],
])('the manual that a finding names: %s', (_what, found, expected) => {
  expect(found).toEqual(expected);
});

test.each([
  ['COM_PING', ['COM_PING'], ['COM_STMT_EXECUTE', 'COM_QUIT']],
  ['COM_STMT_EXECUTE', ['COM_STMT_EXECUTE'], ['COM_PING', 'Protocol::HandshakeResponse']],
  ['HandshakeResponse41', ['Protocol::HandshakeResponse'], ['COM_PING', 'COM_STMT_EXECUTE']],
])('a finding about a %s of the client names the pages about it, and not those about others', (packet, named, others) => {
  const { source = [] } = lintRules.find(({ id }) => id === 'packet/client-has-its-fields') ?? {};
  const pages = manualsAbout(source, packet).map(({ page }) => page);
  expect(pages).toEqual(expect.arrayContaining([...named, 'MySQL Packets']));
  for (const other of others) expect(pages).not.toContain(other);
});

test('HAProxy takes a server for UP by its greeting alone, whatever MySQL 9.7 says to it behind its FIN', () => {
  const err = Buffer.from('\x15\0\0\x01\xff\x86\x04#08S01Got an error', 'latin1');
  const told = (...turns: readonly Turn[]): string => {
    const { connections, packets: _, ...end } = inspectCapture(captureOfTurns(turns), lintRules);
    const summary = new InspectedSummary();
    for (const one of connections) summary.add(one);
    const lines = summary.lines(end, lintRules, 'a.pcap', 500, colors(false));
    const at = lines.findIndex((line) => line.startsWith('Health checks'));
    return lines
      .slice(at + 2, at + 4)
      .join(' ')
      .replace(/ +/g, ' ');
  };
  const gone: Turn = { from: 'client' };
  expect(told(server(greeting()), gone, server(err))).toBe(
    '127.0.0.1:3306 8.0.36 OK x 1 greeting, client closed first, then ERR 1158#08S01',
  );
  expect(told(server(greeting()), gone)).toBe('127.0.0.1:3306 8.0.36 OK x 1 greeting, client closed first');
});

test('what is taken for alike has the same story', () => {
  const names = ['mysql-9.7.4-handshake-variants', 'mariadb-10.11.19-handshake-variants', 'mysql-9.7.4-haproxy-2.6.12-plain'];
  const read = (name: string) => new Uint8Array(readFileSync(new URL(`../../pcaps/${name}.pcap`, import.meta.url)));
  const all = names.flatMap((name) => inspectCapture(read(name), lintRules).connections);
  const pairs = all.flatMap((one) => all.map((other): [Inspected, Inspected] => [one, other])).filter(([one, other]) => one !== other);
  const alike = pairs.filter(([one, other]) => isAlike(one, other));
  expect(alike.length).toBeGreaterThan(5);
  for (const [one, other] of alike) expect(storyOf(one)).toBe(storyOf(other));
  for (const one of all) expect(isAlike(one, structuredClone(one))).toBe(one.tls === undefined && one.gaps === undefined);
});

test('a malformed ERR, which is counted without its fields, is like none that has some', () => {
  const { connections } = inspectCapture(new Uint8Array(recording('mysql-9.7.4')), lintRules);
  const whole = connections.find(({ errorCount, tls }) => errorCount === 1 && tls === undefined) as Inspected;
  const malformed: Inspected = { ...whole, errors: [] };
  expect([isAlike(whole, malformed), isAlike(malformed, whole), isAlike(malformed, { ...malformed })]).toEqual([false, false, true]);
});

test('where the clock of the capture went back, a connection has no duration below zero', () => {
  const { connections, packets: _, ...end } = inspectCapture(captureOfTurns([{ from: 'server', bytes: greeting() }]), lintRules);
  const told = (endedNs: bigint): string => {
    const summary = new InspectedSummary();
    for (const one of connections) summary.add({ ...one, startedNs: 9_000_000n, endedNs });
    return summary.lines(end, lintRules, 'a.pcap', 500, colors(false)).join('\n');
  };
  expect(told(4_000_000n)).toContain('  the clock of the capture went back by 5.0 ms\n');
  expect(told(14_000_000n)).toContain('  5.0 ms\n');
});

test('frames of a link type that is not read are told as such, not as frames without TCP', () => {
  const bytes = new Uint8Array(recording('mysql-9.7.4'));
  new DataView(bytes.buffer, bytes.byteOffset).setUint32(20, 105, true); // LINKTYPE_IEEE802_11
  const { connections, packets: _, ...end } = inspectCapture(bytes, lintRules);
  const text = new InspectedSummary().lines(end, lintRules, 'a.pcap', 500, colors(false));
  expect(connections).toEqual([]);
  expect(text.filter((line) => line.includes('frames'))).toEqual([
    expect.stringMatching(/^\d+ frames, 0 MySQL connections/),
    expect.stringMatching(/^(\d+) frames of a link type that is not read \(Ethernet, Linux cooked, loopback and raw IP are\)/),
  ]);
});
