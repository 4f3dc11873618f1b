import { expect, test } from 'vitest';
import { recordedIn } from '../../harness/scenario/recorded.ts';
import { tablesOf } from '../../harness/scenario/table.ts';
import { scenarios } from '../scenarios.ts';

const head = `# The same questions to every proxy

What each product answered, on real programs, each in front of two servers. Made from the recordings in \`pcaps/scenarios\`
(\`npx vitest run suites/through-a-proxy -u\`); \`mywire scenario 'through-a-proxy/*' --table\` asks the programs of this machine.
"not on the wire" is said of the legs to the servers. All settings not named in \`fixtures/configs/*-two-servers.*\` are defaults.

`;

test('TABLE.md is what the recordings say', async () => {
  const recorded = recordedIn('pcaps/scenarios');
  const columns = scenarios.flatMap((scenario) =>
    recorded
      .filter(({ recording }) => recording.scenario === scenario.id && scenario.answers)
      .map(({ observed }) => scenario.answers?.(observed)),
  );
  expect(columns.length).toBeGreaterThan(0);
  await expect(head + tablesOf(columns.filter((one) => one !== undefined))).toMatchFileSnapshot('TABLE.md');
});
