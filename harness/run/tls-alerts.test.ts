import { expect, test } from 'vitest';
import { TlsAlerts } from './tls-alerts.ts';

const bytes = (hex: string): Uint8Array => Buffer.from(hex, 'hex');
const hex = (b: Uint8Array): string => Buffer.from(b).toString('hex');
/** MariaDB 11.8.9 and MySQL 9.7.4, to half a ClientHello and FIN: decode_error, then ERR 1043. */
const alert = '15030300020232';
const err = '16000002ff13042330385330314261642068616e647368616b65';

test('captured: an alert goes, the ERR behind it stays, in one segment, two, or byte by byte', () => {
  expect(hex(new TlsAlerts().without(bytes(alert + err)))).toBe(err);
  for (const cut of [1, 3, 6, 7, 8]) {
    const alerts = new TlsAlerts();
    const all = bytes(alert + err);
    expect(hex(alerts.without(all.subarray(0, cut))) + hex(alerts.without(all.subarray(cut)))).toBe(err);
    expect(alerts.count).toBe(1);
  }
});

test('a packet of 21 bytes is not taken for one', () => {
  const packet = '15000002ff13042330385330314261642068616e647368616b';
  const alerts = new TlsAlerts();
  expect(hex(alerts.without(bytes(packet)))).toBe(packet);
  expect(alerts.count).toBe(0);
});
