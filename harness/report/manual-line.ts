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

/** Pages about a message of the client, by its name. */
const aboutMessage = /^(?:COM_\w+|Protocol::Handshake\w+|Connecting)$/;

/** Of a rule's pages those that have to do with this message of a client; of a manual that has nothing about it, all. */
export function manualsAbout<Of extends Pick<Source, 'manual' | 'page'>>(sources: readonly Of[], packet: string): readonly Of[] {
  const names = (page: string) => (page === 'Connecting' ? 'HandshakeResponse' : page.replace('Protocol::', ''));
  const own = sources.filter(({ page }) => !aboutMessage.test(page) || packet.startsWith(names(page)));
  const told = new Set(own.map(({ manual }) => manual));
  return sources.filter((one) => own.includes(one) || !told.has(one.manual));
}

/** Those pages as items of a list in Markdown, for a server that greets with this version ('' and undefined: nothing is known of it). */
export function manualItems(sources: readonly Source[], serverVersion: string | undefined): string[] {
  const dialect = serverVersion ? (saysMariadb(serverVersion) ? 'mariadb' : 'mysql') : undefined;
  return manualsOf(sources, new Set([dialect])).map(
    ({ manual, page, url, says }) => `* ${plain(says)} (${plain(manual)}, ${plain(page)}: <${oneLine(url)}>)`,
  );
}
