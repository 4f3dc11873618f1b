import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Guard } from '../wire/capture-program.ts';
import { startGuardian } from './guardian.ts';
import { ownerIsGone, ownerName } from './owner.ts';
import { TargetError } from './target.ts';

/** Docker label of everything that mywire makes; its value is the owner's name. */
export const ownerLabel = 'mywire';

/** A folder of this process under the system's temporary folder. Gone when this process is gone, however it ended. */
export interface PrivateFolder {
  readonly path: string;
  /** Removes it with all it holds. Safe to call twice. */
  remove(): Promise<void>;
}

const ours = /^mywire-\d+-/;
// mariadb-install-db and HAProxy cannot do with a space in a path.
const temporary = /\s/.test(tmpdir()) ? '/tmp' : tmpdir();
let root: { readonly path: string; readonly letGo: () => void } | undefined;
let holders = 0;
let made = 0;
let swept = false;

/** Makes a private folder. Throws TargetError TARGET_START_FAILED where the system's temporary folder takes none. */
export function privateFolder(): PrivateFolder {
  const home = hold();
  // Short on purpose: a UNIX socket's path has at most 107 bytes.
  const path = join(home, String(++made));
  mkdirSync(path, { mode: 0o700 });
  let kept = true;
  return {
    path,
    async remove() {
      if (!kept) return;
      kept = false;
      await rm(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
      release();
    },
  };
}

/** Has a process group killed if this process ends first. @returns tells that the process is gone */
export function guardProcess(pid: number): () => void {
  const file = join(hold(), 'pids', String(pid));
  writeFileSync(file, '');
  return once(() => {
    rmSync(file, { force: true });
    release();
  });
}

/** Guards one program that has no folder of its own: its command line names the mark. */
export function guardByMark(): Guard {
  const folder = privateFolder();
  return {
    mark: folder.path,
    watch(pid) {
      const gone = pid === undefined ? () => {} : guardProcess(pid);
      return () => {
        gone();
        void folder.remove();
      };
    },
  };
}

/** Has the containers with this process's label removed if it ends first. @returns tells that they are gone */
export function guardContainers(socketPath: string): () => void {
  writeFileSync(join(hold(), 'docker'), socketPath);
  return once(release);
}

function hold(): string {
  if (!root) {
    const path = makeRoot();
    root = { path, letGo: startGuardian(path, `${ownerLabel}=${ownerName()}`) };
  }
  holders++;
  return root.path;
}

function makeRoot(): string {
  try {
    sweep();
    const path = mkdtempSync(join(temporary, `mywire-${process.pid}-`));
    mkdirSync(join(path, 'pids'));
    writeFileSync(join(path, 'owner'), ownerName());
    return path;
  } catch (error) {
    const says = `no temporary files can be made there (${(error as Error).message}). Set TMPDIR to a folder that can be written.`;
    throw new TargetError('TARGET_START_FAILED', temporary, says);
  }
}

function release(): void {
  holders--;
  if (holders > 0 || !root) return;
  rmSync(root.path, { recursive: true, force: true });
  root.letGo();
  root = undefined;
}

function once(act: () => void): () => void {
  let done = false;
  return () => {
    if (done) return;
    done = true;
    act();
  };
}

/** Once per process: removes what processes left that ended without their guardian, and sets the exit hook. */
function sweep(): void {
  if (swept) return;
  swept = true;
  process.on('exit', () => root && clear(root.path));
  for (const name of readdirSync(temporary)) {
    const path = join(temporary, name);
    try {
      if (!ours.test(name) || statSync(path).uid !== process.getuid?.()) continue;
      if (ownerIsGone(readFileSync(join(path, 'owner'), 'utf8'))) clear(path);
    } catch {
      // Another process is removing it, or it is no folder of ours.
    }
  }
}

/** Kills what runs out of a folder, and removes it, before it returns. */
function clear(folder: string): void {
  for (const name of readdirSync(join(folder, 'pids'))) {
    if (runsOutOf(folder, Number(name))) killGroup(Number(name), 'SIGKILL');
  }
  rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 20 });
}

function runsOutOf(folder: string, pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(folder);
  } catch {
    return false;
  }
}

/** Signals a process and its children, which have a process group of their own. Nothing happens when they are gone. */
export function killGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // Gone already.
  }
}
