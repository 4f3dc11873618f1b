import { cpSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { corpusText, type Entry, merge, parseCorpus } from '../fuzz/corpus.ts';
import { isNews, type ToldFinding, wordOf } from '../report/fuzzed.ts';
import { count, oneLine } from '../report/layout.ts';
import { requireWritable, writeSafely } from '../report/write-safely.ts';
import { CliError } from './error.ts';
import { givenText } from './given-text.ts';

/** What is read of a campaign's findings.json. */
interface Told {
  readonly target: string;
  readonly execs: number;
  readonly connections: number;
  readonly found: readonly ToldFinding[];
}

/** Joins the folders of campaigns into one; the exit code. Throws CliError CLI_NO_FILE, FuzzError FUZZ_BAD_CORPUS. */
export async function mergeCampaigns(folders: readonly string[], out: string, say: (line: string) => void): Promise<number> {
  await requireWritable(out);
  const campaigns = folders.map((folder) => ({ folder, told: toldOf(folder) }));
  const entries = folders.flatMap((folder) => corpusIn(join(folder, 'corpus.jsonl')));
  const corpus = merge(entries);
  const byId = new Map<string, { folder: string; finding: ToldFinding }>();
  for (const { folder, told } of campaigns)
    for (const finding of told.found) {
      const other = byId.get(finding.id);
      const better = other === undefined || size(finding) < size(other.finding) ? { folder, finding } : other;
      const seen = finding.seen + (other?.finding.seen ?? 0);
      byId.set(finding.id, { folder: better.folder, finding: { ...better.finding, seen } });
    }
  const found = [...byId.values()].sort((a, b) => (a.finding.id < b.finding.id ? -1 : 1));
  for (const { folder, finding } of found) {
    const of = join(folder, 'findings', finding.id.slice('fuzz/'.length));
    if (existsSync(of)) cpSync(of, join(out, 'findings', finding.id.slice('fuzz/'.length)), { recursive: true });
  }
  const sum = (of: (told: Told) => number): number => campaigns.reduce((all, { told }) => all + of(told), 0);
  const target = [...new Set(campaigns.map(({ told }) => told.target))].join(', ');
  const report = {
    target,
    execs: sum((one) => one.execs),
    connections: sum((one) => one.connections),
    found: found.map(({ finding }) => finding),
  };
  await writeSafely(join(out, 'corpus.jsonl'), corpusText(corpus));
  await writeSafely(join(out, 'findings.json'), `${JSON.stringify(report, null, 2)}\n`);
  for (const { finding } of found)
    say(`${wordOf(finding)} ${finding.id} (${count(finding.seen, 'session')}): ${oneLine(finding.says, 200)}`);
  say(
    `${count(folders.length, 'campaign')} on ${target}: ${count(report.execs, 'session')}, ${count(found.length, 'finding')}, ${corpus.length} of ${count(entries.length, 'session')} kept in ${join(out, 'corpus.jsonl')}`,
  );
  return found.some(({ finding }) => isNews(finding)) ? 1 : 0;
}

const size = ({ exec }: ToldFinding): number => JSON.stringify(exec).length;

function corpusIn(file: string): Entry[] {
  return parseCorpus(givenText(file, 'the corpus'), file);
}

function toldOf(folder: string): Told {
  const file = join(folder, 'findings.json');
  if (!existsSync(file)) throw new CliError('CLI_NO_FILE', `${folder} is no folder of a campaign that has ended: it has no findings.json`);
  const text = givenText(file, 'the findings');
  try {
    const told = JSON.parse(text) as Told;
    if (Array.isArray(told.found)) return told;
  } catch {}
  throw new CliError('CLI_NO_FILE', `${file} is not what mywire fuzz writes`);
}
