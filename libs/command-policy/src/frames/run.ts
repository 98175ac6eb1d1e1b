import { mark, plainPath } from '../words/marks.js';
import { builtins } from './builtins.js';
import type { Arg, Call } from './call.js';
import { followHooks } from './hooks.js';
import { interpret } from './interpreters.js';
import type { Machine, Setting } from './machine.js';
import { produce } from './output/index.js';
import { guessOf, programOf } from './program.js';
import { asScript } from './run-text.js';
import { runners } from './runners.js';
import { forkShell, inFrame, writtenFile, type Shell } from './shell.js';
import { followSecret } from './trails.js';
import { unwrap } from './unwrap.js';

/** Follows one command of which the words are known; answers with what it would print. */
export function runWords(machine: Machine, words: readonly Arg[], shell: Shell, setting: Setting): string {
  if (!machine.step(shell, 1 + words.length / 5)) return mark.unknown;
  const [name, ...args] = words;
  if (name === undefined) {
    followHooks(machine, emit(machine, '', { text: '', span: setting.span }, [], shell, setting), shell);
    return '';
  }
  const alias = shell.aliases.get(name.text);
  // A shell that is no terminal's expands no alias: it may run or may not.
  if (alias !== undefined) runAlias(machine, name, alias, args, shell, setting);
  const defined = shell.functions.get(name.text);
  if (defined !== undefined) return runFunction(machine, name, args, shell, setting);

  const programs = programOf(name.text);
  if (programs.length === 0) {
    noteUnknown(machine, name, shell);
    emit(machine, mark.unknown, name, args, shell, setting);
    const guess = guessOf(name.text);
    if (guess !== undefined) runProgram(machine, guess, name, args, shell, setting);
    return mark.unknown;
  }
  return programs.map((program) => runProgram(machine, program, name, args, shell, setting)).at(-1) ?? '';
}

/** A command word that is not known: what it came from says how bad that is. */
function noteUnknown(machine: Machine, { text, span }: Arg, shell: Shell): void {
  if (text.includes(mark.download)) machine.notice('run-download', 'what was downloaded is run', span, shell);
  else if (text.includes(mark.decoded))
    machine.notice('run-opaque', 'what a decoder made is run', span, shell);
  else if (text.includes(mark.installer))
    machine.notice('run-installer', 'an installer from the network is run', span, shell);
  else if (text !== mark.trusted)
    machine.notice('run-unknown', 'the command word is not known before it runs', span, shell);
}

function runProgram(
  machine: Machine,
  program: string,
  name: Arg,
  args: readonly Arg[],
  shell: Shell,
  setting: Setting,
): string {
  const service = /^\/etc\/(?:init|rc)\.d\/([\w@.-]+)$/u.exec(name.text)?.[1];
  if (service !== undefined) {
    return machine.run([{ ...name, text: 'service' }, { ...name, text: service }, ...args], shell, setting);
  }
  const call = emit(machine, program, name, args, shell, setting);
  followHooks(machine, call, shell);
  followSecret(machine, call, shell);
  const written = name.text.includes('/') ? writtenFile(shell, name.text) : undefined;
  const asks = args.length === 1 && /^--(?:help|version)$/u.test(args[0]?.text ?? '');
  if (asks && written === undefined) return mark.token;
  if (written !== undefined) {
    return machine.runText(asScript(written), scriptShell(shell, name.text, args), name.span, setting.input);
  }
  const step = builtins.get(program) ?? runners.get(program);
  const stepped = step?.(machine, call, shell);
  if (stepped !== undefined) return stepped;
  const interpreted = interpret(machine, call, shell);
  if (interpreted !== undefined) return interpreted;
  const unwrapped = unwrap(machine, call, shell);
  if (unwrapped !== undefined) return unwrapped;
  return produce(machine, call, shell);
}

/** A script has its own variables and its own arguments. */
export const scriptShell = (shell: Shell, path: string, args: readonly Arg[]): Shell =>
  inFrame(forkShell(shell), path, { positional: args.map((arg) => arg.text) });

/** `/etc//shadow` and `/etc/./shadow` are `/etc/shadow`; so for the value of an option. */
const spelledPlainly = (arg: Arg): Arg => {
  const found = /^(--?[\w-]+=)?([/\u0002][^\s]*)$/u.exec(arg.text);
  const path = found?.[2];
  return path === undefined || !/\/\/|\/\.{1,2}(?:\/|$)/u.test(path)
    ? arg
    : { ...arg, text: `${found?.[1] ?? ''}${plainPath(path)}` };
};

function emit(
  machine: Machine,
  program: string,
  name: Arg,
  args: readonly Arg[],
  shell: Shell,
  setting: Setting,
): Call {
  const call: Call = {
    program,
    name,
    args: args.map(spelledPlainly),
    variables: setting.variables,
    input: setting.input,
    redirects: setting.redirects,
    frames: shell.frames,
    place: shell.place,
    cwd: shell.cwd,
    span: setting.span,
    source: shell.source,
  };
  machine.emit(call);
  return call;
}

function runAlias(
  machine: Machine,
  name: Arg,
  alias: string,
  args: readonly Arg[],
  shell: Shell,
  setting: Setting,
): string {
  const inner = inFrame(shell, `alias ${name.text}`, {
    aliases: withoutAlias(shell, name.text),
    span: setting.span,
  });
  const output = machine.runText(
    [alias, ...args.map((arg) => quote(arg.text))].join(' '),
    inner,
    setting.span,
    setting.input,
  );
  shell.cwd = inner.cwd;
  return output;
}

const withoutAlias = (shell: Shell, name: string): Map<string, string> =>
  new Map([...shell.aliases].filter(([key]) => key !== name));

/** For putting a word into text that is parsed again; never for a shell that runs. */
const quote = (text: string): string =>
  /^[\w./=:,@%+-]+$/u.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;

/** A function that calls itself is followed this often. */
const maxRecursion = 3;

function runFunction(
  machine: Machine,
  name: Arg,
  args: readonly Arg[],
  shell: Shell,
  setting: Setting,
): string {
  const defined = shell.functions.get(name.text);
  if (defined === undefined) return mark.unknown;
  defined.called = true;
  const calls = shell.calling.filter((call) => call.node === defined.node);
  const [before] = calls;
  if (before !== undefined && (calls.length > maxRecursion || shell.forks > before.forks)) {
    // It calls itself. Harmless by itself; in a pipe or in the background it multiplies.
    if (shell.forks > before.forks) {
      machine.notice('fork-loop', `${name.text} starts copies of itself`, name.span, shell);
    }
    return mark.unknown;
  }
  const inner = inFrame(shell, `function ${name.text}`, {
    positional: args.map((arg) => arg.text),
    calling: [...shell.calling, { node: defined.node, forks: shell.forks }],
    span: defined.span,
    locals: new Map(),
  });
  for (const key of setting.variables.keys()) inner.locals?.set(key, inner.variables.get(key));
  for (const [key, value] of setting.variables) inner.variables.set(key, { kind: 'text', options: [value] });
  const { body } = defined.node;
  const output = machine.walk(
    body.type === 'CompoundList'
      ? body.commands
      : [{ type: 'Statement', pos: body.pos, end: body.end, command: body, background: undefined }],
    inner,
    setting.input,
  );
  shell.cwd = inner.cwd;
  for (const [key, value] of inner.locals ?? []) {
    if (value === undefined) shell.variables.delete(key);
    else shell.variables.set(key, value);
  }
  return output;
}
