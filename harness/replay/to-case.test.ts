import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
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
  const folder = file.includes('before') ? 'harness/codec/recordings' : 'pcaps';
  const bytes = readFileSync(new URL(`../../${folder}/${file}`, import.meta.url));
  capturing.push(readCapture(file.endsWith('.gz') ? gunzipSync(bytes) : bytes).frames);
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

describe('a client before 4.1', () => {
  const expected = (until?: number) =>
    caseFrom('mariadb-10.11.19-before-41.pcap', 0, until).script.flatMap((step) => ('expect' in step ? step.expect : []));

  test('is answered at once where it lists fields or prepares', () => {
    expect(expected().map(({ packet, where }) => ({ packet, ...where }))).toEqual([
      { packet: 'HandshakeV10' },
      { packet: 'OK', affectedRows: 0 },
      { packet: 'TextResultset', columns: 5, rows: 2 },
      { packet: 'FieldList' },
      { packet: 'StmtPrepareOK' },
      { packet: 'BinaryResultset', columns: 4, rows: 2 },
      { packet: 'ERR', errorCode: 1146 },
      { packet: 'OK', affectedRows: 1 },
      { packet: 'OK', affectedRows: 0 },
    ]);
  });

  test("executes the statement by the id that the run's server gives it", () => {
    const { script } = caseFrom('mariadb-10.11.19-before-41.pcap', 0);
    expect(script).toContainEqual({ expect: [{ packet: 'StmtPrepareOK', as: 'statement-1' }] });
    expect(script).toContainEqual({
      send: {
        message: 'COM_STMT_EXECUTE',
        with: { statementId: { from: 'statement-1.statementId' }, flags: 0 },
        raw: { parameters: '0001030000000000' },
      },
    });
  });

  test.each([3, 5, 8, 10])('up to packet %i, inside a resultset, expects the whole of it', (until) => {
    expect(expected(until).at(-1)).toEqual({ packet: 'TextResultset', where: { columns: 5, rows: 2 } });
  });
});

describe('what each command of a captured connection is answered with', () => {
  test('rows of a cursor are fetched', () => {
    const fetched = caseFrom('areas/mariadb-10.11.19.pcap', 109).script.flatMap((step) => ('expect' in step ? step.expect : []));
    expect(fetched).toContainEqual({ packet: 'FetchedRows', where: { rows: 2 } });
  });

  test('under compression a command is named, so that the run knows what answers it', () => {
    const { script } = caseFrom('areas/mariadb-10.11.19/compression.pcapng', 7);
    expect(script).toContainEqual({ send: expect.objectContaining({ message: 'COM_QUERY' }) });
    expect(JSON.stringify(script)).not.toContain('wire');
  });

  test('a TLS alert in the clear is no packet: nothing is asked about it', () => {
    const { script } = caseFrom('areas/mariadb-11.8.9/ssl-request.pcapng', 1);
    expect(script.at(-1)).toEqual({ do: 'half-close' });
  });
});

describe('a captured login', () => {
  const sends = (file: string, stream: number, server = 'mariadb-10.11.19') =>
    caseFrom(`areas/${server}/${file}`, stream).script.flatMap((step) =>
      'send' in step ? step.send : 'expect' in step ? step.expect : [],
    );
  const cover = (bytes: number) => '2a'.repeat(bytes);

  test('that was denied is denied again', () => {
    expect(sends('login.pcapng', 3)).toContainEqual(expect.objectContaining({ account: 'login', password: 'wrong' }));
  });

  test('that could not be read goes as it was, with other bytes for its proof', () => {
    expect(sends('login.pcapng', 5)).toContainEqual({
      message: 'HandshakeResponse41',
      with: expect.objectContaining({ user: 'mywire', authResponse: cover(19) }),
    });
  });

  test.each([
    ['whose client left at the AuthSwitchRequest', 'regression.pcapng.gz', 9, 'mysql-9.7.4', 'mywire', 1158],
    ['of a client that cannot do what the account asks', 'handshake-response-41.pcapng', 6, 'mariadb-11.8.9', 'mywire_nobody', 1251],
  ])('%s goes as it was, too', (_, file, stream, server, user, errorCode) => {
    const script = sends(file, stream, server);
    expect(script).toContainEqual({ message: 'HandshakeResponse41', with: expect.objectContaining({ user, authResponse: cover(20) }) });
    expect(script).toContainEqual({ packet: 'ERR', where: { errorCode }, sequenceId: 'any' });
  });

  test('without a password answers the AuthSwitchRequest as its client did', () => {
    const script = sends('auth.pcapng.gz', 1);
    expect(script).toContainEqual({ packet: 'AuthSwitchRequest' });
    expect(script).toContainEqual({ message: 'AuthSwitchResponse', with: { data: '' } });
  });

  test('is answered out of order as its client did', () => {
    expect(sends('sequence.pcapng', 4)).toContainEqual({ message: 'AuthSwitchResponse', with: { data: '' }, sequenceId: 5 });
  });

  test.each([
    [3, { account: 'login', password: 'wrong' }],
    [5, { with: expect.objectContaining({ user: 'haproxy_check', characterSet: 8 }) }],
  ])('of COM_CHANGE_USER is one, too', (stream, login) => {
    expect(sends('session.pcapng.gz', stream)).toContainEqual(expect.objectContaining({ message: 'COM_CHANGE_USER', ...login }));
  });
});

test('a command that was sent in two segments is answered behind the second', () => {
  expect(caseFrom('areas/mariadb-10.11.19/framing.pcapng', 4).script.slice(3, 6)).toEqual([
    { send: { wire: '090000000353454c45435420', answered: false } },
    { send: { wire: '31', message: 'COM_QUERY' } },
    { expect: [{ packet: 'TextResultset', where: { columns: 1, rows: 1 } }] },
  ]);
});

test('a file is answered behind its end', () => {
  const { script } = caseFrom('areas/mysqlrouter-9.7.4/infile.pcapng.gz', 9);
  const at = script.findIndex((step) => 'expect' in step && step.expect[0].packet === 'LocalInfileRequest');
  expect(script.slice(at + 1, at + 4)).toEqual([
    { send: { wire: '06000002312c6f6e650a', answered: false } },
    { send: { wire: '00000003' } },
    { expect: [{ packet: 'OK', where: { affectedRows: 1 } }] },
  ]);
});

test('an answer that is not numbered after its command is expected as it was', () => {
  const { script } = caseFrom('areas/proxysql-2.7.1/sequence.pcapng', 6);
  expect(script.slice(-4, -2)).toEqual([
    { send: { message: 'COM_PING', sequenceId: 7 } },
    { expect: [{ packet: 'OK', where: { affectedRows: 0 }, sequenceId: 1 }] },
  ]);
});

test('what ends a list of fields under DEPRECATE_EOF is part of it', () => {
  const { script } = caseFrom('areas/mariadb-10.11.19/command.pcapng.gz', 7);
  const at = script.findIndex((step) => 'expect' in step && step.expect[0].packet === 'FieldList');
  expect(script[at + 1]).toEqual({ send: { message: 'COM_PING' } });
});
