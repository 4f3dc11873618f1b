import { expect, test } from 'vitest';
import { suites } from '../../suites/index.ts';
import type { Case } from '../case/case.ts';
import { explainCase } from './explain.ts';

test('a name of 70,000 letters is told by its beginning and its length, a short one whole', () => {
  const told = explainCase(suites.find(({ id }) => id === 'limits/database-name-of-70000-characters') as Case);
  expect(told).toContain(`"${'d'.repeat(60)}… (70000 characters)"`);
  expect(told.length).toBeLessThan(5000);
  const short = explainCase(suites.find(({ id }) => id === 'limits/database-name-of-64-characters') as Case);
  expect(short).toContain(`"${'d'.repeat(64)}"`);
});
