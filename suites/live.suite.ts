import { shippedExpectations } from '../harness/run/shipped-expectations.ts';
import { chooseTargets } from '../harness/target/choose-targets.ts';
import { registerLive } from '../harness/vitest/live.ts';
import { suites } from './index.ts';

// What this machine has; MYWIRE_TARGETS names others, separated by blanks.
const named = process.env['MYWIRE_TARGETS']?.split(/\s+/).filter((name) => name !== '');
const choice = named ? { targets: named, says: `testing ${named.join(', ')}`, untested: [] } : await chooseTargets();
console.log(choice.says);
// The run leaves out a second server, to be quick; the tests take it in where the machine has it.
const others = choice.untested.flatMap((line) => [...line.matchAll(/mywire run (\S+?)\)/g)].map(([, name = '']) => name));
// MySQL Router loses bytes and logins by chance (fixtures/expectations/mysqlrouter.yaml); MaxScale and nginx are further
// proxies. They are tested when they are named.
const more = others.filter((name) => !/^(local:)?(mysqlrouter|maxscale|nginx)\b/.test(name));

for (const target of [...choice.targets, ...more]) registerLive(target, suites, shippedExpectations(), {});
