import { describe, expect, test } from 'vitest';
import type { LabelledPacket } from '../codec/labelled-packet.ts';
import { isAsFar, Progress, stations } from './progress.ts';

const question = (name: string) => ({ from: 'client', name }) as LabelledPacket;
const packet = (answers?: LabelledPacket) => ({ from: 'server', name: 'OK', ...(answers ? { answers } : {}) }) as LabelledPacket;
const [login, query, ping] = [question('HandshakeResponse41'), question('COM_QUERY'), question('COM_PING')];
// The greeting, one packet to the login, four to the query, one to the ping.
const captured = [login, query, query, query, query, ping].map(packet);
const then = stations([packet(), ...captured], true);

test('after each packet: which answer it is of, the how manieth, and whether it is the last', () => {
  expect(then.map(({ answer, packets, over }) => [answer, packets, over])).toEqual([
    [-1, 0, true],
    [0, 1, true],
    [1, 1, true],
    [2, 1, false],
    [2, 2, false],
    [2, 3, false],
    [2, 4, true],
    [3, 1, true],
  ]);
  expect(stations([packet(), packet(login)], false).at(-1)?.over).toBe(false);
});

describe('how far another server is', () => {
  /** It was asked so many things, and has sent these packets; so many answers are not over. */
  const now = (asked: number, packets: readonly LabelledPacket[], unanswered: number) => {
    const progress = new Progress();
    progress.asked(asked);
    for (const one of packets) progress.take(one);
    return progress.at(unanswered);
  };
  const greeted = [packet(), packet(login)];
  const [inQuery, behindQuery, behindPing] = [4, 6, 7].map((i) => then[i] as (typeof then)[number]) as [
    (typeof then)[number],
    (typeof then)[number],
    (typeof then)[number],
  ];

  test.each([
    ['it has said nothing', now(0, [], 0), then[0], true],
    ['it has not greeted', now(0, [], 0), then[1], false],
    ['an answer of one packet in place of four is over', now(2, [...greeted, packet(query)], 0), behindQuery, true],
    ['so it is where the client had a part of it', now(2, [...greeted, packet(query)], 0), inQuery, true],
    ['one packet of an answer that goes on is less than two', now(2, [...greeted, packet(query)], 1), inQuery, false],
    [
      'as many packets of an answer that goes on, where it was over',
      now(2, [...greeted, ...Array(4).fill(packet(query))], 1),
      behindQuery,
      false,
    ],
    ['as many packets as the client had', now(2, [...greeted, packet(query), packet(query)], 1), inQuery, true],
    ['a longer answer before it does not count for it', now(3, [...greeted, ...Array(9).fill(packet(query))], 1), behindPing, false],
    ['a later answer has begun', now(3, [...greeted, packet(query), packet(ping)], 0), behindQuery, true],
    ['of two that are asked at once the first is over', now(3, [...greeted, packet(query)], 1), behindQuery, true],
  ])('%s', (_what, reached, wanted, expected) => {
    expect(isAsFar(reached, wanted as (typeof then)[number])).toBe(expected);
  });
});
