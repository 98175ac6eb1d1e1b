/** Characters that no POSIX shell, nor fish or csh, gives a meaning to. */
const plain = /^[A-Za-z0-9_@%+:,./-][A-Za-z0-9_@%+=:,./-]*$/;

/**
 * One word for a POSIX shell (sh, bash, dash, zsh, ksh), whatever bytes it holds but NUL.
 *
 * The only place in the project where text becomes part of a shell line.
 * Source: POSIX.1-2017, Shell Command Language, 2.2.2 Single-Quotes.
 */
export function quote(word: string): string {
  if (word.includes('\0')) throw new TypeError('A shell word cannot hold a NUL character.');
  if (plain.test(word)) return word;
  return `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

/** A working folder as a `cd` argument: absolute, `~` or `~/below`. `~` is the home of the shell that reads it. */
export function quoteFolder(folder: string): string {
  if (folder === '~' || folder === '~/') return '"$HOME"';
  if (folder.startsWith('~/')) return `"$HOME"/${quote(folder.slice(2))}`;
  return quote(folder);
}

const variableName = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Can a shell export a variable of this name? */
export function isVariableName(name: string): boolean {
  return variableName.test(name);
}

/** `export` lines for a POSIX shell. Throws a TypeError that names a variable which no shell can hold. */
export function exportLines(variables: Readonly<Record<string, string>>): string {
  return Object.entries(variables)
    .map(([name, value]) => {
      if (!isVariableName(name))
        throw new TypeError(`"${name}" is not a name that a shell variable can have.`);
      return `export ${name}=${quote(value)}\n`;
    })
    .join('');
}

/** Every bash has these, and its posix mode ends where they are set; a user exports them for `docker compose` and such. */
const ownOfBash = new Set(['UID', 'EUID']);

/** The same for what a user's own shell exports: whatever shell reads it comes to the end of it. */
export function inheritLines(variables: Readonly<Record<string, string>>): string {
  const entries = Object.entries(variables);
  const others = entries.filter(([name]) => !ownOfBash.has(name));
  const own = entries.filter(([name]) => ownOfBash.has(name)).map(([name]) => `export ${name}\n`);
  return `${exportLines(Object.fromEntries(others))}${own.join('')}`;
}
