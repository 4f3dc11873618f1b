import { expect, test } from 'vitest';
import { lintRules } from '../../suites/lint.ts';
import { ok } from '../codec/scripted-conversation.ts';
import { inspectFrames } from './inspect-capture.ts';
import { resetAmong } from './testing/reset-among.ts';

/** Behind the frame that carries the ping somebody sends a RST. */
function withReset(from: 'client' | 'server', isLast = false) {
  const { frames, resetFrame } = resetAmong({ before: ok(1), from, followedBy: isLast ? 0 : undefined });
  return { resetFrame, ...inspectFrames(frames, lintRules) };
}

test.each(['client', 'server'] as const)(
  'a RST behind which the %s goes on has ended nothing, leaves no command unanswered, loses no bytes',
  (from) => {
    const { resetFrame, connections } = withReset(from);
    expect(connections).toHaveLength(1);
    expect(connections[0]).toMatchObject({
      commands: { COM_PING: 1, COM_QUIT: 1 },
      ending: { how: 'fin', by: 'client', other: 'fin', waiting: [], ignored: [{ side: from, frame: resetFrame }] },
      missing: { client: 0, server: 0 },
      findings: [],
    });
  },
);

test('a RST behind which nothing of its side comes is the end', () => {
  const { resetFrame, connections } = withReset('server', true);
  expect(connections[0]?.ending).toMatchObject({ how: 'rst', by: 'server', frame: resetFrame, waiting: [{ packet: 'COM_PING' }] });
  expect(connections[0]?.ending.ignored).toBeUndefined();
});
