import { lintRules } from '../../suites/lint.ts';
import type { PassedPacket } from '../inspect/follower.ts';
import type { Inspected } from '../inspect/inspected.ts';
import { Inspection, type InspectionEnd } from '../inspect/inspection.ts';
import type { FileEnd } from '../pcap/open-capture.ts';
import { TlsSecrets } from '../pcap/tls/key-log.ts';
import { CliError } from './error.ts';
import { givenBytes } from './given-text.ts';
import { progressLine, readFrames } from './inspect-frames.ts';
import { sizeOf } from './inspect-thread.ts';

/** One reading of a capture. */
export interface Pass {
  readonly onConnection: (one: Inspected) => void;
  readonly onPacket?: ((passed: PassedPacket) => void) | undefined;
  readonly only?: ReadonlySet<number> | undefined;
  readonly keylog: string | undefined;
  /** Asked behind each portion: no more is read until it resolves. */
  readonly pause?: (() => Promise<unknown> | undefined) | undefined;
}

export interface PassEnd {
  readonly end: InspectionEnd;
  readonly fileEnd: FileEnd;
}

/** Reads a capture once. Throws CliError, and PcapError PCAP_NOT_A_CAPTURE. */
export async function pass(file: string, { keylog, pause, ...options }: Pass): Promise<PassEnd> {
  const secrets = secretsOf(keylog);
  const inspection = new Inspection({ ...options, rules: lintRules, secrets });
  const progress = progressLine(sizeOf(file));
  try {
    const fileEnd = await readFrames(file, {
      onSecrets: (bytes) => secrets.add(bytes),
      onFrame: (frame) => inspection.push(frame),
      behind(bytes) {
        inspection.letGo();
        progress(bytes);
        return pause?.();
      },
    });
    return { end: inspection.end(), fileEnd };
  } finally {
    progress(undefined);
  }
}

/** What a key log tells of TLS sessions. Throws CliError. */
export function secretsOf(keylog: string | undefined): TlsSecrets {
  const secrets = new TlsSecrets();
  if (keylog !== undefined && secrets.add(givenBytes(keylog, 'the key log')) === 0)
    throw new CliError('CLI_BAD_OPTION', `${keylog} has no secret of TLS: give a file that a client wrote for SSLKEYLOGFILE.`);
  return secrets;
}
