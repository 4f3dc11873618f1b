import { expect, test, vi } from 'vitest';

test('a temporary folder that takes nothing: it is named, and what to do', async () => {
  vi.stubEnv('TMPDIR', '/nonexistent/folder');
  const { privateFolder } = await import('./leftovers.ts');
  expect(() => privateFolder()).toThrow(
    expect.objectContaining({
      code: 'TARGET_START_FAILED',
      message: expect.stringMatching(/^\/nonexistent\/folder: no temporary files .*ENOENT.* Set TMPDIR to /),
    }),
  );
  vi.unstubAllEnvs();
});
