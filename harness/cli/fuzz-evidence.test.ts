import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Exec } from '../fuzz/exec.ts';
import { play } from '../fuzz/play.ts';
import { startTarget } from '../target/start-target.ts';
import { playFinding } from './fuzz-evidence.ts';

const exec: Exec = { clients: [{ acts: [{ send: [{ wire: '0a0000016d79776972650a0a0a0a' }] }], delivery: 'whole', leaves: 'fin' }] };

test('behind a finding that has killed the target, the next one is played on a live one', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'mywire-evidence-'));
  const target = await startTarget('reference?defect=garbage-takes-server-down');
  try {
    const where = { endpoint: target.front, accounts: target.accounts, limitMs: 1000 };
    await play(exec, where);
    await expect.poll(() => target.nodes[0]?.state()).toMatch(/has closed its port/);
    const finding = { id: 'fuzz/answers-12345678', oracle: 'answers', kind: '', says: '', path: '', again: { shown: 1, of: 1 }, seen: 1 };
    const judging = { seed: 1, target: where, oracles: [] };
    const write = await playFinding(folder, { ...finding, exec }, { target, judging, command: 'mywire fuzz' });
    const of = await write();
    expect(readFileSync(join(of, 'transcript.txt'), 'utf8')).toContain('HandshakeV10');
  } finally {
    await target.stop();
    rmSync(folder, { recursive: true });
  }
});
