import { join } from 'node:path';
import { stringify } from 'yaml';
import type { PlayedClient } from '../fuzz/play.ts';
import type { CapturedFrame } from '../pcap/captured-frame.ts';
import { writePcapng } from '../pcap/pcapng-writer.ts';
import type { WrittenCase } from '../replay/to-case.ts';
import type { ToldNode } from '../run/result.ts';
import { clientText, type ToldFinding } from './fuzzed.ts';
import { oneLine } from './layout.ts';
import { codeSpan, plain } from './markdown.ts';
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
  /** Does the case deviate when it is run? */
  readonly caseShows?: boolean | undefined;
  /** The command that plays the exec again, with PATH in the place of its file. */
  readonly repeat: string;
}

/** Writes the folder of a finding: the session, the case, the packets, an issue for a vendor's tracker. Its name. */
export async function writeFindingFolder(folder: string, finding: ToldFinding, evidence: FindingEvidence): Promise<string> {
  const { played, frames, asCase } = evidence;
  const files: Files = { 'exec.json': `${JSON.stringify({ path: finding.path, ...finding.exec }, null, 1)}\n` };
  if (asCase) files['case.yaml'] = stringify([asCase], { lineWidth: 140 });
  played.forEach(({ transcript }, i) => {
    files[`transcript${played.length > 1 ? `-${i + 1}` : ''}.txt`] = transcriptAsText(transcript);
  });
  if (evidence.right) files['transcript-right.txt'] = transcriptAsText(evidence.right.transcript);
  const pcapng = packetsOf(evidence);
  if (pcapng) files['wire.pcapng'] = pcapng;
  Object.assign(files, nodeFiles(evidence.nodes));
  files['issue.md'] = issue(finding, evidence, folder, frames !== undefined, Object.keys(files));
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

function issue(finding: ToldFinding, evidence: FindingEvidence, folder: string, captured: boolean, files: readonly string[]): string {
  const { id, oracle, says, exec, again, node, seen, known } = finding;
  const { target, versions, mywire, repeat, asCase, caseShows, right } = evidence;
  const sent = exec.clients.map((client, i) => `${exec.clients.length > 1 ? `client ${i + 1}: ` : ''}${clientText(client)}`);
  const path = join(folder, 'exec.json');
  return `${[
    `# ${plain(says, 160)}`,
    `Found by mywire ${mywire} (\`${id}\`) on ${codeSpan(target)} (${plain(versions)})${node === undefined ? '' : `; it is **${node}** that does it`}.`,
    ...(known === undefined ? [] : [`Known: ${plain(known)}`]),
    '## What was sent',
    sent.map((line) => `    ${oneLine(line)}`).join('\n'),
    '## What is wrong',
    `${oracle}: ${plain(says)}`,
    ...(right ? ['transcript.txt has the play that went wrong, transcript-right.txt the one that did not.'] : []),
    `It came again ${again.shown} of ${again.of} times; ${seen} sessions of the campaign showed it.`,
    '## See it again',
    `    ${repeat.replace('PATH', path)}`,
    ...(asCase && caseShows ? [`    mywire run '${target}' --cases ${join(folder, 'case.yaml')}`] : []),
    ...(asCase && !caseShows ? ['case.yaml sends the same; as a case it passes, since no single answer is wrong by itself.'] : []),
    '## Files',
    `${files.join(', ')}${captured ? '; wire.pcapng holds every leg' : ''}`,
  ].join('\n\n')}\n`;
}
