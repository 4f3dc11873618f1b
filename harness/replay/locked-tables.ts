import type { StepList } from './step-list.ts';
import { role } from './timed.ts';

const lockTables = /^LOCK\s+TABLES?\s+([\s\S]*)/i;
const special = /[.*+?^${}()|[\]\\]/g;

/** The tables that clients of a capture lock by name. A read of one has to wait for them, and sees what was there when it was answered. */
export class LockedTables {
  readonly #names = new Set<string>();

  /** Looks for names in a statement. */
  add(sql: string): void {
    const [, tables] = lockTables.exec(sql) ?? [];
    for (const one of tables?.split(',') ?? []) {
      const name = one.trim().split(/\s/)[0]?.split('.').at(-1)?.replaceAll('`', '');
      if (name) this.#names.add(name.replace(special, '\\$&'));
    }
  }

  /** Of these steps the reads of such tables take locks. Once all are there: who locks them may have come later. */
  mark(steps: StepList): void {
    if (this.#names.size === 0) return;
    const named = new RegExp(`(?<![\\w$])(?:${[...this.#names].join('|')})(?![\\w$])`, 'i');
    for (let index = 0; index < steps.length; index++)
      if (steps.role(index) === role.read && named.test(steps.sql(index) ?? '')) steps.takesLocks(index);
  }
}
