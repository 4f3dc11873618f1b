import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { suites } from '../../suites/index.ts';
import { packet, text } from '../codec/scripted-conversation.ts';
import { captureOfTurns } from '../inspect/testing/capture-of.ts';
import { judgeRecording } from './recording.ts';
import type { RecordedCheck } from './result.ts';

const folder = new URL('../../pcaps/', import.meta.url);
const healthChecks = suites.filter((one) => one.id.startsWith('health-check/'));
const capture = (name: string): Uint8Array => readFileSync(new URL(name, folder));

type Fact = readonly [mode: string, outcome: string, count: number, verdict: RecordedCheck['verdict']];

/** Counted with tshark 4.0.17, per tcp.stream: the server's payloads, and whose FIN and RST came in which order. */
const facts: Readonly<Record<string, readonly Fact[]>> = {
  'mariadb-10.11.19-haproxy-2.6.12-plain': [['no user', 'greeting, client closed first', 8, 'OK']],
  'mariadb-10.11.19-haproxy-2.6.12-post41': [['post-41', 'greeting, OK, FIN', 8, 'OK']],
  'mariadb-10.11.19-haproxy-2.6.12-pre41': [
    ['pre-41', 'greeting, OK, FIN', 7, 'OK'],
    ['pre-41', 'greeting, OK, client closed first', 1, 'OK'],
  ],
  'mysql-9.7.4-haproxy-2.6.12-plain': [['no user', 'greeting, client closed first', 8, 'OK']],
  'mysql-9.7.4-haproxy-2.6.12-post41': [['post-41', 'greeting, ERR 1251#08004, FIN followed by RST', 8, 'ERR']],
  'mysql-9.7.4-haproxy-2.6.12-pre41': [
    ['pre-41', 'greeting, ERR 1251, FIN followed by RST', 6, 'ERR'],
    ['pre-41', 'greeting, ERR 1251, FIN', 2, 'ERR'],
  ],
  'proxysql-2.0.17-haproxy-2.6.12-plain': [['no user', 'greeting, client closed first', 8, 'OK']],
  'proxysql-2.0.17-haproxy-2.6.12-post41': [
    ['post-41', 'no byte, FIN followed by RST', 5, 'FIN+RST'],
    ['post-41', 'greeting, OK, FIN', 2, 'OK'],
    ['post-41', 'no byte, FIN', 1, 'FIN'],
  ],
  'proxysql-2.0.17-haproxy-2.6.12-pre41': [
    ['pre-41', 'no byte, FIN followed by RST', 4, 'FIN+RST'],
    ['pre-41', 'greeting, FIN followed by RST', 3, 'FIN+RST'],
    ['pre-41', 'greeting, FIN', 1, 'FIN'],
  ],
  'proxysql-2.0.18-haproxy-2.6.12-plain': [['no user', 'greeting, client closed first', 8, 'OK']],
  'proxysql-2.0.18-haproxy-2.6.12-post41': [['post-41', 'greeting, OK, FIN', 8, 'OK']],
  'proxysql-2.0.18-haproxy-2.6.12-pre41': [['pre-41', 'greeting, FIN followed by RST', 8, 'FIN+RST']],
  'proxysql-2.7.1-haproxy-2.6.12-plain': [['no user', 'greeting, client closed first', 8, 'OK']],
  'proxysql-2.7.1-haproxy-2.6.12-post41': [
    ['post-41', 'greeting, OK, FIN', 7, 'OK'],
    ['post-41', 'greeting, OK, client closed first', 1, 'OK'],
  ],
  'proxysql-2.7.1-haproxy-2.6.12-pre41': [['pre-41', 'greeting, FIN followed by RST', 8, 'FIN+RST']],
};

const byCount = (a: Fact, b: Fact): number => b[2] - a[2];

