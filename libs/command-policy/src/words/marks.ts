/**
 * The value of a word is a string in which control characters stand for what is not known. That is sound because
 * no command with a control character is parsed, and decoded text is cleaned (`withoutMarks`).
 */
export const mark = {
  /** Anything: any characters, or none. */
  unknown: '\u0001',
  /** The user's home folder, an absolute path. */
  home: '\u0002',
  /** A fresh path below a folder for temporary files (`mktemp`), or such a folder. */
  temp: '\u0003',
  /** The folder in which the command line starts, an absolute path. */
  cwd: '\u0004',
  /** One or more characters without slash or space: a name, a number. */
  token: '\u0005',
  /** The pattern `*`, or everything a listing listed. */
  star: '\u0006',
  /** A pattern for one character. */
  any: '\u0007',
  /** What came from the network. */
  download: '\u000e',
  /** What came from a well-known installer's address. */
  installer: '\u000f',
  /** What a decoder made of something: on purpose unreadable. */
  decoded: '\u0010',
  /** What lies in a local file. */
  file: '\u0011',
  /** What a trusted producer of shell code prints (`ssh-agent -s`). */
  trusted: '\u0012',
  /** The contents of a secret file. */
  secret: '\u0013',
  /** A token that opens an interface: its place is a header of a request. */
  credential: '\u0015',
  /** No end of it: `/dev/zero`, `yes`. */
  endless: '\u0014',
} as const;

const anyMark = /[\u0001-\u0008\u000e-\u001f]/u;
const everyMark = /[\u0001-\u0008\u000e-\u001f]/gu;

/** Is every character of it known? */
export const isKnown = (text: string): boolean => !anyMark.test(text);

/** Text that came out of a decoder or an escape: a control character in it must not be taken for a mark. */
export const withoutMarks = (text: string): string => text.replace(everyMark, mark.unknown);

const shown: Readonly<Record<string, string>> = {
  [mark.unknown]: '…',
  [mark.home]: '~',
  [mark.temp]: '$TMPDIR',
  [mark.cwd]: '.',
  [mark.token]: '…',
  [mark.star]: '*',
  [mark.any]: '?',
};

/** For a person to read. */
export const show = (text: string): string => text.replace(everyMark, (char) => shown[char] ?? '…');

/** Marks that stand for an absolute path spelled out, for operations that look at its characters. */
export const spellPaths = (text: string): string =>
  text.replace(/[\u0002-\u0004]/gu, `/${mark.token}/${mark.token}`);

/** A path without `//`, `/./` and `x/..`, as far as that can be told from its text. */
export function plainPath(path: string): string {
  if (!/\/\/|\/\.{1,2}(?:\/|$)/u.test(path)) return path;
  const parts: string[] = [];
  const [first = '', ...rest] = path.split('/');
  for (const part of rest) {
    if (part === '' || part === '.') continue;
    const last = parts.at(-1);
    const goesBack = part === '..' && last !== '..' && (last === undefined ? first === '' : isKnown(last));
    if (!goesBack) parts.push(part);
    else parts.pop();
  }
  return parts.length === 0 && first !== '' ? first : `${first}/${parts.join('/')}`;
}

const maxValue = 100_000;

/** Pieces put together, unless that would be too long to be worth it. */
export function concatenated(pieces: readonly string[], between = ''): string {
  let length = 0;
  for (const piece of pieces) length += piece.length + between.length;
  return length > maxValue ? mark.unknown : pieces.join(between);
}

/** A value that grew beyond all sense is as good as unknown. */
export const bounded = (text: string): string => (text.length > maxValue ? mark.unknown : text);
