import { oneLine } from '../report/layout.ts';

/** What the user asked for cannot be done as asked; exit code 2. */
export class CliError extends Error {
  override readonly name = 'CliError';
  readonly code: 'CLI_BAD_OPTION' | 'CLI_NO_FILE';
  constructor(code: CliError['code'], says: string) {
    super(says);
    this.code = code;
  }
}

/** Exit codes: 0 good, 1 the target deviates, 2 usage, 3 inconclusive. */
export const EXIT_USAGE = 2;
export const EXIT_INCONCLUSIVE = 3;

/** Codes of errors that a user's input causes, in whatever room they arise. */
const ofUsage = new Set([
  'CLI_BAD_OPTION',
  'CLI_NO_FILE',
  'PCAP_NOT_A_CAPTURE',
  'RUN_UNKNOWN_CASE',
  'RUN_BAD_EXPECTATIONS',
  'RUN_BAD_CASES',
  'TARGET_BAD_NAME',
  'REPORT_NOT_WRITABLE',
  'REFERENCE_UNKNOWN_DEFECT',
  'SCENARIO_UNKNOWN',
  'AGENT_BAD_OPTION',
  'REPLAY_BAD_USERS',
  'REPLAY_BAD_CHOICE',
  'BUNDLE_NO_FOLDER',
  'BUNDLE_HAS_SECRETS',
  'RECORD_BAD_ADDRESS',
  'RECORD_CANNOT_LISTEN',
  'RECORD_BAD_FILE',
  'RECORD_BAD_CERTIFICATE',
  'FUZZ_BAD_CORPUS',
  'FUZZ_BAD_JOURNAL',
  'FUZZ_OTHER_CAMPAIGN',
  'FUZZ_BAD_EXEC',
  'GATE_BAD_BASELINE',
  'GATE_BAD_CONFIG',
  'GATE_BAD_VERSIONS',
]);

/** What to do about a limit of the system that ended a verb. */
const wayOut: Readonly<Record<string, string>> = {
  EMFILE: 'this shell lets a process have too few open files: ulimit -n 1024',
  ENFILE: 'this machine has no more open files to give: end what holds them',
};

/** One sentence and an exit code for whatever ended a verb early; a stack only for a fault of ours. */
export function explainFailure(error: unknown): { readonly says: string; readonly exit: number } {
  const code = (error as { code?: unknown }).code;
  if (error instanceof Error && typeof code === 'string' && ofUsage.has(code))
    return { says: `mywire: ${harmless(error.message)}`, exit: EXIT_USAGE };
  if (error instanceof Error && typeof code === 'string')
    return { says: `mywire: ${harmless(error.message)} (${wayOut[code] ?? code})`, exit: EXIT_INCONCLUSIVE };
  const stack = error instanceof Error ? error.stack : String(error);
  return { says: `mywire: this is a fault of mywire, please report it:\n${stack}`, exit: EXIT_INCONCLUSIVE };
}

/** Messages quote names and texts of files: what a terminal would act on is a dot, but for the ends of lines. */
function harmless(says: string): string {
  const lines = says.split('\n');
  return lines.map((line) => oneLine(line)).join('\n');
}
