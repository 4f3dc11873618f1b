import { nearest } from '../target/nearest.ts';
import { parseTarget } from '../target/parse-target.ts';
import { TargetError } from '../target/target.ts';

/** A misspelt target or defect is a usage error, told before anything is started. Throws TargetError TARGET_BAD_NAME. */
export async function requireKnown(name: string): Promise<void> {
  const spec = parseTarget(name);
  const wanted = spec.kind === 'reference' ? spec.defects : spec.kind === 'local' ? spec.parts.flatMap((part) => part.defects) : [];
  if (wanted.length === 0) return;
  const { isDefectName } = await import('../reference/index.ts');
  const unknown = wanted.find((defect) => !isDefectName(defect));
  if (unknown !== undefined) throw new TargetError('TARGET_BAD_NAME', name, await noDefect(unknown));
}

/** What is said of a defect that there is not. */
export async function noDefect(name: string): Promise<string> {
  const { defects } = await import('../reference/index.ts');
  const near = nearest(
    name,
    defects.map((one) => one.name),
  );
  return `there is no defect "${name}"${near ? `; did you mean "${near}"?` : ''}; "mywire serve --list-defects" shows all`;
}
