import type { Session } from '../connection/connection.js';
import { TransportError, transportClosed } from '../errors.js';
import {
  createPacketReader,
  encodePacket,
  packetTypes,
  protocolVersion,
  readFields,
  type Field,
  type FieldReader,
  type Packet,
} from './packet.js';
import {
  attributeFlags,
  readAttributes,
  readExtensions,
  readFirstName,
  readLimits,
  readRoom,
  StatusError,
  statusError,
  statuses,
  type Attributes,
  type Room,
} from './sftp-answers.js';

export const openFlags = { read: 1, write: 2, create: 8, exclusive: 32 } as const;

/**
 * A conversation with a node's SFTP server. Requests may be asked without waiting for one another; servers carry them
 * out in their order. All reject with a StatusError, or with a TransportError where the conversation is over.
 */
export interface Sftp {
  /** The most that one read or write may carry. */
  readonly blockBytes: number;
  readonly closed: boolean;
  /** Resolves when the conversation breaks off, with why; never where `end` came first. */
  readonly lost: Promise<TransportError>;
  has(extension: string): boolean;
  open(path: string, flags: number, mode: number): Promise<Buffer>;
  close(handle: Buffer): Promise<void>;
  /** Empty at the end of the file; may give less than asked for. */
  read(handle: Buffer, position: number, length: number): Promise<Buffer>;
  write(handle: Buffer, position: number, block: Buffer): Promise<void>;
  stat(path: string): Promise<Attributes>;
  /** Of a link itself. */
  lstat(path: string): Promise<Attributes>;
  statHandle(handle: Buffer): Promise<Attributes>;
  setMode(handle: Buffer, mode: number): Promise<void>;
  truncate(handle: Buffer, bytes: number): Promise<void>;
  /** fsync@openssh.com */
  sync(handle: Buffer): Promise<void>;
  /** Refused where `to` is there, by OpenSSH's server. */
  rename(from: string, to: string): Promise<void>;
  /** posix-rename@openssh.com: takes the place of what is there. */
  replace(from: string, to: string): Promise<void>;
  remove(path: string): Promise<void>;
  realpath(path: string): Promise<string>;
  /** statvfs@openssh.com */
  room(path: string): Promise<Room>;
  /** Everything under way rejects with `error`, whatever the server still answers; new requests may be made. */
  abandon(error: Error): void;
  end(): void;
}

export const extensions = {
  sync: 'fsync@openssh.com',
  replace: 'posix-rename@openssh.com',
  room: 'statvfs@openssh.com',
  limits: 'limits@openssh.com',
} as const;

/** What every server takes (draft-ietf-secsh-filexfer-02, 3: packets of 34,000 bytes). */
const smallBlockBytes = 32 * 1024;
/** OpenSSH's packets may have 256 KiB, with 1 KiB of it for all but the data. */
const largeBlockBytes = 255 * 1024;

interface Waiting {
  resolve: (packet: Packet) => void;
  reject: (error: unknown) => void;
}

