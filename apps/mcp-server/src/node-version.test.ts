import { expect, it } from 'vitest';
import { tooOld } from './node-version.js';

it.each(['22.13.0', '22.14.1', '23.0.0', '24.21.0', '100.0.0'])('runs on %s', (version) => {
  expect(tooOld(version)).toBeUndefined();
});

it.each(['22.12.9', '22.2.0', '20.20.0', '9.99.0'])('says what is needed on %s', (version) => {
  expect(tooOld(version)).toContain('22.13');
  expect(tooOld(version)).toContain(version);
});
