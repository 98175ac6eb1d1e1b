import { expect, it } from 'vitest';
import { createLazy } from './lazy.js';

it('opens once, when first wanted', async () => {
  let opened = 0;
  const lazy = createLazy(() => Promise.resolve((opened += 1)));
  expect(lazy.begun).toBe(false);
  expect(await Promise.all([lazy.open(), lazy.open()])).toEqual([1, 1]);
  expect(lazy.begun).toBe(true);
});

it('fails alike for everybody', async () => {
  const lazy = createLazy<never>(() => Promise.reject(new Error('broken')));
  await expect(lazy.open()).rejects.toThrow('broken');
  await expect(lazy.open()).rejects.toThrow('broken');
});
