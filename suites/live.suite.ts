import { readFileSync } from 'node:fs';
import { parseExpectations } from '../harness/run/expectations.ts';
import { chooseTargets } from '../harness/target/choose-targets.ts';
import { registerLive } from '../harness/vitest/live.ts';
import { suites } from './index.ts';

// What this machine has; MYWIRE_TARGETS names others, separated by blanks.
const named = process.env['MYWIRE_TARGETS']?.split(/\s+/).filter((name) => name !== '');
const choice = named ? { targets: named, says: `testing ${named.join(', ')}` } : await chooseTargets();
console.log(choice.says);
const file = 'fixtures/expectations/known.yaml';
const expectations = parseExpectations(readFileSync(new URL(`../${file}`, import.meta.url), 'utf8'), file);
for (const target of choice.targets) registerLive(target, suites, expectations, {});
