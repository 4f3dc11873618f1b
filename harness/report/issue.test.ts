import { describe, expect, test } from 'vitest';
import type { Played } from '../scenario/play.ts';
import { asData } from './as-data.ts';
import { checkAsIssue, storyAsIssue } from './issue.ts';
import { codeBlock, codeSpan, plain } from './markdown.ts';
import { nodeFiles } from './node-files.ts';
import { failing, login, manual, run, target } from './testdata/reports.ts';

const nodes = [
  { name: 'proxysql', product: 'proxysql', version: '2.0.17', setup: { command: 'proxysql -f', files: { 'proxysql.cnf': 'threads=4\n' } } },
  { name: 'mariadb', product: 'mariadb', version: '10.11.19' },
];

describe('an issue', () => {
  test('says versions, what was sent and came back, the manual, how to see it, and what is attached', () => {
    const result = failing({ tries: 500, deviatingTries: 298, known: { reason: 'Early data is dropped.', link: 'https://example.org/1' } });
    const of = target([result], { nodes });
    const text = checkAsIssue(result, of, run([of]), ['wire.pcapng', 'nodes/proxysql/proxysql.cnf']);
    expect(text.split('\n')[0]).toMatch(/^# proxysql 2\.0\.17 \+ mariadb 10\.11\.19: /);
    for (const part of [
      'What should hold: a check that is sent before the greeting gets the greeting and OK.',
      '* Seen in 298 of 500 tries',
      'The manual says so:\n* the server sends its greeting first (mysql, Connection Phase: <https://dev.mysql.com/',
      'Known already: Early data is dropped. <https://example.org/1>',
      '->  HandshakeResponse41, sequence id 1, 51 bytes, before the greeting\n->  COM_QUIT',
      '<-  FIN\n<-  RST\n```',
      '```\nmywire run local:proxysql+mariadb --case early-data/response-and-quit --delivery early\n```',
      '* `wire.pcapng`: the packets; opens in Wireshark\n* `nodes/proxysql/proxysql.cnf`: configuration, without passwords',
    ])
      expect(text).toContain(part);
  });

  test.each([
    ['SHOULD', 'The manual says it in part'],
    ['MAY', 'The manual allows it'],
    ['OBSERVE', 'not a claim that it is wrong'],
  ] as const)('of level %s claims no more than that', (level, says) => {
    const result = failing({ level });
    const text = checkAsIssue(result, target([result]), run([target([result])]), []);
    expect(text).toContain(says);
    expect(text).not.toContain('The manual says so:');
  });
});

test('what a command asks is told; who logged in, and with what, is not', () => {
  const result = failing({ transcript: login });
  const text = checkAsIssue(result, target([result]), run([target([result])]), []);
  expect(text).toMatch(/\n-> {2}COM_QUERY, sequence id 0, 13 bytes: .*"select 1"\n/);
  expect(text).toMatch(/\n-> {2}HandshakeResponse41, sequence id 1, \d+ bytes\n/);
});

describe('an issue of what mywire does not know', () => {
  test('a server at an address is called what it calls itself', () => {
    const result = failing({ transcript: login });
    const of = target([result], { nodes: [{ name: 'db:3306', product: 'unknown', version: '' }], versions: 'unknown' });
    const text = checkAsIssue(result, of, run([of]), []);
    expect(text).toMatch(/^# a server that calls itself 5\.5\.5-10\.11\.\d+-MariaDB\S*: /);
    expect(text).toMatch(/Versions: a server that calls itself 5\.5\.5-10\.11\.\d+-MariaDB/);
  });

  test.each([
    ['of the dialect that the server greets in', { transcript: login }, ['mariadb']],
    ['both, where no greeting came', {}, ['mysql', 'mariadb']],
  ])('the manual %s', (_what, over, manuals) => {
    const source = (['mysql', 'mariadb'] as const).map((name) => ({ ...manual, manual: name }));
    const result = failing({ ...over, source });
    const text = checkAsIssue(result, target([result]), run([target([result])]), []);
    expect([...text.matchAll(/ \((mysql|mariadb), /g)].map(([, name]) => name)).toEqual(manuals);
  });

  test("a user's own case claims no manual, and is asked again from the folder", () => {
    const result = failing({ source: [] });
    const command = 'mywire run local:proxysql+mariadb --user app --cases /home/me/my cases.yaml';
    const of = target([result]);
    const text = checkAsIssue(result, of, { ...run([of]), command }, ['cases.json']);
    expect(text).not.toContain('The manual says so:');
    expect(text).toMatch(/\nmywire run local:proxysql\+mariadb .* --user app --cases cases\.json\n/);
  });
});

describe('an issue of a story', () => {
  const story = (over: Partial<Played> = {}): Played => ({
    scenario: {
      id: 'switchover/careless',
      title: 'a primary is set read-only',
      topology: { id: 't', says: 'HAProxy before two servers' },
    } as Played['scenario'],
    on: 'haproxy:2.6+mariadb:10.11',
    verdict: 'fail',
    story: [{ at: 1500, says: 'set `a` read-only' }],
    results: [
      { name: 'good', says: 'It answers.', level: 'MUST', source: 'https://example.org/good', verdict: 'pass', seen: 'it did' },
      {
        name: 'bad',
        says: 'No write is lost.',
        level: 'MUST',
        source: 'https://example.org/bad',
        verdict: 'fail',
        seen: '3 of #100 rows are missing',
      },
    ],
    nodes,
    taps: [],
    ms: 1,
    ...over,
  });

  test('says what must hold and does not, what was done, and how to see it', () => {
    const text = storyAsIssue(story(), 'mywire 9.9.9', ['wire.pcapng', 'story.txt']);
    expect(text.split('\n')[0]).toBe('# proxysql 2.0.17 + mariadb 10.11.19: 3 of #\u2060100 rows are missing');
    for (const part of [
      'The story: a primary is set read-only. On HAProxy before two servers',
      '* Must hold (MUST): No write is lost.\n  * Seen: `3 of #100 rows are missing`\n  * Source: <https://example.org/bad>',
      '   1.500 s  set `a` read-only\n```',
      '```\nmywire scenario switchover/careless --on haproxy:2.6+mariadb:10.11 --out evidence\n```',
      '* `story.txt`: what was done, and what each assertion saw',
    ])
      expect(text).toContain(part);
    expect(text).not.toContain('It answers.');
  });

  test('a story of many lines is told from both ends', () => {
    const lines = Array.from({ length: 100 }, (_, i) => ({ at: i, says: `line ${i}.` }));
    const text = storyAsIssue(story({ story: lines }), 'mywire', []);
    expect(text).toMatch(/line 19\.\n {4}… 60 lines …\n.*line 80\./);
  });
});

describe('text of a server in Markdown', () => {
  test.each([
    ['a `tick`', '`` a `tick` ``'],
    ['```js', '```` ```js ````'],
    ['a\n# b', '`a.# b`'],
    ['', '` `'],
  ])('%j as a span of code', (text, span) => expect(codeSpan(text)).toBe(span));

  test('a block cannot be left from inside', () => expect(codeBlock(['```', '# out'])).toEqual(['````', '```', '# out', '````']));

  test('no link, no markup, no mention, no reference', () => {
    expect(plain('<img src=x> [a](b) **c** @vendor #1045')).toBe('\\<img src=x\\> \\[a\\](b) \\*\\*c\\*\\* @\u2060vendor #\u20601045');
  });
});

test('nodes: a list, and a file for each configuration', () => {
  const files = nodeFiles(nodes);
  expect(files['nodes/proxysql/proxysql.cnf']).toBe('threads=4\n');
  expect(JSON.parse(files['nodes.json'] as string)).toEqual([
    { name: 'proxysql', product: 'proxysql', version: '2.0.17', command: 'proxysql -f', configs: ['nodes/proxysql/proxysql.cnf'] },
    { name: 'mariadb', product: 'mariadb', version: '10.11.19' },
  ]);
  expect(nodeFiles([])).toEqual({});
});

test('names of nodes and files cannot leave the folder', () => {
  const evil = [{ name: '../../x', product: 'haproxy', version: '1', setup: { command: '', files: { '../../y': 'z' } } }];
  expect(Object.keys(nodeFiles(evil)).filter((path) => path.split('/').includes('..'))).toEqual([]);
});

test('a case as data: bytes are hex, patterns and code are text', () => {
  const text = asData({ bytes: Uint8Array.of(1, 255), shows: /a+/i, big: 1n, act: () => 1 });
  expect(JSON.parse(text)).toEqual({ bytes: { hex: '01ff' }, shows: { pattern: 'a+', flags: 'i' }, big: '1', act: { code: '() => 1' } });
});
