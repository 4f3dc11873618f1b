import { status } from '../codec/status.ts';
import type { Alternative, Step } from './step.ts';

/**
 * What a server may rightly refuse, and how it says so. Each is asked once before the first case. A case that meets the
 * refusal is unsupported if the probe met it too, fails if the probe got in, and is inconclusive if the probe came to nothing.
 */
export interface Probe {
  /** What the server then does not do, after "it": 'takes no clients from before 4.1'. */
  readonly refuses: string;
  /** Up to the answer that tells. */
  readonly script: readonly Step[];
  readonly refusals: readonly [Alternative, ...Alternative[]];
}

const greeting = { expect: [{ packet: 'HandshakeV10', sequenceId: 'any' }] } as const satisfies Step;
const any = 'any' as const;

/** Three rows without a table: the statement of the cases about cursors, for a server may decide by the statement. */
export const THREE = 'SELECT 1 AS id UNION ALL SELECT 2 UNION ALL SELECT 3 ORDER BY id';

export const probes = {
  'clients-before-4.1': {
    refuses: 'takes no clients from before 4.1 (ERR 1251 or 1043), or asks them for the old password',
    script: [greeting, { send: { message: 'HandshakeResponse320', account: 'check' } }],
    refusals: [
      { packet: 'ERR', sequenceId: any, where: { errorCode: { oneOf: [1251, 1043] } } },
      { packet: 'OldAuthSwitchRequest', sequenceId: any },
    ],
  },
  'clients-without-plugin-auth': {
    refuses: 'takes no clients without PLUGIN_AUTH for this account (ERR 1251)',
    script: [
      greeting,
      { send: { message: 'HandshakeResponse41', account: 'check', capabilities: { only: ['PROTOCOL_41', 'SECURE_CONNECTION'] } } },
    ],
    refusals: [{ packet: 'ERR', sequenceId: any, where: { errorCode: 1251 } }],
  },
  'native-password-for-this-account': {
    refuses: 'asks for another plugin than mysql_native_password for this account (AuthSwitchRequest)',
    script: [greeting, { send: { message: 'HandshakeResponse41', account: 'check', with: { authPluginName: 'mysql_native_password' } } }],
    refusals: [{ packet: 'AuthSwitchRequest', sequenceId: any }],
  },
  cursors: {
    refuses: 'opens no cursor: the rows of an execution that asks for one come at once',
    script: [
      greeting,
      { send: { message: 'HandshakeResponse41', account: 'check' } },
      { expect: [{ packet: 'OK', sequenceId: any }] },
      { send: { message: 'COM_STMT_PREPARE', with: { query: THREE } } },
      { expect: [{ packet: 'StmtPrepareOK', sequenceId: any }] },
      { send: { message: 'COM_STMT_EXECUTE', with: { statementId: { from: 'StmtPrepareOK.statementId' }, flags: 1 } } },
    ],
    refusals: [{ packet: 'BinaryResultset', sequenceId: any, where: { rows: 3, statusFlags: { noBits: status.CURSOR_EXISTS } } }],
  },
  'session-state': {
    refuses: 'tells no session state: the OK behind USE is without SERVER_SESSION_STATE_CHANGED',
    script: [
      greeting,
      { send: { message: 'HandshakeResponse41', account: 'check', capabilities: { add: ['SESSION_TRACK'] } } },
      { expect: [{ packet: 'OK', sequenceId: any }] },
      { send: { message: 'COM_QUERY', with: { query: 'USE information_schema' } } },
    ],
    refusals: [{ packet: 'OK', sequenceId: any, where: { statusFlags: { noBits: status.SESSION_STATE_CHANGED } } }],
  },
} as const satisfies Readonly<Record<string, Probe>>;
export type ProbeName = keyof typeof probes;
