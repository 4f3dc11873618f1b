import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Quote } from './manual.ts';
import { manual } from './manual.ts';

const entries: [string, Quote][] = Object.entries(manual);

/** Where each manual lives. A page elsewhere is somebody's copy, not the manual. */
const hosts: Record<Quote['manual'], readonly string[]> = {
  mysql: ['dev.mysql.com'],
  mariadb: ['mariadb.com'],
  haproxy: ['docs.haproxy.org', 'www.haproxy.org'],
  tcp: ['www.rfc-editor.org'],
};

describe('the manual', () => {
  test('has entries of every manual', () => {
    expect(new Set(entries.map(([, quote]) => quote.manual))).toEqual(new Set(Object.keys(hosts)));
  });

  test('leaves out no file of suites/manual, and names nothing twice', () => {
    const files = readdirSync(new URL('./manual/', import.meta.url)).filter((name) => name !== 'page.ts');
    const index = readFileSync(new URL('./manual.ts', import.meta.url), 'utf8');
    expect(files.filter((file) => !index.includes(`'./manual/${file}'`))).toEqual([]);
    const named = files.flatMap((file) => {
      const text = readFileSync(new URL(`./manual/${file}`, import.meta.url), 'utf8');
      return [...text.matchAll(/^ {2}'([a-z]+\/[a-z0-9-]+)':/gm)].map(([, id]) => id);
    });
    expect(named.filter((id, at) => named.indexOf(id) !== at)).toEqual([]);
    expect(named.length).toBe(entries.length);
  });

  test.each(entries)('%s', (id, quote) => {
    expect(id).toMatch(/^(mysql|mariadb|haproxy|tcp)\/[a-z0-9]+(-[a-z0-9]+)*$/);
    expect(id.split('/')[0]).toBe(quote.manual);
    expect(quote.page.trim()).not.toBe('');
    const url = new URL(quote.url);
    expect(url.protocol).toBe('https:');
    expect(hosts[quote.manual]).toContain(url.hostname);
    expect(url.pathname.length).toBeGreaterThan(1);
    // One sentence in our own words: no markup, no quotation marks, an end.
    expect(quote.says).toMatch(/^[^"“”`\n]+\.$/);
    expect(quote.says.trim()).toBe(quote.says);
    expect(quote.says.length).toBeLessThan(600);
  });

  test('says nothing twice of one manual', () => {
    const said = entries.map(([, quote]) => `${quote.manual}: ${quote.says}`);
    expect(said.filter((text, at) => said.indexOf(text) !== at)).toEqual([]);
  });

  test('gives one url one page title', () => {
    const pages = new Map<string, string>();
    for (const [id, { url, page }] of entries) {
      expect(page, id).toBe(pages.get(url) ?? page);
      pages.set(url, page);
    }
  });

  // Spot checks against literals of the pages themselves.
  test.each([
    ['mysql/error-1156-packets-out-of-order', '08S01'],
    ['mariadb/error-1251-auth-mode-not-supported', '08004'],
    ['mysql/error-1045-access-denied', '28000'],
    ['mysql/v10-scramble-part-2', 'MAX(13, length of auth-plugin-data - 8)'],
    ['mariadb/greeting-scramble-part-2', 'max(12, plugin data length - 9)'],
    ['mysql/response41-filler', '23'],
    ['tcp/close-with-unread-data-sends-rst', 'SHLD-3'],
  ] as const)('%s names %s', (id, literal) => {
    expect(manual[id].says).toContain(literal);
  });
});
