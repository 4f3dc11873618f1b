import type { LintRule } from '../case/lint-rule.ts';
import { type Capture, readCapture } from '../pcap/capture-reader.ts';
import { TlsSecrets } from '../pcap/tls/key-log.ts';
import type { PassedPacket } from './follower.ts';
import type { Inspected } from './inspected.ts';
import { Inspection, type InspectionEnd } from './inspection.ts';

export interface InspectedCapture extends InspectionEnd {
  readonly connections: readonly Inspected[];
  readonly packets: readonly PassedPacket[];
}

/** Inspects a capture that is in memory, with all its packets. Throws PcapError where it is none. */
export function inspectCapture(bytes: Uint8Array, rules: readonly LintRule[] = []): InspectedCapture {
  const { frames, secrets } = readCapture(bytes);
  const known = new TlsSecrets();
  for (const { bytes: keyLog } of secrets) known.add(keyLog);
  return inspectFrames(frames, rules, known);
}

/** The same of frames. */
export function inspectFrames(frames: Capture['frames'], rules: readonly LintRule[] = [], secrets?: TlsSecrets): InspectedCapture {
  const connections: Inspected[] = [];
  const packets: PassedPacket[] = [];
  const inspection = new Inspection({
    rules,
    secrets,
    onConnection: (one) => connections.push(one),
    onPacket: (one) => packets.push(one),
  });
  for (const frame of frames) inspection.push(frame);
  const end = inspection.end();
  return { ...end, connections: connections.sort((a, b) => a.stream - b.stream), packets };
}
