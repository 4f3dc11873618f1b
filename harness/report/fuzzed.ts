import type { CampaignResult } from '../fuzz/campaign-options.ts';
import type { Client, stimuliIn } from '../fuzz/exec.ts';
import { type Finding, isConfirmed } from '../fuzz/finding.ts';
import type { Colors } from './color.ts';
import { count, duration, hang, oneLine, wrap } from './layout.ts';

/** A finding, with the reason why it is no news where an expectation names it. */
export type ToldFinding = Finding & { readonly known?: string };

/** A finding that is known by nobody, and sure. */
export const isNews = (one: ToldFinding): boolean => one.known === undefined && isConfirmed(one);

export const wordOf = (one: ToldFinding): string => (isNews(one) ? 'FOUND' : one.known === undefined ? 'ONCE ' : 'KNOWN');

/** A campaign as it is told. */
export interface FuzzReport extends Omit<CampaignResult, 'found'> {
  readonly mywire: string;
  readonly target: string;
  readonly versions: string;
  readonly against?: string | undefined;
  readonly seed: number;
  /** The folder with journal, corpus and findings. */
  readonly out: string;
  readonly ms: number;
  readonly found: readonly ToldFinding[];
}

/** One line, as soon as it is known. */
export function findingLine(finding: Finding, known: string | undefined, c: Colors): string {
  const word = wordOf({ ...finding, ...(known === undefined ? {} : { known }) });
  return `${(word === 'FOUND' ? c.red : c.yellow)(word)} ${finding.id}: ${oneLine(finding.says, 200)} (${again(finding)})`;
}

const again = (finding: Finding): string => {
  const { shown, of } = finding.again;
  if (of > 0) return `again ${shown} of ${of} times${underLoad(finding)}`;
  return isConfirmed(finding) ? 'seen once' : `not played again, there was no time${underLoad(finding)}`;
};

/** What came once, and never again by itself, may need the company that it had. */
export const underLoad = ({ again: { shown }, atOnce }: Finding): string =>
  shown > 0 || atOnce === undefined || atOnce < 2 ? '' : `; it came while ${atOnce} sessions were played at once`;

/** Findings by kind, the new ones first, and what the campaign was. */
export function campaignAsText(report: FuzzReport, c: Colors, folders: ReadonlyMap<string, string>, columns = 120): string {
  const fresh = report.found.filter(isNews);
  const once = report.found.filter((one) => one.known === undefined && !isConfirmed(one));
  const unopened = once.filter((one) => one.again.of === 0).length;
  const known = report.found.filter((one) => one.known !== undefined);
  const lines = ['', ...fresh.flatMap((one) => findingText(one, c, folders.get(one.id), columns))];
  for (const one of known) lines.push(`${c.yellow('KNOWN')} ${one.id} (${one.seen} times): ${oneLine(one.known ?? '', 200)}`);
  for (const one of once)
    lines.push(`${c.yellow('ONCE ')} ${one.id} (${again(one)}): ${oneLine(one.says, 200)}`, `  look    ${folders.get(one.id) ?? ''}`);
  const { execs, connections, behaviours, entries, ms } = report;
  if (report.deaths > 0)
    lines.push(
      `The target died ${count(report.deaths, 'time')} and ${report.broken === undefined ? 'came back' : 'is gone'}; ${count(report.leftOut, 'session')} like those that kill it were left out`,
    );
  if (report.broken !== undefined) lines.push(`${c.red('BROKEN OFF')} ${oneLine(report.broken)}`);
  lines.push(
    `${count(execs, 'session')} on ${count(connections, 'connection')} in ${duration(ms)} (${Math.round((execs / Math.max(ms, 1)) * 1000)} a second), ${count(behaviours, 'behaviour')}, ${count(entries.length, 'session')} in ${report.out}/corpus.jsonl`,
    `${count(fresh.length, 'finding')}${known.length > 0 ? ` and ${known.length} that are known` : ''}${once.length > unopened ? `; ${once.length - unopened} came once and never again` : ''}${unopened > 0 ? `; ${unopened} came and could not be looked into` : ''}. The same sessions again: --seed ${report.seed}`,
  );
  return lines.join('\n');
}

function findingText(finding: ToldFinding, c: Colors, folder: string | undefined, columns: number): string[] {
  const { exec, node, oracle, seen } = finding;
  const width = Math.max(40, columns - 10);
  return [
    `${c.red('FOUND')} ${c.bold(finding.id)}  (${again(finding)}; ${count(seen, 'session')} showed it${node === undefined ? '' : `; it is ${node} that does it`})`,
    ...hang('  says', wrap(`${oracle}: ${oneLine(finding.says)}`, width), 10),
    ...exec.clients.flatMap((client, i) => hang(i === 0 ? '  sent' : '  beside', wrap(clientText(client), width), 10)),
    ...(folder === undefined ? [] : hang('  look', [folder], 10)),
    '',
  ];
}

/** What a client does, in one line. */
export function clientText(client: Client): string {
  const acts = client.acts.map((act) => ('send' in act ? act.send.map(stimulusText).join(' + ') : act.do));
  const how = client.cuts ? `cut at ${client.cuts.join(', ')}` : client.delivery;
  return oneLine(`${acts.join(', ')}; ${how}; leaves by ${client.leaves}`, 1500);
}

function stimulusText(stimulus: ReturnType<typeof stimuliIn>[number]): string {
  const { message, with: given, ...odd } = stimulus;
  const query = given?.['query'];
  const what = `${message ?? 'bytes'}${query === undefined ? '' : ` ${queryText(query)}`}`;
  const rest = Object.entries({ ...(query === undefined ? given : undefined), ...odd });
  return rest.length === 0 ? what : `${what} ${JSON.stringify(Object.fromEntries(rest)).slice(0, 300)}`;
}

/** A text, or from what one is made. */
const queryText = (query: unknown): string => (typeof query === 'string' ? `"${query.slice(0, 80)}"` : JSON.stringify(query));

export function campaignAsJson(report: FuzzReport): string {
  const { entries, ...rest } = report;
  return JSON.stringify({ ...rest, corpus: entries.length }, null, 2);
}
