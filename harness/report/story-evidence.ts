import { join } from 'node:path';
import type { Played } from '../scenario/play.ts';
import { asData } from './as-data.ts';
import { colors } from './color.ts';
import { storyAsIssue } from './issue.ts';
import { type Files, nodeFiles } from './node-files.ts';
import type { Named } from './repeat.ts';
import { playedAsText, storyLine } from './story.ts';
import { tapsAsPcapng } from './tap-capture.ts';
import { tapsAsText } from './tap-transcript.ts';
import { writeSafely } from './write-safely.ts';

/**
 * Writes the evidence of a scenario: story.txt, recording.json (facts), wire.pcapng and transcript.txt (what passed on the
 * taps), the scenario and the programs as data, plots, and issue.md where it failed.
 * @returns the folder. @throws ReportError REPORT_NOT_WRITABLE
 */
export async function writeStory(out: string, played: Played, turn: number, mywire: string, named: Named = {}): Promise<string> {
  const { scenario, on, story, observed, taps, verdict } = played;
  const folder = join(
    out,
    [scenario.id.replaceAll('/', '_'), on.replace(/[^A-Za-z0-9.+-]/g, '_'), ...(turn > 1 ? [String(turn)] : [])].join('_'),
  );
  const files: Files = {};
  const text = [`${scenario.id}: ${scenario.title}`, '', ...story.map(storyLine), '', playedAsText(played, colors(false))].join('\n');
  files['story.txt'] = text;
  if (observed) {
    const { facts, nodes, full, until } = observed;
    files['recording.json'] = `${JSON.stringify({ scenario: scenario.id, on, nodes, full, until, facts }, null, 1)}\n`;
  }
  if (taps.length > 0) {
    files['wire.pcapng'] = tapsAsPcapng(taps, `${scenario.id} on ${on}`);
    files['transcript.txt'] = tapsAsText(taps);
  }
  if (observed) Object.assign(files, scenario.plots?.(observed));
  Object.assign(files, { 'scenario.json': asData(told(scenario)) }, nodeFiles(played.nodes ?? []));
  if (verdict === 'fail') files['issue.md'] = storyAsIssue(played, `mywire ${mywire}`, Object.keys(files), named);
  for (const [name, content] of Object.entries(files)) await writeSafely(join(folder, name), content);
  return folder;
}

/** The scenario as data: its story is code, and stands there as it is. */
function told({ id, title, report, topology, act, assertions }: Played['scenario']): unknown {
  return {
    id,
    title,
    report,
    topology,
    assertions: assertions.map(({ name, level, says, source }) => ({ name, level, says, source })),
    act,
  };
}
