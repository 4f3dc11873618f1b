import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { lintRules } from '../../suites/lint.ts';
import type { Finding } from '../inspect/finding.ts';
import { inspectCapture } from '../inspect/inspect-capture.ts';
import { colors } from './color.ts';
import { InspectedSummary } from './inspected-summary.ts';

const recording = (name: string) => readFileSync(new URL(`../../pcaps/${name}-handshake-variants.pcap`, import.meta.url));

/** The lines that name a manual, of a summary of the recording's connections with their findings changed. */
function manuals(name: string, change: (finding: Finding) => Finding): Set<string> {
  const { connections, packets: _, ...end } = inspectCapture(new Uint8Array(recording(name)), lintRules);
  const summary = new InspectedSummary();
  for (const one of connections) summary.add({ ...one, findings: one.findings.map(change) });
  const text = summary.lines(end, lintRules, 'a.pcap', 500, colors(false));
  return new Set(text.flatMap((line) => /^ +(mysql|mariadb), .*: .*\(https:/.exec(line)?.slice(1, 2) ?? []));
}

const rule = lintRules.find(({ source }) => new Set(source.map(({ manual }) => manual)).size > 1);
const oneSided = lintRules.find(({ source }) => source.every(({ manual }) => manual === 'mysql'));
const as = (id: string | undefined, dialect: Finding['dialect']) => (finding: Finding) => ({ ...finding, rule: String(id), dialect });
const same = (finding: Finding) => ({ ...finding, rule: String(rule?.id) });

// What clients do wrong in it, whatever the server is.
test.each<[string, Set<string>, Set<string>]>([
  ['the recording of MySQL', manuals('mysql-9.7.4', same), new Set(['mysql'])],
  ['the recording of MariaDB', manuals('mariadb-10.11.19', same), new Set(['mariadb'])],
  ['a server whose greeting is not there', manuals('mysql-9.7.4', as(rule?.id, undefined)), new Set(['mysql', 'mariadb'])],
  [
    'both servers in one capture',
    manuals('mysql-9.7.4', (one) => as(rule?.id, one.frame % 2 ? 'mysql' : 'mariadb')(one)),
    new Set(['mysql', 'mariadb']),
  ],
  ['MariaDB, and a rule that only MySQL has written down', manuals('mysql-9.7.4', as(oneSided?.id, 'mariadb')), new Set(['mysql'])],
])('the manual that a finding names: %s', (_what, found, expected) => {
  expect(found).toEqual(expected);
});
