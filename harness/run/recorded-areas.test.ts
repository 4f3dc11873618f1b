import type { Buffer } from 'node:buffer';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { suites } from '../../suites/index.ts';
import type { Case } from '../case/case.ts';
import { judgeRecording } from './recording.ts';

/** pcaps/areas: a recording of each server, and beside it the ids of the cases that it holds (pcaps/README.md). */
const folder = new URL('../../pcaps/areas/', import.meta.url);
const servers = readdirSync(folder).flatMap((name) => (name.endsWith('.pcap') ? [name.slice(0, -'.pcap'.length)] : []));
const capture = (server: string): Buffer => readFileSync(new URL(`${server}.pcap`, folder));
const ids = (server: string): string[] =>
  readFileSync(new URL(`${server}.txt`, folder), 'utf8')
    .trim()
    .split('\n');
const casesOf = (server: string): Case[] => suites.filter(({ id }) => ids(server).includes(id));

describe('the recordings of real servers, area by area', () => {
  test('are of the servers that the README tells of', () => {
    expect(servers.sort()).toEqual(['mariadb-10.11.19', 'mariadb-11.8.9', 'mysql-9.7.4', 'proxysql-2.7.1']);
  });

  test.each(servers)('%s passes every case that its recording holds', { timeout: 120_000 }, (server) => {
    expect(ids(server).filter((id) => !suites.some((one) => one.id === id))).toEqual([]);
    expect(ids(server).length).toBeGreaterThan(100);
    const { results } = judgeRecording(capture(server), server, server, casesOf(server));
    expect(results.filter(({ verdict }) => verdict !== 'pass').map((r) => `${r.case}: ${r.reason}`)).toEqual([]);
    expect(new Set(results.map((r) => r.case))).toEqual(new Set(ids(server)));
  });

  test.each([
    ['command/init-db-unknown', '#42000', '#HY000'],
    ['command/shutdown-without-privilege', '#42000', '42000#'],
    ['command/signal-with-a-long-message', '#45000', '#45001'],
  ])('%s fails where %s reads %s', (id, is, becomes) => {
    const server = 'mariadb-10.11.19';
    const bytes = capture(server);
    for (let at = bytes.indexOf(is); at >= 0; at = bytes.indexOf(is, at + 1)) bytes.write(becomes, at, 'latin1');
    const { results } = judgeRecording(
      bytes,
      server,
      server,
      suites.filter((one) => one.id === id),
    );
    expect(results.map(({ verdict }) => verdict)).toEqual(['fail']);
  });
});
