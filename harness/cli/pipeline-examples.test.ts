import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';

const root = fileURLToPath(new URL('../../', import.meta.url));
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

interface Ended {
  readonly code: number;
  readonly stdout: string;
}

/** Runs a script as a pipeline would: a shell, a folder, an environment. */
function shell(program: readonly string[], script: string, cwd: string, env: Record<string, string>): Promise<Ended> {
  const [file = '', ...args] = program;
  return new Promise((resolve) => {
    const child = execFile(
      file,
      [...args, script],
      { cwd, timeout: 120_000, env: { PATH: process.env['PATH'], HOME: cwd, npm_config_cache: join(folder, 'cache'), ...env } },
      (_error, stdout, stderr) => resolve({ code: child.exitCode ?? -1, stdout: stdout + stderr }),
    );
  });
}

let folder = '';
/** A package by our name that npm can install without a network: it runs the source. */
let stub = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'mywire-pipelines-'));
  stub = join(folder, 'stub');
  mkdirSync(stub);
  writeFileSync(join(stub, 'package.json'), JSON.stringify({ name: 'mywire', version: '0.0.0', bin: { mywire: 'mywire.sh' } }));
  writeFileSync(join(stub, 'mywire.sh'), `#!/bin/sh\nexec "${process.execPath}" "${root}dist/harness/cli/main.js" "$@"\n`, {
    mode: 0o755,
  });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function place(name: string): string {
  const path = mkdtempSync(join(folder, `${name}-`));
  return path;
}

const good = ['reference', '--area quit --no-haproxy'] as const;
const broken = ['reference?defect=answers-com-quit', '--area quit --no-haproxy'] as const;
const late = ['reference', '--time-limit 1ms --no-haproxy'] as const;
/** Nothing listens there. */
const unreached = ['127.0.0.1:1', '--no-haproxy'] as const;

describe.concurrent('action.yml', { timeout: 180_000 }, () => {
  interface Action {
    readonly inputs: Record<string, { readonly default: string; readonly description: string }>;
    readonly outputs: Record<string, { readonly value: string }>;
    readonly runs: {
      readonly steps: readonly {
        readonly id?: string;
        readonly shell: string;
        readonly env: Record<string, string>;
        readonly run: string;
      }[];
    };
  }
  const action = parse(read('action.yml')) as Action;

  /** What GitHub does with a composite action: expressions of `env` filled in, each script in bash, outputs read between steps. */
  async function play(
    inputs: Record<string, string>,
  ): Promise<Ended & { readonly outputs: Record<string, string>; readonly summary: string; readonly cwd: string }> {
    const cwd = place('action');
    const files = { GITHUB_OUTPUT: join(cwd, 'output'), GITHUB_STEP_SUMMARY: join(cwd, 'summary') };
    for (const path of Object.values(files)) writeFileSync(path, '');
    const context: Record<string, string> = { 'github.action_path': root };
    for (const [name, input] of Object.entries(action.inputs)) context[`inputs.${name}`] = inputs[name] ?? input.default;
    const filled = (text: string): string =>
      text.replaceAll(/\$\{\{ ([\w.-]+) \}\}/g, (_all, name: string) => {
        if (!name.startsWith('steps.') && context[name] === undefined) throw new Error(`no ${name}`);
        return context[name] ?? '';
      });
    let stdout = '';
    let code = 0;
    for (const step of action.runs.steps) {
      if (code !== 0) break;
      expect(step.run).not.toContain('${{'); // an input in the text of a script would be commands
      const env = Object.fromEntries(Object.entries(step.env).map(([name, value]) => [name, filled(value)]));
      const ended = await shell(['bash', '--noprofile', '--norc', '-e', '-o', 'pipefail', '-c'], step.run, cwd, {
        ...files,
        ...env,
        RUNNER_TEMP: cwd,
        GITHUB_ACTIONS: 'true',
      });
      ({ code } = ended);
      stdout += ended.stdout;
      for (const line of readFileSync(files.GITHUB_OUTPUT, 'utf8').split('\n').filter(Boolean))
        if (step.id) context[`steps.${step.id}.outputs.${line.slice(0, line.indexOf('='))}`] = line.slice(line.indexOf('=') + 1);
    }
    const outputs = Object.fromEntries(Object.entries(action.outputs).map(([name, { value }]) => [name, filled(value)]));
    return { code, stdout, outputs, summary: readFileSync(files.GITHUB_STEP_SUMMARY, 'utf8'), cwd };
  }

  test.each([
    ['nothing deviates', good, {}, 0, 0],
    ['the target deviates', broken, {}, 1, 1],
    ['the command was wrong', ['reference', '--no-such-option'], {}, 2, 2],
    ['something was not reached', late, {}, 3, 3],
    ['something was not reached, and that may pass', late, { inconclusive: 'pass' }, 3, 0],
  ] as const)('%s', async (_what, [targets, given], more, exit, code) => {
    const { outputs, summary, cwd, ...ended } = await play({ targets, arguments: given, package: stub, ...more });
    expect({ code: ended.code, exit: outputs['exit-code'], out: ended.code === code ? '' : ended.stdout }).toEqual({
      code,
      exit: String(exit),
      out: '',
    });
    if (exit === 2) return;
    expect(JSON.parse(readFileSync(join(cwd, outputs['sarif'] as string), 'utf8'))).toMatchObject({ version: '2.1.0' });
    expect(readFileSync(join(cwd, outputs['junit'] as string), 'utf8')).toContain('<testsuites');
    expect(summary).toContain(`(exit code ${exit})`);
  });

  test('the gate, with its reports', async () => {
    const sides = '--baseline reference --candidate reference?defect=quit-keeps-open --case quit/after-login';
    const { outputs, summary, cwd, code, stdout } = await play({ verb: 'gate', arguments: sides, package: stub });
    expect({ code, exit: outputs['exit-code'] }).toEqual({ code: 1, exit: '1' });
    expect(stdout).toContain('STOPPED');
    expect(readFileSync(join(cwd, outputs['junit'] as string), 'utf8')).toMatch(/<failure/);
    expect(readFileSync(join(cwd, 'mywire-out/mywire.html'), 'utf8')).toContain('quit/after-login');
    expect(summary).toContain('quit/after-login');
  });

  test('inputs are words, never commands', async () => {
    const { cwd, outputs } = await play({
      targets: '$(touch pwned) `touch pwned`; touch pwned',
      arguments: '&& touch pwned',
      package: stub,
    });
    expect(outputs['exit-code']).toBe('2');
    expect(existsSync(join(cwd, 'pwned'))).toBe(false);
  });

  test('without a package it is the version of the action', () => {
    expect(action.runs.steps[0]?.run).toContain('mywire@$(node -p');
  });

  test('the example gives it inputs that it has, and reads outputs that it has', () => {
    const text = read('fixtures/ci/github-workflow.yaml');
    const { jobs } = parse(text) as { jobs: { mywire: { steps: { uses: string; with: Record<string, string> }[] } } };
    const step = jobs.mywire.steps.find(({ uses }) => uses.startsWith('OWNER/mywire@'));
    expect(Object.keys(action.inputs)).toEqual(expect.arrayContaining(Object.keys(step?.with ?? { none: '' })));
    const used = [...text.matchAll(/steps\.mywire\.outputs\.([\w-]+)/g)].map(([, name]) => name);
    expect(used.length).toBeGreaterThan(0);
    expect(Object.keys(action.outputs)).toEqual(expect.arrayContaining(used));
  });
});

