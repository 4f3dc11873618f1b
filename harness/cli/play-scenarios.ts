import { scenarios } from '../../suites/scenarios.ts';
import { colors } from '../report/color.ts';
import { EachWritten } from '../report/each-written.ts';
import { playedAsJson, playedAsText, scenarioList, storyLine } from '../report/story.ts';
import { writeStory } from '../report/story-evidence.ts';
import { requireWritable } from '../report/write-safely.ts';
import { INTERRUPTED, type Played, play } from '../scenario/play.ts';
import { selectScenarios } from '../scenario/select.ts';
import { tablesOf } from '../scenario/table.ts';
import { isProduct } from '../target/target.ts';
import { parsePlace } from '../target/topology/choice.ts';
import { placesHere } from '../target/topology/places.ts';
import { CliError } from './error.ts';
import { requireFiles, writeJson } from './pipeline-files.ts';
import type { ScenarioArguments } from './scenario.ts';
import { stopOnSignals } from './stop-on-signals.ts';
import { version } from './version.ts';

/** Plays what was asked for; the exit code. */
export async function playScenarios(ids: readonly string[], options: ScenarioArguments): Promise<number> {
  const { json, out: dir } = options;
  const chosen = selectScenarios(scenarios, ids);
  const c = colors(options.color && process.stdout.isTTY === true);
  // JSON on standard output must stand there alone.
  const screen = json === '-' ? process.stderr : process.stdout;
  const writes = new EachWritten();
  const say = (line: string) => void screen.write(`${line}\n`);
  if (options.list) {
    say(scenarioList(chosen));
    return 0;
  }
  if (dir) await requireWritable(dir);
  await requireFiles({ '--json': json });
  const binaries = options.binary ?? {};
  for (const product of Object.keys(binaries)) {
    if (!isProduct(product)) throw new CliError('CLI_BAD_OPTION', `--binary: there is no product ${product}`);
  }
  const targetOptions = { binaries, images: options.image ?? {}, onNote: say };
  const all: Played[] = [];
  const stop = stopOnSignals(() => say('stopping, then reporting what was reached (once more to stop at once)'));
  let planned = 0;
  try {
    for (const scenario of chosen) {
      const places = options.on?.map(parsePlace) ?? [await placesHere(scenario.topology, targetOptions)];
      for (const place of places) {
        for (let turn = 1; turn <= options.repeat; turn++) {
          planned++;
          if (stop.signal.aborted) continue;
          say(`${c.bold(scenario.id)}  ${scenario.title}`);
          const played = await play(scenario, place, {
            full: options.full ?? false,
            targetOptions,
            onLine: (line) => say(storyLine(line)),
            signal: stop.signal,
          });
          // Taps hold every byte: they are written now and let go.
          const folder = dir && (await writes.attempt(() => writeStory(dir, played, turn, version(), targetOptions)));
          say(playedAsText(played, c, folder));
          all.push({ ...played, taps: [] });
        }
      }
    }
  } finally {
    stop.end();
  }
  const stopped = stop.signal.aborted;
  // The one that was interrupted is no turn.
  const unequal = differing(all.filter(({ reason }) => reason !== INTERRUPTED));
  for (const line of unequal) say(line);
  await writeJson(writes, json, () => `${playedAsJson(all)}\n`);
  if (options.table) {
    const columns = all.flatMap(({ scenario, observed }) => (observed && scenario.answers ? [scenario.answers(observed)] : []));
    say(tablesOf(columns));
  }
  const count = (verdict: Played['verdict']) => all.filter((one) => one.verdict === verdict).length;
  say(
    `${count('pass')} passed, ${count('fail')} failed, ${count('inconclusive')} inconclusive, ${count('skipped')} skipped${planned > all.length ? `, ${planned - all.length} not played` : ''}`,
  );
  writes.end();
  if (count('fail') > 0 || unequal.length > 0) return 1;
  if (stopped) return 3;
  if (count('pass') + count('inconclusive') === 0) return 1;
  return count('inconclusive') > 0 ? 3 : 0;
}

/** The same scenario on the same place must come to the same verdicts every time. */
function differing(all: readonly Played[]): string[] {
  const seen = new Map<string, string>();
  const lines: string[] = [];
  for (const { scenario, on, verdict, results } of all) {
    const key = `${scenario.id} on ${on}`;
    const now = JSON.stringify([verdict, results.map((one) => [one.name, one.verdict])]);
    const before = seen.get(key);
    if (before !== undefined && before !== now) lines.push(`${key}: verdicts differ between turns: ${before} and ${now}`);
    seen.set(key, before ?? now);
  }
  return lines;
}
