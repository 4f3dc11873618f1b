// npm run imports: who imports whom, judged by .dependency-cruiser.cjs; and the check of that check: files that break
// each rule on purpose, in a temporary tree, must be caught, and nothing else in that tree may be.
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(fileURLToPath(import.meta.url));
const ourConfig = join(root, '.dependency-cruiser.cjs');
const cruiser = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
const cruiseLimitMs = 300_000;

/** A cruise that sees less looked past the code: a moved folder, or a TypeScript that it cannot read. Raise it now and then. */
export const usualFloor = { modules: 250, imports: 800 };

/** A tree that keeps every rule. The planted files import from it. */
const skeleton = {
  'harness/zstd/unzstd.ts': 'export const unzstd = 1;',
  'harness/codec/field.ts': "import { unzstd } from '../zstd/unzstd.ts'; export const field = unzstd; export type Field = number;",
  'harness/codec/field.test.ts': "import { expect } from 'vitest'; import { run } from '../run/run.ts'; expect(run);",
  'harness/auth/plugin.ts': "import 'node:crypto'; export const plugin = 1;",
  'harness/pcap/reader.ts': "import 'node:zlib'; export const reader = 1;",
  'harness/case/case.ts':
    "import type { Field } from '../codec/field.ts'; import type { Step } from './step.ts'; export type Case = Field | Step;",
  'harness/case/step.ts': "import type { Case } from './case.ts'; export type Step = { then: Case };",
  'harness/wire/socket.ts': "import 'node:net'; import { field } from '../codec/field.ts'; export const socket = field;",
  'harness/wire/capture.ts': "import 'node:child_process'; import { reader } from '../pcap/reader.ts'; export const capture = reader;",
  'harness/reference/server.ts': "import 'node:tls'; import { plugin } from '../auth/plugin.ts'; export const server = plugin;",
  'harness/target/program.ts':
    "import 'node:child_process'; import 'testcontainers'; import { server } from '../reference/server.ts'; export const program = server;",
  'harness/agent/agent.ts': "import 'node:http'; import 'mysql2'; export const agent = 1;",
  'harness/run/run.ts':
    "import { socket } from '../wire/socket.ts'; import { program } from '../target/program.ts'; export const run = [socket, program];",
  'harness/fuzz/model.ts': "import 'fast-check'; import { run } from '../run/run.ts'; export const model = run;",
  'harness/gate/gate.ts': "import { run } from '../run/run.ts'; export const gate = run;",
  'harness/report/json.ts':
    "import { run } from '../run/run.ts'; import { reader } from '../pcap/reader.ts'; import { gate } from '../gate/gate.ts'; export const json = [run, reader, gate];",
  'harness/vitest/register.ts':
    "import 'vitest'; import { suites } from '../../suites/index.ts'; import { model } from '../fuzz/model.ts'; export const register = [suites, model];",
  'harness/cli/main.ts':
    "import 'commander'; import { suites } from '../../suites/index.ts'; import { agent } from '../agent/agent.ts'; export const main = [suites, agent, import('../report/json.ts')];",
  'harness/library/index.ts':
    "import { suites } from '../../suites/index.ts'; import { run } from '../run/run.ts'; export const library = [suites, run];",
  'harness/scenario/scenario.ts':
    "import { program } from '../target/program.ts'; import { reader } from '../pcap/reader.ts'; export const scenario = [program, reader];",
  'harness/replay/replay.ts':
    "import { socket } from '../wire/socket.ts'; import type { scenario } from '../scenario/scenario.ts'; export const replay = (of: typeof scenario) => [of, socket];",
  'suites/topologies.ts': "import { scenario } from '../harness/scenario/scenario.ts'; export const topologies = scenario;",
  'suites/login/switch.scenario.ts':
    "import { scenario } from '../../harness/scenario/scenario.ts'; import { replay } from '../../harness/replay/replay.ts'; import { topologies } from '../topologies.ts'; export const story = [scenario, replay, topologies];",
  'suites/index.ts':
    "import type { Case } from '../harness/case/case.ts'; import { cases } from './login/password.cases.ts'; export const suites: Case[] = cases;",
  'suites/steps.ts': "import { field } from '../harness/codec/field.ts'; export const steps = field;",
  'suites/live.suite.ts': "import 'vitest'; import { register } from '../harness/vitest/register.ts'; register;",
  'suites/login/password.cases.ts':
    "import type { Case } from '../../harness/case/case.ts'; import { steps } from '../steps.ts'; export const cases: Case[] = [steps];",
};

