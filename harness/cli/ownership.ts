import { createInterface } from 'node:readline/promises';
import type { Case } from '../case/case.ts';
import type { GateConfig } from '../gate/config.ts';
import { fits } from '../run/select.ts';
import { isOurs } from '../target/ours.ts';
import { CliError } from './error.ts';

/** With so many sessions or fewer, a run is a look and no load. */
const FEW_SESSIONS = 100;

/** Sessions that a run has with a target, at least. */
export const sessionsOf = (cases: readonly Case[], tries: number | undefined): number =>
  cases.reduce((sum, one) => sum + (one.tries === undefined ? 1 : (tries ?? one.tries)), 0);

/** What heavy work does to its target, for the question; undefined: it is not heavy. */
export const heavyRun = (cases: readonly Case[], tries: number | undefined): string | undefined => {
  const sessions = sessionsOf(cases, tries);
  return sessions <= FEW_SESSIONS ? undefined : `${sessions} sessions or more, many of them broken on purpose`;
};

/** Who else may say so. */
interface Asked {
  /** The configuration that was read; else the one of this folder. */
  readonly config?: GateConfig;
  /** Undefined where nobody can be asked. */
  readonly ask: ((question: string) => Promise<string>) | undefined;
}

/**
 * Heavy work on what is neither on loopback nor started by us wants a word of the user: the option, a line in the configuration, or at a
 * terminal an answer.
 * @param does what would be done to the targets; undefined: nothing heavy
 * @throws CliError CLI_BAD_OPTION
 */
export async function requireOwned(
  names: readonly string[],
  does: string | undefined,
  { iOwnThisTarget }: { readonly iOwnThisTarget?: boolean },
  { config, ask }: Asked = { ask: asker() },
): Promise<void> {
  if (does === undefined || iOwnThisTarget) return;
  const others = names.filter((name) => !isOurs(name));
  if (others.length === 0) return;
  const { owned = [] } = config ?? (await (await import('./config-file.ts')).configIn(undefined));
  const strange = others.filter((name) => !owned.some((pattern) => fits(name, pattern)));
  if (strange.length === 0) return;
  const says = `${strange.join(' and ')} ${strange.length === 1 ? 'is' : 'are'} neither on loopback nor started by mywire, and this sends ${does}`;
  const answer = await ask?.(`mywire: ${says}.\nIs it yours, or may you do that to it? [y/N] `);
  if (/^y(es)?$/i.test(answer?.trim() ?? '')) return;
  throw new CliError(
    'CLI_BAD_OPTION',
    `${says}; if it is yours, add --i-own-this-target, or write "owned: ['${strange[0]}']" into mywire.config.yaml`,
  );
}

/** Asks a person; undefined where none sits there. */
export const asker = (): Asked['ask'] =>
  process.stdin.isTTY && process.stderr.isTTY
    ? async (question) => {
        const lines = createInterface({ input: process.stdin, output: process.stderr });
        // Ctrl-C and the end of input are no.
        const closed = new Promise<string>((resolve) => lines.once('close', () => resolve('')));
        try {
          return await Promise.race([lines.question(question), closed]);
        } finally {
          lines.close();
        }
      }
    : undefined;
