import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { CaptureReader } from '../pcap/capture-reader.ts';
import { synthesizePcapng } from '../pcap/synthesize.ts';
import { ReportError } from './error.ts';
import { writeEvidence } from './evidence.ts';
import { maskedRun } from './masked-transcript.ts';
import { ACTIVE, connected, failing, HOSTILE, login, result, run, sent, target } from './testdata/reports.ts';

let dir = '';
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'mywire-evidence-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const files = (): string[] =>
  readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(dir, join(entry.parentPath, entry.name)))
    .sort();

describe('the evidence folder', () => {
  test('one folder per deviating check, known ones too, nothing for the rest', async () => {
    const known = failing({ delivery: 'whole', known: { reason: 'r', link: 'l' } });
    const one = failing({ target: 'haproxy:3.0+mariadb:11.8' });
    const report = run([target([result(), one], { target: 'haproxy:3.0+mariadb:11.8' }), target([known], { target: '127.0.0.1:3306' })]);
    const folders = await writeEvidence(dir, report);
    expect(files()).toEqual(
      ['127.0.0.1-3306/early-data/response-and-quit/whole', 'haproxy-3.0+mariadb-11.8/early-data/response-and-quit/early'].flatMap(
        (folder, i) =>
          [...(i === 0 ? ['expectation.yaml'] : []), 'issue.md', 'result.json', 'transcript.txt', 'wire.pcapng'].map((file) =>
            join(folder, file),
          ),
      ),
    );
    expect(folders.get(one)).toBe(join(dir, 'haproxy-3.0+mariadb-11.8/early-data/response-and-quit/early'));
    expect(folders.size).toBe(2);
  });

  test('what the files say', async () => {
    const folder = (await writeEvidence(dir, run([target([failing({ tries: 500, deviatingTries: 298 })])]))).values().next()
      .value as string;
    const text = readFileSync(join(folder, 'transcript.txt'), 'utf8');
    expect(text).toContain(
      'early-data/response-and-quit, delivery early: a check that is sent before the greeting gets the greeting and OK\n',
    );
    expect(text).toContain('target    local:proxysql+mariadb (proxysql 2.0.17 + mariadb 10.11.19)\n');
    expect(text).toContain('tries     500, of which 298 deviated; this is the first that did\n');
    expect(text).toContain('repeat    mywire run local:proxysql+mariadb --case early-data/response-and-quit --delivery early\n');
    expect(text).toContain('       6.500  <-  RST\n');
    expect(JSON.parse(readFileSync(join(folder, 'result.json'), 'utf8'))).toMatchObject({
      verdict: 'fail',
      transcript: { ending: 'fin+rst' },
    });
  });

  test('report.json and junit.xml at the top, if asked', async () => {
    await writeEvidence(dir, run([target([result()])]));
    expect(files()).toEqual([]);
    await writeEvidence(dir, run([target([result()])]), { json: true, junit: true });
    expect(files()).toEqual(['junit.xml', 'report.json']);
  });

  test('real frames go before synthesised ones', async () => {
    const events = [{ timeNs: 5n, from: 'client', kind: 'connect' }] as const;
    const legs = [13406, 3306, 16033].map((port) => ({
      client: { address: '10.0.0.1', port: port + 1 },
      server: { address: '10.0.0.2', port },
      events,
    }));
    const frames = [...new CaptureReader().push(synthesizePcapng({ application: 'test' }, legs))].map((frame) => ({
      ...frame,
      timeNs: frame.timeNs,
      bytes: frame.bytes,
      comment: undefined,
    }));
    const folder = (await writeEvidence(dir, run([target([failing()])]), { captures: () => frames })).values().next().value as string;
    const file = readFileSync(join(folder, 'wire.pcapng'));
    expect(file.toString('latin1')).toContain('Captured, not synthesised. Server port 13406, 16033 is written as 3306');
    expect(file.toString('latin1')).not.toContain('Synthesised from a socket transcript');
    const reader = new CaptureReader();
    expect([...reader.push(file)]).toHaveLength(9);
  });

  test.each([
    ['in the clear', []],
    ['inside TLS', [{ at: 0.5, kind: 'tls', version: 'TLSv1.3', cipher: 'X' } as const]],
  ])("a password of the user's own account that was sent %s is in no file", async (_, tls) => {
    const canary = 'canary-word';
    const one = failing({
      transcript: {
        startedAt: 0,
        ending: 'fin',
        tlsSecrets: `CLIENT_RANDOM ${canary}`,
        events: [connected, ...tls, sent(1, 'password', Buffer.from(`\x0b\0\0\x03${canary}`))],
      },
    });
    const frames = [
      ...new CaptureReader().push(
        synthesizePcapng({ application: 'test' }, [
          {
            client: { address: '10.0.0.1', port: 1 },
            server: { address: '10.0.0.2' },
            events: [{ timeNs: 5n, from: 'client', kind: 'data', bytes: Buffer.from(tls.length > 0 ? 'sealed' : canary) }],
          },
        ]),
      ),
    ];
    const outcome = { report: run([target([one])]), frames: new Map([[one, frames]]) };
    const write = ({ report, frames }: typeof outcome) =>
      writeEvidence(dir, report, { captures: (result) => frames.get(result), json: true, junit: true });
    await write(maskedRun(outcome, [canary]) as typeof outcome);
    const hex = Buffer.from(canary).toString('hex');
    for (const name of files()) {
      const content = readFileSync(join(dir, name));
      for (const form of [canary, hex, hex.replaceAll(/..(?=.)/g, '$& ')]) expect(content.includes(form), `${form} in ${name}`).toBe(false);
    }
    // It would be there otherwise.
    await write(outcome);
    expect(files().filter((name) => readFileSync(join(dir, name)).includes(hex)).length).toBeGreaterThan(1);
  });

  test('without a transcript there is still the result', async () => {
    const { transcript: _, ...bare } = failing();
    await writeEvidence(dir, run([target([bare])]));
    expect(files().map((file) => file.split('/').at(-1))).toEqual(['issue.md', 'result.json']);
  });
});

