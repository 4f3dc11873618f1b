import { expect, test } from 'vitest';
import type { PlayedClient } from '../fuzz/play.ts';
import type { FindingEvidence } from './fuzz-evidence.ts';
import { findingAsIssue } from './fuzz-issue.ts';
import type { ToldFinding } from './fuzzed.ts';
import { login, manual } from './testdata/reports.ts';

const client = { acts: [{ send: [{ message: 'COM_PING' }] }], delivery: 'whole', leaves: 'quit' } as const;
const finding: ToldFinding = {
  id: 'fuzz/well-formed-12345678',
  oracle: 'well-formed',
  kind: 'framing/sequence-ids-count-on: OK in answer to COM_PING',
  says: 'client 0: framing/sequence-ids-count-on: sequence id 2, expected 1 (OK, packet 4 of the connection, in answer to COM_PING)',
  path: '1',
  exec: { clients: [client] },
  again: { shown: 9, of: 10 },
  seen: 3,
  node: 'proxysql',
};
const greeting = { from: 'server', name: 'HandshakeV10', value: { serverVersion: '8.0.11' } };
const played = { transcript: login, packets: [greeting], client } as unknown as PlayedClient;
const evidence: FindingEvidence = {
  mywire: '1.0.0',
  target: 'local:proxysql+mariadb',
  versions: 'proxysql 2.7.1 + mariadb 10.11.19',
  nodes: [],
  played: [played],
  holds: { says: 'Packets are numbered one after the other.', level: 'MUST', source: [manual] },
  repeat: 'mywire fuzz local:proxysql+mariadb --exec exec.json --oracle well-formed --seed 7',
  repeatCase: 'mywire run local:proxysql+mariadb --cases case.yaml',
};

test('the issue of a finding names versions and fault, what must hold and who says so, the exchange, and how to see it', () => {
  const text = findingAsIssue(finding, evidence, ['exec.json', 'transcript.txt', 'wire.pcapng']);
  expect(text.split('\n')[0]).toBe(
    '# proxysql 2.7.1 + mariadb 10.11.19: framing/sequence-ids-count-on: sequence id 2, expected 1 (OK, packet 4 of the connection, in answer to COM\\_PING)',
  );
  for (const part of [
    'What should hold: Packets are numbered one after the other.',
    '* Seen again in 9 of 10 tries; 3 sessions',
    'It is **proxysql** that does it',
    'The manual says so:\n* the server sends its greeting first (mysql, ',
    '->  COM_QUERY',
    '<-  FIN\n```',
    `In the folder that this file is in:\n\n\`\`\`\n${evidence.repeat}\n\`\`\``,
    '* `exec.json`: the session, as mywire fuzz --exec plays it\n* `transcript.txt`: ',
  ])
    expect(text).toContain(part);
  expect(text).not.toContain('case.yaml');
});

test('a node is told with how it was found: by playing the nodes, never by packets that nobody looked at', () => {
  const nodes = ['proxysql', 'mariadb'].map((name) => ({ name, product: name, version: '1' })) as unknown as FindingEvidence['nodes'];
  const lineOf = (of: Partial<ToldFinding>) =>
    findingAsIssue({ ...finding, ...of }, { ...evidence, nodes }, []).match(/^\* It is .*$/m)?.[0];
  expect(lineOf({})).toBe('* It is **proxysql** that does it: what is behind it, played alone, does not');
  expect(lineOf({ node: 'mariadb' })).toBe('* It is **mariadb** that does it: played alone');
  expect(lineOf({ oracle: 'alive' })).toBe('* It is **proxysql** that does it');
});

test('the case is told where it shows it; what was not played again has no packets; of two plays each is named', () => {
  const asCase = { id: 'a/b', title: 'c', level: 'MUST', script: [] } as never;
  const shown = findingAsIssue(finding, { ...evidence, asCase, caseRuns: { deviates: 1, of: 4 } }, []);
  expect(shown).toContain(`\n${evidence.repeatCase}\n`);
  expect(shown).toContain('deviated in 1 of 4 runs');
  expect(findingAsIssue(finding, { ...evidence, asCase, caseRuns: { deviates: 0, of: 10 } }, [])).toContain(
    'run 10 times, and it passed each time',
  );
  // Nobody has run it: that it passes is not said.
  const unrun = findingAsIssue(finding, { ...evidence, asCase }, []);
  expect(unrun).toContain('it was not run');
  expect(unrun).not.toContain('passed');
  expect(findingAsIssue(finding, { ...evidence, played: [] }, [])).toContain('It was not played again');
  expect(findingAsIssue(finding, { ...evidence, right: played }, [])).toMatch(/As it went wrong:[\s\S]*As it should be answered:/);
});
