import { basename } from 'node:path';
import { stringify } from 'yaml';
import { type ByteScript, byteScript } from '../replay/byte-script.ts';
import { type Captured, LINK } from '../replay/captured.ts';
import { minimalCase } from '../replay/minimal-case.ts';
import type { PlayedConnection, Replayed } from '../replay/replayed.ts';
import { caseOf, type WrittenCase } from '../replay/to-case.ts';
import type { PlaysAs } from '../replay/users.ts';
import { writeSafely } from '../report/write-safely.ts';
import { parseCases } from '../run/case-file.ts';
import { runTarget } from '../run/run-target.ts';
import type { RunningTarget } from '../target/target.ts';
import type { ReplayCapture } from './replay-capture.ts';

/** What came of a replay, and where. */
export interface PlayedOn {
  readonly replayed: Replayed;
  readonly target: RunningTarget;
  readonly playsAs: PlaysAs;
}

/** So many cases are played until they are as small as they can be; those behind them are written as they are. */
const MOST_MINIMAL = 10;

/** Writes cases of the connections that differ, up to where they do, and as small as shows it on the target; without a replay, of all. */
export async function writeCases(
  path: string,
  file: string,
  capture: ReplayCapture,
  connections: readonly Captured[],
  say: (line: string) => void,
  on?: PlayedOn,
): Promise<void> {
  const name = basename(file);
  const played = new Map(on?.replayed.connections.map((one) => [one.connection, one]));
  const howOf = ({ tcp }: Captured) => played.get(`${LINK} ${tcp.id}`);
  const wanted = connections.filter((one) => !on || howOf(one)?.difference || howOf(one)?.endings?.same === false);
  await capture.keepBytes(wanted);
  const whole = wanted.map((one) => {
    const captured = capture.withBytes(one);
    const script = byteScript(captured.tcp);
    const until = placeOf(script, howOf(one));
    return caseOf({ name, captured, script, ...(until === undefined ? {} : { until }) });
  });
  if (whole.length === 0) {
    say('no connection differs, so there is no case to write');
    return;
  }
  const cases: WrittenCase[] = [];
  for (const [i, one] of whole.entries())
    cases.push(on && i < MOST_MINIMAL ? await smallest(one, asPlayed(on, wanted[i]?.user), path, say) : one);
  const head = `# What clients sent in ${name}, and what they got there: written by "mywire replay".\n# Run it with: mywire run TARGET --cases ${basename(path)}\n`;
  await writeSafely(path, head + textOf(cases));
  say(`${cases.length} ${cases.length === 1 ? 'case' : 'cases'} written to ${path}`);
}

const textOf = (cases: readonly WrittenCase[]): string => stringify(cases, { lineWidth: 0, aliasDuplicateObjects: false });

/** The target with an account to log in to, where it has none: the one that the connection was played as. */
function asPlayed({ target, playsAs }: PlayedOn, captured: string | undefined): RunningTarget {
  if (target.accounts.login || captured === undefined) return target;
  const { user, password } = playsAs(captured);
  if (!password) return target;
  return { ...target, accounts: { ...target.accounts, login: { user, password, plugin: 'mysql_native_password', own: true } } };
}

/** The smallest case that fails on the target as the whole one does; the whole one, where that does not fail: that is told. */
async function smallest(written: WrittenCase, target: RunningTarget, path: string, say: (line: string) => void): Promise<WrittenCase> {
  const before = await deviationOn(target, written, path);
  if (before === undefined) {
    say(`${written.id}: played alone the case does not fail here: the difference needs what other connections did, or an account`);
    return written;
  }
  const { case: left, tries } = await minimalCase(written, async (one) => (await deviationOn(target, one, path)) === before);
  const fewer = written.script.length - left.script.length;
  if (fewer > 0) say(`${written.id}: ${fewer} of ${written.script.length} steps left out, in ${tries} tries, and it fails in the same way`);
  return left;
}

/** How a case fails, in one line; undefined: it does not. It is read from the text that is written. */
async function deviationOn(target: RunningTarget, written: WrittenCase, path: string): Promise<string | undefined> {
  const { results } = await runTarget(target, parseCases(textOf([written]), path));
  const deviation = results.find(({ verdict }) => verdict === 'fail')?.deviation;
  return deviation && `${deviation.axis}: ${deviation.expected}; ${deviation.got}`;
}

/** Of the captured answers: the first that was another; undefined: it was the end. */
function placeOf({ answers }: ByteScript, how: PlayedConnection | undefined): number | undefined {
  const packet = how?.difference?.packets?.captured;
  const at =
    packet &&
    answers.findIndex(
      ({ at: frame, name, sequenceId }) => frame === packet.frame && name === packet.name && sequenceId === packet.sequenceId,
    );
  return at === undefined || at < 0 ? undefined : at;
}
