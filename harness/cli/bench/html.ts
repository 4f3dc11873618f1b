import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { privateFolder } from '../../target/leftovers.ts';
import { findChromium, startChromium } from './browser.ts';
import type { BenchLine, Figure } from './line.ts';
import { longReport } from './long-report.ts';
import { median } from './measure.ts';

/** How long the HTML report of a long run takes from the navigation to the first painted rows, and to the story of a click. */
export const line: BenchLine = {
  about: 'the HTML report of 5,000 checks on each of three targets in Chromium: from navigation to painted rows',
  promise: 'under a second',
  bench,
};

const CHECKS = 5000;
const ROUNDS = 7;
const MOST_MS = 1000;

const name = 'seconds from the navigation to painted rows';

async function bench(_args: readonly string[], say: (line: string) => void, tiny: boolean): Promise<readonly Figure[]> {
  const executable = findChromium();
  if (executable === undefined)
    return [{ name, why: 'there is no Chromium on this machine: apt-get install chromium, or name one in MYWIRE_CHROMIUM' }];
  const { reportAsHtml } = await import('../../report/html/html.ts');
  const report = await longReport(tiny ? 50 : CHECKS);
  const began = performance.now();
  const html = reportAsHtml(report);
  const checks = report.targets.reduce((sum, { results }) => sum + results.length, 0);
  say(`${checks} checks, ${(html.length / 1e6).toFixed(1)} MB, made in ${((performance.now() - began) / 1000).toFixed(1)} s`);
  const own = privateFolder();
  const folder = own.path;
  // What Chromium and its driver leave in the temporary folder is left in ours.
  const before = process.env['TMPDIR'];
  process.env['TMPDIR'] = folder;
  const browser = await startChromium(executable);
  try {
    const file = join(folder, 'report.html');
    writeFileSync(file, html);
    const times: { readonly painted: number; readonly story: number }[] = [];
    for (let i = 0; i < (tiny ? 1 : ROUNDS); i++) {
      const page = await (await browser.newContext({ viewport: { width: 1440, height: 900 } })).newPage();
      await page.goto(pathToFileURL(file).href);
      // Behind two frames what was drawn has been painted.
      const painted = Number(
        await page.evaluate(`new Promise((done) => {
        const look = () => document.querySelector('.matrix .row:not(.heading)') && document.documentElement.dataset.ready
          ? requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now()))) : requestAnimationFrame(look);
        look();
      })`),
      );
      const clicked = performance.now();
      await page.click('.matrix .row:not(.heading, .area) .cell');
      await page.waitForSelector('.story .events');
      times.push({ painted, story: performance.now() - clicked });
      await page.context().close();
    }
    const painted = median(times.map((one) => one.painted));
    say(`painted after ${times.map((one) => one.painted.toFixed(0)).join(', ')} ms: median ${painted.toFixed(0)} ms`);
    say(`story of a click after ${median(times.map(({ story }) => story)).toFixed(0)} ms (median, the browser's driver included)`);
    return [{ name, ratio: painted / 1000, most: MOST_MS / 1000 }];
  } finally {
    await browser.close();
    if (before === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = before;
    await own.remove();
  }
}
