import { expect, test } from 'vitest';
import type { TargetReport } from '../run/result.ts';
import { maskedEvidence, maskedTarget } from './masked-transcript.ts';

const PASSWORD = 'Canary-7f3a';
const sent = (text: string) => ({ kind: 'sent', at: 1, bytes: Buffer.from(text, 'latin1') });
const transcriptOf = (text: string) => ({ startedAt: 0, events: [sent(text)], tlsSecrets: 'CLIENT_RANDOM …' });
const reportOf = (text: string) => ({ results: [{ transcript: transcriptOf(text) }] }) as unknown as TargetReport;

const flipped = (at: number): string => {
  const bytes = Buffer.from(PASSWORD);
  bytes[at] = (bytes[at] ?? 0) ^ 4;
  return bytes.toString('latin1');
};

test.each([
  ['itself', `a ${PASSWORD}\0b`, 'a xxxxxxxxxxx\0b'],
  ['twice', PASSWORD + PASSWORD, 'x'.repeat(22)],
  ['in capitals', `a ${PASSWORD.toUpperCase()} b`, 'a xxxxxxxxxxx b'],
  ['without its end', `a ${PASSWORD.slice(0, -1)}\0b`, 'a xxxxxxxxxxxb'],
  ['with more behind', `${PASSWORD}_`, 'xxxxxxxxxxx_'],
  ['cut to eight bytes', PASSWORD.slice(0, 8), 'xxxxxxxx'],
  ['a bit turned at the begin', `a${flipped(0)}b`, 'axxxxxxxxxxxb'],
  ['a bit turned in the middle', `a${flipped(5)}b`, 'axxxxxxxxxxxb'],
  ['a bit turned at the end', `a${flipped(10)}b`, 'axxxxxxxxxxxb'],
])('the password %s becomes x, and the TLS secrets go', (_what, text, wanted) => {
  const { transcript } = maskedTarget(reportOf(text), [PASSWORD]).results[0] ?? {};
  const [event] = transcript?.events ?? [];
  expect(event && 'bytes' in event ? Buffer.from(event.bytes).toString('latin1') : '').toBe(wanted);
  expect(transcript).not.toHaveProperty('tlsSecrets');
});

test.each([
  ['without it', 'SELECT 1', [PASSWORD]],
  ['with three letters that look like it', 'can', [PASSWORD]],
  ['where the password is too short to be told from other text', 'SELECT abc', ['abc']],
  ['where there is none', 'SELECT 1', ['']],
])('a transcript %s stays as it is', (_what, text, passwords) => {
  const report = reportOf(text);
  expect(maskedTarget(report, passwords).results[0]?.transcript).toEqual(report.results[0]?.transcript);
});

test('names that cases send are no half of the password that the examples have', () => {
  const report = reportOf('mywire_nobody, mywire_no_such_db');
  expect(maskedTarget(report, ['mywire-secret']).results[0]?.transcript).toEqual(report.results[0]?.transcript);
  const [event] = maskedTarget(reportOf('mywire_nobody mywire-secreu'), ['mywire-secret']).results[0]?.transcript?.events ?? [];
  expect(event && 'bytes' in event ? Buffer.from(event.bytes).toString('latin1') : '').toBe('mywire_nobody xxxxxxxxxxxxx');
});

test('of a finding the captured frames go where the password was sent, and stay where it was not', () => {
  const evidence = (text: string) =>
    ({ played: [{ transcript: transcriptOf('SELECT 1') }], right: { transcript: transcriptOf(text) }, frames: [{}] }) as never;
  expect(maskedEvidence(evidence(PASSWORD), [PASSWORD])).toMatchObject({ frames: undefined, right: { transcript: { events: [{}] } } });
  expect(maskedEvidence(evidence('SELECT 2'), [PASSWORD]).frames).toHaveLength(1);
});
