import type { Source } from '../case/case.ts';
import { saysMariadb } from '../codec/messages/handshake-v10.ts';
import { oneLine } from './layout.ts';
import { plain } from './markdown.ts';

const manuals: Readonly<Record<string, string>> = { mysql: 'MySQL', mariadb: 'MariaDB', haproxy: 'HAProxy', tcp: 'TCP' };

/** `says` restates the page in our words, so there are no quotation marks. */
export function manualLine(source: Source): string {
  return oneLine(`per ${manuals[source.manual] ?? source.manual} manual, ${source.page}: ${source.says}`);
}

/** The manual of the servers' dialect; both where that is not known (undefined), or where only the other has a word. */
export function manualsOf<Of extends { readonly manual: string }>(
  sources: readonly Of[],
  dialects: ReadonlySet<string | undefined>,
): readonly Of[] {
  if (dialects.has(undefined)) return sources;
  const own = sources.filter(({ manual }) => (manual !== 'mysql' && manual !== 'mariadb') || dialects.has(manual));
  return own.length > 0 ? own : sources;
}

/** Those pages as items of a list in Markdown, for a server that greets with this version ('' and undefined: nothing is known of it). */
export function manualItems(sources: readonly Source[], serverVersion: string | undefined): string[] {
  const dialect = serverVersion ? (saysMariadb(serverVersion) ? 'mariadb' : 'mysql') : undefined;
  return manualsOf(sources, new Set([dialect])).map(
    ({ manual, page, url, says }) => `* ${plain(says)} (${plain(manual)}, ${plain(page)}: <${oneLine(url)}>)`,
  );
}
