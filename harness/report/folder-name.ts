import { join } from 'node:path';

/** Longest name, in characters: every file system takes it. */
const LONGEST = 100;
/** Device names of Windows, with any extension. */
const RESERVED = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

/** Names of targets and cases as names of folders: what is not plain becomes '-', and no two meet in one folder. */
export class FolderNames {
  /** Paths given out, in lower case: some file systems do not tell cases apart. */
  readonly #taken = new Set<string>();

  /** A folder below `parent` that this object has not given out before. */
  unique(parent: string, name: string): string {
    const safe = this.same(name);
    for (let i = 1; ; i++) {
      const path = join(parent, i === 1 ? safe : `${safe}~${i}`);
      if (this.#taken.has(path.toLowerCase())) continue;
      this.#taken.add(path.toLowerCase());
      return path;
    }
  }

  /** The same name gives the same folder. */
  same(name: string): string {
    const plain = name
      .replaceAll(/[^A-Za-z0-9._+=@-]/g, '-')
      .replace(/^\.+/, '-')
      .slice(0, LONGEST)
      .replace(/\.+$/, '-');
    return plain === '' || RESERVED.test(plain) ? `_${plain}` : plain;
  }
}
