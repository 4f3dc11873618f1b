import type { Command } from 'commander';
import { InvalidArgumentError, Option } from 'commander';
import { type Level, levels } from '../case/verdict.ts';
import type { Selection } from '../run/select.ts';
import { isImageName, isProgramName, startedProducts } from '../target/products.ts';
import { CliError } from './error.ts';

/** An option that may be given again and again. */
export const collect = (value: string, before: string[] = []): string[] => [...before, value];

/** A whole number within bounds, or commander's message and exit code 2. */
export function whole(least: number, most: number): (value: string) => number {
  return (value) => {
    const n = Number(value);
    if (!Number.isInteger(n) || n < least || n > most)
      throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`);
    return n;
  };
}

const unitMs = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const;

/** '90s', '10m', '2h' in ms; a bare number is seconds. */
export function durationMs(text: string): number {
  const [, number, unit = 's'] = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(text) ?? [];
  if (number === undefined) throw new InvalidArgumentError('It must be a duration: 90s, 10m, 2h.');
  return Number(number) * unitMs[unit as keyof typeof unitMs];
}

export function selectionOptions(command: Command): Command {
  return command
    .option('--case <id>', 'only this case; * stands for any text; may be repeated', collect)
    .option('--area <area>', 'only this area; may be repeated', collect)
    .option('--level <level>', `only this level (${levels.join(', ')}); may be repeated`, collectLevel);
}

export function selectionOf(options: Record<string, unknown>): Selection {
  return {
    ...(options['case'] ? { cases: options['case'] as string[] } : {}),
    ...(options['area'] ? { areas: options['area'] as string[] } : {}),
    ...(options['level'] ? { levels: options['level'] as Level[] } : {}),
  };
}

/** 'haproxy=/usr/sbin/haproxy', 'proxysql:2.0.18=/opt/proxysql': the program of a product, or of one version of it. */
export const program = pairs(isProgramName, 'product=path or product:version=path');
/** 'mariadb:11.8=mine/mariadb' */
export const image = pairs(isImageName, 'product:version=image');

function pairs(isName: (name: string) => boolean, form: string) {
  return (value: string, before: Record<string, string> = {}): Record<string, string> => {
    const at = value.indexOf('=');
    const name = value.slice(0, at);
    if (at <= 0 || at === value.length - 1 || !isName(name))
      throw new InvalidArgumentError(`It must be ${form}; the products are ${startedProducts.join(', ')}.`);
    return { ...before, [name]: value.slice(at + 1) };
  };
}

function collectLevel(value: string, before: Level[] = []): Level[] {
  const level = levels.find((l) => l === value.toUpperCase());
  if (!level) throw new InvalidArgumentError(`It must be one of ${levels.join(', ')}.`);
  return [...before, level];
}

/** What is known beside what mywire knows by itself, or that nothing is: of the two commander would take the last, and say nothing. */
export function knownOptions(what: 'deviations' | 'findings'): [known: Option, none: Option] {
  type Before = string[] | false | undefined;
  const both = () => new CliError('CLI_BAD_OPTION', 'give --expectations or --no-expectations, not both');
  return [
    new Option('--expectations <file>', `known ${what}, beside the built-in ones; may be repeated`).argParser((value, before: Before) => {
      if (before === false) throw both();
      return collect(value, before);
    }),
    new Option('--no-expectations', `know of no ${what}`).argParser((_value, before: Before): Before => {
      if (before) throw both();
      return false;
    }),
  ];
}

/** The word of the user without which heavy work on somebody's server is refused. */
export const ownershipOption = (command: Command): Command =>
  command.option(
    '--i-own-this-target',
    'the address is yours, or you may do this to it: what is neither on loopback nor started by mywire needs it',
  );

/** How targets are found and which accounts they have. */
export function targetOptions(command: Command): Command {
  return ownershipOption(command)
    .option('--check-user <user>', 'a user with an empty password at an address target')
    .option('--user <user>', 'a user with a password at an address target')
    .option('--password <password>', 'its password; better in MYWIRE_PASSWORD')
    .addOption(
      new Option('--plugin <name>', 'authentication plugin of these users; mysql_native_password if it is not given').choices([
        'mysql_native_password',
        'caching_sha2_password',
      ]),
    )
    .option('--database <name>', 'a database that exists at an address target')
    .option('--as <product:version>', 'what an address target is, for its expectations: proxysql:2.7.1')
    .option(
      '--binary <product=path>',
      'the program to use for a local product, or for one version of it (proxysql:2.0.18=…); may be repeated',
      program,
    )
    .option('--image <name=image>', 'the image to use for a Docker product, mariadb:11.8=mine/mariadb; may be repeated', image);
}
