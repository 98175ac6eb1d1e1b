import { withoutMarks } from './marks.js';

const simple: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\n',
  '\\': '\\',
  a: '',
  b: '',
  f: '',
  v: '',
  e: '',
  '"': '"',
  "'": "'",
};

/** The escapes of `echo -e` and of `printf`'s format. */
export const unescapeEcho = (text: string): string =>
  text.replaceAll(
    /\\(?:x([\da-f]{1,2})|u([\da-f]{1,4})|0?([0-7]{1,3})|([\s\S]))/giu,
    (all: string, hex?: string, unicode?: string, octal?: string, char?: string) => {
      if (char !== undefined) return (Object.hasOwn(simple, char) ? simple[char] : undefined) ?? all;
      const code = hex ?? unicode;
      return withoutMarks(
        String.fromCharCode(Number.parseInt(code ?? octal ?? '0', code === undefined ? 8 : 16)),
      );
    },
  );
