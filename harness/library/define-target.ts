import type { StartedBy } from '../run/run-all.ts';
import { openAddress } from '../target/address.ts';
import type { Accounts, Product } from '../target/target.ts';

/** Something that speaks the protocol, and how it is started. */
export interface OwnTarget {
  /** As the report shall call it. */
  readonly name: string;
  /** Starts it, and resolves once it accepts connections. What it throws ends the run. */
  start(): Promise<Started>;
}

/** A target of one's own that is up. */
export interface Started {
  readonly host: string;
  readonly port: number;
  /** Cases that need an account that is missing here are skipped, and say so. */
  readonly accounts?: Accounts;
  /** A database that exists. */
  readonly database?: string;
  /** What it is, for its known deviations. */
  readonly as?: { readonly product: Product; readonly version: string };
  stop?(): Promise<void> | void;
}

/** A target of one's own for `run`: mywire starts it before its cases and stops it behind them, however they end. */
export function defineTarget({ name, start }: OwnTarget): StartedBy {
  return {
    name,
    async start(options) {
      const { host, port, stop, ...more } = await start();
      const endpoint = { host, port };
      try {
        const target = await openAddress({ kind: 'address', name, endpoint }, { ...options, ...more });
        return { ...target, stop: async () => stop?.() };
      } catch (error) {
        await stop?.();
        throw error;
      }
    },
  };
}
