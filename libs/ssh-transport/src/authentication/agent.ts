import { connect } from 'node:net';
import { WireReader, wireString, wireUint32 } from './wire.js';

/** A key that an agent holds, as it lists it. */
export interface AgentKey {
  /** SSH wire format */
  blob: Buffer;
  type: string;
  comment: string;
}

/** `agent-unreachable` · `agent-silent` · `agent-refused` · `agent-malformed` */
export class AgentError extends Error {
  readonly code: string;

  constructor(code: string, message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'AgentError';
    this.code = code;
  }
}

// Numbers of draft-miller-ssh-agent, 6.1 and 6.4.
const FAILURE = 5;
const REQUEST_IDENTITIES = 11;
const IDENTITIES_ANSWER = 12;
const SIGN_REQUEST = 13;
const SIGN_RESPONSE = 14;
const FLAGS: Readonly<Record<string, number>> = { sha256: 2, sha512: 4 };
/** What OpenSSH takes from an agent at most. */
const LARGEST_ANSWER = 256 * 1024;

/** @throws AgentError */
export async function listAgentKeys(socketPath: string, limitMs: number): Promise<AgentKey[]> {
  const answer = await ask(socketPath, Buffer.from([REQUEST_IDENTITIES]), IDENTITIES_ANSWER, limitMs);
  return understand(socketPath, () => {
    const reader = new WireReader(answer);
    return Array.from({ length: reader.uint32() }, () => {
      const blob = reader.bytes();
      return { blob, type: new WireReader(blob).text(), comment: reader.text() };
    });
  });
}

/**
 * The signature as it is sent (RFC 4253, 6.6): the name of its algorithm, then what that algorithm has. `hash` chooses
 * among those of RSA. The limit is the caller's, because a person may have to confirm. @throws AgentError
 */
export async function signWithAgent(
  socketPath: string,
  key: Buffer,
  data: Buffer,
  hash: string | undefined,
  limitMs: number,
): Promise<Buffer> {
  const flags = wireUint32(FLAGS[hash ?? ''] ?? 0);
  const request = Buffer.concat([Buffer.from([SIGN_REQUEST]), wireString(key), wireString(data), flags]);
  const answer = await ask(socketPath, request, SIGN_RESPONSE, limitMs);
  return understand(socketPath, () => {
    const signature = new WireReader(answer).bytes();
    const parts = new WireReader(signature);
    parts.text();
    parts.bytes();
    return signature;
  });
}

function understand<Value>(socketPath: string, read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    throw malformed(socketPath, error);
  }
}

function malformed(socketPath: string, cause?: unknown): AgentError {
  const message = `What answers at ${socketPath} is no SSH agent: check SSH_AUTH_SOCK or IdentityAgent.`;
  return new AgentError('agent-malformed', message, cause);
}

/** One request on a connection of its own, closed with the answer. Resolves with what follows the type. */
function ask(socketPath: string, request: Buffer, expected: number, limitMs: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const socket = connect(socketPath);
    let received = Buffer.alloc(0);
    const finish = (act: () => void): void => {
      clearTimeout(timer);
      socket.destroy();
      act();
    };
    const fail = (error: AgentError): void => finish(() => reject(error));
    const timer = setTimeout(() => {
      const message = `The agent at ${socketPath} did not answer within ${limitMs / 1000} s.`;
      fail(new AgentError('agent-silent', message));
    }, limitMs);
    socket.on('connect', () => socket.write(wireString(request)));
    socket.on('error', (error) => {
      fail(
        new AgentError(
          'agent-unreachable',
          `The agent at ${socketPath} cannot be reached: ${error.message}.`,
          error,
        ),
      );
    });
    socket.on('close', () => {
      fail(
        new AgentError(
          'agent-unreachable',
          `The agent at ${socketPath} closed the connection without an answer.`,
        ),
      );
    });
    socket.on('data', (chunk: Buffer) => {
      received = Buffer.concat([received, chunk]);
      if (received.length < 5) return;
      const length = received.readUInt32BE(0);
      if (length === 0 || length > LARGEST_ANSWER) return fail(malformed(socketPath));
      if (received.length < 4 + length) return;
      const type = received[4];
      if (type === expected) return finish(() => resolve(received.subarray(5, 4 + length)));
      if (type !== FAILURE) return fail(malformed(socketPath));
      fail(
        new AgentError(
          'agent-refused',
          `The agent at ${socketPath} refused: is it locked (ssh-add -X), or did somebody decline?`,
        ),
      );
    });
  });
}
