/** How the tables of statements are written: what is said, what it gives, what it does to the session, what it needs. */
import type { Cell, Does, Gives, Known, Needs } from './statement.ts';

export const row = (...cells: readonly Cell[]): Gives => ({ columns: cells.length, rows: [cells] });
export const table = (columns: number, rows?: number): Gives => ({ columns, ...(rows === undefined ? {} : { rows }) });
export const ok = (affectedRows = 0, more: { warnings?: number; info?: string } = {}): Gives => ({ ok: { affectedRows, ...more } });
export const err = (code: number | readonly number[], state?: string): Gives => ({ err: code, ...(state === undefined ? {} : { state }) });
export const say = (sql: string, gives: Gives | readonly Gives[], does?: Does | readonly Does[], ...needs: readonly Needs[]): Known => ({
  sql,
  gives,
  ...(does === undefined ? {} : { does }),
  ...(needs.length === 0 ? {} : { needs }),
});

/** What it gives depends on more than the model follows. */
export const varies = (sql: string, touches?: string, ...needs: readonly Needs[]): Known => ({
  sql,
  gives: [],
  varies: true,
  ...(touches === undefined ? {} : { does: { touches } }),
  ...(needs.length === 0 ? {} : { needs }),
});
