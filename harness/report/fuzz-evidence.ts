import { join } from 'node:path';
import { stringify } from 'yaml';
import type { PlayedClient } from '../fuzz/play.ts';
import type { CapturedFrame } from '../pcap/captured-frame.ts';
import { writePcapng } from '../pcap/pcapng-writer.ts';
import type { WrittenCase } from '../replay/to-case.ts';
import type { ToldNode } from '../run/result.ts';
import { findingAsIssue, type MustHold } from './fuzz-issue.ts';
import type { ToldFinding } from './fuzzed.ts';
import { withMysqlPort } from './mysql-port.ts';
import { type Files, nodeFiles } from './node-files.ts';
import { transcriptAsPcapng } from './transcript-capture.ts';
import { transcriptAsText } from './transcript-text.ts';
import { writeSafely } from './write-safely.ts';

/** What is known of a finding beside itself. */
export interface FindingEvidence {
  readonly mywire: string;
  readonly target: string;
  readonly versions: string;
  readonly nodes: readonly ToldNode[];
  /** The smallest exec, played once more; empty where there is none. */
  readonly played: readonly PlayedClient[];
  /** What it is held against: the same client, otherwise delivered. */
  readonly right?: PlayedClient | undefined;
  /** Captured while it was played, on all legs, where that is permitted. */
  readonly frames?: readonly CapturedFrame[] | undefined;
  /** In the language of cases, where that can say it. */
  readonly asCase?: WrittenCase | undefined;
  /** How often the case was run, up to the first time it deviated; absent where there was no time for it. */
  readonly caseRuns?: { readonly deviates: number; readonly of: number } | undefined;
  /** What must hold: the rule that is broken, or what the oracle says. */
  readonly holds?: MustHold | undefined;
  /** The command that plays the exec again, from its folder. */
  readonly repeat: string;
  /** The same of the case. */
  readonly repeatCase: string;
}

/** Writes the folder of a finding: the session, the case, the packets, an issue for a vendor's tracker. Its name. */
export async function writeFindingFolder(folder: string, finding: ToldFinding, evidence: FindingEvidence): Promise<string> {
  const { played, asCase } = evidence;
  const files: Files = { 'exec.json': `${JSON.stringify({ path: finding.path, ...finding.exec }, null, 1)}\n` };
  if (asCase) files['case.yaml'] = stringify([asCase], { lineWidth: 140 });
  played.forEach(({ transcript }, i) => {
    files[`transcript${played.length > 1 ? `-${i + 1}` : ''}.txt`] = transcriptAsText(transcript);
  });
  if (evidence.right) files['transcript-right.txt'] = transcriptAsText(evidence.right.transcript);
  const pcapng = packetsOf(evidence);
  if (pcapng) files['wire.pcapng'] = pcapng;
  Object.assign(files, nodeFiles(evidence.nodes));
  files['issue.md'] = findingAsIssue(finding, evidence, Object.keys(files));
  for (const [name, content] of Object.entries(files)) await writeSafely(join(folder, name), content);
  return folder;
}

function packetsOf({ frames, played, mywire, target }: FindingEvidence): Uint8Array | undefined {
  const tlsSecrets = played.map(({ transcript }) => transcript.tlsSecrets ?? '').join('');
  if (frames && frames.length > 0) {
    const readable = withMysqlPort(frames);
    const comment = [`A finding of mywire fuzz on ${target}.`, readable.says].filter(Boolean).join('\n');
    return writePcapng({ application: `mywire ${mywire}`, comment, ...(tlsSecrets === '' ? {} : { tlsSecrets }) }, readable.frames);
  }
  const first = played[0]?.transcript;
  return (
    first &&
    transcriptAsPcapng(first, {
      mywire,
      startedAt: new Date(first.startedAt).toISOString(),
      comment: `A finding of mywire fuzz on ${target}, from the socket's transcript.`,
    })
  );
}
