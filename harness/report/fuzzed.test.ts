import { expect, test } from 'vitest';
import type { Finding } from '../fuzz/finding.ts';
import { colors } from './color.ts';
import { campaignAsText, clientText, type FuzzReport, findingLine } from './fuzzed.ts';

const report: FuzzReport = {
  mywire: '1.0.0',
  target: '127.0.0.1:3306',
  versions: 'mysql 9.7.4',
  seed: 7,
  out: 'out',
  ms: 1000,
  execs: 10,
  connections: 10,
  behaviours: 1,
  corpus: 0,
  findings: 0,
  suspicions: 0,
  found: [],
  entries: [],
  deaths: 1,
  leftOut: 0,
};
const linesOf = (of: Partial<FuzzReport>): string => campaignAsText({ ...report, ...of }, colors(false), new Map());

test('a target that has died and not come back is not said to have been started again', () => {
  expect(linesOf({})).toContain('The target died 1 time and came back; 0 sessions');
  const gone = linesOf({ broken: 'the target did not come back within 15 s' });
  expect(gone).toContain('The target died 1 time and is gone; 0 sessions');
  expect(gone).toContain('BROKEN OFF the target did not come back');
  expect(linesOf({ deaths: 0 })).not.toContain('died');
});

test('what came once and never again is told with how many sessions were played at once, what comes by itself without', () => {
  const one = (shown: number, atOnce: number): Finding => ({
    id: 'fuzz/against-12345678',
    oracle: 'against',
    kind: 'closed',
    says: 'closed',
    path: '1',
    exec: { clients: [{ acts: [], delivery: 'whole', leaves: 'quit' }] },
    again: { shown, of: 10 },
    seen: 1,
    atOnce,
  });
  const load = '; it came while 24 sessions were played at once)';
  expect(linesOf({ found: [one(0, 24)] })).toContain(`ONCE  fuzz/against-12345678 (again 0 of 10 times${load}`);
  expect(findingLine(one(0, 24), undefined, colors(false))).toContain(load);
  for (const [shown, atOnce] of [
    [1, 24],
    [0, 1],
  ] as const)
    expect(linesOf({ found: [one(shown, atOnce)] })).not.toContain('played at once');
});

test('a statement that is made of what was received is told as it is made', () => {
  const query = { from: 'HandshakeV10.threadId', before: 'KILL QUERY ' };
  expect(clientText({ acts: [{ send: [{ message: 'COM_QUERY', with: { query } }] }], delivery: 'whole', leaves: 'quit' })).toBe(
    'COM_QUERY {"from":"HandshakeV10.threadId","before":"KILL QUERY "}; whole; leaves by quit',
  );
});
