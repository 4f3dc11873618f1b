// npm run audit: known vulnerabilities of what the lockfile names. Exit code 1 where there is one to mend: from moderate on in what users
// install, from high on in what only we use. Where the registry answers no such question (a mirror, no network) it says that it is skipped;
// with --required that is exit code 3.
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const weights = ['info', 'low', 'moderate', 'high', 'critical'];

/**
 * What `npm audit --json` says, as lines and an exit code.
 * @param text its standard output
 * @param least what counts, a word of npm's
 * @param required whether no answer is a failure
 */
export function judged(text, least, required) {
  let answer;
  try {
    answer = JSON.parse(text);
  } catch {
    answer = { message: 'npm audit said nothing that can be read' };
  }
  if (!answer?.vulnerabilities) {
    const why = answer?.error?.summary || answer?.message || 'no answer';
    return {
      code: required ? 3 : 0,
      lines: [`${required ? 'no audit' : 'skipped'}: the registry tells of no vulnerabilities here (${why})`],
    };
  }
  const found = Object.values(answer.vulnerabilities).filter(({ severity }) => weights.indexOf(severity) >= weights.indexOf(least));
  return {
    code: found.length > 0 ? 1 : 0,
    lines: found.map(
      ({ name, severity, range, fixAvailable }) => `${severity}: ${name} ${range}${fixAvailable ? ', npm audit fix mends it' : ''}`,
    ),
  };
}

const ask = (args) =>
  new Promise((resolve) => {
    execFile('npm', ['audit', '--json', ...args], { timeout: 120_000, maxBuffer: 64 << 20 }, (_error, stdout) => resolve(stdout));
  });

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const required = process.argv.includes('--required');
  for (const [what, args, least] of [
    ['what users install', ['--omit=dev'], 'moderate'],
    ['all that we use', [], 'high'],
  ]) {
    const { code, lines } = judged(await ask(args), least, required);
    console.log(`${what}: ${lines.length === 0 ? `nothing from "${least}" on` : lines.join('\n  ')}`);
    process.exitCode ||= code;
  }
}
