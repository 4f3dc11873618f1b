import { createHash } from 'node:crypto';
import { inflateRawSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { readCapture } from '../../pcap/capture-reader.ts';
import { synthesizePcapng } from '../../pcap/synthesize.ts';
import {
  ACTIVE,
  bytes,
  connected,
  failing,
  HOSTILE,
  joined,
  login,
  mariadbGreeting,
  received,
  result,
  run,
  sent,
  target,
} from '../testdata/reports.ts';
import type { PageData, PageStory } from './data.ts';
import { reportAsHtml } from './html.ts';

const MARKUP = '</script><img src=x onerror=alert(1)><!--';

/** What a browser finds between the tags of a script element. */
function block(html: string, id: string): string {
  const found = new RegExp(`<script type="application/(?:json|octet-stream)" id="${id}">([^<]*)</script>`).exec(html);
  if (!found) throw new Error(`no block ${id}`);
  return found[1] as string;
}
const unpack = (html: string, id: string): Buffer => inflateRawSync(Buffer.from(block(html, id), 'base64'));
const dataOf = (html: string): PageData => JSON.parse(block(html, 'data'));
const storiesOf = (html: string): PageStory[] =>
  dataOf(html).blocks.flatMap((_, i) => JSON.parse(unpack(html, `stories-${i}`).toString()) as PageStory[]);

describe('the data of the page', () => {
  test('every check is in it, with its story', () => {
    const results = Array.from({ length: 700 }, (_, i) =>
      result({ case: `area-${i % 7}/case-${i}`, observation: `saw ${i}`, transcript: login }),
    );
    const html = reportAsHtml(run([target(results), target(results.slice(0, 300), { target: 'other' })]));
    const { cases, strings, results: told } = dataOf(html);
    expect(told.map(([at, on, , verdict, , saw]) => [cases[at]?.id, on, verdict, strings[saw]])).toEqual([
      ...results.map((one) => [one.case, 0, 'pass', one.observation]),
      ...results.slice(0, 300).map((one) => [one.case, 1, 'pass', one.observation]),
    ]);
    const stories = storiesOf(html);
    expect(stories).toHaveLength(1000);
    expect(stories[999]?.repeat).toBe('mywire run local:proxysql+mariadb --case area-5/case-299 --delivery early');
  });

  test('a string stands once, so that a long run stays small', () => {
    const results = Array.from({ length: 2000 }, (_, i) => result({ case: `area/case-${i}`, transcript: login }));
    const html = reportAsHtml(run([target(results)]));
    expect(html.split('0:HandshakeV10 | 2:OK 0/0/0x2/0 | FIN')).toHaveLength(2);
    expect(html.length / results.length).toBeLessThan(1000);
  });

  test('a story tells the packets field by field', () => {
    const [story] = storiesOf(reportAsHtml(run([target([failing({ transcript: login })])])));
    const packets = story?.wire?.events.flatMap((event) => event.packets) ?? [];
    expect(packets.slice(0, 3).map(({ way, name, about, payloadAt, size }) => [way, name, about, payloadAt, size])).toEqual([
      ['<-', 'HandshakeV10', 'sequence id 0, 104 bytes', 4, 104],
      ['->', 'HandshakeResponse41', 'sequence id 1, 51 bytes', 4, 51],
      ['<-', 'OK', 'sequence id 2, 11 bytes', 4, 11],
    ]);
    expect(packets[0]?.hex.slice(0, 18)).toBe('640000000a352e352e');
    expect(packets[0]?.fields.slice(0, 3)).toEqual([
      [0, 1, 'protocolVersion', '10', 0],
      [1, 33, 'serverVersion', '"5.5.5-10.11.19-MariaDB-0+deb12u1"', 0],
      [34, 4, 'threadId', '308830', 0],
    ]);
    expect(story?.wire?.ending).toBe('FIN, 1.600 ms after the connection was asked for');
    expect(story?.wire?.events.map(({ at }) => at)).toEqual([0.2, 0.5, 0.6, 0.7, 0.9, 1, 1.3, 1.4, 1.6]);
  });

  test('a pcapng rides along for what is not green, and Wireshark could open it', () => {
    const html = reportAsHtml(run([target([result({ transcript: login }), failing(), result({ verdict: 'skipped' })])]));
    expect(dataOf(html).results.map((one) => one[6] > 0)).toEqual([false, true, false]);
    const file = unpack(html, 'capture-1');
    expect(file.length).toBe(dataOf(html).results[1]?.[6]);
    expect(readCapture(file).frames.length).toBeGreaterThan(3);
  });

  test('both legs on one clock: the one behind is known by what it said to the proxy', () => {
    const leg = (port: number, at: bigint, greeting: Uint8Array) => ({
      client: { address: '10.0.0.1', port },
      server: { address: '10.0.0.2', port: port < 2000 ? 13306 : 3306 },
      events: [
        { timeNs: at, from: 'client', kind: 'connect' },
        { timeNs: at + 2_000_000n, from: 'server', kind: 'data', bytes: greeting },
        { timeNs: at + 3_000_000n, from: 'server', kind: 'fin' },
      ] as const,
    });
    const started = 1_700_000_000_000;
    const at = (ms: number) => BigInt(started + ms) * 1_000_000n;
    const other = mariadbGreeting.map((byte, i) => (i === 45 ? byte ^ 1 : byte));
    const framesOf = (...greetings: Uint8Array[]) =>
      readCapture(
        synthesizePcapng(
          { application: 'test' },
          greetings.map((one, i) => leg(1000 + 1500 * i, at(5 + i), one)),
        ),
      ).frames;
    const legs = (...greetings: Uint8Array[]) => {
      const report = run([target([failing({ transcript: { ...login, startedAt: started } })])]);
      return storiesOf(reportAsHtml(report, { captures: () => framesOf(...greetings) }))[0]?.wire?.legs ?? [];
    };
    const [client, behind, ...none] = legs(mariadbGreeting, other, mariadbGreeting);
    expect([client?.whose, behind?.whose, behind?.name, none]).toEqual([
      'client’s leg',
      'leg behind',
      '10.0.0.1:4000 to 10.0.0.2:3306',
      [],
    ]);
    expect(client?.lines.find(({ says }) => says.startsWith('HandshakeV10'))?.at).toBe(7);
    expect(behind?.lines.find(({ says }) => says.startsWith('HandshakeV10'))?.at).toBe(9);
    expect(legs(mariadbGreeting, other).map(({ whose }) => whose)).toEqual(['client’s leg', 'opened meanwhile']);
  });

  test('a flood is cut, and that is told', () => {
    const flood = joined(...Array.from({ length: 3000 }, () => bytes('0700000200000002000000')));
    const transcript = { ...login, events: [...login.events.slice(0, 5), received(2, flood)] };
    const html = reportAsHtml(run([target([failing({ transcript })])]));
    expect(storiesOf(html)[0]?.wire?.more).toMatch(/^Not shown: \d+ more packets/);
    expect(html.length).toBeLessThan(200_000);
  });

  test.each([
    ['two targets', ['a', 'b'], [0, 1]],
    ['a target and its later self', ['a', 'a'], [0, 2]],
    ['one that was not run', ['a', 'x'], null],
  ] as const)('compares %s', (_, compare, wanted) => {
    const report = run(['a', 'b', 'a'].map((name) => target([result({ target: name })], { target: name })));
    expect(dataOf(reportAsHtml(report, { compare })).compare).toEqual(wanted);
  });

  test('of a gate: what it ends with, and what stops it, in the order of the gate', () => {
    const [old, first, second] = [failing(), failing({ case: 'a/first' }), failing({ case: 'a/second' })];
    const report = run([target([old], { target: 'old' }), target([first, second], { target: 'new' })]);
    const data = dataOf(reportAsHtml(report, { gate: { exit: { code: 1, reason: 'the gate is shut' }, stops: [second, first] } }));
    expect([data.exit.reason, data.stops]).toEqual(['the gate is shut', [2, 1]]);
    expect(dataOf(reportAsHtml(report, {})).stops).toBeNull();
  });
});

describe('what a target said', () => {
  const evil = `${MARKUP}${HOSTILE}`;
  const err = `ff1504233432303030${Buffer.from(MARKUP).toString('hex')}`;
  const packet = (hex: string, id: string) => bytes(`${(hex.length / 2).toString(16).padStart(2, '0')}0000${id}${hex}`);
  const transcript = {
    startedAt: 0,
    ending: 'rst',
    events: [
      connected,
      received(0.5, packet(err, '00')),
      sent(1, evil, packet(Buffer.from(MARKUP).toString('hex'), '01')),
      { at: 2, kind: 'failed', detail: evil },
    ],
  } as const;
  const over = {
    target: evil,
    case: `a/${evil}`,
    area: evil,
    title: evil,
    reason: evil,
    observation: evil,
    link: evil,
    source: [{ manual: evil, page: evil, url: `javascript:${evil}`, says: evil }],
  };
  const deviation = { axis: 'answer', step: 0, expected: evil, got: evil } as const;
  const hostile = run(
    [
      target([failing({ ...over, transcript, deviation, tries: 3, tally: { [evil]: 3 }, known: { reason: evil, link: evil } })], {
        target: evil,
        versions: evil,
        notes: [evil],
        expectationProblems: [evil],
        failure: { code: evil, says: evil },
      }),
    ],
    { command: evil, mywire: evil, startedAt: evil, problems: [evil], untested: [evil] },
  );
  const html = reportAsHtml(hostile, { evidence: () => 'folder/a%20b' });

  test('ends no element and opens none', () => {
    expect(html.match(/<script/g)).toHaveLength(4);
    expect(html.match(/<\/script/g)).toHaveLength(4);
    expect(html).not.toMatch(/<img|<!--|onerror=alert\(1\)>/);
    expect(/<title>(.*)<\/title>/.exec(html)?.[1]).toMatch(/^mywire: &#60;\/script&#62;&#60;img src=x onerror=alert\(1\)&#62;[^<>"]*$/);
  });

  test('is no control character, and no address that a click would run', () => {
    expect(html).not.toMatch(ACTIVE);
    expect(JSON.stringify(storiesOf(html))).not.toMatch(ACTIVE);
    expect(dataOf(html).sources.map(({ url }) => url)).toEqual(['']);
  });
});

test('the policy lets only this script and this style in', () => {
  const html = reportAsHtml(run([target([result()])]));
  const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(html)?.[1] ?? '';
  const hash = (text: string | undefined) =>
    `'sha256-${createHash('sha256')
      .update(text ?? '')
      .digest('base64')}'`;
  const script = /<script type="module">([\s\S]*?)<\/script>/.exec(html)?.[1];
  const style = /<style>([\s\S]*?)<\/style>/.exec(html)?.[1];
  expect(policy.split('; ')).toEqual([
    "default-src 'none'",
    `script-src ${hash(script)}`,
    `style-src ${hash(style)}`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ]);
  expect(script).not.toMatch(/^(import|export) /m);
  expect(html).not.toMatch(/(src|href)="(?!data:,)|@import|url\(/);
});
