import { describe, expect, test } from 'vitest';
import { logTail } from './log-tail.ts';

describe('the end of a log', () => {
  test('is found however it was cut', async () => {
    const tail = logTail();
    const found = tail.until(/port: (\d+)/, 1000);
    for (const piece of ['ready for connections.\nVersion: ', "'10.11' po", 'rt: 33', '06\n']) tail.append(piece);
    expect(await found).toMatchObject({ 1: '33' });
    expect(await tail.until(/port: (\d+)\b\n/, 1000)).toMatchObject({ 1: '3306' });
  });

  test('says when nothing more will come, and when the limit passed', async () => {
    const tail = logTail();
    expect(await tail.until(/x/, 20)).toBe('late');
    const waiting = tail.until(/x/, 1000);
    tail.end();
    expect(await waiting).toBe('ended');
    expect(await tail.until(/x/, 1000)).toBe('ended');
  });

  test('stays small whatever is written', () => {
    const tail = logTail();
    for (let i = 0; i < 100; i++) tail.append('x'.repeat(100_000));
    tail.append('\n\n the last \n');
    expect(tail.text()).toHaveLength(64 * 1024);
    expect(tail.lastLines(1)).toBe('the last');
    expect(tail.lastLines(2).length).toBeLessThan(400);
    expect(logTail().lastLines(3)).toBe('(it wrote nothing)');
  });
});
