import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { readCapture } from '../pcap/capture-reader.ts';
import { parseCases } from '../run/case-file.ts';
import { runTarget } from '../run/run-target.ts';
import { parseTarget } from '../target/parse-target.ts';
import { startReferenceTarget } from '../target/reference.ts';
import { byteScript } from './byte-script.ts';
import { Capturing } from './captured.ts';
import { caseOf } from './to-case.ts';

/** Through the file's form, as `mywire run --cases` reads it. */
function caseFrom(file: string, stream: number, until?: number) {
  const capturing = new Capturing({ choice: { streams: [stream] }, keepsEvents: true });
  capturing.push(readCapture(readFileSync(new URL(`../../pcaps/${file}`, import.meta.url))).frames);
  const [captured] = capturing.end().connections;
  if (!captured) throw new Error('no such connection');
  const written = caseOf({ name: file, captured, script: byteScript(captured.tcp), ...(until === undefined ? {} : { until }) });
  return parseCases(stringify([written], { aliasDuplicateObjects: false }), 'written.yaml')[0] as ReturnType<typeof parseCases>[number];
}

async function verdictOn(name: string, file: string, stream: number): Promise<string> {
  const target = await startReferenceTarget(parseTarget(name) as Parameters<typeof startReferenceTarget>[0]);
  try {
    const { results } = await runTarget(target, [caseFrom(file, stream)]);
    return results.map(({ verdict, deviation }) => [verdict, deviation?.axis, deviation?.got].filter(Boolean).join(': ')).join();
  } finally {
    await target.stop();
  }
}

const fault = ['proxysql-2.0.17-handshake-variants.pcap', 2] as const;
const right = ['mariadb-10.11.19-handshake-variants.pcap', 2] as const;

describe("HAProxy's check, sent before the greeting", () => {
  test('to ProxySQL 2.0.17, as a case: the bytes of the capture, and no byte for them', () => {
    const { script, deliveries } = caseFrom(...fault);
    expect(deliveries).toEqual(['early']);
    expect(script).toMatchObject([
      { send: [{ message: 'HandshakeResponse41', with: { user: 'haproxy_check', capabilities: 0x8200 } }, { message: 'COM_QUIT' }] },
      { expect: [{ closes: true }] },
      { end: ['fin+rst'] },
    ]);
  });

  test.each([
    ['reference?dialect=mariadb', fault, /^fail: answer: HandshakeV10/],
    ['reference?dialect=mariadb&defect=early-data-resets-without-greeting', fault, /^fail: ending: RST$/],
    ['reference?dialect=mariadb', right, /^pass$/],
    ['reference?dialect=mariadb&defect=early-data-closes-without-greeting', right, /^fail: answer: FIN/],
    ['reference?dialect=mariadb&defect=early-data-loses-second-packet', right, /^fail: ending/],
  ])('%s, %o', async (name, [file, stream], says) => {
    expect(await verdictOn(name, file, stream)).toMatch(says);
  });
});

test.each([
  ['the answer to the login', 4, 1, 3],
  ['all', 4, undefined, 5],
])('up to %s', (_what, stream, until, length) => {
  expect(caseFrom('mariadb-10.11.19-handshake-variants.pcap', stream, until).script).toHaveLength(length);
});

test('what is no packet goes as bytes', () => {
  expect(JSON.stringify(caseFrom('mariadb-10.11.19-handshake-variants.pcap', 13).script)).toContain(
    Buffer.from('GET / HTTP/1.0\r\n\r\n').toString('hex'),
  );
});

test("a proof of a password is the run's to make", () => {
  const { script, needs } = caseFrom('areas/mariadb-10.11.19.pcap', 91);
  expect(needs).toEqual(['login-account']);
  expect(script).toContainEqual({ send: expect.objectContaining({ message: 'HandshakeResponse41', account: 'login' }) });
});
