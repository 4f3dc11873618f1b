import { readdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { ownerIsGone, ownerName } from '../target/owner.ts';

let made = 0;
const swept = new Map<string, Promise<void>>();
const ours = /^\.mywire-(.+)-\d+\.tmp$/;

/**
 * A name in the folder for what is renamed once it is whole. It tells whose it is: what processes left here that are gone is removed,
 * once per folder.
 */
export async function temporaryIn(folder: string): Promise<string> {
  const path = resolve(folder);
  const sweeping = swept.get(path) ?? sweep(path);
  swept.set(path, sweeping);
  await sweeping;
  return join(path, `.mywire-${ownerName().replaceAll('/', ',')}-${made++}.tmp`);
}

async function sweep(folder: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    const owner = ours.exec(name)?.[1]?.replaceAll(',', '/');
    if (owner !== undefined && ownerIsGone(owner)) await rm(join(folder, name), { force: true }).catch(() => undefined);
  }
}
