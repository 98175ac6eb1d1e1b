import { callbackify } from 'node:util';
import type { BaseAgent, IdentityCallback, ParsedKey, SignCallback, SigningRequestOptions } from 'ssh2';
import { signWithAgent } from './agent.js';
import type { Ssh2 } from './ssh2.js';

/** A person may have to confirm, at the agent's own prompt. */
const SIGN_LIMIT_MS = 60_000;

/**
 * The user's agent, narrowed to one of its keys: ssh2 would otherwise offer all the agent's keys in one
 * go. The key was listed before, so nothing is asked of the agent but the signature.
 */
export function createOneKeyAgent(ssh2: Ssh2, socketPath: string, key: ParsedKey): BaseAgent {
  return new (class extends ssh2.BaseAgent<ParsedKey> {
    getIdentities(answer: IdentityCallback<ParsedKey>): void {
      answer(null, [key]);
    }

    sign(
      _key: ParsedKey,
      data: Buffer,
      options: SigningRequestOptions | SignCallback,
      answer?: SignCallback,
    ): void {
      const callback = typeof options === 'function' ? options : answer;
      const hash = typeof options === 'function' ? undefined : options.hash;
      const signing = signWithAgent(socketPath, key.getPublicSSH(), data, hash, SIGN_LIMIT_MS);
      if (callback !== undefined) callbackify(() => signing)(callback);
    }
  })();
}
