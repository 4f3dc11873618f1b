import { expect, test } from 'vitest';
import { suites } from '../../suites/index.ts';
import { startReference } from '../reference/index.ts';
import { accountsWith } from '../target/accounts.ts';
import { tryCase } from './try-case.ts';

const limits = { connectMs: 5000, answerMs: 5000, quietMs: 300, afterFinMs: 5 };

test('what came is told first where a second connection is asked whether it is right in its own way', async () => {
  const server = await startReference({ defects: ['says-password-not-used'] });
  try {
    const one = suites.find(({ id }) => id === 'login/wrong-password-was-used');
    const { deviation } = await tryCase(one as NonNullable<typeof one>, 'whole', {
      endpoint: server.endpoint,
      accounts: accountsWith('mysql_native_password'),
      limits,
    });
    expect(deviation?.expected).toBe('ERR (errorCode 1045, sqlState "28000", errorMessage like using password: [Yy][Ee][Ss])');
    expect(deviation?.got).toMatch(/^ERR 1045 \(28000\) "Access denied .* not like .*; but on the second connection, step 5: resultset/);
  } finally {
    await server.stop();
  }
});
