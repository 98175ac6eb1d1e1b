import { mark } from '../words/marks.js';
import { isSensitivePath } from '../words/secrets.js';
import type { Step } from './builtins.js';
import type { Arg } from './call.js';
import { forkShell, inFrame } from './shell.js';

const withValue =
  /^-(?:name|iname|path|ipath|wholename|regex|iregex|lname|type|xtype|size|mtime|atime|ctime|mmin|amin|cmin|newer\w*|anewer|user|group|uid|gid|perm|maxdepth|mindepth|links|inum|samefile|fstype|fprint|fprint0|fls|printf|regextype|used)$/u;
// These leave nearly everything in.
const notNarrowing = /^-(?:maxdepth|mindepth|regextype|printf|fprint\w*|fls|fstype)$/u;

/**
 * `find`: its commands run on what it found. Narrowed by a name or an age, that is some entries below the start;
 * otherwise it is all of them.
 */
export const findFiles: Step = (machine, call, shell) => {
  const starts: string[] = [];
  const commands: Arg[][] = [];
  let narrowed = false;
  let name = '';
  let deletes: Arg | undefined;
  let inStarts = true;
  for (let i = 0; i < call.args.length; i++) {
    const arg = call.args[i];
    if (arg === undefined) break;
    const { text } = arg;
    if (inStarts && (/^-(?:[HLP]|O\d)$/u.test(text) || text === '-D')) continue;
    if (inStarts && !/^[-(!]/u.test(text)) {
      starts.push(text);
      continue;
    }
    inStarts = false;
    if (/^-(?:exec|execdir|ok|okdir)$/u.test(text)) {
      let end = i + 1;
      while (end < call.args.length && !isEnd(call.args, end)) end++;
      commands.push(call.args.slice(i + 1, end));
      i = end;
    } else if (text === '-delete') {
      deletes = arg;
    } else if (/^-(?:fprint0?|fls|fprintf)$/u.test(text)) {
      const file = call.args[i + 1];
      if (file !== undefined) commands.push([{ ...arg, text: 'tee' }, file]);
      i += text === '-fprintf' ? 2 : 1;
    } else if (withValue.test(text)) {
      const value = call.args[++i]?.text ?? '';
      if (/^-x?type$/u.test(text) && value !== 'l') continue; // links alone are a few
      if (!notNarrowing.test(text) && value !== '*' && value !== mark.star) narrowed = true;
      if (/^-i?name$/u.test(text)) name = value;
    } else if (text === '-empty' || text === '-newer') {
      narrowed = true;
    }
  }
  const found = (starts.length > 0 ? starts : ['.']).map(
    (start) =>
      `${start}/${narrowed ? mark.token : mark.star}${isSensitivePath(`/${name}`) ? `/${name}` : ''}`,
  );
  const inner = inFrame(forkShell(shell, { functions: new Map(), aliases: new Map() }), 'find');
  const setting = { variables: call.variables, input: undefined, redirects: [], span: call.span };
  if (deletes !== undefined)
    commands.push([
      { text: 'rm', span: deletes.span },
      { text: '-r', span: deletes.span },
      { text: '{}', span: deletes.span },
    ]);
  for (const command of commands) {
    for (const path of found.slice(0, 50)) {
      machine.run(
        command.map((word) => ({ ...word, text: word.text.replaceAll('{}', path) })),
        inner,
        setting,
      );
    }
  }
  return found.join('\n');
};

/** `;` ends an `-exec`, and so does `{} +`. */
const isEnd = (args: readonly Arg[], at: number): boolean =>
  args[at]?.text === ';' || (args[at]?.text === '+' && args[at - 1]?.text.endsWith('{}') === true);
