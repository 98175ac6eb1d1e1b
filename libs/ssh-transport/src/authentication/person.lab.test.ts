import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { SecretQuestion } from './secret-question.js';
import { ran, run, setUpLogin } from './testing/login.js';

const { start, open, makeKeys, startAgentWith } = setUpLogin();

/** `openssl passwd -6 -salt abcdefgh 'open sesame'` */
const passwordHash = [
  '$6$abcdefgh$CkjGkP7IIgZVUCNlt.Vi53LOYJLXZ5KzdpzEYCj01XGruA1hx',
  'ZYJqccTU2zz68oJwAGsd1iPty5F7dHIatUTy/',
].join('');

describe.skipIf(process.getuid?.() !== 0)(
  'a person, asked by a real sshd (as root, who can have a user made up)',
  () => {
    const passwords = ['AuthenticationMethods any', 'PasswordAuthentication yes'];
    const startWith = (lines: readonly string[]) =>
      start({ user: { name: 'dev', passwordHash }, engine: 'sshd', sshdExtra: () => [...lines] });

    /** Somebody who gives one answer after the other, then none. */
    function person(...answers: string[]) {
      const asked: SecretQuestion[] = [];
      const left = [...answers];
      return {
        asked,
        askSecret: (_target: unknown, question: SecretQuestion) => {
          asked.push(question);
          return Promise.resolve(left.shift());
        },
      };
    }

    it('gives a password, once for many commands', async () => {
      const lab = await startWith(passwords);
      const { asked, askSecret } = person('open sesame');
      const { transport, counted } = open(lab, { askSecret });
      const exits = await Promise.all(Array.from({ length: 30 }, () => run(transport, lab)));
      expect(exits).toEqual(exits.map(() => ran));
      expect(asked).toEqual([{ prompt: 'Password: ', echo: false, attempt: 1 }]);
      expect(counted.dials).toBe(1);
    });

    it('may take longer than a machine', async () => {
      const lab = await startWith(passwords);
      const askSecret = () =>
        new Promise<string>((resolve) => setTimeout(() => resolve('open sesame'), 1_500));
      const { transport } = open(lab, { askSecret, handshakeTimeoutMs: 1_000 });
      expect(await run(transport, lab)).toEqual(ran);
    });

    it('may be wrong as often as ssh allows, and is told so', async () => {
      const lab = await startWith(passwords);
      const { asked, askSecret } = person('one', 'two', 'open sesame');
      expect(await run(open(lab, { askSecret }).transport, lab)).toEqual(ran);
      expect(asked.map(({ attempt }) => attempt)).toEqual([1, 2, 3]);
      const never = person('one', 'two', 'three', 'open sesame');
      const refusal = await run(open(lab, never).transport, lab);
      expect(refusal).toMatchObject({
        code: 'authentication-failed',
        message: expect.stringContaining('with any key or answer'),
      });
      expect(never.asked).toHaveLength(3);
    });

    it('may give no answer: that is the end, without a second question', async () => {
      const lab = await startWith(passwords);
      const { asked, askSecret } = person();
      expect(await run(open(lab, { askSecret }).transport, lab)).toMatchObject({
        code: 'authentication-failed',
      });
      expect(asked).toHaveLength(1);
    });

    it('answers what a server thinks up to ask (PAM, by keyboard-interactive)', async () => {
      const lab = await startWith([
        'AuthenticationMethods keyboard-interactive',
        'KbdInteractiveAuthentication yes',
        'UsePAM yes',
      ]);
      const { asked, askSecret } = person('wrong', 'open sesame');
      expect(await run(open(lab, { askSecret }).transport, lab)).toEqual(ran);
      expect(asked).toEqual([
        { prompt: expect.stringMatching(/Password: $/), echo: false, attempt: 1 },
        { prompt: expect.stringMatching(/Password: $/), echo: false, attempt: 2 },
      ]);
    });

    it.each(['file', 'agent'])('gives a password besides a key of a %s', async (place) => {
      const lab = await startWith(['AuthenticationMethods publickey,password', 'PasswordAuthentication yes']);
      const keys =
        place === 'file'
          ? { identityFiles: [lab.identityFile] }
          : { agentSocket: (await startAgentWith([lab.identityFile])).socket };
      const { asked, askSecret } = person('open sesame');
      expect(await run(open(lab, { ...keys, askSecret }).transport, lab)).toEqual(ran);
      expect(asked).toHaveLength(1);
    });

    it('is asked by a server that takes passwords alone, however many keys an agent has', async () => {
      const lab = await startWith([
        'AuthenticationMethods password',
        'PasswordAuthentication yes',
        'MaxAuthTries 3',
      ]);
      const { socket } = await startAgentWith(makeKeys('a', 'b', 'c', 'd'));
      const { asked, askSecret } = person('open sesame');
      expect(await run(open(lab, { agentSocket: socket, askSecret }).transport, lab)).toEqual(ran);
      expect(asked).toHaveLength(1);
    });

    it('is not bothered where a key is taken, nor where the server takes nothing else', async () => {
      const lab = await startWith(passwords);
      const [stranger = ''] = makeKeys('stranger');
      const { asked, askSecret } = person('open sesame', 'open sesame');
      const identityFiles = [stranger, lab.identityFile];
      expect(await run(open(lab, { identityFiles, askSecret }).transport, lab)).toEqual(ran);
      const keysOnly = await start();
      expect(
        await run(open(keysOnly, { identityFiles: [stranger], askSecret }).transport, keysOnly),
      ).toMatchObject({ code: 'authentication-failed' });
      expect(asked).toEqual([]);
    });

    it('is what is missing where nobody can be asked; no answer is ever told', async () => {
      const lab = await startWith(passwords);
      const [stranger = ''] = makeKeys('stranger');
      const identityFiles = [stranger];
      expect(await run(open(lab, { identityFiles }).transport, lab)).toMatchObject({
        code: 'authentication-failed',
        hint: expect.stringContaining('only a person can give'),
      });
      const notices: string[] = [];
      const { askSecret } = person('not so open', 'sesame');
      const onNotice = (_target: unknown, message: string) => notices.push(message);
      const refusal = await run(open(lab, { identityFiles, askSecret, onNotice }).transport, lab);
      expect(inspect(refusal, { depth: 10 }) + notices.join()).not.toMatch(/sesame|not so open/);
    });

    it('cannot be asked: that is the cause', async () => {
      const lab = await startWith(passwords);
      const gone = new Error('the terminal is gone');
      const { transport } = open(lab, { askSecret: () => Promise.reject(gone) });
      expect(await run(transport, lab)).toMatchObject({ code: 'authentication-failed', cause: gone });
    });

    it('is told no more once the server has hung up', async () => {
      const lab = await startWith([...passwords, 'LoginGraceTime 1']);
      let told: AbortSignal | undefined;
      const askSecret = (_target: unknown, _question: SecretQuestion, signal: AbortSignal) => {
        told = signal;
        return new Promise<undefined>((resolve) =>
          signal.addEventListener('abort', () => resolve(undefined)),
        );
      };
      const refusal = await run(open(lab, { askSecret, attempts: 1 }).transport, lab);
      expect(refusal).toMatchObject({ code: 'authentication-failed' });
      expect(told?.aborted).toBe(true);
    });
  },
);
