import { readFile } from 'node:fs/promises';
import { ConfigurationError } from './configuration-error.js';
import type { ConfigurationFile } from './document.js';
import type { ConfigurationPlace } from './places.js';

/**
 * The text of the configuration at a place; undefined where there is none and nobody named it.
 *
 * @param readText reads a file as UTF-8 text; Node's own unless given
 * @throws ConfigurationError `configuration-missing` for a named file that is not there,
 *   `configuration-unreadable` for one that cannot be read
 */
export async function readConfigurationFile(
  { path, named }: ConfigurationPlace,
  readText: (path: string) => Promise<string> = (path) => readFile(path, 'utf8'),
): Promise<ConfigurationFile | undefined> {
  try {
    return { path, text: await readText(path) };
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
    const missing = code === 'ENOENT' || code === 'ENOTDIR';
    if (missing && !named) return undefined;
    const file = path === '' ? '(no name)' : path;
    const message = missing
      ? 'there is no such file; correct the path, or leave it out to use this machine alone'
      : `cannot be read (${String(code ?? cause)}); it must be a file that you may read`;
    throw new ConfigurationError(
      missing ? 'configuration-missing' : 'configuration-unreadable',
      [{ file, key: '', message }],
      { cause },
    );
  }
}
