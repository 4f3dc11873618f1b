import { describe, expect, test } from 'vitest';
import { coverageFaults, coverageMarkdown } from '../harness/report/coverage.ts';
import { coverageOf } from '../harness/run/coverage.ts';
import { suites, untested } from './index.ts';

describe('the map of what the cases ask', () => {
  test('leaves no row without a case or a reason, and keeps no reason for a row that has cases', () => {
    expect(coverageFaults(coverageOf(suites), untested)).toEqual([]);
  });

  test('says what is wrong with it', () => {
    const few = suites.filter(({ id }) => id.startsWith('greeting/'));
    const faults = coverageFaults(coverageOf(few), { ...untested, HandshakeV10: 'nobody asks', 'COM_NOTHING / compressed': 'not there' });
    expect(faults).toContain('COM_STATISTICS has no case and no reason');
    expect(faults).toContain('HandshakeV10 has cases, and a reason why not');
    expect(faults).toContain('there is no row COM_NOTHING');
  });

  test('stands in COVERAGE.md as the cases are now', async () => {
    await expect(coverageMarkdown(coverageOf(suites), untested, suites.length)).toMatchFileSnapshot('COVERAGE.md');
  });
});
