import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { pass } from './inspect-pass.ts';

const capture = fileURLToPath(new URL('../../pcaps/areas/mariadb-11.8.9.pcap', import.meta.url));

test('while whoever takes the packets pauses, no more are read', async () => {
  let packets = 0;
  const during: number[] = [];
  const pause = async (): Promise<void> => {
    const before = packets;
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
    during.push(packets - before);
  };
  await pass(capture, { keylog: undefined, onConnection: () => undefined, onPacket: () => packets++, pause });
  expect(during.length).toBeGreaterThan(1);
  expect(during.every((some) => some === 0)).toBe(true);
  expect(packets).toBeGreaterThan(0);
});
