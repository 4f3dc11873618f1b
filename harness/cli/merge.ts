import { Command } from 'commander';

/** mywire merge: the results of shards as one. */
export function mergeVerb(): Command {
  return new Command('merge')
    .description('join the corpora and findings of campaigns: of shards, or of night after night')
    .argument('<folders...>', 'folders of campaigns (--out of mywire fuzz)')
    .requiredOption('--out <dir>', 'where the joined corpus and findings go')
    .action(async (folders: string[], { out }: { out: string }) => {
      const { mergeCampaigns } = await import('./merge-campaigns.ts');
      process.exitCode = await mergeCampaigns(folders, out, (line) => void process.stdout.write(`${line}\n`));
    });
}
