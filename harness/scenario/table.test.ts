import { expect, test } from 'vitest';
import { tablesOf } from './table.ts';

test('a table per topic, a row per question, a column per product', () => {
  const text = tablesOf([
    {
      topic: 'Ends',
      column: 'one 1.0',
      rows: [
        ['who?', 'I'],
        ['a|b?', 'x|y'],
      ],
    },
    { topic: 'Begins', column: 'one 1.0', rows: [['when?', 'now']] },
    { topic: 'Ends', column: 'two 2.0', rows: [['who?', 'you']] },
  ]);
  expect(text).toBe(`## Ends

|  | one 1.0 | two 2.0 |
| --- | --- | --- |
| who? | I | you |
| a\\|b? | x\\|y | – |

## Begins

|  | one 1.0 |
| --- | --- |
| when? | now |
`);
});

test('shows every answer of a product that was asked twice', () => {
  const asked = (answer: string) => ({ topic: 't', column: 'one', rows: [['q', answer]] as const });
  expect(tablesOf([asked('yes'), asked('yes')])).toContain('| q | yes |');
  expect(tablesOf([asked('yes'), asked('no')])).toContain('| q | yes / no |');
});
