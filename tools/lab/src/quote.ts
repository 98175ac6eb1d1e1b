/** One word for a POSIX shell (zsh, csh and fish read it alike as long as it has no quote in it). */
export function quoteShell(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

/** A path in ssh_config or sshd_config, where a blank ends a word. */
export function quoteConfig(path: string): string {
  return `"${path}"`;
}

/** The same for the keywords whose values may hold `%` tokens (AuthorizedKeysFile, IdentityFile, …). */
export function quoteConfigToken(path: string): string {
  return quoteConfig(path.replaceAll('%', '%%'));
}
