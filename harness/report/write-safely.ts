import { mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { ReportError } from './error.ts';
import { temporaryIn } from './temporary-file.ts';

/**
 * Writes a file whole or not at all: a reader never sees half of it, and what stood there before is replaced at once.
 * Makes the folders it needs. Content may come part by part. Throws ReportError REPORT_NOT_WRITABLE.
 */
export async function writeSafely(path: string, content: string | Uint8Array | Iterable<string>): Promise<void> {
  const folder = dirname(resolve(path));
  const temporary = await temporaryIn(folder);
  try {
    await writeFile(temporary, content, { flag: 'wx' }).catch(async (error: unknown) => {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      await makeFolder(folder);
      await writeFile(temporary, content, { flag: 'wx' });
    });
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw notWritable(path, error);
  }
}

/**
 * Makes the folder and proves that files can be made in it: to be asked before a long run, not after it. Throws
 * ReportError REPORT_NOT_WRITABLE.
 */
export async function requireWritable(folder: string): Promise<void> {
  const temporary = await temporaryIn(folder);
  try {
    await makeFolder(folder);
    await writeFile(temporary, '', { flag: 'wx' });
    await rm(temporary);
  } catch (error) {
    throw notWritable(folder, error);
  }
}

/** As `requireWritable`, of a file that is written at the end. */
export async function requireWritableFile(path: string): Promise<void> {
  if (await isFolder(path)) throw notWritable(path, { code: 'EISDIR' });
  await requireWritable(dirname(resolve(path)));
}

/** mkdir -p; Node's own loops for ever where the file system answers ENOENT for a folder whose parent is there (/proc). */
async function makeFolder(path: string): Promise<void> {
  const parent = dirname(resolve(path));
  if (parent !== resolve(path) && !(await isFolder(parent))) await makeFolder(parent);
  await mkdir(path).catch(async (error: unknown) => {
    if (!(await isFolder(path))) throw error; // another writer may have made it
  });
}

const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (it) => it.isDirectory(),
    () => false,
  );

/** Why a path cannot be written, as a sentence. */
function notWritable(path: string, error: unknown): ReportError {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  const why = reasons[code] ?? (error instanceof Error ? error.message : String(error));
  return new ReportError(
    'REPORT_NOT_WRITABLE',
    path,
    `${path} cannot be written: ${why}. Name another folder or file, or correct its permissions.`,
  );
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOSPC: 'no space is left on the device',
  EDQUOT: 'the quota is used up',
  EFBIG: 'it would be larger than this shell allows (ulimit -f)',
  ENOTDIR: 'a part of the path is a file, not a folder',
  EEXIST: 'a part of the path is a file, not a folder',
  EISDIR: 'it is a folder',
  ENAMETOOLONG: 'the name is too long',
  ENOENT: 'a folder of the path is missing',
};
