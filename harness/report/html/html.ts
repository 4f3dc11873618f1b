import { createHash } from 'node:crypto';
import type { RunReport } from '../../run/result.ts';
import { count } from '../layout.ts';
import { escaped, jsonInHtml } from './packed.ts';
import { freightOf, type HtmlOptions } from './page-data.ts';
import { pageScript, pageStyle } from './page-files.ts';

export type { HtmlOptions } from './page-data.ts';

/**
 * The report as one HTML file that asks for nothing else: no network, no fonts, no framework. All that a target said rides in blocks
 * of data that no browser executes, and the page makes text of it, never markup.
 */
export function reportAsHtml(report: RunReport, options: HtmlOptions = {}): string {
  const { data, stories, captures } = freightOf(report, options);
  const style = pageStyle();
  const script = pageScript();
  const targets = data.targets.map(({ name }) => name);
  const title = `mywire: ${targets.slice(0, 3).join(', ')}${targets.length > 3 ? ` and ${targets.length - 3} more` : ''}`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy(script, style)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta name="generator" content="mywire ${escaped(data.mywire)}">
<link rel="icon" href="data:,">
<title>${escaped(title)}</title>
<style>${style}</style>
</head>
<body>
<noscript><p>${escaped(title)}: ${count(data.results.length, 'check')}, exit code ${data.exit.code}, ${escaped(data.exit.reason)}. To show them this page needs JavaScript.</p></noscript>
<script type="application/json" id="data">${jsonInHtml(data)}</script>
${stories.map((story, i) => `<script type="application/octet-stream" id="stories-${i}">${story}</script>`).join('\n')}
${[...captures].map(([result, file]) => `<script type="application/octet-stream" id="capture-${result}">${file}</script>`).join('\n')}
<script type="module">${script}</script>
</body>
</html>
`;
}

/** Only this script and this style, and no string ever becomes markup or code. */
function policy(script: string, style: string): string {
  const hash = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
  return [
    "default-src 'none'",
    `script-src ${hash(script)}`,
    `style-src ${hash(style)}`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ');
}
