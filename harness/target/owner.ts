import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/**
 * Who this process is, in one word that no other process ever was: host, pid namespace, pid, start time.
 * Written on what it leaves behind, so that a later process can tell whether the owner is gone.
 */
export function ownerName(): string {
  return [hostname(), pidNamespace(), process.pid, startTime(process.pid)].join('/');
}

/** True only for an owner that surely ended. One on another host or in another container is not ours to judge: false. */
export function ownerIsGone(owner: string): boolean {
  const [host, namespace, pid, start] = owner.split('/');
  if (host !== hostname() || namespace !== pidNamespace() || !/^[1-9]\d*$/.test(pid ?? '')) return false;
  return !isAlive(Number(pid)) || startTime(Number(pid)) !== start;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

/** Field 22 of /proc/PID/stat (proc_pid_stat(5)); '' where there is no /proc. The name before it may hold spaces and brackets. */
function startTime(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
}

function pidNamespace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return '';
  }
}
