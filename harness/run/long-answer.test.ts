import { describe, expect, test } from 'vitest';
import { capability } from '../codec/capability.ts';
import { frame } from '../codec/frame.ts';
import { messages } from '../codec/messages/index.ts';
import { textRow } from '../codec/messages/text-row.ts';
import { Matcher } from './matcher.ts';
import { Session } from './session.ts';

const PREPARE = 0x16;
const QUERY = 0x03;
const sent = { bytes: new Uint8Array(0), cuts: [], label: '', answered: true, answerSequenceId: 1, said: () => undefined };

/** A matcher that waits for the answer to this command. */
function waiting(command: number, capabilities: number): Matcher {
  const session = new Session({});
  session.phase = 'command';
  session.client = capabilities;
  const matcher = new Matcher(session);
  const greeting = messages.ERR.encode({ errorCode: 1040, sqlStateMarker: '#', sqlState: '08004', errorMessage: 'x' }, { capabilities });
  matcher.feed(frame(greeting));
  matcher.expect({ expect: [{ packet: 'ERR' }] }, 0, { over: false });
  session.command = command;
  matcher.sent(sent);
  return matcher;
}

/** Feeds the packets one by one; after how many the answer was whole. */
function wholeAfter(matcher: Matcher, payloads: readonly Uint8Array[]): number {
  for (const [i, payload] of payloads.entries()) {
    matcher.feed(frame(payload, { sequenceId: (i + 1) & 0xff }));
    if (matcher.ready()) return i + 1;
  }
  return -1;
}

describe.each([
  ['with EOF', capability.PROTOCOL_41],
  ['with DEPRECATE_EOF', capability.PROTOCOL_41 | capability.DEPRECATE_EOF],
])('an answer of many packets is whole with its last one, %s', (_name, capabilities) => {
  const context = { capabilities };
  const deprecated = (capabilities & capability.DEPRECATE_EOF) !== 0;
  const definition = messages.ColumnDefinition41.encode({ name: '?' }, context);
  const eof = messages.EOF.encode({}, context);
  const end = deprecated ? messages.OK.encode({ header: 0xfe }, context) : eof;

  test('a statement of 500 parameters', () => {
    const ok = messages.StmtPrepareOK.encode({ statementId: 1, parameters: 500, columns: 1 }, context);
    const list = (n: number): Uint8Array[] => [...Array.from({ length: n }, () => definition), ...(deprecated ? [] : [eof])];
    const payloads = [ok, ...list(500), ...list(1)];
    expect(wholeAfter(waiting(PREPARE, capabilities), payloads)).toBe(payloads.length);
  });

  test('a resultset of 500 rows', () => {
    const row = textRow(1).encode({ values: ['1'] }, context);
    const head = [messages.ColumnCount.encode({ count: 1 }, context), definition, ...(deprecated ? [] : [eof])];
    const payloads = [...head, ...Array.from({ length: 500 }, () => row), end];
    expect(wholeAfter(waiting(QUERY, capabilities), payloads)).toBe(payloads.length);
  });

  test('rows that an ERR ends', () => {
    const row = textRow(1).encode({ values: ['1'] }, context);
    const err = messages.ERR.encode({ errorCode: 1317, sqlStateMarker: '#', sqlState: '70100', errorMessage: 'x' }, context);
    const head = [messages.ColumnCount.encode({ count: 1 }, context), definition, ...(deprecated ? [] : [eof])];
    const payloads = [...head, ...Array.from({ length: 300 }, () => row), err];
    expect(wholeAfter(waiting(QUERY, capabilities), payloads)).toBe(payloads.length);
  });
});
