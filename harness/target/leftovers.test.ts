import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { CaptureProgram } from '../wire/capture-program.ts';
import { findBinaryIfThere } from './find-binary.ts';
import { ownerName } from './owner.ts';

const mayCapture = await CaptureProgram.start({ args: ['-i', 'any'], ports: [1], onChunk: () => undefined }).then(
  async (capture) => (await capture.stop()) ?? true,
  () => false,
);
const haproxy = await findBinaryIfThere('haproxy', {});
// A temporary folder of our own, so that other processes' folders do not get into the picture.
const temporary = realpathSync(mkdtempSync(join(tmpdir(), 'leftovers-')));
afterAll(() => rmSync(temporary, { recursive: true, force: true }));

describe.skipIf(!haproxy)(`what a process leaves behind${haproxy ? '' : ' (skipped: no haproxy here)'}`, () => {
  test.each([
    ['SIGINT', (holder: ChildProcess) => holder.kill('SIGINT')],
    ['SIGKILL', (holder: ChildProcess) => holder.kill('SIGKILL')],
    ['an uncaught error', (holder: ChildProcess) => holder.stdin?.write('throw')],
    ['nothing more to do', (holder: ChildProcess) => holder.stdin?.write('end')],
  ])('after %s: nothing', async (_, end) => {
    const { holder, pid } = await hold();
    expect(foldersIn(temporary)).toHaveLength(1);
    expect(isRunning(pid)).toBe(true);
    end(holder);
    await once(holder, 'exit');
    await expect.poll(() => isRunning(pid), { timeout: 3000 }).toBe(false);
    await expect.poll(() => foldersIn(temporary), { timeout: 3000 }).toEqual([]);
  });

  test('with its guardian killed too: gone at the next start', async () => {
    const { holder, pid } = await hold();
    const [folder = ''] = foldersIn(temporary);
    process.kill(guardianOf(join(temporary, folder)), 'SIGKILL');
    holder.kill('SIGKILL');
    await once(holder, 'exit');
    expect(isRunning(pid)).toBe(true);
    const next = await hold();
    expect(isRunning(pid)).toBe(false);
    expect(foldersIn(temporary)).not.toContain(folder);
    next.holder.kill('SIGKILL');
    await expect.poll(() => foldersIn(temporary), { timeout: 3000 }).toEqual([]);
  });

  test('a folder of a living process, of another host, or of nobody is left alone', async () => {
    const owners = {
      'mywire-1-living': ownerName(),
      'mywire-2-elsewhere': ownerName().replace(hostname(), 'elsewhere'),
      'mywire-3-nobody': undefined,
    };
    for (const [name, owner] of Object.entries(owners)) {
      mkdirSync(join(temporary, name, 'pids'), { recursive: true });
      if (owner !== undefined) writeFileSync(join(temporary, name, 'owner'), owner);
    }
    const { holder } = await hold();
    for (const name of Object.keys(owners)) expect(existsSync(join(temporary, name))).toBe(true);
    holder.kill('SIGKILL');
    for (const name of Object.keys(owners)) rmSync(join(temporary, name), { recursive: true });
    await expect.poll(() => foldersIn(temporary), { timeout: 3000 }).toEqual([]);
  });
});

describe(`tcpdump${mayCapture ? '' : ' (skipped: no capture here)'}`, () => {
  test.skipIf(!mayCapture)('does not outlive SIGKILL, though no packet comes', async () => {
    const { holder, pid } = await holdCapture();
    expect(isRunning(pid)).toBe(true);
    holder.kill('SIGKILL');
    await expect.poll(() => isRunning(pid), { timeout: 2000 }).toBe(false);
    await expect.poll(() => foldersIn(temporary), { timeout: 2000 }).toEqual([]);
  });
});

/** A process of its own that captures on a port without traffic. */
function holdCapture(): Promise<{ holder: ChildProcess; pid: number }> {
  return holderOf(`
    import { LiveCapture } from ${JSON.stringify(new URL('../wire/capture.ts', import.meta.url).href)};
    import { guardByMark } from ${JSON.stringify(new URL('./leftovers.ts', import.meta.url).href)};
    import { readFileSync } from 'node:fs';
    await LiveCapture.start([1], { guard: guardByMark() });
    console.log(readFileSync('/proc/self/task/' + process.pid + '/children', 'utf8').trim().split(' ').find((pid) => readFileSync('/proc/' + pid + '/comm', 'utf8').startsWith('tcpdump')));
    setInterval(() => {}, 1000);`);
}

/** A process of its own that starts HAProxy before the reference server, and then does as its stdin says. */
function hold(): Promise<{ holder: ChildProcess; pid: number }> {
  const script = `
    import { startTarget } from ${JSON.stringify(new URL('./start-target.ts', import.meta.url).href)};
    const target = await startTarget('local:haproxy+reference');
    console.log(target.nodes[0].pid);
    process.stdin.once('data', async (order) => {
      if (String(order) === 'throw') throw new Error('on purpose');
      process.stdin.destroy();
      await target.nodes[1].stop();
    });`;
  return holderOf(script);
}

/** @param script says the pid of what it has started */
async function holderOf(script: string): Promise<{ holder: ChildProcess; pid: number }> {
  const holder = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
    stdio: ['pipe', 'pipe', 'ignore'],
    env: { ...process.env, TMPDIR: temporary },
    cwd: new URL('../..', import.meta.url),
  });
  const [line] = await once(holder.stdout, 'data');
  return { holder, pid: Number(String(line)) };
}

function foldersIn(folder: string): string[] {
  return readdirSync(folder).filter((name) => name.startsWith('mywire-'));
}

function guardianOf(folder: string): number {
  const found = readdirSync('/proc').find((pid) => {
    if (!/^\d+$/.test(pid)) return false;
    try {
      const line = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
      return line.includes('mywire-guardian') && line.includes(folder);
    } catch {
      return false;
    }
  });
  return Number(found);
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // A zombie waits for its parent only.
    return !/^State:\tZ/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
