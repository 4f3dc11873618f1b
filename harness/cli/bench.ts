import type { BenchLine } from './bench/line.ts';

/**
 * npm run bench [name…] [-- argument…]: what we promise about speed, measured against something else in the same run; and about
 * finding faults (power), which takes up to an hour and is measured where it is named.
 */
const lines: Readonly<Record<string, () => Promise<{ readonly line: BenchLine }>>> = {
  conformance: () => import('./bench/conformance.ts'),
  power: () => import('./bench/mutation-power.ts'),
  fuzz: () => import('./bench/fuzz.ts'),
  html: () => import('./bench/html.ts'),
  inspect: () => import('./bench/inspect.ts'),
  replay: () => import('./bench/replay.ts'),
};

async function main(): Promise<number> {
  const given = process.argv.slice(2);
  const cut = given.findIndex((word) => lines[word] === undefined);
  const names = cut < 0 ? given : given.slice(0, cut);
  const args = cut < 0 ? [] : given.slice(cut);
  if (names.length === 0 && args.length > 0) {
    for (const [name, load] of Object.entries(lines)) {
      const { about, promise } = (await load()).line;
      process.stdout.write(`${name}: ${about}; promised: ${promise}\n`);
    }
    return 2;
  }
  let kept = true;
  for (const name of names.length > 0 ? names : Object.keys(lines).filter((name) => name !== 'power')) {
    const { line } = await (lines[name] as (typeof lines)[string])();
    const told = await line.bench(args, (text) => process.stdout.write(`${name}: ${text}\n`));
    process.stdout.write(`${name}: ${line.promise}: ${told === true ? 'kept' : told === false ? 'NOT KEPT' : 'not measured'}\n`);
    kept &&= told !== false;
  }
  return kept ? 0 : 1;
}

process.exitCode = await main();
