import { readFileSync } from 'node:fs';
import ts from 'typescript';

/** A declaration of our source as a reader needs it: names, types as written, and what the comment above says. */
export interface DeclaredField {
  readonly name: string;
  readonly type: string;
  readonly says: string;
}

const parsed = new Map<string, ts.SourceFile>();
function sourceOf(file: string): ts.SourceFile {
  const known = parsed.get(file) ?? ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true);
  parsed.set(file, known);
  return known;
}

/** The comment above the type, interface, function or constant of this name. Throws Error where there is none. */
export function commentOf(file: string, name: string): string {
  const says = sourceOf(file).statements.flatMap((one) => (nameOf(one) === name ? [docOf(one)] : []));
  const found = says.find((text) => text !== '');
  if (found === undefined) throw new Error(`${file} says nothing of ${name}`);
  return found;
}

/** The fields of an interface, those of the one that it extends left out. Throws Error where there is no such interface. */
export function fieldsOf(file: string, name: string): readonly DeclaredField[] {
  const found = sourceOf(file).statements.find((one) => ts.isInterfaceDeclaration(one) && one.name.text === name);
  if (!found || !ts.isInterfaceDeclaration(found)) throw new Error(`${file} has no interface ${name}`);
  return found.members.filter(ts.isPropertySignature).map((member) => ({
    name: member.name.getText(),
    type: member.type?.getText().replace(/\s+/g, ' ').replaceAll('readonly ', '') ?? '',
    says: docOf(member),
  }));
}

/** Prose in which each word stands before a colon, as a table: 'pass: … fail: …'. */
export function saidOf(prose: string, words: readonly string[]): ReadonlyMap<string, string> {
  const parts = prose.split(new RegExp(`(?:^|\\s)(${words.map((word) => word.replace('+', '\\+')).join('|')}): `));
  return new Map(words.flatMap((word) => (parts.includes(word) ? [[word, (parts[parts.indexOf(word) + 1] ?? '').trim()]] : [])));
}

function nameOf(statement: ts.Statement): string | undefined {
  if (ts.isVariableStatement(statement)) return statement.declarationList.declarations[0]?.name.getText();
  if (ts.isTypeAliasDeclaration(statement) || ts.isInterfaceDeclaration(statement) || ts.isFunctionDeclaration(statement))
    return statement.name?.text;
  return undefined;
}

function docOf(node: ts.Node): string {
  const docs = ts.getJSDocCommentsAndTags(node).filter(ts.isJSDoc);
  return docs
    .map((one) => ts.getTextOfJSDocComment(one.comment) ?? '')
    .join(' ')
    .replace(/\s+/g, ' ')
    .trim();
}
