import { expect, test } from 'vitest';
import { EachWritten } from './each-written.ts';
import { ReportError } from './error.ts';

const unwritable = (path: string) => async (): Promise<never> => {
  throw new ReportError('REPORT_NOT_WRITABLE', path, `${path} cannot be written`);
};

test('all are tried, and those that failed are named at the end, each once', async () => {
  const writes = new EachWritten();
  await writes.attempt(unwritable('one'));
  expect(await writes.attempt(async () => 'written')).toBe('written');
  await writes.attempt(unwritable('two'));
  await writes.attempt(unwritable('one'));
  expect(() => writes.end()).toThrow(expect.objectContaining({ path: 'one', message: 'one cannot be written\ntwo cannot be written' }));
});

test('where all could be written, nothing is thrown; what is no matter of a path is thrown at once', async () => {
  const writes = new EachWritten();
  await writes.attempt(async () => undefined);
  writes.end();
  await expect(writes.attempt(() => Promise.reject(new TypeError('ours')))).rejects.toThrow('ours');
});
