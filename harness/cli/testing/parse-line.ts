import { suites } from '../../../suites/index.ts';
import { scenarios } from '../../../suites/scenarios.ts';
import { defects } from '../../reference/index.ts';
import { select } from '../../run/select.ts';
import { parseTarget } from '../../target/parse-target.ts';
import { isFront } from '../../target/products.ts';
import { mywireProgram } from '../program.ts';

/** A line for a shell, taken apart as far as our pages and our help need it. */
export interface Simple {
  /** NAME=value in front of the program. */
  readonly environment: Readonly<Record<string, string>>;
  readonly words: readonly string[];
  /** Behind `>`. */
  readonly into?: string;
}

/** The programs of a line: `&&` between two, a pipe's first only, single quotes, `npx mywire` as mywire. */
export function simplesOf(line: string): Simple[] {
  return line.split(' && ').map((text) => {
    const [command = ''] = text.split(' | ');
    const [, before = '', into] = /^(.*?)(?: > (\S+))?$/.exec(command.replace(/<\(.*?\)/g, '')) ?? [];
    const words = [...before.matchAll(/((?:'[^']*'|[^\s'])+)/g)].map(([word]) => word.replaceAll("'", ''));
    const environment: Record<string, string> = {};
    while (/^[A-Z_]+=/.test(words[0] ?? '')) {
      const [name = '', ...value] = (words.shift() as string).split('=');
      environment[name] = value.join('=');
    }
    if (words[0] === 'npx' && words[1] === 'mywire') words.shift();
    return { environment, words, ...(into !== undefined && { into }) };
  });
}

interface Parsed {
  readonly verb: string;
  readonly args: readonly string[];
  readonly options: Record<string, unknown>;
}

/** Parses the words behind `mywire` by the verb's own options, and does nothing. Throws as commander does. */
export async function parsed(words: readonly string[]): Promise<Parsed | undefined> {
  const program = await mywireProgram();
  let found: Parsed | undefined;
  for (const command of program.commands) {
    command.configureOutput({ writeErr: () => undefined });
    command.action(() => {
      found = { verb: command.name(), args: command.args, options: command.opts() };
    });
  }
  if (words.length === 1 && ['--version', '--help'].includes(words[0] as string)) return undefined;
  await program.parseAsync([...words], { from: 'user' });
  if (!found) throw new Error(`mywire ${words.join(' ')} ran no verb`);
  return found;
}

/** Parses a line, and looks up the targets, cases, defects and scenarios that it names. `own`: it brings cases of its own. */
export async function check(words: readonly string[]): Promise<void> {
  const found = await parsed(words);
  if (!found) return;
  const { verb, args, options } = found;
  const given = [...(verb === 'run' || verb === 'fuzz' ? args : []), options['target'], options['against'], options['candidate']];
  for (const target of given.filter((one) => one !== undefined)) parseTarget(withServer(target as string));
  if (options['cases'] === undefined) {
    const cases = [...(verb === 'explain' ? args : []), ...((options['case'] as string[] | undefined) ?? [])];
    const areas = options['area'] as string[] | undefined;
    select(suites, { cases, ...(areas ? { areas } : {}) });
  }
  const known = defects.map(({ name }) => name as string);
  for (const defect of (options['defect'] as string[] | undefined) ?? [])
    if (!known.includes(defect)) throw new Error(`there is no defect ${defect}`);
  if (verb !== 'scenario') return;
  for (const id of args) if (!scenarios.some((one) => one.id === id || one.report === id)) throw new Error(`there is no scenario ${id}`);
}

/** A gate's candidate may leave its server out; any will do here. */
function withServer(target: string): string {
  return isFront(target.replace(/:.*$/, '')) && !target.includes('+') ? `${target}+mariadb:11.8` : target;
}
