import { mark } from '../../words/marks.js';
import { isSensitivePath } from '../../words/secrets.js';
import { nameSet, readArguments } from '../arguments.js';
import { writeFile, writtenFile } from '../shell.js';
import type { Producer } from './producer.js';
import { limited } from './text.js';

/** A copy of what the line wrote is that too; a copy of a program, or a link to it, runs that program. */
const copied: Producer = (call, shell) => {
  const [from, to] = readArguments(call.args, nameSet('-m -o -g -t')).operands;
  if (from === undefined || to === undefined) return '';
  const program = /(?:^|\/)s?bin\/([\w.+-]+)$/u.exec(from.text)?.[1];
  const text = writtenFile(shell, from.text) ?? (program === undefined ? undefined : `${from.text} "$@"\n`);
  const path = /(?:^|\/)\.{0,2}\/?$/u.test(to.text) ? `${to.text}/${program ?? from.text}` : to.text;
  if (text !== undefined) writeFile(shell, path, text, false);
  return '';
};

/** An archive of a secret is one. */
const archive: Producer = (call) =>
  call.args.some(({ text }) => isSensitivePath(text))
    ? mark.secret
    : (/[\u000e\u000f\u0010\u0013]/u.exec(call.input ?? '')?.[0] ?? mark.unknown);

const named: Producer = (call) => call.args.find((arg) => !arg.text.startsWith('-'))?.text ?? mark.unknown;

export const filesProducers: Readonly<Record<string, Producer>> = {
  dd: (call, shell) => {
    const to = call.args.find(({ text }) => text.startsWith('of='))?.text.slice(3);
    const text = limited({ ...call, args: [] }, shell);
    if (to === undefined) return text;
    writeFile(shell, to, text, false);
    return '';
  },
  cp: copied,
  mv: copied,
  install: copied,
  ln: copied,
  mktemp: () => mark.temp,
  pwd: (_call, shell) => shell.cwd,
  which: named,
  whereis: named,
  type: named,
  realpath: named,
  readlink: named,
  dirname: (call, shell) => {
    const path = named(call, shell);
    if (path.includes('/')) return path.slice(0, Math.max(1, path.lastIndexOf('/')));
    return path === mark.home || path === mark.cwd || path === mark.temp ? `${path}/..` : '.';
  },
  basename: (call, shell) => {
    const path = named(call, shell).replace(/\/+$/u, '');
    return path.slice(path.lastIndexOf('/') + 1);
  },
  tar: archive,
  zip: archive,
  gzip: archive,
  '7z': archive,
};
