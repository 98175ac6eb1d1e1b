import { callbackify } from 'node:util';
import type {
  BaseAgent,
  Client,
  IdentityCallback,
  ParsedKey,
  SignCallback,
  SigningRequestOptions,
} from 'ssh2';
import type { Ssh2 } from './ssh2.js';
import { wireString } from './wire.js';

/** A key of a kind that ssh2 has no notion of: one with a certificate, or one of a FIDO token. */
export interface ForeignKey {
  /** As the request names it. */
  algorithm: string;
  /** What the server is shown. */
  blob: Buffer;
  /** The whole signature (RFC 4253, 6.6): its algorithm's name and what follows. */
  sign(data: Buffer): Promise<Buffer>;
}

/**
 * An agent with one such key. ssh2 takes the key for one of its own, and is made to send the signature as it is: by
 * itself it would write the algorithm of the request before it, which is another one for a certificate, and nothing
 * behind it, where a FIDO token has its counter.
 */
export function createForeignKeyAgent(ssh2: Ssh2, client: Client, key: ForeignKey): BaseAgent {
  const shown = disguise(ssh2, key);
  return new (class extends ssh2.BaseAgent<ParsedKey> {
    getIdentities(answer: IdentityCallback<ParsedKey>): void {
      answer(null, [shown]);
    }

    sign(
      _key: ParsedKey,
      data: Buffer,
      options: SigningRequestOptions | SignCallback,
      answer?: SignCallback,
    ): void {
      const callback = typeof options === 'function' ? options : answer;
      if (callback === undefined) return;
      callbackify(() => key.sign(data))((error, signature) => {
        const writer = packetWriter(client);
        if (error !== null) callback(error);
        else if (writer === undefined)
          callback(new TypeError('ssh2 writes packets in another way than was known'));
        else sendAs(writer, key.algorithm, signature, () => callback(null, nothing));
      });
    }
  })();
}

const nothing = Buffer.alloc(0);

/** One of ssh2's own keys, but for what it shows of itself. */
function disguise(ssh2: Ssh2, { algorithm, blob }: ForeignKey): ParsedKey {
  const own = ssh2.utils.parseKey(Buffer.concat([wireString('ssh-ed25519'), wireString(Buffer.alloc(32))]));
  if (own instanceof Error) throw own;
  return Object.create(own, {
    type: { value: algorithm },
    getPublicSSH: { value: () => blob },
  }) as ParsedKey;
}

/** `send` makes ssh2 write a request (RFC 4252, 7) that ends with an empty signature; `signature` takes its place. */
function sendAs(writer: PacketWriter, algorithm: string, signature: Buffer, send: () => void): void {
  const emptyBytes = 4 + 4 + Buffer.byteLength(algorithm) + 4;
  const finalize = writer.finalize.bind(writer);
  writer.finalize = (packet) => {
    const payload = payloadOf(packet).subarray(0, -emptyBytes);
    const whole = Buffer.concat([payload, wireString(signature)]);
    const replaced = writer.alloc(whole.length);
    whole.copy(replaced, headerBytes);
    return finalize(replaced);
  };
  try {
    send();
  } finally {
    Reflect.deleteProperty(writer, 'finalize');
  }
}

/** RFC 4253, 6: length of all that follows, length of the padding, payload, padding. */
const headerBytes = 5;

function payloadOf(packet: Buffer): Buffer {
  return packet.subarray(headerBytes, 4 + packet.readUInt32BE(0) - (packet[4] ?? 0));
}

interface PacketWriter {
  alloc(payloadBytes: number): Buffer;
  finalize(packet: Buffer): Buffer;
}

/** ssh2's own, which has no name outside. */
function packetWriter(client: Client): PacketWriter | undefined {
  const writer = fieldOf(fieldOf(fieldOf(client, '_protocol'), '_packetRW'), 'write');
  return isPacketWriter(writer) ? writer : undefined;
}

function isPacketWriter(value: unknown): value is PacketWriter {
  return typeof fieldOf(value, 'alloc') === 'function' && typeof fieldOf(value, 'finalize') === 'function';
}

function fieldOf(holder: unknown, field: string): unknown {
  return typeof holder === 'object' && holder !== null ? Reflect.get(holder, field) : undefined;
}
