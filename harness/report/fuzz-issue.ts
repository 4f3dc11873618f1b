import type { Source } from '../case/case.ts';
import type { Level } from '../case/verdict.ts';
import type { PlayedClient } from '../fuzz/play.ts';
import type { FindingEvidence } from './fuzz-evidence.ts';
import { clientText, type ToldFinding, underLoad } from './fuzzed.ts';
import { attached, claims, exchange } from './issue.ts';
import { cut, oneLine } from './layout.ts';
import { manualItems } from './manual-line.ts';
import { codeBlock, codeSpan, plain } from './markdown.ts';

/** What a finding breaks. */
export interface MustHold {
  readonly says: string;
  /** Of a rule that a manual has. */
  readonly level?: Level;
  readonly source: readonly Source[];
}

const WIDTH = 160;

/** A finding as an issue for a vendor's tracker, in Markdown: what was sent, what came back, what the manual says, how to see it. */
export function findingAsIssue(finding: ToldFinding, evidence: FindingEvidence, files: readonly string[]): string {
  const { id, oracle, says, exec, again, node, seen, known } = finding;
  const { versions, mywire, repeat, repeatCase, asCase, caseRuns, holds, target } = evidence;
  return [
    `# ${plain(cut(`${oneLine(versions)}: ${oneLine(withoutPlace(says, exec.clients.length))}`, WIDTH))}`,
    '',
    ...(holds ? [`What should hold: ${plain(holds.says)}`, ''] : []),
    `* Got: ${plain(says)}`,
    `* ${again.of > 0 ? `Seen again in ${again.shown} of ${again.of} tries` : 'Not played again'}${underLoad(finding)}; ${seen} sessions of the campaign showed it`,
    ...nodeLines(node, oracle, evidence.nodes),
    '',
    ...manualLines(holds, evidence.played[0]),
    ...(known === undefined ? [] : [`Known already: ${plain(known)}`, '']),
    '## What was sent, and what came back',
    '',
    ...exec.clients.map((client, i) => `* ${exec.clients.length > 1 ? `Client ${i}: ` : ''}${codeSpan(clientText(client))}`),
    '',
    ...exchanges(evidence),
    '## How to see it',
    '',
    'In the folder that this file is in:',
    '',
    ...codeBlock([repeat, ...(asCase && caseRuns?.deviates ? [repeatCase] : [])]),
    '',
    ...caseLines(evidence),
    `Versions: ${plain(versions)}. Found by mywire ${plain(mywire)} (${codeSpan(id)}, oracle ${plain(oracle)}) on ${codeSpan(target)}.`,
    '',
    'Attached:',
    ...attached(files),
    '',
  ].join('\n');
}

/** Who it was and where is no news to who reads a title. */
const withoutPlace = (says: string, clients: number): string =>
  clients > 1 ? says : says.replace(/^client 0(, several commands at once)?[:,]? /, '');

/** A watch looks at the programs; else each node was played with those behind it, from the back, until one showed it. */
function nodeLines(node: string | undefined, oracle: string, nodes: FindingEvidence['nodes']): string[] {
  if (node === undefined) return [];
  const last = nodes.at(-1)?.name === node;
  const how =
    nodes.length < 2 || oracle === 'alive' || oracle === 'baseline'
      ? ''
      : last
        ? ': played alone'
        : ': what is behind it, played alone, does not';
  return [`* It is **${plain(node)}** that does it${how}`];
}

/** What was seen of the case when it was run: a race does not come every time. */
function caseLines({ asCase, caseRuns, right }: FindingEvidence): string[] {
  if (!asCase) return [];
  if (!caseRuns) return ['case.yaml sends the same; it was not run.', ''];
  const { deviates, of } = caseRuns;
  if (deviates > 0) return of > deviates ? [`The case deviated in ${deviates} of ${of} runs: it does not come every time.`, ''] : [];
  const runs = of === 1 ? 'once, and it passed' : `${of} times, and it passed each time`;
  return [`case.yaml sends the same. It was run ${runs}${right ? '.' : ': no single answer is wrong by itself.'}`, ''];
}

function manualLines(holds: MustHold | undefined, client: PlayedClient | undefined): string[] {
  if (holds?.level === undefined || holds.source.length === 0) return [];
  const greeting = client?.packets.find(({ name }) => name === 'HandshakeV10')?.value?.['serverVersion'];
  return [claims[holds.level], ...manualItems(holds.source, greeting === undefined ? undefined : String(greeting)), ''];
}

function exchanges({ played, right }: FindingEvidence): string[] {
  if (played.length === 0) return ['It was not played again: there are no packets of it.', ''];
  const told = played.map((client, i) => [right ? 'As it went wrong:' : played.length > 1 ? `Client ${i}:` : '', client] as const);
  return [...told, ...(right ? [['As it should be answered:', right] as const] : [])].flatMap(([heading, { transcript }]) => [
    ...(heading === '' ? [] : [heading, '']),
    ...codeBlock(exchange(transcript)),
    '',
  ]);
}
