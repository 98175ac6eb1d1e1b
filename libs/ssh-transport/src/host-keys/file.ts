import { readFile } from 'node:fs/promises';
import { KnownHostsError, systemCode } from './error.js';
import { type KnownHostsEntry, parseKnownHostsLine } from './line.js';
import { matchesNames } from './names.js';

export interface KnownHostsContents {
  entries: KnownHostsEntry[];
  broken: { file: string; line: number }[];
}

/**
 * Reads one file; one that is not there is empty. One that cannot be read is an error: taking it for empty
 * would make a changed key look like a new one.
 */
export async function readKnownHosts(file: string): Promise<KnownHostsContents> {
  try {
    return parseKnownHosts(await readFile(file, 'utf8'), file);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(systemCode(error) ?? '')) return { entries: [], broken: [] };
    const message = `The known hosts in ${file} cannot be read: make the file readable, or name another one.`;
    throw new KnownHostsError('known-hosts-unreadable', message, error);
  }
}

export function parseKnownHosts(text: string, file: string): KnownHostsContents {
  const contents: KnownHostsContents = { entries: [], broken: [] };
  for (const [index, row] of text.split('\n').entries()) {
    const place = { file, line: index + 1 };
    const entry = parseKnownHostsLine(row, place);
    if (entry === 'broken') contents.broken.push(place);
    else if (entry !== 'nothing') contents.entries.push(entry);
  }
  return contents;
}

/** Entries for a name, without certificate authorities, which say nothing about plain keys. */
export function entriesFor(entries: readonly KnownHostsEntry[], name: string): KnownHostsEntry[] {
  return entries.filter(({ marker, names }) => marker !== 'cert-authority' && matchesNames(names, name));
}

/** The certificate authorities that are trusted for a name. */
export function authoritiesFor(entries: readonly KnownHostsEntry[], name: string): KnownHostsEntry[] {
  return entries.filter(({ marker, names }) => marker === 'cert-authority' && matchesNames(names, name));
}
