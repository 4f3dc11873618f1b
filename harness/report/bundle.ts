import { createReadStream, createWriteStream } from 'node:fs';
import { lstat, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { redactedInWords, redactFile } from '../record/redact/redact-file.ts';
import { privateFolder } from '../target/leftovers.ts';
import { ReportError } from './error.ts';
import { OWN_CASES } from './issue.ts';
import { oneLine } from './layout.ts';
import { redactedIssue, redactedTranscript } from './redacted-words.ts';
import { isCapture, secretsIn } from './secrets-in.ts';
import { TAR_END, tarHeader, tarPadding } from './tar.ts';
import { temporaryIn } from './temporary-file.ts';
import { requireWritable } from './write-safely.ts';

export interface BundleOptions {
  /** The archive; default: the folder's name and .tar.gz, here. */
  readonly out?: string | undefined;
  /** Captures are redacted; of what tells the same as text, transcripts and issues are written anew, and the rest is left out. */
  readonly redact?: boolean | undefined;
  /** Secrets may leave. */
  readonly asIs?: boolean | undefined;
  readonly mywire: string;
  readonly environment: NodeJS.ProcessEnv;
}

export interface Bundled {
  readonly path: string;
  readonly files: readonly string[];
  /** What is not in it, and what was done: lines. */
  readonly notes: readonly string[];
}

interface Entry {
  readonly name: string;
  readonly path: string;
}

/** What may stand in a redacted bundle beside captures: nothing in it comes from the wire. */
const NOT_FROM_THE_WIRE = /(^|\/)(nodes\.json|case\.json|scenario\.json|expectation\.yaml|nodes\/.+)$/;

/**
 * Makes one archive (.tar.gz) of a folder of evidence: the same files give the same bytes. Links are not followed. Throws ReportError
 * BUNDLE_HAS_SECRETS where secrets would leave, BUNDLE_NO_FOLDER, REPORT_NOT_WRITABLE.
 */
export async function bundle(dir: string, options: BundleOptions): Promise<Bundled> {
  const root = basename(resolve(dir));
  const out = options.out ?? `${root}.tar.gz`;
  const { entries, notes } = await entriesOf(dir, resolve(out));
  if (entries.length === 0)
    throw new ReportError(
      'BUNDLE_NO_FOLDER',
      dir,
      `${oneLine(dir)} has no files: give a folder of evidence, as --out of mywire run writes it.`,
    );
  await requireWritable(dirname(resolve(out)));
  const folder = privateFolder();
  const scratch = folder.path;
  try {
    const kept = options.redact ? await redacted(entries, scratch, options.mywire, notes) : entries;
    if (!options.asIs) await requireNoSecrets(kept, options);
    await write(out, root, kept);
    return { path: out, files: kept.map(({ name }) => name), notes };
  } finally {
    await folder.remove();
  }
}

async function entriesOf(dir: string, out: string): Promise<{ entries: Entry[]; notes: string[] }> {
  const is = await stat(dir).catch(() => undefined);
  if (!is?.isDirectory())
    throw new ReportError(
      'BUNDLE_NO_FOLDER',
      dir,
      `${oneLine(dir)} is no folder: give a folder of evidence, as --out of mywire run writes it.`,
    );
  const all = await readdir(dir, { recursive: true, withFileTypes: true });
  const notes: string[] = [];
  const entries = all.flatMap((entry) => {
    const path = join(entry.parentPath, entry.name);
    const name = relative(dir, path).split(sep).join('/');
    if (entry.isDirectory() || resolve(path) === out) return [];
    if (entry.isFile()) return [{ name, path }];
    notes.push(`left out: ${oneLine(name)} (no file)`);
    return [];
  });
  return { entries: entries.sort((a, b) => (a.name < b.name ? -1 : 1)), notes };
}

async function redacted(entries: readonly Entry[], scratch: string, mywire: string, notes: string[]): Promise<Entry[]> {
  const kept: Entry[] = [];
  const names = new Set(entries.map(({ name }) => name));
  const taken = new Set(names);
  const captures = new Map<string, string>();
  const later: Entry[] = [];
  for (const [i, { name, path }] of entries.entries()) {
    const isOwn = name.endsWith('case.json') && names.has(name.replace(/case\.json$/, OWN_CASES));
    if (await isCapture(path)) {
      const to = join(scratch, `${i}.pcapng`);
      const told = await redactFile(path, to, mywire);
      kept.push({ name: redactedName(name, taken), path: to });
      if (/^wire\./i.test(basename(name))) captures.set(dirname(name), to);
      notes.push(...redactedInWords(told).map((line) => `${oneLine(name)}: ${line}`));
    } else if (NOT_FROM_THE_WIRE.test(name) && !isOwn) kept.push({ name, path });
    else later.push({ name, path });
  }
  for (const [i, { name, path }] of later.entries()) {
    const to = join(scratch, `${i}.txt`);
    const capture = captures.get(dirname(name));
    const says = capture === undefined ? undefined : await anew(name, path, capture, names);
    if (says === undefined) notes.push(`left out: ${oneLine(name)} (it tells what was said on the wire)`);
    else {
      await writeFile(to, says);
      kept.push({ name, path: to });
      notes.push(`${oneLine(name)}: written anew from the redacted capture`);
    }
  }
  return kept.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** What a redacted capture is called: a pcapng, and no second file of that name (`one.pcap` may stand beside `one.pcapng.gz`). */
function redactedName(name: string, taken: Set<string>): string {
  let made = name.replace(/(\.(pcapng|pcap|cap))?(\.(gz|zst))?$/i, '.pcapng');
  if (made === name) return made;
  for (let long = name; taken.has(made); made = long) long = `${long}.pcapng`;
  taken.add(made);
  return made;
}

/** A text that tells what was said, from the redacted capture beside it; undefined: it is not of those that can be had so. */
async function anew(name: string, path: string, capture: string, names: ReadonlySet<string>): Promise<string | undefined> {
  const file = basename(name);
  if (file === 'transcript.txt') return redactedTranscript(capture);
  const result = join(dirname(path), 'result.json');
  if (file !== 'issue.md' || !names.has(name.replace(/issue\.md$/, 'result.json'))) return undefined;
  const told: unknown = await readFile(result, 'utf8')
    .then(JSON.parse)
    .catch(() => undefined);
  if (typeof told !== 'object' || told === null) return undefined;
  return redactedIssue(told, await redactedTranscript(capture), names.has(name.replace(/issue\.md$/, OWN_CASES)));
}

async function requireNoSecrets(entries: readonly Entry[], { environment, redact }: BundleOptions): Promise<void> {
  const found: string[] = [];
  for (const { name, path } of entries)
    if (!redact || !(await isCapture(path)))
      for (const secret of await secretsIn(path, environment)) found.push(`${oneLine(name)}: ${secret}`);
  if (found.length === 0) return;
  const next = redact
    ? 'Remove them'
    : 'Give --redact to take them out of the captures (transcripts and issues are written anew from them, other text that tells the same is left out then)';
  const says = `Secrets would leave:\n${found.map((line) => `  ${line}`).join('\n')}\n${next}, or --as-is if they may leave.`;
  throw new ReportError('BUNDLE_HAS_SECRETS', found[0] ?? '', says);
}

async function write(out: string, root: string, entries: readonly Entry[]): Promise<void> {
  const temporary = await temporaryIn(dirname(out));
  try {
    await pipeline(Readable.from(blocks(root, entries)), createGzip(), sameEverywhere, createWriteStream(temporary, { flags: 'wx' }));
    await rename(temporary, out);
  } catch (error) {
    await rm(temporary, { force: true });
    throw new ReportError('REPORT_NOT_WRITABLE', out, `${oneLine(out)} cannot be written: ${(error as Error).message}`);
  }
}

async function* blocks(root: string, entries: readonly Entry[]): AsyncGenerator<Uint8Array> {
  for (const { name, path } of entries) {
    const { size } = await lstat(path);
    yield tarHeader(`${root}/${name}`, size);
    let read = 0;
    for await (const chunk of createReadStream(path)) {
      read += (chunk as Uint8Array).length;
      yield chunk as Uint8Array;
    }
    if (read !== size) throw new Error(`${path} changed while it was read`);
    yield tarPadding(size);
  }
  yield TAR_END;
}

/** Byte 9 of gzip's header names the system that it was made on: unknown. */
async function* sameEverywhere(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let at = 0;
  for await (const chunk of source) {
    if (at <= 9 && at + chunk.length > 9) chunk[9 - at] = 0xff;
    at += chunk.length;
    yield chunk;
  }
}
