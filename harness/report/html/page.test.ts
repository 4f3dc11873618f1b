import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { findChromium, startChromium } from '../../cli/bench/browser.ts';
import { readCapture } from '../../pcap/capture-reader.ts';
import type { CheckResult, RunReport } from '../../run/result.ts';
import { bytes, connected, droppedEarly, failing, login, received, result, run, sent, target } from '../testdata/reports.ts';
import { reportAsHtml } from './html.ts';
import type { HtmlOptions } from './page-data.ts';

const chromium = findChromium();
const MARKUP = '</script><img src=x onerror="window.owned=1">';
const AREAS = ['command', 'framing', 'tls'];

let folder = '';
let browser: Browser;
let page: Page;
/** What the page asked for, and what it complained of. */
let requests: string[] = [];
let complaints: string[] = [];

/** 600 cases, every 50th of which fails on the second target; every 100th does not do the same on the first. */
const results = (name: string, bad: boolean): CheckResult[] =>
  Array.from({ length: 600 }, (_, i) => {
    const over = {
      target: name,
      case: `${AREAS[i % 3]}/case-${i}`,
      title: `sentence ${i} of the catalogue`,
      level: i % 2 ? 'SHOULD' : 'MUST',
      transcript: login,
    } as const;
    if (bad && i % 50 === 0)
      return [failing({ ...over, transcript: droppedEarly, delivery: 'whole' }), result({ ...over, delivery: 'bytes' })];
    return [result({ ...over, delivery: 'whole', observation: bad && i % 100 === 1 ? 'something else' : 'the same' })];
  }).flat();
const plain = run([target(results('before', false), { target: 'before' }), target(results('after', true), { target: 'after' })]);

async function open(report: RunReport, options: HtmlOptions = {}, context: BrowserContextOptions = {}, hash = ''): Promise<void> {
  const file = join(folder, 'report.html');
  writeFileSync(file, reportAsHtml(report, options));
  page = await (await browser.newContext({ viewport: { width: 1400, height: 900 }, acceptDownloads: true, ...context })).newPage();
  requests = [];
  complaints = [];
  page.on('request', (request) => requests.push(request.url()));
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(pathToFileURL(file).href + hash);
  await page.waitForSelector('html[data-ready]');
}

const texts = (selector: string): Promise<string[]> => page.locator(selector).allInnerTexts();
const shown = (): Promise<string> => page.locator('#found').innerText();
const active = async (): Promise<string | null> => {
  const id = await page.locator('#matrix').getAttribute('aria-activedescendant');
  return id === null ? null : page.locator(`[id="${id}"]`).getAttribute('aria-label');
};

