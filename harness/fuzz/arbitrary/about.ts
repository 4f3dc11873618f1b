import type { FeatureName } from '../../case/feature.ts';
import type { DeclaredAccount } from '../../case/step.ts';
import type { CapabilityName, MariadbCapabilityName } from '../../codec/capability.ts';

/** What is known of a target before the first exec: it decides what can be asked there. Plain data. */
export interface About {
  /** The accounts that it declares. */
  readonly accounts: readonly DeclaredAccount[];
  /** A database that exists. */
  readonly database?: string;
  readonly dialect?: 'mysql' | 'mariadb';
  /** It offers SSL, and its TLS handshake works. */
  readonly tls: boolean;
  /** The flags of its greeting. */
  readonly offered: readonly CapabilityName[];
  readonly offeredMariadb?: readonly MariadbCapabilityName[];
  /** Clients may ask for compression. */
  readonly compression: boolean;
  /** Fixtures and settings that are there; default: all of them where there is a database. */
  readonly features?: readonly FeatureName[];
  /** 'reference': only the statements that the built-in server knows, which has no SQL. Default: any. */
  readonly sql?: 'any' | 'reference';
  /** It takes PROXY headers from an address of ours. Default: it does not. */
  readonly takesProxyHeaders?: boolean;
  /** No proxy stands in front of the server: the ids of its greetings are those of its connections. Default: who knows. */
  readonly direct?: boolean;
  /** Client payloads from recordings, as hex: what is changed into execs of recorded bytes. */
  readonly recorded?: readonly string[];
}

export const hasFeature = ({ features, database }: About, name: FeatureName): boolean =>
  features ? features.includes(name) : database !== undefined;
