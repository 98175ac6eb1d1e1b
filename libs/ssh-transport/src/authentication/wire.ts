/** Reads the `string` and `uint32` fields of RFC 4251 one after another; throws a RangeError past the end. */
export class WireReader {
  #position = 0;
  readonly #bytes: Buffer;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  uint32(): number {
    const value = this.#bytes.readUInt32BE(this.#position);
    this.#position += 4;
    return value;
  }

  uint64(): bigint {
    const value = this.#bytes.readBigUInt64BE(this.#position);
    this.#position += 8;
    return value;
  }

  bytes(): Buffer {
    const length = this.uint32();
    const end = this.#position + length;
    if (end > this.#bytes.length) throw new RangeError('a field reaches past the end');
    const value = this.#bytes.subarray(this.#position, end);
    this.#position = end;
    return value;
  }

  text(): string {
    return this.bytes().toString('utf8');
  }
}

/** A `string` of RFC 4251: its length, then its bytes. */
export function wireString(value: Buffer | string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([wireUint32(bytes.length), bytes]);
}

export function wireUint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