/** Greets the SFTP server that `session` speaks to. Rejects with `sftp-failed`. */
export async function startSftp(session: Session, timeoutMs: number): Promise<Sftp> {
  const { channel } = session;
  const reader = createPacketReader();
  const waiting = new Map<number, Waiting>();
  let lastId = 0;
  let over: TransportError | undefined;
  let tellLost: (error: TransportError) => void = () => undefined;
  const lost = new Promise<TransportError>((resolve) => {
    tellLost = resolve;
  });

  function finish(error: TransportError): void {
    if (over !== undefined) return;
    over = error;
    channel.close();
    abandon(error);
  }
  function lose(error: TransportError): void {
    if (over === undefined) tellLost(error);
    finish(error);
  }
  function abandon(error: Error): void {
    const left = [...waiting.values()];
    waiting.clear();
    for (const { reject } of left) reject(error);
  }

  function ask(type: number, fields: readonly Field[], tail?: Buffer): Promise<Packet> {
    if (over !== undefined) return Promise.reject(over);
    lastId = (lastId + 1) >>> 0;
    const id = lastId;
    return new Promise((resolve, reject) => {
      waiting.set(id, { resolve, reject });
      channel.write(encodePacket(type, [id, ...fields], tail?.length));
      if (tail !== undefined) channel.write(tail);
    });
  }
  function answered<T>(packet: Packet, wanted: number, read: (fields: FieldReader) => T): T {
    const answer = readFields(packet.body);
    answer.number(); // the id
    if (packet.type === packetTypes.status && wanted !== packetTypes.status) throw statusError(answer);
    if (packet.type !== wanted) throw new StatusError(statuses.failure, `an answer of type ${packet.type}`);
    return read(answer);
  }
  async function expect<T>(
    wanted: number,
    read: (fields: FieldReader) => T,
    type: number,
    ...fields: Field[]
  ): Promise<T> {
    return answered(await ask(type, fields), wanted, read);
  }
  const carriedOut = (packet: Packet): void => {
    const failure = answered(packet, packetTypes.status, statusError);
    if (failure.status !== statuses.ok) throw failure;
  };
  const done = async (type: number, ...fields: Field[]) => carriedOut(await ask(type, fields));

  const versionKey = -1;
  channel.on('data', (chunk: Buffer) => {
    try {
      for (const packet of reader.push(chunk)) {
        const id = packet.type === packetTypes.version ? versionKey : packet.body.readUInt32BE(0);
        waiting.get(id)?.resolve(packet);
        waiting.delete(id);
      }
    } catch (error) {
      lose(failed(session, `says what is not understood${heard(reader.noise())}`, error));
    }
  });
  let complaint = '';
  let exit = '';
  void session.exited.then(({ code }) => (exit = code === null ? '' : `, with ${code}`));
  channel.stderr.on('data', (chunk: Buffer) => (complaint = `${complaint}${chunk.toString()}`.slice(-500)));
  channel.on('error', () => undefined); // 'close' follows
  void session.closed.then(() => lose(interrupted(session.place)));

  const greeted = () =>
    new Promise<Packet>((resolve, reject) => {
      const ended = (error: unknown) =>
        reject(
          error instanceof TransportError && error.code === 'sftp-failed'
            ? error
            : failed(session, `ended at once${exit}${heard(reader.noise() + complaint)}`, error),
        );
      waiting.set(versionKey, { resolve, reject: ended });
      channel.write(encodePacket(packetTypes.init, [protocolVersion]));
    });
  /** A server that offers to tell them and then does not takes what every server takes. */
  const limitsOf = (offered: ReadonlySet<string>) =>
    offered.has(extensions.limits)
      ? expect(packetTypes.extendedReply, readLimits, packetTypes.extended, extensions.limits).catch(
          unlimited,
        )
      : [smallBlockBytes];

  const timer = setTimeout(
    () => finish(failed(session, `says nothing${heard(reader.noise() + complaint)}`)),
    timeoutMs,
  );
  const { offered, limits } = await greeted()
    .then(readExtensions)
    .then(async (offered) => ({ offered, limits: await limitsOf(offered) }))
    .catch((error: unknown) => {
      const why =
        error instanceof TransportError ? error : failed(session, 'says what is not understood.', error);
      finish(why);
      throw why;
    })
    .finally(() => clearTimeout(timer));

  return {
    blockBytes: Math.min(...limits, largeBlockBytes),
    get closed() {
      return over !== undefined;
    },
    lost,
    has: (extension) => offered.has(extension),
    open: (path, flags, mode) =>
      expect(
        packetTypes.handle,
        (fields) => fields.bytes(),
        packetTypes.open,
        path,
        flags,
        attributeFlags.permissions,
        mode,
      ),
    close: (handle) => done(packetTypes.close, handle),
    read: async (handle, position, length) => {
      try {
        const read = (fields: FieldReader) => fields.bytes();
        return await expect(packetTypes.data, read, packetTypes.read, handle, BigInt(position), length);
      } catch (error) {
        if (error instanceof StatusError && error.status === statuses.endOfFile) return Buffer.alloc(0);
        throw error;
      }
    },
    write: async (handle, position, block) =>
      carriedOut(await ask(packetTypes.write, [handle, BigInt(position), block.length], block)),
    stat: (path) => expect(packetTypes.attributes, readAttributes, packetTypes.stat, path),
    lstat: (path) => expect(packetTypes.attributes, readAttributes, packetTypes.lstat, path),
    statHandle: (handle) => expect(packetTypes.attributes, readAttributes, packetTypes.fstat, handle),
    setMode: (handle, mode) => done(packetTypes.fsetstat, handle, attributeFlags.permissions, mode),
    truncate: (handle, bytes) => done(packetTypes.fsetstat, handle, attributeFlags.size, BigInt(bytes)),
    sync: (handle) => done(packetTypes.extended, extensions.sync, handle),
    rename: (from, to) => done(packetTypes.rename, from, to),
    replace: (from, to) => done(packetTypes.extended, extensions.replace, from, to),
    remove: (path) => done(packetTypes.remove, path),
    realpath: (path) => expect(packetTypes.name, readFirstName, packetTypes.realpath, path),
    room: (path) => expect(packetTypes.extendedReply, readRoom, packetTypes.extended, extensions.room, path),
    abandon,
    end() {
      finish(transportClosed());
    },
  };
}

function unlimited(error: unknown): number[] {
  if (error instanceof StatusError) return [smallBlockBytes];
  throw error;
}

function heard(noise: string): string {
  const words = noise.trim().slice(0, 200);
  return words === '' ? '.' : `: ${words}`;
}

function failed({ place }: Session, what: string, cause?: unknown): TransportError {
  return new TransportError('sftp-failed', `The SFTP server of ${place} ${what}`, {
    hint: 'Try sftp NODE. A forced command, a start-up file of the login shell or a missing sftp-server may be the cause; "Subsystem sftp internal-sftp" in sshd_config needs none of them.',
    cause,
  });
}

export function interrupted(place: string, cause?: unknown): TransportError {
  return new TransportError(
    'transfer-interrupted',
    `The connection to ${place} was lost while a file was moved.`,
    {
      hint: 'Try again; with resume: true it goes on where it stopped.',
      cause,
    },
  );
}