describe('what is there already', () => {
  test('is replaced, and no temporary file stays', async () => {
    const report = run([target([failing()])]);
    await writeEvidence(dir, report, { json: true });
    const before = files();
    writeFileSync(join(dir, 'report.json'), 'old '.repeat(100_000));
    writeFileSync(join(dir, 'mine.txt'), 'keep');
    await writeEvidence(dir, report, { json: true });
    expect(files()).toEqual([...before, 'mine.txt'].sort());
    expect(JSON.parse(readFileSync(join(dir, 'report.json'), 'utf8')).schema).toBe('mywire.report/1');
  });

  test('a link is replaced, not followed', async () => {
    const elsewhere = join(dir, 'elsewhere');
    writeFileSync(elsewhere, 'keep');
    symlinkSync(elsewhere, join(dir, 'report.json'));
    await writeEvidence(dir, run([target([result()])]), { json: true });
    expect(readFileSync(elsewhere, 'utf8')).toBe('keep');
  });
});

describe('names', () => {
  test('no name leaves the folder or collides', async () => {
    const names = ['../../etc', 'a/b', 'a:b', 'A:b', '..', 'CON', 'x'.repeat(400), HOSTILE, ''];
    const report = run(
      names.map((name) =>
        target([failing({ target: name, case: '../../x/..' }), failing({ target: name, case: `q/${HOSTILE}` })], { target: name }),
      ),
    );
    const folders = [...(await writeEvidence(dir, report)).values()];
    expect(new Set(folders.map((folder) => folder.toLowerCase())).size).toBe(names.length * 2);
    for (const folder of folders) {
      expect(relative(dir, folder)).not.toMatch(/(^|\/)\.\.?(\/|$)/);
      expect(folder).not.toMatch(ACTIVE);
      expect(existsSync(join(folder, 'result.json'))).toBe(true);
    }
    expect(readdirSync(dir)).toHaveLength(names.length);
  });
});

describe('a folder that cannot be written', () => {
  test('is a clear error', async () => {
    const file = join(dir, 'file');
    writeFileSync(file, '');
    for (const path of [file, join(file, 'below')]) {
      const error = await writeEvidence(path, run([target([failing()])])).catch((e: unknown) => e);
      expect(error).toBeInstanceOf(ReportError);
      expect(error).toMatchObject({
        code: 'REPORT_NOT_WRITABLE',
        path,
        message: `${path} cannot be written: a part of the path is a file, not a folder. Name another folder or file, or correct its permissions.`,
      });
    }
  });

  test('also when a folder stands where a file must go', async () => {
    await writeEvidence(join(dir, 'report.json'), run([target([failing()])]));
    const error = await writeEvidence(dir, run([target([result()])]), { json: true }).catch((e: unknown) => e);
    expect(error).toMatchObject({ code: 'REPORT_NOT_WRITABLE' });
    expect(readdirSync(dir)).toEqual(['report.json']);
  });
});

test('500 deviations are written in bounded time', async () => {
  const results = Array.from({ length: 500 }, (_, i) => failing({ case: `a/c${i}`, transcript: login }));
  const from = performance.now();
  await writeEvidence(dir, run([target(results)]));
  expect(performance.now() - from).toBeLessThan(15_000);
});
