import { randomInt } from 'node:crypto';
import { type Answer, type DecodedPacket, decode, encode } from 'dns-packet';
import { type Address, parseAddress } from './address.js';
import { MulticastDnsError } from './multicast-dns-error.js';

export interface MulticastQuery {
  id: number;
  name: string;
  bytes: Buffer;
}

const headerBytes = 12;
const unicastResponse = 0x80;

/** The limits of RFC 1035 §2.3.4, in bytes; dns-packet writes nonsense beyond them. */
function checkName(name: string): void {
  const lengths = name.split('.').map((label) => Buffer.byteLength(label));
  if (lengths.every((length) => length > 0 && length < 64) && Buffer.byteLength(name) < 254) return;
  throw new MulticastDnsError(
    'invalid-name',
    `Cannot ask multicast DNS for "${name.slice(0, 300)}": each part of a host name has 1 to 63 bytes, all of it at most 253.`,
  );
}

/** One question for A and one for AAAA, both asking for a unicast answer (RFC 6762 §5.4, the QU bit). */
export function encodeQuery(name: string): MulticastQuery {
  const id = randomInt(1, 0x1_00_00);
  const bare = name.replace(/\.$/, '');
  checkName(bare);
  const bytes = encode({
    type: 'query',
    id,
    questions: [
      { type: 'A', name: bare, class: 'IN' },
      { type: 'AAAA', name: bare, class: 'IN' },
    ],
  });
  // dns-packet has no word for the QU bit: it is the top bit of the class, which ends each of two equally long questions.
  const questionBytes = (bytes.length - headerBytes) / 2;
  for (const start of [headerBytes, headerBytes + questionBytes]) {
    const at = start + questionBytes - 2;
    bytes.writeUInt8(bytes.readUInt8(at) | unicastResponse, at);
  }
  return { id, name: bare, bytes };
}

/** The addresses that `bytes` gives as an answer to `query`: none where it answers another, or is no DNS at all. */
export function readAnswer(query: MulticastQuery, bytes: Buffer): Address[] {
  const packet = decodePacket(bytes);
  if (packet === undefined || packet.type !== 'response' || packet.rcode !== 'NOERROR') return [];
  // RFC 6762 §6.7 wants the query's id in such an answer; responders in the wild send the 0 of a multicast one.
  if (packet.id !== query.id && packet.id !== 0) return [];
  const records = [...(packet.answers ?? []), ...(packet.additionals ?? [])];
  return records.flatMap((record) => addressOf(record, query.name) ?? []);
}

function addressOf(record: Answer, name: string): Address | undefined {
  if (record.type !== 'A' && record.type !== 'AAAA') return undefined;
  if (record.class !== undefined && record.class !== 'IN') return undefined;
  if (record.name.toLowerCase() !== name.toLowerCase()) return undefined;
  // A record with a lifetime of 0 says goodbye (RFC 6762 §10.1).
  return record.ttl === 0 ? undefined : parseAddress(record.data);
}

/** Anybody on the network can send to our port, so what cannot be read is no failure: it is not our answer. */
function decodePacket(bytes: Buffer): (DecodedPacket & { rcode?: string }) | undefined {
  try {
    const packet = decode(bytes);
    // Of a packet that was cut short, dns-packet makes the rest of the last address up (fd00::7 becomes fd00::).
    return decode.bytes <= bytes.length ? packet : undefined;
  } catch {
    return undefined;
  }
}
