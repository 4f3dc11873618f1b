import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { Conversation } from '../codec/conversation.ts';
import type { LabelledPacket } from '../codec/labelled-packet.ts';
import { readCapture } from '../pcap/capture-reader.ts';
import type { TcpEvent } from '../pcap/tcp-connection.ts';
import { type ByteScript, byteScript } from './byte-script.ts';
import { Capturing } from './captured.ts';
import { StatementIds } from './statement-ids.ts';

const file = new URL('../../pcaps/areas/mariadb-10.11.19/prepared.pcapng.gz', import.meta.url);
const capturing = new Capturing({ keepsEvents: true });
capturing.push(readCapture(gunzipSync(readFileSync(file))).frames);
const recorded = capturing.end().connections.map(({ tcp }) => tcp);

/** The same connection with a server that counts its statements from another number on. */
function renumbered(events: readonly TcpEvent[], by: number): TcpEvent[] {
  const { sent, answers } = byteScript({ events: [...events] });
  const made = answers.filter(({ name }) => name === 'StmtPrepareOK');
  const ids = new Set(made.map(({ value }) => Number(value?.['statementId'])));
  const offset = { client: 0, server: 0 };
  return events.map((event) => {
    if (event.kind !== 'data') return event;
    const bytes = Buffer.from(event.bytes);
    const from = offset[event.from];
    offset[event.from] += bytes.length;
    for (const label of event.from === 'server' ? made : sent.filter(isOfStatement)) {
      const at = label.offset + 5 - from;
      // Who named a statement that there was not, does so again.
      if (at >= 0 && at + 4 <= bytes.length && ids.has(bytes.readUInt32LE(at))) bytes.writeUInt32LE(bytes.readUInt32LE(at) + by, at);
    }
    return { ...event, bytes };
  });
}
const isOfStatement = ({ name }: { name: string }): boolean =>
  /^COM_STMT_(EXECUTE|CLOSE|RESET|FETCH|SEND_LONG_DATA|BULK_EXECUTE)$/.test(name);

/** What goes out to such a server, in segments of so many bytes at most. */
function said(script: ByteScript, target: readonly TcpEvent[], most: number): Buffer {
  const ids = new StatementIds(script.sent, script.answers);
  const conversation = new Conversation();
  const out: Uint8Array[] = [];
  let at = 0;
  for (const event of target) {
    if (event.kind !== 'data') continue;
    if (event.from === 'server') for (const label of conversation.fromServer(event.bytes)) ids.hear(label);
    else
      for (const end = at + event.bytes.length; at < end; ) {
        const bytes = ids.translated(script.stream.subarray(at, Math.min(at + most, end)), at);
        for (const label of conversation.fromClient(bytes)) ids.sent(label);
        out.push(bytes);
        at += bytes.length;
      }
  }
  expect(ids.notes).toEqual([]);
  return Buffer.concat(out);
}

test.each([
  ['in the captured segments', Number.POSITIVE_INFINITY],
  ['byte by byte', 1],
  ['in threes', 3],
])('they go out as the target gave them, %s', (_what, most) => {
  const named = recorded.map((tcp) => {
    const [script, target] = [byteScript(tcp), renumbered(tcp.events, 0x01020304)];
    expect(said(script, target, most)).toEqual(Buffer.from(byteScript({ events: target }).stream));
    return script.sent.filter(isOfStatement).length;
  });
  expect(named.reduce((sum, one) => sum + one, 0)).toBeGreaterThan(10);
});

test('a target that gives the same ids gets the same bytes', () => {
  for (const tcp of recorded) expect(said(byteScript(tcp), tcp.events, 7)).toEqual(Buffer.from(byteScript(tcp).stream));
});

test('of several statements with one id, one behind the other, it is the last that was made', () => {
  let offset = 0;
  const packet = (name: string, payload: number[], value = {}, answers?: LabelledPacket): LabelledPacket => {
    const bytes = Uint8Array.from(payload);
    const label = { from: 'client', name, payload: bytes, length: bytes.length, offset, size: bytes.length + 4, value, answers } as const;
    offset += label.size;
    return label;
  };
  const [first, one, second, two] = [
    packet('COM_STMT_PREPARE', [0x16, 0x41]),
    packet('COM_STMT_RESET', [0x1a, 1, 0, 0, 0]),
    packet('COM_STMT_PREPARE', [0x16, 0x42]),
    packet('COM_STMT_RESET', [0x1a, 1, 0, 0, 0]),
  ];
  const ok = (to: LabelledPacket, statementId: number) => packet('StmtPrepareOK', [0], { statementId }, to);
  const ids = new StatementIds([first, one, second, two], [ok(first, 1), ok(second, 1)]);
  const outOf = ({ payload, offset: at }: LabelledPacket) => [...ids.translated(Uint8Array.from([5, 0, 0, 0, ...payload]), at)];
  ids.sent(first);
  ids.hear(ok(first, 7));
  expect(outOf(one)).toEqual([5, 0, 0, 0, 0x1a, 7, 0, 0, 0]);
  ids.sent(second);
  expect(outOf(two)).toEqual([5, 0, 0, 0, 0x1a, 1, 0, 0, 0]);
  expect(ids.notes).toEqual([expect.stringContaining('the target has given no id to its statement so far')]);
});
