import { expect, test } from 'vitest';
import type { Case } from '../case/case.ts';
import { fingerprints } from './fingerprint.ts';

const one = {
  id: 'quit/once',
  title: 'one',
  level: 'MUST',
  source: [],
  script: [{ send: { message: 'COM_QUIT', with: { data: [1] } } }],
  killedBy: ['x'],
} as const satisfies Case;
const of = (more: Partial<Case>): string | undefined => fingerprints([{ ...one, ...more }])['quit/once'];

test('a case keeps its fingerprint as long as it asks the same', () => {
  expect(of({ title: 'another', link: 'https://x.example', killedBy: ['y'] })).toBe(of({}));
  expect(of({ script: [{ send: { with: { data: [1] }, message: 'COM_QUIT' } }] })).toBe(of({}));
  const others = [{ level: 'MAY' }, { tries: 2 }, { needs: ['tls'] }, { script: [{ send: { message: 'COM_QUIT', with: { data: [2] } } }] }];
  expect(new Set([of({}), ...others.map((more) => of(more as Partial<Case>))]).size).toBe(5);
});
