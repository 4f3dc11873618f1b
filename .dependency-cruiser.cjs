// Who may import whom. The table is the architecture; everything absent is forbidden.
// Change it when the design asks for it, on purpose, and say why in the commit.
const may = {
  zstd: [],
  codec: ['zstd'],
  auth: [],
  pcap: ['zstd'],
  wire: ['codec', 'case', 'pcap'], // case: the Ending type; pcap: the live capture reads tcpdump's pipe
  reference: ['codec', 'auth'],
  case: ['codec'],
  target: ['reference', 'wire'], // wire: the tap of a link reads endings from the descriptor as a client does
  agent: [],
  hostile: ['reference'], // what hostile servers say is put together by hand; reference: its certificate
  scenario: ['codec', 'pcap', 'case', 'target'],
  // scenario: what passed on a link, as the taps or a capture tell it; run: the client's half of a login, what of an answer is observed
  replay: ['codec', 'auth', 'pcap', 'wire', 'case', 'scenario', 'run'],
  run: ['codec', 'auth', 'pcap', 'wire', 'case', 'target'], // pcap: a recording is judged like a live connection
  // wire: an exec is played on the client's socket; auth: what ends a login; inspect: the lint of what was said; target: accounts, logs
  fuzz: ['codec', 'auth', 'case', 'wire', 'run', 'target', 'inspect', 'replay'], // replay: packets as a case expects them
  // case, run: what was judged; target: what is started, and the nodes that an accepted deviation speaks of
  gate: ['case', 'run', 'target', 'wire'],
  record: ['codec', 'pcap', 'wire', 'target'],
  inspect: ['codec', 'pcap', 'case'],
  report: ['codec', 'case', 'run', 'wire', 'pcap', 'target', 'scenario', 'record', 'inspect', 'replay', 'fuzz', 'gate'], // record: what taps saw as frames; what is redacted
  vitest: ['codec', 'case', 'run', 'target', 'reference', 'fuzz', 'report', 'scenario'],
  library: ['case', 'run', 'target', 'report'],
  cli: [
    'codec',
    'auth',
    'pcap',
    'wire',
    'reference',
    'case',
    'target',
    'run',
    'fuzz',
    'gate',
    'report',
    'scenario',
    'agent',
    'record',
    'inspect',
    'replay',
  ],
};
// Which folder owns which outside module; nobody else may import it.
const owner = {
  // testdata: what HTTP clients never send; bench: bare sockets to compare with
  '^(node:)?(net|tls)$': 'harness/(wire|reference|target|hostile|agent/testdata|cli/bench)/',
  '^(node:)?child_process$': 'harness/(target/|wire/capture|hostile/exam|cli/(bench|fuzz-workers))',
  '^(node:)?http$': 'harness/(agent|target)/',
  'node_modules/testcontainers/': 'harness/target/',
  'node_modules/mariadb/': 'harness/cli/bench/', // what the codec is measured against
  'node_modules/mysql2/': 'harness/((target|agent)/|cli/bench/)', // bench: what a replay is measured against
  'node_modules/fast-check/': '(harness/fuzz/|suites/.*\\.fuzz\\.ts$)',
  'node_modules/playwright-core/': 'harness/cli/bench/', // what the HTML report is looked at with
  'node_modules/vitest/': '(harness/vitest/|suites/.*\\.(suite|fuzz)\\.ts$)',
  'node_modules/commander/': 'harness/cli/',
};
// The fronts bring the cases and the engine together.
const fronts = new Set(['cli', 'vitest', 'library']);
const tests = '\\.test\\.ts$';
const vitestEntries = '\\.suite\\.ts$';

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } } },
    { name: 'all-resolved', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'folder-not-in-table',
      severity: 'error',
      from: { path: '^harness/', pathNot: `^harness/(${Object.keys(may).join('|')})/` },
      to: {},
    },
    {
      name: 'no-orphans',
      severity: 'error',
      from: { orphan: true, pathNot: [tests, vitestEntries, '\\.fuzz\\.ts$', '\\.cjs$', 'vitest\\.config'] },
      to: {},
    },
    ...Object.entries(may).map(([room, others]) => ({
      name: `${room}-may-import-${others.join('+') || 'nothing'}`,
      severity: 'error',
      from: { path: `^harness/${room}/`, pathNot: [tests] },
      to: {
        path: '^(harness|suites)/',
        pathNot: [`^harness/(${[room, ...others].join('|')})/`, ...(fronts.has(room) ? ['^suites/(index|scenarios|lint)\\.ts$'] : [])],
      },
    })),
    {
      name: 'cases-are-data',
      severity: 'error',
      from: {
        path: '^suites/',
        pathNot: [
          tests,
          vitestEntries,
          '^suites/fuzz/',
          '\\.scenario\\.ts$',
          '^suites/(scenarios|topologies)\\.ts$',
          '^suites/[^/]+/story/',
        ],
      },
      to: { pathNot: ['^harness/(case|codec)/', '^suites/[^/]+\\.ts$', '^suites/manual/', '\\.(cases|rules|scenario)\\.ts$'] },
    },
    {
      name: 'scenarios-are-stories',
      severity: 'error',
      from: { path: ['\\.scenario\\.ts$', '^suites/(scenarios|topologies)\\.ts$', '^suites/[^/]+/story/'] },
      to: { pathNot: ['^harness/(case|codec|scenario|replay)/', '^suites/'] },
    },
    ...Object.entries(owner).map(([module, room]) => ({
      name: `${module.replace(/[^a-z_-]+/gi, '.')}-has-one-owner`,
      severity: 'error',
      from: { path: '^(harness|suites)/', pathNot: [`^${room}`, tests] },
      to: { path: module },
    })),
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'types'] },
  },
};
