import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { referencePages } from './testing/reference-pages.ts';

/** `-u` draws them anew. */
test.each(Object.entries(referencePages))('docs/reference/%s is as the code is', async (name, draw) => {
  await expect(await draw()).toMatchFileSnapshot(`../../docs/reference/${name}`);
});

test('nothing else is there', () => {
  expect(readdirSync('docs/reference').sort()).toEqual(Object.keys(referencePages).sort());
});
