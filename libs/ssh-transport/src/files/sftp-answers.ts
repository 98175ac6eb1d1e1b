import { readFields, type FieldReader, type Packet } from './packet.js';

/** What a server says of a file; what it leaves out is absent. */
export interface Attributes {
  bytes?: number;
  mode?: number;
  modifiedSeconds?: number;
}

/** Space of a file system. */
export interface Room {
  freeBytes: number;
  freeFiles: number;
  readOnly: boolean;
}

/** The server's answer to a request that it did not carry out. `status`: see `statuses`. */
export class StatusError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.name = 'StatusError';
    this.status = status;
  }
}

export const statuses = { ok: 0, endOfFile: 1, noSuchFile: 2, permissionDenied: 3, failure: 4 } as const;

/** Which attributes a packet holds. */
export const attributeFlags = { size: 1, owner: 2, permissions: 4, times: 8 } as const;

export function readExtensions(version: Packet): ReadonlySet<string> {
  const fields = readFields(version.body);
  fields.number(); // the version
  const names = new Set<string>();
  while (fields.left > 0) {
    names.add(fields.text());
    fields.text(); // the extension's own version, of which there has only been one that we use
  }
  return names;
}

export function statusError(fields: FieldReader): StatusError {
  const status = fields.number();
  return new StatusError(status, fields.left > 0 ? fields.text() : `status ${status}`);
}

export function readAttributes(fields: FieldReader): Attributes {
  const flags = fields.number();
  const given: Attributes = {};
  if (flags & attributeFlags.size) given.bytes = Number(fields.long());
  if (flags & attributeFlags.owner) {
    fields.number();
    fields.number();
  }
  if (flags & attributeFlags.permissions) given.mode = fields.number();
  if (flags & attributeFlags.times) {
    fields.number(); // last access
    given.modifiedSeconds = fields.number();
  }
  return given;
}

export function readFirstName(fields: FieldReader): string {
  fields.number(); // how many
  return fields.text();
}

export function readRoom(fields: FieldReader): Room {
  fields.long(); // block size
  const unitBytes = fields.long();
  fields.long(); // blocks
  fields.long(); // free ones, root's own included
  const freeUnits = fields.long();
  fields.long(); // files
  fields.long(); // free ones, root's own included
  const freeFiles = fields.long();
  fields.long(); // the file system's id
  const flags = fields.long();
  return {
    freeBytes: Number(freeUnits * unitBytes),
    freeFiles: Number(freeFiles),
    readOnly: (flags & 1n) === 1n,
  };
}

/** limits@openssh.com: the most that one read and one write may carry. 0 stands for "not known" and is left out. */
export function readLimits(fields: FieldReader): number[] {
  fields.long(); // packet
  return [fields.long(), fields.long()].filter((limit) => limit > 0n).map(Number);
}