describe("HAProxy's checks in a recording", () => {
  test('every recording of them has its facts here', () => {
    const files = readdirSync(folder).filter((name) => /-haproxy-.*\.pcap$/.test(name));
    expect(files.map((name) => name.slice(0, -'.pcap'.length)).sort()).toEqual(Object.keys(facts).sort());
  });

  test.each(Object.entries(facts))('%s', (name, wanted) => {
    const { checks, results } = judgeRecording(capture(`${name}.pcap`), `${name}.pcap`, 'a server', []);
    expect(checks.map(({ mode, outcome, count, verdict }): Fact => [mode, outcome, count, verdict]).sort(byCount)).toEqual(
      [...wanted].sort(byCount),
    );
    expect(new Set(checks.map(({ file, server }) => `${file} ${server}`))).toEqual(new Set([`${name}.pcap a server`]));
    expect(results).toEqual([]);
  });
});

describe('the health-check cases get verdicts on a recording', () => {
  test.each([
    ['mariadb-10.11.19-haproxy-2.6.12-post41', 'health-check/post-41-before-the-greeting', 'pass', 0],
    ['mariadb-10.11.19-haproxy-2.6.12-pre41', 'health-check/pre-41-before-the-greeting', 'pass', 0],
    ['mysql-9.7.4-haproxy-2.6.12-post41', 'health-check/post-41-before-the-greeting', 'unsupported', 0],
    ['mysql-9.7.4-haproxy-2.6.12-pre41', 'health-check/pre-41-before-the-greeting', 'unsupported', 0],
    ['proxysql-2.0.17-haproxy-2.6.12-post41', 'health-check/post-41-before-the-greeting', 'fail', 6],
    ['proxysql-2.0.17-haproxy-2.6.12-pre41', 'health-check/pre-41-before-the-greeting', 'fail', 8],
    ['proxysql-2.0.18-haproxy-2.6.12-post41', 'health-check/post-41-before-the-greeting', 'pass', 0],
    ['proxysql-2.0.18-haproxy-2.6.12-pre41', 'health-check/pre-41-before-the-greeting', 'fail', 8],
    ['proxysql-2.7.1-haproxy-2.6.12-post41', 'health-check/post-41-before-the-greeting', 'pass', 0],
    ['proxysql-2.7.1-haproxy-2.6.12-pre41', 'health-check/pre-41-before-the-greeting', 'fail', 8],
  ])('%s: %s: %s', (name, id, verdict, deviating) => {
    const { results } = judgeRecording(capture(`${name}.pcap`), name, 'a server', healthChecks);
    const one = results.find((r) => r.case === id);
    expect(one).toMatchObject({ verdict, delivery: 'early', tries: 8, deviatingTries: deviating });
    if (verdict === 'unsupported') expect(one?.reason).toContain('ERR 1251');
    if (verdict === 'fail') expect(one?.reason).toMatch(/^[68] of 8 tries: FIN( followed by RST)? without an answer$/);
  });

  test('a recording without a check that a case sends gives it no verdict', () => {
    const { results } = judgeRecording(capture('mariadb-10.11.19-haproxy-2.6.12-plain.pcap'), 'x', 'a server', healthChecks);
    expect(results).toEqual([]);
  });

  test.each([
    ['proxysql-2.0.17', 'early', 'fail'],
    ['proxysql-2.0.17', 'whole', 'pass'],
    ['proxysql-2.0.18', 'early', 'pass'],
    ['mariadb-10.11.19', 'early', 'pass'],
    ['mysql-9.7.4', 'whole', 'unsupported'],
  ])('%s, sent %s: %s', (server, delivery, verdict) => {
    const { results } = judgeRecording(capture(`${server}-handshake-variants.pcap`), server, 'a server', healthChecks);
    expect(results.find((r) => r.case === 'health-check/post-41-before-the-greeting' && r.delivery === delivery)?.verdict).toBe(verdict);
  });
});

test('who is refused in place of a greeting, and says nothing, is no check', () => {
  const refused = packet(0, `ff6a04${text("Host '127.0.0.1' is not allowed to connect to this MariaDB server")}`);
  const capture = captureOfTurns([{ from: 'server', bytes: refused }, { from: 'server' }, { from: 'client' }]);
  expect(judgeRecording(capture, 'refused', 'mariadb 11.8', healthChecks).checks).toEqual([]);
});

test('bytes that are no capture are refused', () => {
  expect(() => judgeRecording(Buffer.from('GET / HTTP/1.0\r\n\r\n'), 'x', 'a server', [])).toThrowError(
    expect.objectContaining({ code: expect.stringMatching(/^PCAP_/) }),
  );
});
