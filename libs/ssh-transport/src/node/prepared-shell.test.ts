import { expect, it } from 'vitest';
import type { Greeting } from './greeting.js';
import { createPreparedShell } from './prepared-shell.js';

it('tells once of a login shell that told nothing, however often that is found', async () => {
  const greeting: Greeting = {
    kernel: 'Linux',
    machine: 'x86_64',
    home: '/home/dev',
    loginShell: '/bin/bash',
    shell: 'bash',
    posixLogin: true,
    group: 'given',
    environmentFile: '/home/dev/.cache/cluster-execution/environment',
    environment: 'none',
  };
  const notices: string[] = [];
  let looks = 0;
  const prepared = createPreparedShell(() => Promise.resolve(greeting), {
    greet: () => {
      looks += 1;
      return Promise.resolve(greeting);
    },
    run: () => () => Promise.resolve(undefined),
    checkMs: 0,
    onNotice: (message) => notices.push(message),
  });
  await expect.poll(() => prepared().then(() => looks)).toBeGreaterThan(3);
  expect(notices).toEqual([expect.stringContaining('did not tell')]);
});