describe.concurrent('the example for GitLab', { timeout: 180_000 }, () => {
  interface Job {
    readonly variables: Record<string, string>;
    readonly script: readonly string[];
    readonly artifacts: { readonly paths: readonly string[]; readonly reports: { readonly junit: string } };
    readonly allow_failure: { readonly exit_codes: number };
  }
  const job = (parse(read('fixtures/ci/gitlab-ci.yml')) as Record<string, Job>)['wire protocol'] as Job;

  test.each([
    ['nothing deviates', good, 0],
    ['the target deviates', broken, 1],
    ['the target cannot be reached', unreached, 3],
  ] as const)('%s', async (_what, [targets, given], code) => {
    const cwd = place('gitlab');
    const prefix = join(cwd, 'global');
    const env = { ...job.variables, MYWIRE_PACKAGE: stub, MYWIRE_TARGETS: targets, MYWIRE_ARGUMENTS: given, npm_config_prefix: prefix };
    // The runner joins the lines into one script that ends where one fails.
    const ended = await shell(['bash', '-e', '-o', 'pipefail', '-c'], job.script.join('\n'), cwd, {
      ...env,
      PATH: `${prefix}/bin:${process.env['PATH']}`,
    });
    expect({ code: ended.code, out: ended.code === code ? '' : ended.stdout }).toEqual({ code, out: '' });
    expect(existsSync(join(cwd, job.artifacts.reports.junit))).toBe(true);
    expect(existsSync(join(cwd, job.artifacts.paths[0] as string))).toBe(true);
  });

  test('takes what could not be judged for a warning', () => {
    expect(job.allow_failure.exit_codes).toBe(3);
  });
});

describe.concurrent('the example for Jenkins', { timeout: 180_000 }, () => {
  const text = read('fixtures/ci/Jenkinsfile');
  const variables = Object.fromEntries([...text.matchAll(/^ +(MYWIRE_\w+) = '([^']*)'$/gm)].map(([, name, value]) => [name, value]));
  const scripts = [...text.matchAll(/'''([\s\S]*?)'''/g)].map(([, script]) => script as string);

  test.each([
    ['nothing deviates', good, 0],
    ['the target deviates', broken, 1],
    ['the target cannot be reached', unreached, 3],
  ] as const)('%s', async (_what, [targets, given], code) => {
    const cwd = place('jenkins');
    const env = { ...variables, MYWIRE_PACKAGE: stub, MYWIRE_TARGETS: targets, MYWIRE_ARGUMENTS: given };
    expect(scripts).toHaveLength(2);
    const codes: number[] = [];
    for (const script of scripts) codes.push((await shell(['sh', '-xe', '-c'], script, cwd, env)).code);
    expect(codes).toEqual([0, code]);
    expect(existsSync(join(cwd, 'mywire.xml'))).toBe(true);
  });

  test('its brackets close, and it names the files that the script writes', () => {
    const outside = text.replaceAll(/'''[\s\S]*?'''|'[^']*'|"[^"]*"|\/\/.*$/gm, '');
    const open: string[] = [];
    for (const [char] of outside.matchAll(/[{}()]/g)) {
      if (char === '{' || char === '(') open.push(char);
      else expect(open.pop()).toBe(char === '}' ? '{' : '(');
    }
    expect(open).toEqual([]);
    expect(text).toMatch(/junit testResults: 'mywire\.xml'/);
    expect(text).toMatch(/archiveArtifacts artifacts: 'evidence\/\*\*'/);
  });
});
