import type { Source } from '../case/case.ts';
import { oneLine } from './layout.ts';

const manuals: Readonly<Record<string, string>> = { mysql: 'MySQL', mariadb: 'MariaDB', haproxy: 'HAProxy', tcp: 'TCP' };

/** `says` restates the page in our words, so there are no quotation marks. */
export function manualLine(source: Source): string {
  return oneLine(`per ${manuals[source.manual] ?? source.manual} manual, ${source.page}: ${source.says}`);
}
