import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { frame } from '../harness/codec/frame.ts';
import { compose } from '../harness/run/compose.ts';
import { Session } from '../harness/run/session.ts';
import { checks } from './health-check/haproxy.cases.ts';

type Mode = keyof typeof checks;

/** The check as it goes out: authentication packet and COM_QUIT. */
function sent(mode: Mode, user: string): string {
  const session = new Session({ check: { user, password: '', plugin: 'mysql_native_password' } });
  const quit = frame(Uint8Array.of(0x01), { sequenceId: 0 });
  return Buffer.concat([compose(checks[mode], session).bytes, quit]).toString('hex');
}

const zeros = (n: number): string => '00'.repeat(n);
const USER = '75736572'; // user
const HAPROXY_CHECK = '686170726f78795f636865636b'; // haproxy_check
const NATIVE = '6d7973716c5f6e61746976655f70617373776f7264'; // mysql_native_password

describe('what the health checks send', () => {
  // reg-tests/checks/mysql-check.vtc of HAProxy 3.4.0, with the user named "user".
  test.each([
    ['pre-41', `0b0000010080000001${USER}00000100000001`, 20],
    ['post-41', `26000001008200000080000121${zeros(23)}${USER}00000100000001`, 47],
    ['post-41-of-1.8', `26000001008200000000000121${zeros(23)}${USER}00000100000001`, 47],
    ['post-80', `3c000001008208000080000121${zeros(23)}${USER}0000${NATIVE}000100000001`, 69],
  ] as const)('%s is what HAProxy says it is', (mode, bytes, length) => {
    expect(sent(mode, 'user')).toBe(bytes);
    expect(bytes.length / 2).toBe(length);
  });

  test('the check of HAProxy 1.4 differs from pre-41 in its flags alone', () => {
    expect(sent('pre-41-of-1.4', 'user')).toBe(`0b0000010000000001${USER}00000100000001`);
  });

  // Each recording holds eight checks by HAProxy 2.6.12 with the user haproxy_check.
  const recorded = {
    'pre-41': `140000010080000001${HAPROXY_CHECK}00000100000001`,
    'post-41': `2f000001008200000080000121${zeros(23)}${HAPROXY_CHECK}00000100000001`,
  } as const;
  test.each(['pre-41', 'post-41'] as const)('%s is what HAProxy 2.6.12 was recorded to send', (mode) => {
    expect(sent(mode, 'haproxy_check')).toBe(recorded[mode]);
  });

  const servers = ['mariadb-10.11.19', 'mysql-9.7.4', 'proxysql-2.0.17', 'proxysql-2.0.18', 'proxysql-2.7.1'];
  test.each(servers)('the recordings of %s hold these bytes', (server) => {
    expect(occurrences(recording(server, 'pre41'), recorded['pre-41'])).toBe(8);
    expect(occurrences(recording(server, 'post41'), recorded['post-41'])).toBe(8);
    expect(occurrences(recording(server, 'plain'), HAPROXY_CHECK)).toBe(0);
  });
});

function recording(server: string, mode: string): Buffer {
  return readFileSync(new URL(`../pcaps/${server}-haproxy-2.6.12-${mode}.pcap`, import.meta.url));
}

function occurrences(file: Buffer, hex: string): number {
  const bytes = Buffer.from(hex, 'hex');
  let count = 0;
  for (let at = file.indexOf(bytes); at >= 0; at = file.indexOf(bytes, at + 1)) count++;
  return count;
}
