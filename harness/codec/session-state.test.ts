import { describe, expect, test } from 'vitest';
import { sessionState, sessionStateBlock } from './session-state.ts';

const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'));

/** Blocks that MySQL 9.7.4, MariaDB 10.11.19 and MariaDB 11.8.9 sent on 2026-11-26, one byte for one from all three. */
describe('session state', () => {
  test.each([
    // USE mywire with session_track_state_change on
    [
      '01 07 06 6d7977697265 02 01 31',
      [
        { type: 'SCHEMA', value: 'mywire' },
        { type: 'STATE_CHANGE', value: '1' },
      ],
    ],
    // SET @a = 2 with session_track_state_change on
    ['02 01 31', [{ type: 'STATE_CHANGE', value: '1' }]],
    // SET autocommit = 0
    ['00 0f 0a 6175746f636f6d6d6974 03 4f4646', [{ type: 'SYSTEM_VARIABLES', name: 'autocommit', value: 'OFF' }]],
    // BEGIN with session_track_transaction_info on
    ['05 09 08 545f5f5f5f5f5f5f', [{ type: 'TRANSACTION_STATE', value: 'T_______' }]],
    // COMMIT with session_track_transaction_info = CHARACTERISTICS
    [
      '05 09 08 5f5f5f5f5f5f5f5f 04 01 00',
      [
        { type: 'TRANSACTION_STATE', value: '________' },
        { type: 'TRANSACTION_CHARACTERISTICS', value: '' },
      ],
    ],
  ] as const)('%s', (hex, changes) => {
    expect(sessionState(bytes(hex))).toEqual(changes);
    expect(sessionStateBlock(changes)).toEqual(bytes(hex));
  });
});
