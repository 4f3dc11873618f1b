import type { CheckResult, RunReport, TargetReport } from '../run/result.ts';
import type { Played } from '../scenario/play.ts';
import type { Transcript } from '../wire/transcript.ts';
import { fieldsInWords, headline } from './field-value.ts';
import { cut, oneLine } from './layout.ts';
import { manualItems } from './manual-line.ts';
import { codeBlock, codeSpan, plain } from './markdown.ts';
import { versionsOf } from './node-files.ts';
import { type Named, repeatCommand, repeatStory } from './repeat.ts';
import { storyOf } from './wire-story.ts';

/** Lines of the exchange that are told; the first and the last ones. */
const MOST_LINES = 40;
const WIDTH = 160;

export const claims: Readonly<Record<CheckResult['level'], string>> = {
  MUST: 'The manual says so:',
  SHOULD: 'The manual says it in part, and servers agree on it:',
  MAY: 'The manual allows it:',
  OBSERVE: 'No manual says what must happen here; this is what was seen, not a claim that it is wrong.',
};

/** What each file of a folder of evidence is. */
const contents: readonly (readonly [RegExp, string])[] = [
  [/^wire\.pcapng$/, 'the packets; opens in Wireshark'],
  [/^transcript(-\d+)?\.txt$/, 'the same, decoded field by field, with times'],
  [/^transcript-right\.txt$/, 'the same client as it should be answered'],
  [/^exec\.json$/, 'the session, as mywire fuzz --exec plays it'],
  [/^case\.yaml$/, 'the session as a case, as mywire run --cases plays it'],
  [/^result\.json$/, 'the result for machines'],
  [/^story\.txt$/, 'what was done, and what each assertion saw'],
  [/^recording\.json$/, 'the facts that were collected'],
  [/^(case|scenario)\.json$/, 'what was asked, as data'],
  [/^cases\.json$/, 'the case, to be asked again from the folder that this file is in'],
  [/^expectation\.yaml$/, 'the deviation as mywire knows it'],
  [/^nodes\.json$/, 'the programs with their versions and command lines'],
  [/^nodes\//, 'configuration, without passwords'],
  [/\.svg$/, 'a plot'],
];

/** The file with a case that the user brought. */
export const OWN_CASES = 'cases.json';

/** A deviation as an issue for a vendor's tracker, in Markdown: what was sent, what came back, what the manual says, how to see it. */
export function checkAsIssue(result: CheckResult, target: TargetReport, report: RunReport, files: readonly string[]): string {
  const { deviation, level, source, tries, deviatingTries, known, link } = result;
  const greeting = greeted(result.transcript);
  const told = (target.nodes ?? []).filter(({ version }) => version !== '');
  const versions =
    versionsOf(told) || (greeting && `a server that calls itself ${oneLine(greeting, 60)}`) || target.versions || result.target;
  const own = files.includes(OWN_CASES) ? OWN_CASES : undefined;
  const got = deviation?.got ?? result.reason ?? result.verdict;
  return [
    `# ${plain(cut(`${oneLine(versions)}: ${oneLine(got)}`, WIDTH))}`,
    '',
    `What should hold: ${plain(result.title)}.`,
    '',
    ...(deviation ? [`* Expected: ${codeSpan(deviation.expected)}`, `* Got: ${codeSpan(got)}`] : [`* Got: ${codeSpan(got)}`]),
    ...(tries > 1 ? [`* Seen in ${deviatingTries} of ${tries} tries`] : []),
    '',
    source.length === 0 && level !== 'OBSERVE' ? 'What is expected is the word of who wrote the case; no manual is named.' : claims[level],
    ...manualItems(source, greeting),
    ...(link ? ['', `Related: <${oneLine(link)}>`] : []),
    ...(known ? ['', `Known already: ${plain(known.reason)} <${oneLine(known.link)}>`] : []),
    '',
    '## What was sent, and what came back',
    '',
    ...(result.transcript ? codeBlock(exchange(result.transcript)) : ['There is no transcript of it.']),
    '',
    ...rest(versions, repeatCommand(result, report.command, own), files, `mywire ${report.mywire}, ${report.startedAt}`),
  ].join('\n');
}

/** A scenario that failed, as an issue. */
export function storyAsIssue(played: Played, mywire: string, files: readonly string[], named: Named = {}): string {
  const { scenario, on, results, story, nodes = [] } = played;
  const failed = results.filter(({ verdict }) => verdict === 'fail');
  const versions = versionsOf(nodes.length > 0 ? nodes : (played.observed?.nodes ?? [])) || on;
  return [
    `# ${plain(cut(`${oneLine(versions)}: ${oneLine(failed[0]?.seen ?? played.reason ?? played.verdict)}`, WIDTH))}`,
    '',
    `The story: ${plain(scenario.title)}. On ${plain(scenario.topology.says)}`,
    '',
    ...failed.flatMap(({ level, says, seen, source }) => [
      `* Must hold (${level}): ${plain(says)}`,
      `  * Seen: ${codeSpan(seen)}`,
      `  * Source: ${/^https?:/.test(source) ? `<${oneLine(source)}>` : plain(source)}`,
    ]),
    '',
    '## What was done',
    '',
    ...codeBlock(middleOut(story.map(({ at, says }) => `${(at / 1000).toFixed(3).padStart(8)} s  ${cut(oneLine(says), WIDTH)}`))),
    '',
    ...rest(versions, repeatStory(scenario.id, on, played.observed?.full ?? false, named), files, mywire),
  ].join('\n');
}

function rest(versions: string, repeat: string, files: readonly string[], by: string): string[] {
  return [
    '## How to see it',
    '',
    ...codeBlock([repeat]),
    '',
    `Versions: ${plain(versions)}. Found by ${plain(by)}.`,
    '',
    'Attached:',
    ...attached(files),
    '',
  ];
}

/** What each file of the folder is, a line each. */
export const attached = (files: readonly string[]): string[] =>
  files.map((file) => `* ${codeSpan(file)}: ${contents.find(([pattern]) => pattern.test(file))?.[1] ?? 'more of it'}`);

/** The version that the server tells of itself. */
function greeted(transcript: Transcript | undefined): string | undefined {
  const greeting =
    transcript &&
    storyOf(transcript)
      .lines.flatMap(({ packets }) => packets)
      .find(({ name }) => name === 'HandshakeV10');
  const version = greeting?.value?.['serverVersion'];
  return typeof version === 'string' && version !== '' ? version : undefined;
}

/** A line per packet and ending: `->` is the client's. */
export function exchange(transcript: Transcript): string[] {
  const { lines, left } = storyOf(transcript);
  const told = lines.flatMap(({ event, packets }) => {
    const ofPackets = packets.map((packet) => {
      const fields = packet.from === 'server' || asks(packet.name) ? fieldsInWords(packet).join(', ') : '';
      return `${packet.from === 'client' ? '->' : '<-'}  ${headline(packet)}${fields ? `: ${fields}` : ''}`;
    });
    if (event.kind === 'fin' || event.kind === 'rst') return [...ofPackets, `<-  ${event.kind.toUpperCase()}`];
    if (event.kind === 'half-closed') return [...ofPackets, '->  FIN'];
    if (event.kind === 'reset-sent') return [...ofPackets, '->  RST'];
    return event.kind === 'tls' ? [...ofPackets, `    TLS is on: ${event.version}, ${event.cipher}`] : ofPackets;
  });
  const rest = left.map((packet) => `${packet.from === 'client' ? '->' : '<-'}  ${headline(packet)}`);
  return middleOut([...told, ...rest].map((line) => cut(oneLine(line), WIDTH)));
}

/** A command, but none that logs in: who did, and with what proof, is nothing for a tracker. */
const asks = (name: string): boolean => name.startsWith('COM_') && name !== 'COM_CHANGE_USER';

function middleOut(lines: readonly string[]): string[] {
  if (lines.length <= MOST_LINES) return [...lines];
  const half = MOST_LINES / 2;
  return [...lines.slice(0, half), `    … ${lines.length - MOST_LINES} lines …`, ...lines.slice(-half)];
}
