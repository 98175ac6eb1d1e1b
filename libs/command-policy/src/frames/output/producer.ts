import { isKnown, mark } from '../../words/marks.js';
import { nameSet, readArguments } from '../arguments.js';
import type { Call } from '../call.js';
import { readPath } from '../read-path.js';
import type { Shell } from '../shell.js';

/** What a program prints, computed from what it is given. Nothing is run. */
export type Producer = (call: Call, shell: Shell) => string;

export const words = (call: Call): string[] => call.args.map((arg) => arg.text);

/** What the files named, else the input, hold. */
export const contents = (call: Call, shell: Shell, valued = ''): string => {
  const { operands } = readArguments(call.args, nameSet(valued));
  const files = operands.filter((arg) => !/^(?:-|\/dev\/stdin|\/dev\/fd\/0)$/u.test(arg.text));
  return files.length === 0 ? (call.input ?? '') : files.map((arg) => readPath(shell, arg.text)).join('');
};

/** Keeps what it cannot compute as what it was made of. */
export const transformed = (text: string, change: (text: string) => string | undefined): string => {
  if (isKnown(text)) return change(text) ?? mark.decoded;
  return /[\u000e\u000f\u0013-\u0015]/u.exec(text)?.[0] ?? mark.decoded;
};

/** What is made of a secret is one. */
export const keepsSecret = (call: Call, other: string): string =>
  /[\u0013\u0015]/u.exec(call.input ?? '')?.[0] ?? other;

export const token: Producer = () => mark.token;
