import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { localhostCertificate, type ReferenceServer, startReference } from '../reference/index.ts';
import { explainFailure } from './error.ts';
import { mywireProgram } from './program.ts';

const CANARY = 'Zq7canaryPw0x';
/** A login over TLS in which the server asks for the password itself: the transcript has it, and the case deviates behind it. */
const OVER_TLS = 'auth/sha2-full-exchange-over-tls';

const bytes = Buffer.from(CANARY);
const hex = bytes.toString('hex');
const base64 = [0, 1, 2].map((before) =>
  Buffer.concat([Buffer.alloc(before), bytes])
    .toString('base64')
    .slice(before + 1, -4),
);

/** How the canary stands in some bytes; nothing: it does not. */
function formsIn(content: Buffer): string[] {
  const text = content.toString('latin1');
  const dense = text.replaceAll(/\s+/g, '');
  return [
    ...(text.toLowerCase().includes(CANARY.slice(0, -1).toLowerCase()) ? ['as it is'] : []),
    ...(dense.toLowerCase().includes(hex) ? ['as hex'] : []),
    ...(base64.some((one) => dense.includes(one)) ? ['as base64'] : []),
    ...(text.includes(CANARY.split('').join('\0')) ? ['as UTF-16'] : []),
  ];
}

/** Where under a folder the canary stands, names of files too. */
function leaksIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).flatMap((name) => {
    const path = join(folder, name);
    if (!statSync(path).isFile()) return [];
    const raw = readFileSync(path);
    const content = raw[0] === 0x1f && raw[1] === 0x8b ? gunzipSync(raw) : raw;
    const keys = /CLIENT_RANDOM [0-9a-f]|TRAFFIC_SECRET/.test(content.toString('latin1')) ? ['TLS secrets'] : [];
    return [...formsIn(Buffer.from(name)), ...formsIn(content), ...keys].map((form) => `${name}: ${form}`);
  });
}