describe.skipIf(chromium === undefined)(
  `the page in Chromium${chromium ? '' : ' (skipped: none on this machine; apt-get install chromium)'}`,
  () => {
    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), 'mywire-page-'));
      browser = await startChromium(chromium as string);
    }, 60_000);
    afterAll(async () => {
      await browser?.close();
      rmSync(folder, { recursive: true, force: true });
    });
    afterEach(async () => {
      // Of every test: nothing but the file was asked for, and the console is silent.
      const asked = requests.filter((url) => !url.startsWith('blob:')).map((url) => url.replace(/#.*/, ''));
      await page.context().close();
      expect(complaints).toEqual([]);
      expect(asked).toEqual([pathToFileURL(join(folder, 'report.html')).href]);
    });

    test('the summary counts, and names MUST first', async () => {
      await open(plain);
      expect(await texts('.target .who strong')).toEqual(['before', 'after']);
      expect((await texts('.target:nth-child(2) .count')).map((text) => text.replace(/\s+/g, ' ')).slice(0, 2)).toEqual([
        '600 pass',
        '12 fail',
      ]);
      expect(await page.locator('.deviation .level').first().innerText()).toBe('MUST');
      expect(await shown()).toBe('600 cases');
    });

    test('draws only the rows in sight, and all of them for paper', async () => {
      await open(plain);
      const rows = () => page.locator('.row').count();
      expect(await rows()).toBeLessThan(120);
      await page.locator('#matrix').evaluate((matrix) => matrix.scrollTo(0, matrix.scrollHeight));
      await page.waitForSelector('text=tls/case-599');
      await page.emulateMedia({ media: 'print' });
      await expect.poll(rows).toBe(600 + AREAS.length + 1);
      expect(await page.locator('.toolbar').isVisible()).toBe(false);
      await page.emulateMedia({ media: null });
      await expect.poll(rows).toBeLessThan(120);
    });

    test('filters by text, area, level, verdict and difference, and the address keeps them', async () => {
      await open(plain);
      await page.fill('#search', 'sentence 59');
      expect(await shown()).toBe('16 of 600 cases');
      await page.fill('#search', '');
      await page.selectOption('#area', 'framing');
      expect(await shown()).toBe('200 of 600 cases');
      await page.click('[data-value="MUST"]');
      expect(await shown()).toBe('100 of 600 cases');
      await page.click('[data-value="fail"]');
      expect(await shown()).toBe('4 of 600 cases');
      const { hash } = new URL(page.url());
      await page.click('#reset');
      expect(await shown()).toBe('600 cases');
      await page.click('#differs');
      expect(await shown()).toBe('18 of 600 cases');
      await page.context().close();
      await open(plain, {}, {}, hash);
      expect(await shown()).toBe('4 of 600 cases');
    });

    test('the keyboard walks the cells, opens the story and comes back', async () => {
      await open(plain);
      await page.keyboard.press('/');
      await page.keyboard.type('command/');
      await page.keyboard.press('Escape');
      expect(await active()).toBe('command/case-0 on before: pass');
      await page.keyboard.press('ArrowRight');
      expect(await active()).toBe('command/case-0 on after: fail, 1 of 2 deliveries');
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('ArrowLeft');
      expect(await active()).toBe('command/case-3 on before: pass');
      await page.keyboard.press('n');
      expect(await active()).toBe('command/case-150 on after: fail, 1 of 2 deliveries');
      await page.keyboard.press('End');
      expect(await active()).toBe('command/case-597 on after: pass');
      await page.keyboard.press('Home');
      await page.keyboard.press('Enter');
      await page.waitForSelector('.story .events');
      expect(await page.locator('.story h2').innerText()).toBe('sentence 0 of the catalogue');
      await page.keyboard.press('ArrowDown');
      await page.waitForSelector('.story h2:has-text("sentence 3 of")');
      await page.keyboard.press('Escape');
      expect(await page.locator('.story').isVisible()).toBe(false);
      expect(await page.evaluate('document.activeElement.id')).toBe('matrix');
      expect(await page.evaluate('getComputedStyle(document.querySelector(".cell.active")).boxShadow')).toContain('inset');
    });

    test('a click tells the story: packets, fields, bytes, manual, repeat, and the pcapng', async () => {
      await open(plain, { evidence: () => 'ev/a%20b' });
      await page.click('.deviation');
      await page.waitForSelector('.story .events');
      expect(await page.locator('.deliveries [aria-pressed="true"]').innerText()).toContain('whole');
      expect(await texts('.story dt')).toEqual(['verdict', 'expected', 'got', 'observed', 'manual', 'repeat', 'packets', 'evidence']);
      expect(await page.locator('.repeat .command').innerText()).toBe('mywire run after --case command/case-0 --delivery whole');
      expect(await page.locator('.story dd a').last().getAttribute('href')).toBe('ev/a%20b');
      const [download] = await Promise.all([page.waitForEvent('download'), page.click('text=download pcapng')]);
      expect(download.suggestedFilename()).toBe('command-case-0-whole-after.pcapng');
      expect(readCapture(readFileSync(await download.path())).frames.length).toBeGreaterThan(3);
      await page.click('.deliveries >> text=bytes');
      await page.waitForSelector('.story .packet b:has-text("HandshakeV10")');
      await page.click('.story .packet summary');
      const row = page.locator('.fields tr', { hasText: 'serverVersion' });
      expect((await row.innerText()).split(/\s+/)).toEqual(['1', '33', 'serverVersion', '"5.5.5-10.11.19-MariaDB-0+deb12u1"']);
      await row.hover();
      expect((await texts('.dump .lit')).slice(0, 6).join('')).toBe('352e352e352d');
    });

    test('of a gate, tells what stops it and not what the baseline did', async () => {
      const stops = plain.targets[1]?.results.filter(({ verdict }) => verdict === 'fail').slice(0, 2) ?? [];
      await open(plain, { compare: ['before', 'after'], gate: { exit: { code: 1, reason: 'the gate is shut' }, stops } });
      expect(await page.locator('.exit').innerText()).toBe('exit 1: the gate is shut');
      expect((await texts('.deviating h2'))[0]).toMatch(/^What stops the gate/);
      expect(await texts('.deviating .deviation code')).toEqual([...new Set(stops.map((one) => one.case))]);
      await page.click('.deviation');
      await page.waitForSelector('.story');
      await open(plain, { gate: { exit: { code: 0, reason: 'the gate is open' }, stops: [] } });
      expect(await page.locator('.summary .calm').innerText()).toContain('No check stops the gate.');
    });

    test('compares two targets: only what differs, before beside after', async () => {
      await open(plain, { compare: ['before', 'after'] });
      expect(await page.locator('#matrix').isVisible()).toBe(false);
      expect((await texts('.compare .toggles button')).map((text) => text.replace(/\s+/g, ' '))).toEqual([
        'worse 12',
        'changed 6',
        'only after 12',
      ]);
      await page.click('.difference');
      await page.waitForSelector('.side-by-side');
      expect(await texts('.side-by-side .side-head strong')).toEqual(['before', 'after']);
      expect(await page.locator('.side.differs').count()).toBeGreaterThan(0);
      await page.click('.compare .toggles button:has-text("changed")');
      expect(await page.locator('.difference').count()).toBe(6);
      await page.selectOption('#after', '0');
      expect(await page.locator('.compare .calm').innerText()).toContain('does not differ from itself');
      await page.click('#view-matrix');
      expect(await page.locator('#matrix').isVisible()).toBe(true);
    });

    test('light and dark: by the system, and by the switch', async () => {
      const paper = () => page.evaluate<string>('getComputedStyle(document.documentElement).backgroundColor');
      await open(plain, {}, { colorScheme: 'dark' });
      const dark = await paper();
      await page.click('#theme');
      const light = await paper();
      expect([await page.locator('#theme').innerText(), light === dark]).toEqual(['theme: light', false]);
      await page.click('#theme');
      expect(await paper()).toBe(dark);
      await page.emulateMedia({ media: 'print' });
      expect(await paper()).toBe(light);
    });

    test.each([320, 390, 768])('at %i pixels the page has no sideways scrolling, and the story covers it', async (width) => {
      await open(plain, {}, { viewport: { width, height: 800 } });
      const overflow = () => page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
      expect(await overflow()).toBeLessThanOrEqual(0);
      await page.click('.row:not(.heading, .area) .cell');
      await page.waitForSelector('.story .events');
      expect(await overflow()).toBeLessThanOrEqual(0);
      expect(await page.locator('.story').evaluate((story) => story.getBoundingClientRect().width)).toBe(width);
      await page.click('.close');
      await page.click('#view-compare');
      await page.click('.difference');
      await page.waitForSelector('.side-by-side');
      expect(await overflow()).toBeLessThanOrEqual(0);
    });

    test('what a hostile server says is text', async () => {
      const hex = Buffer.from(MARKUP).toString('hex');
      const payload = `ff1504233432303030${hex}`;
      const err = bytes(`${(payload.length / 2).toString(16)}000000${payload}`);
      const user = bytes(`${(32 + hex.length / 2 + 2).toString(16)}0000010582000000000001${'2d'}${'00'.repeat(23)}${hex}0000`);
      const over = {
        target: MARKUP,
        case: `a/${MARKUP}`,
        area: MARKUP,
        title: MARKUP,
        reason: MARKUP,
        observation: MARKUP,
        link: `https://x/${MARKUP}`,
      };
      const transcript = { startedAt: 0, ending: 'fin', events: [connected, received(1, err), sent(2, MARKUP, user)] } as const;
      await open(
        run(
          [
            target(
              [
                failing({ ...over, transcript, known: { reason: MARKUP, link: MARKUP } }),
                failing({ ...over, delivery: 'whole', transcript }),
              ],
              { target: MARKUP, versions: MARKUP, notes: [MARKUP] },
            ),
            target([result({ ...over, target: 'b' })], { target: 'b' }),
          ],
          { command: MARKUP, problems: [MARKUP] },
        ),
      );
      await page.click('.deviation');
      await page.waitForSelector('.story .events');
      await page.click('text=open or close all');
      expect(await page.locator('.story .fields').first().innerText()).toContain('onerror=');
      await page.keyboard.press('Escape');
      await page.click('#view-compare');
      await page.click('.difference');
      await page.waitForSelector('.side-by-side');
      expect(await page.locator('img').count()).toBe(0);
      expect(await page.evaluate('window.owned')).toBeUndefined();
      // And if a line of the page ever made markup of a string, the browser would refuse it.
      const refused = await page.evaluate(
        '(() => { try { document.body.innerHTML = "<img>"; return "made"; } catch (error) { return error.name; } })()',
      );
      expect(refused).toBe('TypeError');
      complaints = complaints.filter((text) => !text.includes('TrustedHTML'));
    });
  },
);
