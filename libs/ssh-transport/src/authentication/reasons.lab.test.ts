import { readFile } from 'node:fs/promises';
import type { Lab } from '@cluster-execution/lab';
import { describe, expect, it } from 'vitest';
import type { TransportOptions } from '../options.js';
import { setUpLabs, targetOf } from '../testing/labs.js';

const { start, open, here } = setUpLabs('reasons');

const refusal = (lab: Lab, over: Partial<TransportOptions> = {}) =>
  open(lab, { attempts: 1, ...over })
    .run(targetOf(lab), { command: 'true' })
    .catch((error: unknown) => error);

/** Of "open sesame". */
const passwordHash = [
  '$6$abcdefgh$CkjGkP7IIgZVUCNlt.Vi53LOYJLXZ5KzdpzEYCj01XGruA1hx',
  'ZYJqccTU2zz68oJwAGsd1iPty5F7dHIatUTy/',
].join('');

it('an unknown host key is shown, with where it was looked for', async () => {
  const lab = await start();
  expect(await refusal(lab)).toMatchObject({ exit: { code: 0 } });
  const line = await readFile(lab.knownHostsFile, 'utf8');
  expect(line).not.toBe('');
  expect(await refusal(lab, { hostKeys: 'strict', knownHostsFile: here('none') })).toMatchObject({
    code: 'host-key-unknown',
    message: expect.stringMatching(/SHA256:[A-Za-z0-9+/]{43}, is in none of .*none/),
    hint: expect.stringContaining('set hostKeys to accept-new'),
  });
});

describe.skipIf(process.getuid?.() !== 0)('a login that was refused says of what', () => {
  const withPassword = (...sshd: string[]) =>
    start({ user: { name: 'dev', passwordHash }, engine: 'sshd', sshdExtra: () => sshd });

  it('of answers, where no key was asked for', async () => {
    const lab = await withPassword('AuthenticationMethods password', 'PasswordAuthentication yes');
    const error = await refusal(lab, { askSecret: () => Promise.resolve('wrong') });
    expect(error).toMatchObject({
      code: 'authentication-failed',
      hint: expect.stringContaining('The answers were refused'),
    });
    expect(error).not.toMatchObject({ hint: expect.stringContaining('no key') });
  });

  it('of a second factor that nobody gave', async () => {
    const lab = await withPassword('AuthenticationMethods publickey,password', 'PasswordAuthentication yes');
    expect(await refusal(lab)).toMatchObject({
      code: 'authentication-failed',
      message: expect.stringContaining('It took one factor, and wants more: password.'),
      hint: expect.stringContaining('askSecret'),
    });
  });

  it('of a second factor that was wrong', async () => {
    const lab = await withPassword('AuthenticationMethods publickey,password', 'PasswordAuthentication yes');
    expect(await refusal(lab, { askSecret: () => Promise.resolve('wrong') })).toMatchObject({
      code: 'authentication-failed',
      hint: expect.stringContaining('What was answered was refused'),
    });
  });

  it('of keys that no method of the server asks for', async () => {
    const lab = await withPassword('AuthenticationMethods password', 'PasswordAuthentication yes');
    expect(await refusal(lab, { askSecret: () => Promise.resolve(undefined) })).toMatchObject({
      hint: expect.stringContaining('No key was offered'),
    });
  });
});
