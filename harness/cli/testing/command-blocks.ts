/** What an HTML comment above a block says of how it is run: see docs/README.md. */
export interface Terms {
  /** What each line ends with. */
  readonly exit: number;
  /** Why the lines are parsed, and not run. */
  readonly parsedOnly?: string;
  /** Targets that this machine must be able to start. */
  readonly needs: readonly string[];
  /** Words that CI adds to each line, so that it ends soon. */
  readonly cheaper: readonly string[];
}

/** A command of a page, and what the page shows of its output. */
export interface Command {
  readonly line: string;
  /** 1 for the first line of the page. */
  readonly at: number;
  readonly shows: readonly string[];
}

/** A fenced block of a page. */
export interface Block {
  readonly language: string;
  readonly at: number;
  readonly text: string;
  readonly commands: readonly Command[];
  readonly terms: Terms;
  /** Where the text is written before the page's commands run. */
  readonly file?: string;
  /** A file of the repository that has this text. */
  readonly from?: string;
}

/** A page: its blocks, what stands for what in CI, and commands outside of any block. */
export interface Page {
  readonly blocks: readonly Block[];
  /** A name of the page → the target or file of the repository that stands for it. */
  readonly standIns: ReadonlyMap<string, string>;
  readonly loose: readonly number[];
}

const comment = /^<!-- (.*) -->$/;
/** Indented, or written as for a shell. */
const looseCommand = /^(?:\s{4,}|\$ |(?=npx ))(?:npx )?mywire /;

/** Takes a Markdown page apart. Throws Error with the line where a comment above a block is not understood. */
export function pageOf(markdown: string): Page {
  const lines = markdown.split('\n');
  const blocks: Block[] = [];
  const standIns = new Map<string, string>();
  const loose: number[] = [];
  let said: string[] = [];
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i] ?? '';
    const [, fence, language = ''] = /^(```+)(\w*)$/.exec(line) ?? [];
    if (fence !== undefined) {
      const end = lines.indexOf(fence, i + 1);
      if (end < 0) throw new Error(`line ${i + 1}: the block has no end`);
      blocks.push(blockOf(language, i + 1, lines.slice(i + 1, end), said));
      said = [];
      i = end;
      continue;
    }
    const [, words] = comment.exec(line) ?? [];
    const [, name, what] = /^in CI (\S+) is (\S+)$/.exec(words ?? '') ?? [];
    if (name !== undefined && what !== undefined) standIns.set(name, what);
    else if (words !== undefined) said.push(...(words.startsWith('parsed only:') ? [words] : words.split('; ')));
    else {
      if (said.length > 0) throw new Error(`line ${i}: a comment that speaks of no block`);
      if (looseCommand.test(line)) loose.push(i + 1);
    }
  }
  return { blocks, standIns, loose };
}

function blockOf(language: string, at: number, lines: readonly string[], said: readonly string[]): Block {
  const terms = { exit: 0, needs: [] as string[], cheaper: [] as string[], parsedOnly: '', file: '', from: '' };
  for (const one of said) {
    const [, key, value = ''] = /^(exit|parsed only:|needs|cheaper by|file|from) (.+)$/.exec(one) ?? [];
    if (key === 'exit') terms.exit = Number(value);
    else if (key === 'parsed only:') terms.parsedOnly = value;
    else if (key === 'needs') terms.needs.push(...value.split(' '));
    else if (key === 'cheaper by') terms.cheaper.push(...value.split(' '));
    else if (key === 'file' || key === 'from') terms[key] = value;
    else throw new Error(`line ${at - 1}: "${one}" says nothing of a block; docs/README.md has the words`);
  }
  const { exit, needs, cheaper, parsedOnly, file, from } = terms;
  return {
    language,
    at,
    text: `${lines.join('\n')}\n`,
    commands: commandsOf(language, at, lines),
    terms: { exit, needs, cheaper, ...(parsedOnly && { parsedOnly }) },
    ...(file && { file }),
    ...(from && { from }),
  };
}

/** sh: each line is one, `\` goes on, ` # ` begins a remark. console: a line behind `$ `, and what it shows below it. */
function commandsOf(language: string, at: number, lines: readonly string[]): Command[] {
  const found: { line: string; at: number; shows: string[] }[] = [];
  let goesOn = false;
  for (const [i, raw] of lines.entries()) {
    if (language !== 'sh' && language !== 'console') return [];
    const isCommand = language === 'sh' || raw.startsWith('$ ') || goesOn;
    if (!isCommand) {
      found.at(-1)?.shows.push(raw.trimEnd());
      continue;
    }
    const text = raw.replace(/^\$ /, '').replace(/(^|\s+)# .*$/, '');
    const last = found.at(-1);
    if (goesOn && last) last.line += text.trim().replace(/\\$/, '');
    else if (text.trim() !== '') found.push({ line: text.trim().replace(/\\$/, ''), at: at + i + 1, shows: [] });
    goesOn = text.trimEnd().endsWith('\\');
  }
  return found;
}

/**
 * True when the output has what the page shows: `…` stands for any text, a line of it alone for any lines. Columns are as wide as what
 * stands in them, so blanks within a line are any number.
 */
export function hasShown(output: string, shows: readonly string[]): boolean {
  const pattern = alike(shows.join('\n').trim())
    .replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
    .replaceAll(/ *… */g, '[^]*?');
  return new RegExp(pattern).test(alike(output));
}

const alike = (text: string): string => text.replaceAll(/(?<=\S) +/g, ' ').replaceAll(/ +$/gm, '');
