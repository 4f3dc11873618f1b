import { adminAccount } from './accounts.ts';
import type { Endpoint } from './target.ts';

const limitMs = 5000;

/**
 * Gives ProxySQL one admin command: https://proxysql.com/documentation/the-admin-schemas/
 * @returns rows as lines of tab-separated values under a line of column names; else how many rows were affected
 * @throws Error with ProxySQL's words when it refuses, or when it does not answer in 5 s
 */
export async function adminCommand(admin: Endpoint, text: string): Promise<string> {
  // Loaded here: most runs never ask, and every start of the program would pay for it.
  const { createConnection } = await import('mysql2/promise');
  const connection = await createConnection({ ...admin, ...adminAccount, connectTimeout: limitMs });
  try {
    const [rows, fields] = await connection.query({ sql: text, rowsAsArray: true, timeout: limitMs });
    if (!Array.isArray(rows)) return `${rows.affectedRows} rows affected`;
    return [fields.map(({ name }) => name), ...(rows as unknown[][])].map((row) => row.map((value) => String(value)).join('\t')).join('\n');
  } finally {
    connection.destroy();
  }
}
