import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type FrameToWrite, writePcapng } from '../pcap/pcapng-writer.ts';
import type { CheckResult, RunReport, TargetReport } from '../run/result.ts';
import { FolderNames } from './folder-name.ts';
import { reportAsJson, resultAsJson } from './json.ts';
import { reportAsJunit } from './junit.ts';
import { oneLine } from './layout.ts';
import { manualLine } from './manual-line.ts';
import { repeatCommand } from './repeat.ts';
import { transcriptAsPcapng } from './transcript-capture.ts';
import { transcriptAsText } from './transcript-text.ts';
import { notWritable, writeSafely } from './write-safely.ts';

export interface EvidenceOptions {
  /** The frames that were captured of a result, where there was a capture. */
  readonly captures?: (result: CheckResult) => readonly FrameToWrite[] | undefined;
  /** Also write report.json. */
  readonly json?: boolean;
  /** Also write junit.xml. */
  readonly junit?: boolean;
}

/**
 * Writes `<dir>/<target>/<case>/<delivery>/` with wire.pcapng, transcript.txt and result.json for each deviation, known
 * ones too. What stands in a file of that name is replaced, all else is left alone. Returns the folder of each result.
 * Throws ReportError REPORT_NOT_WRITABLE.
 */
export async function writeEvidence(dir: string, report: RunReport, options: EvidenceOptions = {}): Promise<Map<CheckResult, string>> {
  await mkdir(dir, { recursive: true }).catch((error: unknown) => {
    throw notWritable(dir, error);
  });
  const folders = new Map<CheckResult, string>();
  const names = new FolderNames();
  for (const target of report.targets) {
    const base = names.unique(dir, target.target);
    for (const result of target.results) {
      if (result.verdict !== 'fail') continue;
      const [area = '', ...topic] = result.case.split('/');
      const folder = names.unique(join(base, names.same(area), names.same(topic.join('-'))), result.delivery);
      folders.set(result, folder);
      await writeResult(folder, result, target, report, options);
    }
  }
  if (options.json) await writeSafely(join(dir, 'report.json'), reportAsJson(report));
  if (options.junit) await writeSafely(join(dir, 'junit.xml'), reportAsJunit(report));
  return folders;
}

async function writeResult(folder: string, result: CheckResult, target: TargetReport, report: RunReport, options: EvidenceOptions): Promise<void> {
  await writeSafely(join(folder, 'result.json'), resultAsJson(result));
  if (!result.transcript) return;
  await writeSafely(join(folder, 'transcript.txt'), heading(result, target, report) + transcriptAsText(result.transcript));
  const pcapng = capture(result, target, report, options);
  if (pcapng) await writeSafely(join(folder, 'wire.pcapng'), pcapng);
}

function capture(result: CheckResult, target: TargetReport, report: RunReport, options: EvidenceOptions): Uint8Array | undefined {
  const comment = oneLine(`${result.case}, delivery ${result.delivery}, on ${result.target} (${target.versions}): ${result.reason ?? result.verdict}`);
  const frames = options.captures?.(result);
  if (frames && frames.length > 0) {
    const port = /:(\d+)$/.exec(result.transcript?.events.find((event) => event.kind === 'connected')?.remote ?? '')?.[1];
    const hint = port === undefined || port === '3306' ? '' : `\nOpen with: tshark -d tcp.port==${port},mysql (or Wireshark, Decode As, MySQL).`;
    return writePcapng({ application: `mywire ${report.mywire}`, comment: `${comment}\nCaptured, not synthesised.${hint}` }, frames);
  }
  return transcriptAsPcapng(result.transcript as NonNullable<CheckResult['transcript']>, { mywire: report.mywire, startedAt: report.startedAt, comment });
}

function heading(result: CheckResult, target: TargetReport, report: RunReport): string {
  const lines = [
    `${result.case}, delivery ${result.delivery}: ${result.title}`,
    `target    ${result.target} (${target.versions})`,
    `run       mywire ${report.mywire}, ${report.startedAt}`,
    ...(result.tries > 1 ? [`tries     ${result.tries}, of which ${result.deviatingTries} deviated; this is the first that did`] : []),
    ...(result.deviation ? [`expected  ${result.deviation.expected}`, `got       ${result.deviation.got}`] : []),
    ...result.source.flatMap((source) => [`manual    ${manualLine(source)}`, `          ${source.url}`]),
    `repeat    ${repeatCommand(result)}`,
    'Times are ms since the connection was asked for; -> is from us, <- from the target; offsets and lengths are bytes of the payload.',
  ];
  return `${lines.map((line) => oneLine(line)).join('\n')}\n\n`;
}
