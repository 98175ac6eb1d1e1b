import { mark, plainPath } from '../words/marks.js';
import { hasOption, nameSet, optionValue, readArguments, type Arguments } from './arguments.js';
import { thisNode, type Arg, type Call, type Place } from './call.js';
import { valuedOptions } from './global-options.js';
import type { Machine } from './machine.js';
import { asScript } from './run-text.js';
import { changeFolder, childShell, forkShell, inFrame, inSameShell, type Shell } from './shell.js';
import { wrappers, type Wrapper } from './wrappers.js';

interface Route {
  readonly wrapper: Wrapper;
  readonly words: readonly string[];
}

let routes: ReadonlyMap<string, readonly Route[]> | undefined;

/** By program; the longest subcommand first. */
function routesOf(program: string): readonly Route[] {
  if (routes === undefined) {
    const found = new Map<string, Route[]>();
    for (const wrapper of wrappers) {
      for (const words of expandWords(wrapper.words)) {
        const [head = '', ...rest] = words;
        found.set(head, [...(found.get(head) ?? []), { wrapper, words: rest }]);
      }
    }
    for (const list of found.values()) list.sort((a, b) => b.words.length - a.words.length);
    routes = found;
  }
  return routes.get(program) ?? [];
}

/** `a|b run|create, c exec`: every spelling of it. */
const expandWords = (text: string): string[][] =>
  text
    .split(', ')
    .flatMap((entry) =>
      entry
        .split(' ')
        .reduce<string[][]>(
          (heads, word) => heads.flatMap((head) => word.split('|').map((choice) => [...head, choice])),
          [[]],
        ),
    );

/** Follows what a wrapper runs; undefined where the call is none. */
export function unwrap(machine: Machine, call: Call, shell: Shell): string | undefined {
  for (const { wrapper, words } of routesOf(call.program)) {
    const args = afterWords(call, words);
    const output =
      args === undefined
        ? undefined
        : follow(machine, call, wrapper, [call.program, ...words].join(' '), args, shell);
    if (output !== undefined) return output;
  }
  return undefined;
}

/** The arguments after the subcommand words, or undefined where these are others. */
function afterWords(call: Call, words: readonly string[]): readonly Arg[] | undefined {
  if (words.length === 0) return call.args;
  const found = readArguments(call.args, nameSet(valuedOptions(call)), words.length, true);
  const same = words.every((word, i) => found.operands[i]?.text === word);
  return same ? found.rest : undefined;
}

function follow(
  machine: Machine,
  call: Call,
  wrapper: Wrapper,
  title: string,
  args: readonly Arg[],
  shell: Shell,
): string | undefined {
  const after = splitAfter(withoutPairs(args, wrapper), wrapper.after);
  const found = readArguments(
    after.before,
    nameSet(`${wrapper.valued ?? ''} ${wrapper.text ?? ''} ${wrapper.program ?? ''}`),
    wrapper.rest === 'none' ? Infinity : (wrapper.operands ?? 0),
    // What follows an image is the command's.
    wrapper.program !== undefined && wrapper.place === 'throwaway',
  );
  if (wrapper.unless !== undefined && hasOption(found, ...wrapper.unless.split(' '))) return undefined;
  const target = wrapper.place === 'host' ? ` ${found.operands[0]?.text ?? ''}` : '';
  const inner = enter(call, wrapper, found, title + target, shell);

  let output: string | undefined;
  for (const { name, value } of found.options) {
    if (value === undefined || !nameSet(wrapper.text ?? '').has(name)) continue;
    output = machine.runText(value.text, childShell(inner), value.span, call.input);
  }
  const rest = after.command ?? (wrapper.rest === 'none' ? [] : found.rest);
  const tool = wrapper.place === 'throwaway' ? toolOf(found.operands[0]) : undefined;
  if (tool !== undefined)
    machine.run([tool, ...rest], inner, {
      variables: new Map(),
      input: call.input,
      redirects: [],
      span: call.span,
    });
  const variables = new Map(call.variables);
  const command = wrapper.assignments === true ? takeAssignments(rest, variables) : rest;
  const named = wrapper.program === undefined ? undefined : optionValue(found, ...nameSet(wrapper.program));
  const head = wrapper.as === undefined ? named : { text: wrapper.as, span: call.span };
  const words = head === undefined ? command : [head, ...command];
  if (words.length === 0 && call.input !== undefined && isShellAlone(wrapper, found))
    return machine.runText(asScript(call.input), forkShell(inner), call.span, undefined);
  // Alone it may still print something (`env`), or be a shell on another host.
  if (words.length === 0) return output ?? (wrapper.place === 'host' ? mark.download : undefined);
  if (wrapper.rest === 'each') {
    for (const word of words) output = machine.runText(word.text, forkShell(inner), word.span, call.input);
    return output ?? '';
  }
  if (wrapper.words === 'eval')
    return inSameShell(shell, title, (same) => runJoined(machine, words, same, call.input));
  if (wrapper.rest === 'text' || hasOption(found, ...nameSet(wrapper.textWith ?? '')))
    return runJoined(machine, words, childShell(inner), call.input);
  return machine.run(
    words,
    { ...inner, functions: new Map(), aliases: new Map() },
    { variables, input: call.input, redirects: [], span: spanOf(words) },
  );
}

