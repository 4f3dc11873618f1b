import { describe, expect, test } from 'vitest';
import { hostileServer } from '../hostile/hostile-server.ts';
import { play } from './play.ts';

describe('a silent peer', () => {
  test('is not waited for when the campaign is cut', async () => {
    const server = await hostileServer('silence');
    const cut = new AbortController();
    const context = { endpoint: { host: '127.0.0.1', port: server.port }, accounts: {}, limitMs: 5000, cut: cut.signal };
    try {
      setTimeout(() => cut.abort(), 50);
      const from = performance.now();
      const { clients } = await play({ clients: [{ acts: [], delivery: 'whole', leaves: 'quit' }] }, context);
      expect(performance.now() - from).toBeLessThan(2000);
      expect(clients[0]).toMatchObject({ packets: [], ending: 'open' });
    } finally {
      server.stop();
    }
  });
});
