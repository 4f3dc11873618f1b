import { Command } from 'commander';

/** mywire explain CASE: what a case asks, and why. */
export function explainVerb(): Command {
  return new Command('explain')
    .description('tell what a case sends, what it expects and which page of the manual says so')
    .argument('<case>', 'the id of a case, or several with *')
    .action(async (id: string) => {
      const [{ suites }, { select }, { explainCase }] = await Promise.all([
        import('../../suites/index.ts'),
        import('../run/select.ts'),
        import('../run/explain.ts'),
      ]);
      for (const one of select(suites, { cases: [id] })) process.stdout.write(`${explainCase(one)}\n`);
    });
}
