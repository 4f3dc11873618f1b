import type { ProbeName } from '../case/probe.ts';
import type { Stimulus } from '../case/step.ts';
import type { Accounts, Endpoint } from '../target/target.ts';
import type { Transcript } from '../wire/transcript.ts';
import type { Composed } from './compose.ts';
import type { Limits } from './limits.ts';
import type { Deviation } from './result.ts';
import type { ServerPacket } from './server-packet.ts';

/** Where a try goes, and with what. */
export interface TryContext {
  readonly endpoint: Endpoint;
  readonly accounts: Accounts;
  readonly database?: string;
  /** Those of them that get in over TLS alone: what is asked before the first case is asked there. */
  readonly overTls?: ReadonlySet<string>;
  /** Cases about PROXY headers connect from this address of ours. */
  readonly proxiesFrom?: string;
  readonly limits: Limits;
  /** The path hides how connections end (a userland proxy): FIN, FIN+RST and RST all count as closed. */
  readonly endingsHidden?: boolean;
  /** It answers COM_QUIT, which other cases than those about it overlook (harness/run/answered-quit.ts). */
  readonly answersQuit?: boolean;
  /** It answers later behind connections that have failed: why silence says nothing of it. */
  readonly delays?: string;
  /** Few connections that fail are enough for it to block this host: why ERR 1129 says nothing of it. */
  readonly blocks?: string;
  /** It ends each SELECT behind a while: why ERR 1317 that no case has asked for says nothing of it. */
  readonly interrupts?: string;
  /** It ends a session, a login or half a packet that is silent for so long, in ms; undefined where that is longer than a busy machine may take. */
  readonly patienceMs?: number;
  /** The probes that the target refused; undefined before they were asked. */
  readonly refuses?: ReadonlySet<ProbeName>;
  /** Those that came to nothing: why. */
  readonly unclear?: ReadonlyMap<ProbeName, string>;
  /**
   * The header of the client's first packet: 'apart' from its payload, which follows after a while; or 'kept' in one segment
   * with the byte behind it, whatever the delivery, for a target that loses a header which comes alone (harness/run/first-header.ts).
   */
  readonly firstHeader?: 'apart' | 'kept';
  /** Stimuli put together already, kept over the tries of a case. */
  readonly composed?: Map<Stimulus, Composed>;
  /** Ends the tries of a case between two of them. */
  readonly signal?: AbortSignal;
  /** Told of every try, the passing ones too. */
  readonly onTry?: (one: Try) => void;
}

/** The observation of a try that nobody let in. */
export const NO_CONNECTION = 'no connection';

/** What one try of a script showed. */
export interface Try {
  readonly deviation?: Deviation;
  /** The alternative that says "this target does not do this" was taken. */
  readonly unsupported?: string;
  /** We failed, not the target: no connection, TLS on our side, a stimulus that cannot be built; or the target is at a limit of its own. */
  readonly inconclusive?: string;
  readonly observation: string;
  readonly transcript: Transcript;
  /** Answers in order, for checks across tries. */
  readonly packets: readonly ServerPacket[];
}