const value = (specifier) => `import * as it from '${specifier}'; export const planted = it;`;
const typeOnly = (specifier) => `import type * as it from '${specifier}'; export type Planted = typeof it;`;
const lazy = (specifier) => `export const planted = () => import('${specifier}');`;

/** File → the rule that must catch it (a part of one rule's name), and its text. Every rule needs one. */
const plants = {
  'harness/zstd/planted.ts': ['zstd-may-import', value('../codec/field.ts')],
  'harness/codec/planted.ts': ['codec-may-import', value('../wire/socket.ts')],
  'harness/codec/planted-type.ts': ['codec-may-import', typeOnly('../case/case.ts')],
  'harness/codec/planted-suite.ts': ['codec-may-import', value('../../suites/steps.ts')],
  'harness/auth/planted.ts': ['auth-may-import', value('../codec/field.ts')],
  'harness/pcap/planted.ts': ['pcap-may-import', value('../codec/field.ts')],
  'harness/case/planted.ts': ['case-may-import', typeOnly('../run/run.ts')],
  'harness/wire/planted.ts': ['wire-may-import', value('../target/program.ts')],
  'harness/reference/planted.ts': ['reference-may-import', value('../wire/socket.ts')],
  'harness/target/planted.ts': ['target-may-import', lazy('../run/run.ts')],
  'harness/agent/planted.ts': ['agent-may-import', value('../codec/field.ts')],
  'harness/hostile/planted.ts': ['hostile-may-import', value('../codec/field.ts')],
  'harness/run/planted.ts': ['run-may-import', value('../report/json.ts')],
  'harness/run/planted-index.ts': ['run-may-import', value('../../suites/index.ts')],
  'harness/fuzz/planted.ts': ['fuzz-may-import', value('../reference/server.ts')],
  'harness/gate/planted.ts': ['gate-may-import', value('../report/json.ts')],
  'harness/report/planted.ts': ['report-may-import', value('../reference/server.ts')],
  'harness/vitest/planted.ts': ['vitest-may-import', value('../wire/socket.ts')],
  'harness/cli/planted.ts': ['cli-may-import', lazy('../vitest/register.ts')],
  'harness/cli/planted-cases.ts': ['cli-may-import', value('../../suites/login/password.cases.ts')],
  'suites/login/planted.cases.ts': ['cases-are-data', value('../../harness/run/run.ts')],
  'suites/login/planted-files.cases.ts': ['cases-are-data', value('node:fs')],
  'suites/planted-steps.ts': ['cases-are-data', value('../harness/run/run.ts')],
  'harness/library/planted.ts': ['library-may-import', value('../wire/socket.ts')],
  'harness/scenario/planted.ts': ['scenario-may-import', value('../run/run.ts')],
  'harness/record/planted.ts': ['record-may-import', value('../run/run.ts')],
  'harness/inspect/planted.ts': ['inspect-may-import', value('../run/run.ts')],
  'harness/replay/planted.ts': ['replay-may-import', value('../target/program.ts')],
  'suites/login/planted.scenario.ts': ['scenarios-are-stories', value('../../harness/target/program.ts')],
  'harness/utils/planted.ts': ['folder-not-in-table', value('../codec/field.ts')],
  'harness/codec/planted-nowhere.ts': ['all-resolved', value('./nowhere.ts')],
  'harness/codec/planted-package.ts': ['all-resolved', value('a-package-that-nobody-installed')],
  'harness/run/planted-orphan.ts': ['no-orphans', 'export const planted = 1;'],
  'harness/run/planted-cycle.ts': ['no-cycles', value('./planted-cycle-back.ts')],
  'harness/run/planted-cycle-back.ts': ['no-cycles', value('./planted-cycle.ts')],
  'harness/report/planted-net.ts': ['node.net.tls', value('node:net')],
  'harness/report/planted-http.ts': ['node.http', value('node:http')],
  'suites/planted-tls.suite.ts': ['node.net.tls', value('tls')],
  'harness/wire/planted-process.ts': ['node.child_process', value('node:child_process')],
  'harness/run/planted-docker.ts': ['testcontainers', lazy('testcontainers')],
  'harness/wire/planted-driver.ts': ['mysql', typeOnly('mysql2')],
  'harness/wire/planted-connector.ts': ['mariadb', typeOnly('mariadb')],
  'harness/run/planted-property.ts': ['fast-check', value('fast-check')],
  'harness/report/planted-vitest.ts': ['vitest.-has-one-owner', value('vitest')],
  'harness/report/planted-browser.ts': ['playwright-core', lazy('playwright-core')],
  'harness/run/planted-commander.ts': ['commander', typeOnly('commander')],
};

