import { expect, it } from 'vitest';
import { serverSoftware } from './server-software.js';

it.each([
  ['SSH-2.0-dropbear_2022.82\r\n', 1],
  ['SSH-2.0-dropbear_2022.83\r\n', 1],
  ['a banner\r\nSSH-2.0-dropbear_2024.85\r\n', 1],
  ['SSH-2.0-dropbear_2020.81\r\n', undefined],
  ['SSH-2.0-dropbear_2024.86\r\n', undefined],
  ['SSH-2.0-dropbear\r\n', undefined],
  ['SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u7\r\n', undefined],
  ['', undefined],
])('%j stands %s sessions at once', (words, expected) => {
  expect(serverSoftware(words).sessionsAtOnce).toBe(expected);
});
