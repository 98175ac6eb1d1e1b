import { expect, it } from 'vitest';
import { visible } from './visible.js';

it('shows what a terminal would act upon, and keeps lines and other writing', () => {
  expect(visible('a\u001b[2K\u202eb\u009bc')).toBe('a\\u001b[2K\\u202eb\\u009bc');
  expect(visible('one\n\ttwo: é 漢 😀')).toBe('one\n\ttwo: é 漢 😀');
});
