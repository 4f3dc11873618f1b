import type { InspectArguments } from './inspect.ts';
import { startReading } from './inspect-thread.ts';

/** Inspects a capture and prints what it shows; the exit code. A large one is being read while what follows it is loaded. Throws as `inspectFile`. */
export async function inspectBeside(file: string, options: InspectArguments): Promise<number> {
  const thread = startReading(file);
  try {
    const { inspectFile } = await import('./inspect-file.ts');
    return await inspectFile(file, options, thread);
  } finally {
    thread?.stop();
  }
}
