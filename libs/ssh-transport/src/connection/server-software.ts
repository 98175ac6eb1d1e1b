/** What is known of a server by the name that it gives itself. */
export interface ServerSoftware {
  /** Sessions that it stands side by side on one connection; absent where it says so itself, by refusing more. */
  sessionsAtOnce?: number;
}

/**
 * `words`: what a server says first, with its identification (RFC 4253, 4.2) on a line of its own.
 *
 * dropbear 2022.82 to 2024.85 closes a session that was opened and not yet asked to run anything when another command
 * of the same connection ends, and then falls over the request: all its commands are lost. Mended in 2024.86
 * (github.com/mkj/dropbear, issue 321 and pull request 326).
 */
export function serverSoftware(words: string): ServerSoftware {
  const dropbear = Number(/^SSH-2\.0-dropbear_(\d{4}\.\d+)/m.exec(words)?.[1]);
  return dropbear >= 2022.82 && dropbear < 2024.86 ? { sessionsAtOnce: 1 } : {};
}