/**
 * Cruises harness/ and suites/ of `tree` and the planted tree.
 * @returns what is wrong, a sentence each, and how much was seen
 */
export async function checkImports({ tree = root, config = ourConfig, floor = usualFloor } = {}) {
  const problems = await missedPlants(config);
  const real = await cruise(tree, config);
  const ours = real.modules.filter(({ source }) => /^(harness|suites)\//.test(source));
  const seen = {
    modules: ours.length,
    imports: ours.flatMap(({ dependencies }) => dependencies).length,
    plants: Object.keys(plants).length,
  };
  for (const what of ['modules', 'imports'])
    if (seen[what] < floor[what])
      problems.push(`only ${seen[what]} ${what} were seen, and ${floor[what]} are the floor: the cruise looked past the code`);
  return { problems: [...real.summary.violations.map(told), ...problems], seen };
}

async function missedPlants(config) {
  const names = createRequire(import.meta.url)(config).forbidden.map(({ name }) => name);
  const wanted = Object.entries(plants).map(([file, [part]]) => [file, names.filter((name) => name.includes(part))]);
  const problems = wanted
    .filter(([, rules]) => rules.length !== 1)
    .map(([file, rules]) => `${file} is planted against one rule, and ${rules.length} have such a name`);
  const covered = new Set(wanted.flatMap(([, rules]) => rules));
  problems.push(
    ...names
      .filter((name) => !covered.has(name))
      .map((name) => `no planted file breaks the rule ${name}: plant one in .dependency-cruiser.check.mjs`),
  );

  const { violations } = (await cruisePlanted(config)).summary;
  for (const [file, [rule]] of wanted)
    if (rule && !violations.some((one) => one.rule.name === rule && placesOf(one).includes(file)))
      problems.push(`${file} breaks ${rule} and was not caught`);
  const allowed = new Map(wanted.map(([file, [rule]]) => [file, rule]));
  for (const one of violations)
    if (allowed.get(one.from) !== one.rule.name) problems.push(`a wrong alarm in the planted tree: ${told(one)}`);
  return problems;
}

async function cruisePlanted(config) {
  const tree = realpathSync(mkdtempSync(join(tmpdir(), 'mywire-imports-')));
  const remove = () => rmSync(tree, { recursive: true, force: true });
  const stop = () => process.exit(1); // remove runs on 'exit'
  process.on('exit', remove).on('SIGINT', stop).on('SIGTERM', stop);
  try {
    const texts = { ...skeleton, ...Object.fromEntries(Object.entries(plants).map(([file, [, text]]) => [file, text])) };
    for (const [file, text] of Object.entries(texts)) {
      mkdirSync(dirname(join(tree, file)), { recursive: true });
      writeFileSync(join(tree, file), `${text}\n`);
    }
    symlinkSync(join(root, 'node_modules'), join(tree, 'node_modules'));
    symlinkSync(join(root, 'tsconfig.json'), join(tree, 'tsconfig.json'));
    return await cruise(tree, config);
  } finally {
    remove();
    process.off('exit', remove).off('SIGINT', stop).off('SIGTERM', stop);
  }
}

function cruise(tree, config) {
  const args = [cruiser, '--no-progress', '--config', config, '--output-type', 'json', 'harness', 'suites'];
  return new Promise((resolve, reject) => {
    execFile(process.execPath, args, { cwd: tree, maxBuffer: 2 ** 28, timeout: cruiseLimitMs }, (error, stdout, stderr) => {
      // It exits with the number of errors: only an answer that is no JSON is a failure of the cruise.
      try {
        resolve(JSON.parse(stdout));
      } catch {
        reject(new Error(`dependency-cruiser gave no answer in ${tree}: ${stderr || error?.message}`));
      }
    });
  });
}

/** A cycle is reported once, from whichever of its files. */
const placesOf = ({ from, cycle = [] }) => [from, ...cycle.map(({ name }) => name)];

function told(violation) {
  const { rule, from, to, cycle } = violation;
  return `${rule.name}: ${(cycle ? placesOf(violation) : from === to ? [from] : [from, to]).join(' → ')}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { problems, seen } = await checkImports();
  for (const problem of problems) console.error(problem);
  console.log(
    `imports: ${seen.modules} modules, ${seen.imports} imports, ${seen.plants} planted violations; ${problems.length || 'no'} problem${problems.length === 1 ? '' : 's'}`,
  );
  process.exitCode = problems.length === 0 ? 0 : 1;
}
