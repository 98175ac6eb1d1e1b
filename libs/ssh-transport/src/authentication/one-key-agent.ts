import { callbackify } from 'node:util';
import type { BaseAgent, IdentityCallback, ParsedKey, SignCallback, SigningRequestOptions } from 'ssh2';
import type { Ssh2 } from './ssh2.js';
import { WireReader } from './wire.js';

/** Signs what it is given: the whole signature (RFC 4253, 6.6). `hash` chooses among the algorithms of RSA. */
export type SignData = (data: Buffer, hash: string | undefined) => Promise<Buffer>;

/**
 * The user's agent, narrowed to one of its keys: ssh2 would otherwise offer all the agent's keys in one
 * go. The key was listed before, so nothing is asked of the agent but the signature.
 */
export function createOneKeyAgent(ssh2: Ssh2, key: ParsedKey, signData: SignData): BaseAgent {
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
      // ssh2 writes the name of the algorithm before it by itself.
      const signing = async () => signatureProper(await signData(data, hash));
      if (callback !== undefined) callbackify(signing)(callback);
    }
  })();
}

function signatureProper(signature: Buffer): Buffer {
  const reader = new WireReader(signature);
  reader.text();
  return reader.bytes();
}
