import { Command } from 'commander';

/** mywire redact: a capture that may leave the house. */
export function redactVerb(): Command {
  return new Command('redact')
    .description('take names, passwords, proofs, statements and values out of a capture; lengths, framing and numbers stay')
    .argument('<in>', 'pcap or pcapng, gzip and zstd too')
    .argument('<out>', 'the new pcapng')
    .addHelpText(
      'after',
      `
Each byte that is not known to be the protocol's own becomes filler (x, or zeros), so packets, lengths, sequence ids, error codes,
flags and TCP's numbers stay, and every tool still decodes the file. What TLS or compression carried becomes zeros, TLS secrets,
comments and frames that are no TCP are left out; IP packets in pieces are written whole. Addresses and ports, times, and the lengths of all texts stay.`,
    )
    .action(async (from: string, to: string) => {
      const { keepHeapSmall } = await import('./small-heap.ts');
      keepHeapSmall();
      const { requireReadable } = await import('./given-text.ts');
      requireReadable(from, 'the capture');
      const { redactFile, redactedInWords } = await import('../record/redact/redact-file.ts');
      const { version } = await import('./version.ts');
      const redacted = await redactFile(from, to, version());
      process.stdout.write(`${[...redactedInWords(redacted), `written to ${to}`].join('\n')}\n`);
      if (redacted.fault !== undefined) process.exitCode = 3;
    });
}
