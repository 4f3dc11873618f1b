import type { CapturedFrame } from '../pcap/captured-frame.ts';
import { writePcapng } from '../pcap/pcapng-writer.ts';
import type { CheckResult, RunReport, TargetReport } from '../run/result.ts';
import { oneLine } from './layout.ts';
import { withMysqlPort } from './mysql-port.ts';
import { transcriptAsPcapng } from './transcript-capture.ts';

/**
 * The packets of a check as a pcapng file: its captured frames where there are any, else frames made of its transcript.
 * Undefined where no connection came about.
 */
export function checkAsPcapng(
  result: CheckResult,
  target: TargetReport,
  report: RunReport,
  frames: readonly CapturedFrame[] | undefined,
): Uint8Array | undefined {
  const comment = oneLine(
    `${result.case}, delivery ${result.delivery}, on ${result.target} (${target.versions}): ${result.reason ?? result.verdict}`,
  );
  const application = `mywire ${report.mywire}`;
  if (frames && frames.length > 0) {
    const readable = withMysqlPort(frames);
    return writePcapng(
      {
        application,
        comment: `${comment}\nCaptured, not synthesised. ${readable.says}`.trimEnd(),
        ...(result.transcript?.tlsSecrets ? { tlsSecrets: result.transcript.tlsSecrets } : {}),
      },
      readable.frames,
    );
  }
  return result.transcript && transcriptAsPcapng(result.transcript, { mywire: report.mywire, startedAt: report.startedAt, comment });
}
