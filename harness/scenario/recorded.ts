import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { type Recording, wireOfCapture } from './recording.ts';
import type { Observed } from './scenario.ts';

/** A play that was kept. */
export interface Recorded {
  readonly folder: string;
  readonly recording: Recording;
  readonly observed: Observed<unknown>;
}

/** The recordings below a folder, by name. Wireshark opens both forms of a capture; the long ones are kept small. @throws PcapError */
export function recordedIn(root: string): Recorded[] {
  const folders = existsSync(root) ? readdirSync(root).filter((name) => existsSync(join(root, name, 'recording.json'))) : [];
  return folders.sort().map((folder) => {
    const recording = JSON.parse(readFileSync(join(root, folder, 'recording.json'), 'utf8')) as Recording;
    const capture = join(root, folder, 'wire.pcapng');
    const bytes = existsSync(capture) ? readFileSync(capture) : gunzipSync(readFileSync(`${capture}.gz`));
    return { folder, recording, observed: { ...recording, wire: wireOfCapture(bytes, recording.until) } };
  });
}
