/**
 * The packets of SFTP version 3.
 *
 * Source: draft-ietf-secsh-filexfer-02; what is named @openssh.com: OpenSSH's PROTOCOL file, section 4.
 */
export const packetTypes = {
  init: 1,
  version: 2,
  open: 3,
  close: 4,
  read: 5,
  write: 6,
  lstat: 7,
  fstat: 8,
  fsetstat: 10,
  remove: 13,
  realpath: 16,
  stat: 17,
  rename: 18,
  status: 101,
  handle: 102,
  data: 103,
  name: 104,
  attributes: 105,
  extended: 200,
  extendedReply: 201,
} as const;

export const protocolVersion = 3;

export interface Packet {
  type: number;
  /** All that follows the type. */
  body: Buffer;
}

/** A number is a uint32, a bigint a uint64; text and bytes go with their length before them. */
export type Field = number | bigint | string | Uint8Array;

/** One packet as it is sent; `tailBytes` more belong to it and are sent after it, so that they need not be copied. */
export function encodePacket(type: number, fields: readonly Field[], tailBytes = 0): Buffer {
  const length = 1 + fields.reduce<number>((sum, field) => sum + sizeOf(field), 0);
  const packet = Buffer.allocUnsafe(4 + length);
  packet.writeUInt32BE(length + tailBytes, 0);
  packet.writeUInt8(type, 4);
  let at = 5;
  for (const field of fields) at = put(packet, at, field);
  return packet;
}

function sizeOf(field: Field): number {
  if (typeof field === 'number') return 4;
  if (typeof field === 'bigint') return 8;
  return 4 + (typeof field === 'string' ? Buffer.byteLength(field) : field.length);
}

function put(packet: Buffer, at: number, field: Field): number {
  if (typeof field === 'number') return packet.writeUInt32BE(field, at);
  if (typeof field === 'bigint') return packet.writeBigUInt64BE(field, at);
  const size = sizeOf(field) - 4;
  const start = packet.writeUInt32BE(size, at);
  if (typeof field === 'string') packet.write(field, start);
  else packet.set(field, start);
  return start + size;
}

/** Reads the fields of a packet one after another. Throws a RangeError where the packet is too short. */
export interface FieldReader {
  number(): number;
  long(): bigint;
  bytes(): Buffer;
  text(): string;
  readonly left: number;
}

export function readFields(body: Buffer): FieldReader {
  let at = 0;
  const number = () => body.readUInt32BE((at += 4) - 4);
  const bytes = () => {
    const size = number();
    if (size > body.length - at) throw new RangeError('An SFTP packet is shorter than it says.');
    return body.subarray(at, (at += size));
  };
  return {
    number,
    long: () => body.readBigUInt64BE((at += 8) - 8),
    bytes,
    text: () => bytes().toString('utf8'),
    get left() {
      return body.length - at;
    },
  };
}

/** OpenSSH's own limit; a length beyond it is no packet but something else, such as text. */
const maxPacketBytes = 256 * 1024;
/** What a login shell may print before the server speaks. */
const maxNoiseBytes = 64 * 1024;

/**
 * Cuts a stream of bytes into packets. What a noisy login shell prints before the first one (the server's version) is
 * passed over; `noise` tells it. `push` throws a RangeError where the bytes are no packets.
 */
export interface PacketReader {
  push(chunk: Buffer): Packet[];
  noise(): string;
}

export function createPacketReader(): PacketReader {
  let held: Buffer[] = [];
  let heldBytes = 0;
  let begun = false;
  /** As many bytes are needed before there is anything to do. */
  let wanted = 4;

  const join = () => {
    const whole = held.length === 1 && held[0] !== undefined ? held[0] : Buffer.concat(held);
    held = [whole];
    return whole;
  };
  const keep = (rest: Buffer) => {
    held = rest.length === 0 ? [] : [rest];
    heldBytes = rest.length;
  };

  function begin(): boolean {
    const bytes = join();
    const start = findVersion(bytes);
    if (start === undefined) {
      if (bytes.length > maxNoiseBytes) throw new RangeError('No SFTP server speaks there.');
      return false;
    }
    begun = true;
    keep(bytes.subarray(start));
    return true;
  }

  function next(): Packet | undefined {
    if (heldBytes < wanted) return undefined;
    const bytes = join();
    const length = bytes.readUInt32BE(0);
    if (length === 0 || length > maxPacketBytes)
      throw new RangeError(`An SFTP packet of ${length} bytes was announced.`);
    wanted = 4 + length;
    if (heldBytes < wanted) return undefined;
    const packet = { type: bytes.readUInt8(4), body: bytes.subarray(5, wanted) };
    keep(bytes.subarray(wanted));
    wanted = 4;
    return packet;
  }

  return {
    push(chunk) {
      held.push(chunk);
      heldBytes += chunk.length;
      if (!begun && !begin()) return [];
      const packets: Packet[] = [];
      for (let packet = next(); packet !== undefined; packet = next()) packets.push(packet);
      return packets;
    },
    noise: () => (begun ? '' : Buffer.concat(held).toString('utf8')),
  };
}

/** Where the version packet begins: a length with two zero bytes at its head, its type, the number 3. */
function findVersion(bytes: Buffer): number | undefined {
  for (let at = 0; at + 9 <= bytes.length; at += 1) {
    if (bytes.readUInt8(at + 4) !== packetTypes.version || bytes.readUInt32BE(at + 5) !== protocolVersion)
      continue;
    const length = bytes.readUInt32BE(at);
    if (length >= 5 && length <= 0xffff) return at;
  }
  return undefined;
}
