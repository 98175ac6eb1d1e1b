import { isKnown, mark } from '../words/marks.js';
import { textValue } from '../words/scope.js';
import { hasOption, nameSet, readArguments } from './arguments.js';
import type { Arg, Call } from './call.js';
import type { Machine } from './machine.js';
import { printfText } from './output/decoders.js';
import { readPath } from './read-path.js';
import { asScript } from './run-text.js';
import { changeFolder, exportName, inFrame, inSameShell, type Shell } from './shell.js';

/** Follows one program; undefined hands it on to the next stage. */
export type Step = (machine: Machine, call: Call, shell: Shell) => string | undefined;

const texts = (args: readonly Arg[]): string[] => args.map((arg) => arg.text);

const changeDirectory: Step = (_machine, call, shell) => {
  const { operands } = readArguments(call.args, nameSet(''));
  const target = operands[0]?.text ?? (call.program === 'pushd' ? mark.unknown : mark.home);
  if (call.program === 'pushd') shell.stack.push(shell.cwd);
  changeFolder(shell, target === '-' ? mark.unknown : target);
  return '';
};

/** `export A=b`, `declare A=b`, `local A=b`: assignments whose words came out of an expansion. */
const declare: Step = (machine, call, shell) => {
  const found = readArguments(call.args, nameSet(''));
  const exports = call.program === 'export' || hasOption(found, '-x');
  if (exports) for (const { text } of found.operands) exportName(shell, text, hasOption(found, '-f'));
  // A name for another variable: what is assigned to the one is the other's.
  if (hasOption(found, '-n'))
    for (const { text } of found.operands)
      shell.variables.set(text.replace(/^[^=]*=/u, ''), textValue(mark.unknown));
  for (const { text, span } of call.args) {
    const assignment = /^([A-Za-z_]\w*)=([\s\S]*)$/u.exec(text);
    if (assignment === null) continue;
    const [, name = '', value = ''] = assignment;
    const before = shell.variables.get(name);
    // An array was set by its own words already.
    if (before?.kind !== 'array' || before.items.join(' ') !== value)
      shell.variables.set(name, textValue(value));
    if (exports) shell.exported.add(name);
    const alias = /^BASH_ALIASES\[(.+)\]$/u.exec(name);
    if (alias !== null) machine.notice('poison-environment', name, span, shell);
  }
  return '';
};

const set: Step = (_machine, call, shell) => {
  if (call.args.some(({ text }) => /^-\w*a/u.test(text) || text === 'allexport')) shell.exported.add('*');
  const at = call.args.findIndex((arg) => arg.text === '--' || arg.text === '-');
  const { operands } = readArguments(call.args, nameSet('-o'));
  const rest = at >= 0 ? call.args.slice(at + 1) : operands.filter((arg) => !arg.text.startsWith('+'));
  if (at >= 0 || rest.length > 0) shell.positional = texts(rest);
  return '';
};

const shift: Step = (_machine, call, shell) => {
  const left = shell.positional.slice(Number(call.args[0]?.text ?? 1) || 1);
  shell.positional = shell.positional.includes(mark.unknown) ? [mark.unknown] : left;
  return '';
};

/** `read x`, `mapfile a`: what is read, where it is known. */
const read: Step = (_machine, call, shell) => {
  const { operands } = readArguments(
    call.args,
    nameSet(call.program === 'read' ? '-p -d -n -N -t -u -i -a' : '-d -n -O -s -u -C -c'),
  );
  const line = call.input?.split('\n')[0] ?? mark.unknown;
  const names = texts(operands);
  const words = isKnown(line) ? line.trim().split(/\s+/u) : [line];
  names.forEach((name, i) => {
    const value = i === names.length - 1 ? words.slice(i).join(' ') : words[i];
    shell.variables.set(name, textValue(value === undefined || value === '' ? mark.unknown : value));
  });
  if (call.program === 'mapfile' || call.program === 'readarray') {
    const items =
      call.input === undefined ? [mark.unknown] : call.input.split('\n').filter((item) => item !== '');
    shell.variables.set(names.at(-1) ?? 'MAPFILE', { kind: 'array', items });
  }
  return '';
};

