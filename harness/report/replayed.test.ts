import { expect, test } from 'vitest';
import type { PlayedConnection, Replayed } from '../replay/replayed.ts';
import { colors } from './color.ts';
import { type ReplayReport, replayedAsText, verdictOf } from './replayed.ts';

const none = { statements: 0, same: 0, different: 0, uncompared: 0, answerless: 0, unplayed: 0 };
const played = (connection: string, more: Partial<PlayedConnection> = {}): PlayedConnection => ({ connection, ...none, ...more });
const differing = (connection: string): PlayedConnection =>
  played(connection, { difference: { connection, step: 2, command: 'COM_QUERY', captured: '1 row', replayed: 'ERR 1146' } });
const report = (replayed: Partial<Replayed>): ReplayReport => ({
  ...{ mywire: '1', file: 'a.pcap', target: 'reference', versions: '', clients: {}, notes: [] },
  replayed: { ...none, differences: [], connections: [], leftOut: [], forced: 0, ms: 1, ...replayed },
});

test('a difference may be for want of connections that were not played, and the verdict says so', () => {
  const encrypted = { connection: 'tcp.stream 0', command: 'connection', why: 'it is encrypted', whole: true } as const;
  const killed = { connection: 'tcp.stream 1', command: 'COM_PROCESS_KILL', why: 'a replay does not repeat it' };
  const says = (replayed: Partial<Replayed>): string => verdictOf(report(replayed)).says;
  const connections = [differing('tcp.stream 1')];
  expect(says({ connections })).toBe('1 connection differs');
  expect(says({ connections, leftOut: [killed] })).toBe('1 connection differs');
  expect(says({ connections, leftOut: [encrypted] })).toBe(
    '1 connection differs, perhaps for want of what 1 connection wrote that was not played',
  );
  expect(says({ connections: [...connections, played('tcp.stream 2', { gaveUp: 'the login failed' })], leftOut: [encrypted] })).toBe(
    '1 connection differs, perhaps for want of what 2 connections wrote that were not played',
  );
});

test('a difference may come of the order in which locks were taken, where steps had to go out of turn', () => {
  const connections = [differing('tcp.stream 1')];
  expect(verdictOf(report({ connections, forced: 68 })).says).toBe('1 connection differs, perhaps for 68 steps that went out of turn');
});

test('every statement is told of: as the same, as different, without a captured answer, or as one that no server answers', () => {
  const text = replayedAsText(report({ statements: 10, same: 5, different: 1, uncompared: 1, answerless: 3 }), colors(false));
  expect(text).toContain(
    '10 statements in 1.0 ms (10000 a second): 5 same, 1 different, 1 without a captured answer, 3 that no server answers',
  );
});

test('what was not played is told to the last one', () => {
  const leftOut = Array.from({ length: 40 }, (_, i) => ({ connection: `tcp.stream ${i}`, command: 'connection', why: `lost at ${i}` }));
  const lines = replayedAsText(report({ leftOut }), colors(false)).split('\n');
  expect(lines.filter((line) => line.includes('1 × connection: lost at'))).toHaveLength(12);
  expect(lines).toContain('    … and 28 more (--json has them all)');
});