function isShellAlone({ aloneWith }: Wrapper, found: Arguments): boolean {
  return aloneWith !== undefined && (aloneWith === '' || hasOption(found, ...nameSet(aloneWith)));
}

/** Images that are a program: what follows the image are its arguments. */
const toolImage =
  /(?:^|\/)(terraform|opentofu|pulumi|kubectl|helm|aws|awscli|rclone|restic|mc|ansible|flyctl|terragrunt|doctl|s5cmd|azcopy)(?:-cli)?(?::[\w.-]+)?(?:@.*)?$/u;

function toolOf(image: Arg | undefined): Arg | undefined {
  const name = toolImage.exec(image?.text ?? '')?.[1];
  return image === undefined || name === undefined
    ? undefined
    : { ...image, text: name.replace('opentofu', 'tofu').replace('awscli', 'aws') };
}

const spanOf = (words: readonly Arg[]): Arg['span'] => ({
  start: words[0]?.span.start ?? 0,
  end: words.at(-1)?.span.end ?? 0,
});

/** Words joined by spaces and read again as shell text (`ssh host a b`, `eval a b`). */
export function runJoined(
  machine: Machine,
  words: readonly Arg[],
  shell: Shell,
  input: string | undefined,
): string {
  const text = words.map((word) => word.text).join(' ');
  const output = machine.runText(text, shell, spanOf(words), input);
  return shell.place.kind === 'host' ? mark.download : output;
}

/** Options that take two values are of no interest; nor is `--` where the program hands it on (`su root -- -c x`). */
function withoutPairs(args: readonly Arg[], { pairs, words }: Wrapper): readonly Arg[] {
  if (words === 'su') return args.filter((arg) => arg.text !== '--');
  if (pairs === undefined) return args;
  const names = nameSet(pairs);
  return args.filter((_arg, i) => ![0, 1, 2].some((back) => names.has(args[i - back]?.text ?? '')));
}

function splitAfter(
  args: readonly Arg[],
  names: string | undefined,
): { before: readonly Arg[]; command: readonly Arg[] | undefined } {
  const at = names === undefined ? -1 : args.findIndex((arg) => names.split(' ').includes(arg.text));
  return at < 0
    ? { before: args, command: undefined }
    : { before: args.slice(0, at), command: args.slice(at + 1) };
}

function takeAssignments(words: readonly Arg[], variables: Map<string, string>): readonly Arg[] {
  let i = words[0]?.text === '-' ? 1 : 0;
  for (; i < words.length; i++) {
    const found = /^([A-Za-z_]\w*(?:%%)?)=([\s\S]*)$/u.exec(words[i]?.text ?? '');
    if (found === null) break;
    variables.set(found[1] ?? '', found[2] ?? '');
  }
  return words.slice(i);
}

function enter(call: Call, wrapper: Wrapper, found: Arguments, frame: string, shell: Shell): Shell {
  const cwd = optionValue(found, '-D', '--chdir', '-C', '-w', '--workdir')?.text;
  switch (wrapper.place) {
    case 'host':
      return inFrame(shell, frame, { place: { kind: 'host', throwaway: false, mounts: [] }, cwd: mark.home });
    case 'container':
    case 'throwaway': {
      const place: Place = {
        kind: 'container',
        throwaway: wrapper.place === 'throwaway',
        mounts: [...mountsOf(found), ...privileges(found)],
      };
      return inFrame(shell, frame, { place, cwd: cwd ?? '/work' });
    }
    case undefined:
    default:
      if (
        call.program === 'nsenter' &&
        shell.place.kind === 'container' &&
        optionValue(found, '-t', '--target')?.text === '1'
      )
        return inFrame(shell, frame, { cwd: '/', place: thisNode });
      if (call.program === 'chroot') {
        const root = found.operands[0]?.text;
        const mounted =
          shell.place.mounts.some(({ from, to }) => from === '/' && to === root) ||
          (shell.place.kind === 'container' && root === '/host');
        return inFrame(shell, frame, { cwd: '/', ...(mounted ? { place: thisNode } : {}) });
      }
      return inFolder(inFrame(shell, frame), cwd);
  }
}

/** `env -C FOLDER`: as if one had gone there. */
function inFolder(shell: Shell, folder: string | undefined): Shell {
  if (folder !== undefined) changeFolder(shell, folder);
  return shell;
}

/** A privileged container has the machine's devices. */
const privileges = (found: Arguments): Place['mounts'] =>
  hasOption(found, '--privileged') ? [{ from: '/dev', to: '/dev' }] : [];

/** `-v /host:/inside`, `--mount type=bind,src=/host,dst=/inside`. */
function mountsOf(found: Arguments): Place['mounts'] {
  return found.options.flatMap(({ name, value }) => {
    if (value === undefined) return [];
    if (name === '-v' || name === '--volume' || name === '--bind' || name === '-B') {
      const [from = '', to = from] = value.text.split(':');
      return /^[/.~\u0001-\u0005]/u.test(from) ? [{ from: plainPath(from), to: plainPath(to) }] : [];
    }
    if (name !== '--mount') return [];
    const from = /(?:^|,)"?(?:source|src)=([^,"]*)/u.exec(value.text)?.[1];
    const to = /(?:^|,)"?(?:target|destination|dst)=([^,"]*)/u.exec(value.text)?.[1];
    return from === undefined || to === undefined || !/^[/.\u0001-\u0005]/u.test(from) ? [] : [{ from, to }];
  });
}
