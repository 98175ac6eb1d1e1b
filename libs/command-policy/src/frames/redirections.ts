import type { Redirection } from '../parse/syntax.js';
import { plainPath } from '../words/marks.js';
import { expandBody, expandText } from '../words/expand.js';
import type { Arg, Redirect } from './call.js';
import type { Machine } from './machine.js';
import { feedOutlet } from './outlets.js';
import { readPath } from './read-path.js';
import { scopeOf, spanOf } from './shell-scope.js';
import { forkShell, inFrame, writeFile, writtenFile, type Shell } from './shell.js';

export interface InputOutput {
  readonly input: string | undefined;
  readonly redirects: readonly Redirect[];
}

export function readRedirects(
  machine: Machine,
  redirections: readonly Redirection[],
  shell: Shell,
  before: string | undefined,
  scope = scopeOf(machine, shell),
): InputOutput {
  let input = before;
  const redirects: Redirect[] = [];
  // `exec 3<<<text` keeps it for a later `<&3`.
  const take = (part: Redirection, text: string): void => {
    const descriptor = descriptorOf(part) ?? 0;
    if (descriptor === 0) input = text;
    else writeFile(shell, `/dev/fd/${descriptor}`, text, false);
  };
  for (const part of redirections) {
    if (part.type === 'HereDoc') {
      take(part, part.body.parts === undefined ? part.body.text : expandBody(part.body.parts, scope));
      continue;
    }
    const text = part.target === undefined ? '' : expandText(part.target, scope);
    if (part.type === 'HereString') {
      take(part, `${text}\n`);
      continue;
    }
    if (part.operator === '<' || part.operator === '<>') take(part, readPath(shell, text));
    if (part.operator === '<&') input = writtenFile(shell, `/dev/fd/${text}`) ?? input;
    const descriptor = descriptorOf(part);
    redirects.push({
      operator: part.operator,
      descriptor,
      target: { text: /^[/\u0002]/u.test(text) ? plainPath(text) : text, span: spanOf(shell, part) },
    });
  }
  return { input, redirects };
}

const descriptorOf = (part: Redirection): number | undefined =>
  part.descriptor?.type === 'FileDescriptor' ? part.descriptor.value : undefined;

/** Output that goes into a file is remembered there, in case the line runs that file. */
export function finishOutput(machine: Machine, output: string, io: InputOutput, shell: Shell): string {
  let left = output;
  for (const { operator, descriptor, target } of io.redirects) {
    if (!operator.includes('>') || (descriptor ?? 1) !== 1 || /^(?:\d+|-)$/u.test(target.text)) continue;
    writeFile(shell, target.text, left, operator.includes('>>'));
    followStartup(machine, target, left, shell);
    feedOutlet(machine, target.text, left, shell);
    left = '';
  }
  return left;
}

const startupFile =
  /\/\.?(?:bashrc|bash_profile|bash_login|bash_logout|profile|zshrc|zshenv|zprofile|zlogin|kshrc|bash\.bashrc|rc\.local)$/u;
const cronFile = /^\/(?:etc\/cron|var\/spool\/cron)/u;

/** What goes into a file that shells read when they start, or cron reads, is run later. */
function followStartup(machine: Machine, { text, span }: Arg, written: string, shell: Shell): void {
  const inner = inFrame(forkShell(shell), text);
  const known = written.replaceAll(/[\u000e-\u0014]/gu, ' ');
  if (startupFile.test(text)) machine.runText(known, inner, span, undefined);
  if (!cronFile.test(text)) return;
  for (const line of known.split('\n')) {
    const entry = /^\s*(?:@\w+|(?:\S+\s+){4}\S+)\s+(?:root\s+)?(.+)$/u.exec(line);
    if (entry !== null) machine.runText(entry[1] ?? '', inner, span, undefined);
  }
}
