import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readCapture } from '../pcap/capture-reader.ts';
import { Capturing, type Choice, type Traffic } from './captured.ts';

function read(file: string, choice: Choice = {}): Traffic {
  const capturing = new Capturing({ choice });
  capturing.push(readCapture(readFileSync(new URL(`../../${file}`, import.meta.url))).frames);
  return capturing.end();
}

describe('what no client library sends', () => {
  // What the clients of this recording send stands in pcaps/README.md.
  const odd = read('pcaps/mariadb-10.11.19-handshake-variants.pcap').connections.map(({ tcp, odd: why }) => [tcp.id, why]);

  test.each([
    [0, /COM_QUIT.* before the greeting|COM_QUIT/],
    [2, /HandshakeResponse41 before the greeting/],
    [6, /HandshakeResponse320/],
    [9, /COM_PING before the login is answered/],
    [10, /COM_QUERY before the login is answered/],
    [12, /HandshakeResponse41: sequence id 5, expected 1/],
  ])('connection %i', (id, why) => {
    expect(odd.find(([other]) => other === id)?.[1]).toMatch(why);
  });

  test('a login after the greeting, and COM_QUIT after its answer, are none', () => {
    expect(odd.filter(([, why]) => why === undefined).map(([id]) => id)).toEqual(expect.arrayContaining([3, 4]));
  });
});

test('who speaks HTTP is left out and told of', () => {
  const { leftOut, connections } = read('pcaps/mariadb-10.11.19-handshake-variants.pcap');
  const all = [...leftOut.map(({ connection }) => connection), ...connections.map(({ tcp }) => `tcp.stream ${tcp.id}`)];
  expect(new Set(all).size).toBe(all.length);
  expect(connections.length).toBeGreaterThan(10);
});

test.each([
  [{ streams: [1] }, [1]],
  [{ server: '13406', streams: [3, 4] }, [3, 4]],
  [{ server: '127.0.0.1:13406', streams: [4] }, [4]],
])('a choice: %o', (choice, ids) => {
  expect(read('pcaps/mariadb-10.11.19-handshake-variants.pcap', choice).connections.map(({ tcp }) => tcp.id)).toEqual(ids);
});

test.each([
  [{ server: '3306' }, 'REPLAY_BAD_CHOICE', '127.0.0.1:13406 (15)'],
  [{ streams: [99] }, 'REPLAY_BAD_CHOICE', 'none of the 15'],
])('a choice that chooses nothing: %o', (choice, code, says) => {
  expect(() => read('pcaps/mariadb-10.11.19-handshake-variants.pcap', choice)).toThrow(
    expect.objectContaining({ code, message: expect.stringContaining(says) }),
  );
});

test('TLS without its secrets is left out, and told how to give them', () => {
  const { leftOut } = read('harness/codec/recordings/mysql-9.7.4-clients.pcap');
  expect(leftOut.map(({ why }) => why)).toContain('it is encrypted, and the secrets are not in the capture: give them with --keylog');
});
