import { join } from 'node:path';
import type { Played } from '../scenario/play.ts';
import { colors } from './color.ts';
import { playedAsText, storyLine } from './story.ts';
import { tapsAsPcapng } from './tap-capture.ts';
import { writeSafely } from './write-safely.ts';

/**
 * Writes the evidence of a scenario: story.txt, recording.json (facts and programs), wire.pcapng (what passed on the taps), plots.
 * @returns the folder. @throws ReportError REPORT_NOT_WRITABLE
 */
export async function writeStory(out: string, played: Played, turn: number): Promise<string> {
  const { scenario, on, story, observed, taps } = played;
  const folder = join(
    out,
    [scenario.id.replaceAll('/', '_'), on.replace(/[^A-Za-z0-9.+-]/g, '_'), ...(turn > 1 ? [String(turn)] : [])].join('_'),
  );
  const text = [`${scenario.id}: ${scenario.title}`, '', ...story.map(storyLine), '', playedAsText(played, colors(false))].join('\n');
  await writeSafely(join(folder, 'story.txt'), text);
  if (!observed) return folder;
  const { facts, nodes, full, until } = observed;
  await writeSafely(
    join(folder, 'recording.json'),
    `${JSON.stringify({ scenario: scenario.id, on, nodes, full, until, facts }, null, 1)}\n`,
  );
  if (taps.length > 0) await writeSafely(join(folder, 'wire.pcapng'), tapsAsPcapng(taps, `${scenario.id} on ${on}`));
  for (const [name, svg] of Object.entries(scenario.plots?.(observed) ?? {})) await writeSafely(join(folder, name), svg);
  return folder;
}
