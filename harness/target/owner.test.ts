import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { hostname } from 'node:os';
import { describe, expect, test } from 'vitest';
import { ownerIsGone, ownerName } from './owner.ts';

describe('an owner', () => {
  const [host = '', namespace = '', pid = '', start = ''] = ownerName().split('/');

  test('names this host and process', () => {
    expect(host).toBe(hostname());
    expect(pid).toBe(String(process.pid));
  });

  test('that lives is not gone', () => {
    expect(ownerIsGone(ownerName())).toBe(false);
  });

  test('whose process ended is gone', () => {
    const ended = spawnSync(process.execPath, ['-e', '']).pid;
    expect(ownerIsGone([host, namespace, ended, '1'].join('/'))).toBe(true);
  });

  test('whose pid belongs to a later process is gone', async () => {
    const other = spawn('sleep', ['30']);
    expect(ownerIsGone([host, namespace, other.pid, '1'].join('/'))).toBe(true);
    other.kill();
    await once(other, 'exit');
  });

  test.each([
    ['another host', ['elsewhere', namespace, '999999999', start]],
    ['another pid namespace', [host, 'pid:[1]', '999999999', start]],
    ['no pid', [host, namespace, '0', start]],
    ['nothing', ['']],
  ])('of %s is not ours to judge', (_, parts) => {
    expect(ownerIsGone(parts.join('/'))).toBe(false);
  });
});