const alias: Step = (machine, call, shell) => {
  for (const { text, span } of call.args) {
    const equals = text.indexOf('=');
    if (equals <= 0) continue;
    const name = text.slice(0, equals);
    const body = text.slice(equals + 1);
    shell.aliases.set(name, body);
    // Judged at once: an alias for a dangerous line has no good use.
    if (isKnown(body))
      machine.runText(
        body,
        inFrame(shell, `alias ${name}`, { aliases: new Map(), source: 'code' }),
        span,
        undefined,
      );
  }
  return '';
};

const source: Step = (machine, call, shell) => {
  const path = call.args[0];
  if (path === undefined) return '';
  const stdin = /^(?:\/dev\/stdin|\/dev\/fd\/0|\/proc\/\w+\/fd\/0|-)$/u.test(path.text);
  const text = stdin ? (call.input ?? '') : readPath(shell, path.text);
  if (path.text === mark.unknown)
    machine.notice('run-unknown', 'a file that is not known is sourced', path.span, shell);
  return inSameShell(shell, `source ${path.text}`, (inner) =>
    machine.runText(asScript(text), inner, path.span, undefined),
  );
};

const trap: Step = (machine, call, shell) => {
  const { operands } = readArguments(call.args, nameSet(''));
  const [action, ...signals] = operands;
  if (action === undefined || signals.length === 0 || action.text === '-' || action.text === '') return '';
  machine.later(() => machine.runText(action.text, inFrame(shell, 'trap'), action.span, undefined));
  return '';
};

const hash: Step = (_machine, call, shell) => {
  const found = readArguments(call.args, nameSet('-p'));
  const path = found.options.find((option) => option.name === '-p')?.value;
  const name = found.operands[0];
  if (path !== undefined && name !== undefined) shell.aliases.set(name.text, path.text);
  return '';
};

const unset: Step = (_machine, call, shell) => {
  for (const { text } of call.args) {
    shell.variables.delete(text);
    shell.functions.delete(text);
  }
  return '';
};

/** `command -v x` prints where x is; `command x` runs it past functions. */
const command: Step = (machine, call, shell) => {
  const found = readArguments(call.args, nameSet(''), 1, true);
  if (hasOption(found, '-v', '-V')) return found.operands[0]?.text ?? '';
  const [first, ...rest] = [...found.operands, ...found.rest];
  if (first === undefined) return '';
  const plain = inFrame(shell, call.program, { functions: new Map(), aliases: new Map() });
  const output = machine.run([first, ...rest], plain, {
    variables: call.variables,
    input: call.input,
    redirects: [],
    span: call.span,
  });
  shell.cwd = plain.cwd; // `builtin cd` moves this shell
  return output;
};

const printf: Step = (_machine, call, shell) => {
  if (call.args[0]?.text !== '-v') return undefined;
  shell.variables.set(call.args[1]?.text ?? '', textValue(printfText(texts(call.args.slice(2)))));
  return '';
};

/** The shell's own commands that change what follows. */
export const builtins: ReadonlyMap<string, Step> = new Map(
  Object.entries<Step>({
    cd: changeDirectory,
    pushd: changeDirectory,
    popd: (_machine, _call, shell) => {
      shell.cwd = shell.stack.pop() ?? mark.cwd;
      return '';
    },
    export: declare,
    declare,
    typeset: declare,
    local: declare,
    readonly: declare,
    set,
    shift,
    read,
    mapfile: read,
    readarray: read,
    alias,
    source,
    '.': source,
    trap,
    hash,
    unset,
    command,
    builtin: command,
    printf,
  }),
);
