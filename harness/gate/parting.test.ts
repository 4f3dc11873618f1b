import { expect, test } from 'vitest';
import type { Difference } from './difference.ts';
import { partingOf } from './parting.ts';
import type { Seen } from './seen.ts';
import { result } from './testdata/sides.ts';

const did = (observation: string): Seen => ({
  stand: 'pass',
  shown: result(),
  runs: 1,
  tries: 1,
  deviating: 0,
  deviatingRuns: 0,
  again: { tries: 0, deviating: 0 },
  deaths: 0,
  observations: new Set([observation]),
});
const skipped: Seen = { ...did(''), stand: 'skipped', shown: result({ verdict: 'skipped', reason: 'no TLS' }), observations: new Set() };

test.each<[string, Seen, Seen, string]>([
  [
    'in a field',
    did('0:HandshakeV10 | 2:OK 0/0/0x0/0 | FIN'),
    did('0:HandshakeV10 | 2:OK 0/0/0x2/0 | FIN'),
    'OK …/…/0x0/… -> OK …/…/0x2/…',
  ],
  ['in the same field, of another answer', did('2:OK 3/7/0x0/1'), did('1:OK 3/7/0x2/1 | RST'), 'OK …/…/0x0/… -> OK …/…/0x2/…'],
  ['in the kind of packet', did('2:OK 0/0/0x0/0 | FIN'), did('2:ERR 1045#28000 | FIN'), 'OK 0/0/0x0/0 -> ERR 1045#28000'],
  ['in the ending', did('2:OK 0/0/0x0/0 | FIN'), did('2:OK 0/0/0x0/0 | RST'), 'FIN -> RST'],
  ['where one does more', did('2:OK 0/0/0x0/0'), did('2:OK 0/0/0x0/0 | FIN'), 'nothing more -> FIN'],
  ['where one does less', did('2:OK 0/0/0x0/0 | FIN'), did('2:OK 0/0/0x0/0'), 'FIN -> nothing more'],
  ['where one was not asked', skipped, did('0:HandshakeV10 | FIN'), 'not asked: no TLS -> HandshakeV10'],
])('two sides part %s', (_where, before, after, parting) => {
  expect(partingOf({ kind: 'change', before, after, sure: true, rare: false } satisfies Difference)).toBe(parting);
});