const addressOf = ({ endpoint }: ReferenceServer): string => `${endpoint.host}:${endpoint.port}`;
let server: ReferenceServer;
/** The same without the defect. */
let sound: ReferenceServer;
let folder = '';
let at = '';
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'mywire-secrets-'));
  const of = {
    certificate: localhostCertificate,
    authPlugin: 'caching_sha2_password',
    accounts: [{ user: 'app_user', password: CANARY, plugin: 'caching_sha2_password' }],
  } as const;
  server = await startReference({ ...of, defects: ['ping-answers-eof'] });
  sound = await startReference(of);
  at = addressOf(server);
});
afterAll(async () => {
  await server.stop();
  await sound.stop();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => {
  vi.unstubAllEnvs();
});

/** Runs a verb in this process: what it printed, or what main would print of its error. */
async function mywire(...args: string[]): Promise<string> {
  let printed = '';
  const take = (chunk: unknown): boolean => {
    printed += String(chunk);
    return true;
  };
  const spies = [process.stdout, process.stderr].map((stream) => vi.spyOn(stream, 'write').mockImplementation(take));
  try {
    await (await mywireProgram()).parseAsync(args, { from: 'user' });
  } catch (error) {
    printed += explainFailure(error).says;
  } finally {
    for (const spy of spies) spy.mockRestore();
    process.exitCode = undefined;
  }
  return printed;
}

const account = ['--user', 'app_user', '--plugin', 'caching_sha2_password'];
const inFolder = (name: string): string => join(folder, name);

describe('a password of a user stands in nothing that is left', () => {
  test('the search finds it in every form', () => {
    const forms = [
      CANARY,
      CANARY.toUpperCase(),
      hex,
      hex.replaceAll(/../g, '$& '),
      ...[0, 1, 2].map((n) => Buffer.from(`${'x'.repeat(n)}${CANARY}yz`).toString('base64')),
    ];
    for (const form of forms) expect(formsIn(Buffer.from(`a ${form} b`))).not.toEqual([]);
    expect(formsIn(Buffer.from('SELECT 1'))).toEqual([]);
  });

  test('run, with every kind of report', async () => {
    vi.stubEnv('MYWIRE_PASSWORD', CANARY);
    vi.stubEnv('GITHUB_STEP_SUMMARY', inFolder('summary.md'));
    const files = ['json', 'junit', 'sarif', 'html'].flatMap((kind) => [`--${kind}`, inFolder(`run.${kind}`)]);
    const printed = await mywire(
      'run',
      at,
      ...account,
      '--case',
      OVER_TLS,
      '--no-haproxy',
      '--github',
      '--out',
      inFolder('evidence'),
      ...files,
    );
    expect(printed).toContain(`FAIL  MUST  ${OVER_TLS}`);
    expect(formsIn(Buffer.from(printed))).toEqual([]);
    expect(leaksIn(folder)).toEqual([]);
    // It was there to be found: the bytes of the answer are, as x.
    expect(readFileSync(inFolder('run.json'), 'latin1')).toContain(Buffer.from('x'.repeat(CANARY.length)).toString('hex'));
  });

  test('gate, with what it saves, by a variable of the configuration', async () => {
    vi.stubEnv('APP_LOGIN', CANARY);
    const config = inFolder('gate.yaml');
    writeFileSync(config, `accounts:\n  user: app_user\n  plugin: caching_sha2_password\n  password: $\{APP_LOGIN}\n`);
    const files = ['json', 'junit', 'sarif', 'html', 'save'].flatMap((kind) => [`--${kind}`, inFolder(`gate.${kind}`)]);
    const printed = await mywire(
      'gate',
      '--baseline',
      addressOf(sound),
      '--candidate',
      at,
      '--config',
      config,
      '--case',
      OVER_TLS,
      '--no-haproxy',
      ...files,
    );
    expect(printed).toContain('STOPPED');
    expect(formsIn(Buffer.from(printed))).toEqual([]);
    expect(leaksIn(folder)).toEqual([]);
  });

  test('fuzz, with its findings', async () => {
    vi.stubEnv('MYWIRE_PASSWORD', CANARY);
    const out = inFolder('fuzz');
    const printed = await mywire(
      'fuzz',
      at,
      ...account,
      '--runs',
      '64',
      '--seed',
      '3',
      '--limit',
      '500',
      '--out',
      out,
      '--json',
      inFolder('fuzz.json'),
      '--no-expectations',
    );
    expect(printed).toContain('seed 3');
    expect(formsIn(Buffer.from(printed))).toEqual([]);
    expect(leaksIn(folder)).toEqual([]);
  });

  test.each([
    ['a password in the configuration', ['gate', '--config', 'FILE'], `accounts:\n  password: ${CANARY}\n`],
    ['a configuration that is no YAML', ['gate', '--config', 'FILE'], `accounts:\n  password: "${CANARY}: [\n`],
    ['a setting that does not exist', ['gate', '--config', 'FILE'], `acounts:\n  password: ${CANARY}\n`],
    ['users that are no YAML', ['replay', 'none.pcap', '--target', 'reference', '--users', 'FILE'], `app_user: "${CANARY}\n: [`],
    ['users with a wrong key', ['replay', 'none.pcap', '--target', 'reference', '--users', 'FILE'], `app_user: {pasword: ${CANARY}}`],
    ['users that are no map', ['replay', 'none.pcap', '--target', 'reference', '--users', 'FILE'], CANARY],
    ['an option file with a broken line', ['agent', '--once', '--defaults-file', 'FILE'], `[client]\npass word ${CANARY}\n`],
    ['an option file with the password for a port', ['agent', '--once', '--defaults-file', 'FILE'], `[client]\nport=${CANARY}\n`],
  ])('the message about %s', async (_what, args, content) => {
    const file = inFolder('given');
    writeFileSync(file, content);
    const printed = await mywire(...args.map((word) => (word === 'FILE' ? file : word)));
    rmSync(file);
    expect(printed).toMatch(/^mywire: .*given/);
    expect(formsIn(Buffer.from(printed))).toEqual([]);
  });
});
