import { expect, test } from 'vitest';
import { lintRules } from '../../suites/lint.ts';
import type { Shown } from '../case/lint-rule.ts';
import type { LabelledPacket } from '../codec/labelled-packet.ts';
import { Lint } from './lint.ts';

test('behind bytes that nobody can name nothing is judged, whether something is wrong with them or not', () => {
  const lint = new Lint(lintRules);
  const shown = { agreed: { capabilities: 0 }, assumed: true, whole: false } as unknown as Shown;
  const packet = (name: string): LabelledPacket => ({ name, from: 'server', offset: 0, length: 3 }) as unknown as LabelledPacket;
  expect(lint.packet(packet('unknown'), shown)).toEqual({ findings: [], lost: true });
  expect(lint.packet(packet('TextRow'), shown)).toBeUndefined();
});
