import { accountsWith } from '../../target/accounts.ts';
import type { Endpoint, Product, RunningTarget } from '../../target/target.ts';

/** What runs at an address: mywire has not started it, and cannot start it again. */
export const atAddress = (endpoint: Endpoint, product: Product = 'unknown'): RunningTarget => ({
  name: 'there',
  nodes: [{ name: 'there', product, version: '', endpoint, state: async () => 'running', log: () => '' }],
  legs: [],
  front: endpoint,
  accounts: accountsWith('mysql_native_password'),
  path: { transparent: true },
  stop: async () => undefined,
});
