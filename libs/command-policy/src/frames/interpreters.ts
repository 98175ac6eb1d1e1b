import { mark } from '../words/marks.js';
import { hasOption, nameSet, optionValue, readArguments, type Arguments } from './arguments.js';
import type { Arg, Call } from './call.js';
import type { Language } from './code/action.js';
import { printedText } from './code/literals.js';
import { decodes } from './code/notices.js';
import { readCode } from './code/read-code.js';
import type { Machine } from './machine.js';
import { decode } from './output/decoders.js';
import { readPath } from './read-path.js';
import { asScript } from './run-text.js';
import { childShell, forkShell, inFrame, type Shell } from './shell.js';

const shells = /^(?:pwsh|powershell|r?bash|sh|dash|zsh|[mpo]?k?sh|ksh93|ash|fish|t?csh|yash|posh)$/u;

interface Interpreter {
  readonly programs: RegExp;
  readonly language: Language;
  /** Options whose value is source. */
  readonly code: string;
  readonly valued: string;
  /** The first operand is source (awk, sed). */
  readonly operand?: true;
  readonly unless?: string;
}

const interpreters: readonly Interpreter[] = [
  {
    programs: /^(?:python|pypy)[\d.]*$/u,
    language: 'python',
    code: '-c',
    valued: '-m -W -X -Q --check-hash-based-pycs',
    unless: '-m',
  },
  { programs: /^(?:perl)[\d.]*$/u, language: 'perl', code: '-e -E', valued: '-I -M -m -x' },
  { programs: /^(?:ruby|jruby)[\d.]*$/u, language: 'ruby', code: '-e', valued: '-I -r' },
  {
    programs: /^(?:node|nodejs|bun|deno|tsx|ts-node)$/u,
    language: 'javascript',
    code: '-e --eval -p --print -pe',
    valued: '-r --require --import --loader',
    unless: '--test',
  },
  { programs: /^(?:php)[\d.]*$/u, language: 'php', code: '-r', valued: '-d -f' },
  { programs: /^(?:lua|luajit)[\d.]*$/u, language: 'lua', code: '-e', valued: '-l' },
  {
    programs: /^(?:[gmn]?awk|busybox-awk)$/u,
    language: 'awk',
    code: '-e --source',
    valued: '-F -v -f --assign --field-separator -i --include -l --load',
    operand: true,
  },
  { programs: /^(?:g?sed)$/u, language: 'sed', code: '-e --expression', valued: '-f -l', operand: true },
  {
    programs: /^(?:gcc|cc|clang|tcc|g\+\+|c\+\+|clang\+\+|c99)$/u,
    language: 'c',
    code: '',
    valued: '-o -x -I -L -D -l -std -O -W -f -m -include -MF -MT',
  },
  {
    programs: /^(?:Rscript|julia|groovy|tclsh|osascript|guile|emacs|ghc|elixir|scala|raku|swift|r)$/u,
    language: 'other',
    code: '-e -E --eval --eval= -c -l',
    valued: '',
  },
  {
    programs: /^(?:n?vim?|ex|view|gdb|lldb|expect|less|ed)$/u,
    language: 'editor',
    code: '-c -ex -cmd --cmd -eval-command --eval-command',
    valued: '-S -u -p -x',
  },
];

/** Source that runs what it reads. */
const runsInput =
  /\b(?:system|popen|run|call|check_output|exec|eval|execSync|shell_exec|getoutput)\s*\(?\s*(?:\w+\.)*(?:sys\.stdin|stdin|STDIN|\$stdin|input\(|<STDIN>|<>|gets\b|\$_\b|readFileSync\((?:0|['"]\/dev\/stdin))/u;
/** Source that deletes what it reads the names of: `perl -ne unlink`, or `os.remove` and standard input together. */
const unlinksEach = /^\s*(?:unlink|rmtree|File\.delete)\s*(?:\(?\s*(?:\$_|chomp\(?\$_\)?)?\s*\)?)?\s*;?\s*$/u;
const deletes = /os\.(?:remove|unlink)|shutil\.rmtree|\bunlink|rmtree|File\.delete/u;
const readsInput = /\b(?:stdin|STDIN|ARGF)\b/u;
const deletesInput = (code: string): boolean =>
  unlinksEach.test(code) || (deletes.test(code) && readsInput.test(code));

/** Shells and languages: what they are given to run; undefined where the call is none of them. */
export function interpret(machine: Machine, call: Call, shell: Shell): string | undefined {
  if (shells.test(call.program)) return runShell(machine, call, shell);
  const found = interpreters.find((one) => one.programs.test(call.program));
  return found === undefined ? undefined : runInterpreter(machine, call, found, shell);
}

function runShell(machine: Machine, call: Call, shell: Shell): string {
  const args = call.args.filter((arg) => !/^\+\w|^-(?:norc|noprofile|posix|login)$/u.test(arg.text));
  const found = readArguments(args, nameSet('-o -O --rcfile --init-file'), 0);
  const start = optionValue(found, '--rcfile', '--init-file');
  const inner = inFrame(childShell(shell), call.program);
  if (start !== undefined)
    machine.runText(asScript(readPath(shell, start.text)), inner, start.span, undefined);
  if (hasOption(found, '-n') && !hasOption(found, '-c')) return '';
  if (/^(?:pwsh|powershell)$/u.test(call.program)) runPowerShell(machine, call, inner);
  const [first, ...rest] = found.rest;
  if (hasOption(found, '-c', '-Command', '--command')) {
    const given = optionValue(found, '--command') ?? first;
    if (given === undefined || given.text === '') return '';
    // The word after the text is $0.
    const zero = rest[0]?.text;
    const zeroed = forkShell(inner, {
      frames: [...shell.frames, `${call.program} -c`],
      positional: rest.slice(1).map((arg) => arg.text),
    });
    if (zero !== undefined) zeroed.variables.set('0', { kind: 'text', options: [zero] });
    for (const [name, value] of call.variables)
      zeroed.variables.set(name, { kind: 'text', options: [value] });
    return machine.runText(given.text, zeroed, given.span, call.input);
  }
  const fromInput =
    first === undefined ||
    hasOption(found, '-s') ||
    /^(?:-|\/dev\/stdin|\/dev\/fd\/0|\/proc\/\w+\/fd\/0)$/u.test(first.text);
  if (fromInput) {
    const scripted = forkShell(inner, { positional: found.rest.map((arg) => arg.text) });
    return call.input === undefined
      ? ''
      : machine.runText(asScript(call.input), scripted, call.span, undefined);
  }
  const script = forkShell(inner, {
    frames: [...shell.frames, `${call.program} ${first.text}`],
    positional: rest.map((arg) => arg.text),
  });
  return machine.runText(asScript(readPath(shell, first.text)), script, first.span, call.input);
}

/** `-EncodedCommand` is base64 of UTF-16; `iex (iwr …)` runs what it downloads. */
function runPowerShell(machine: Machine, call: Call, shell: Shell): void {
  const at = call.args.findIndex((arg) => /^-e(?:c|nc\w*)?$/iu.test(arg.text));
  const encoded = at < 0 ? undefined : call.args[at + 1];
  if (encoded !== undefined) {
    const text = decode('base64', encoded.text)?.replaceAll(/[\0\u0001]/gu, '');
    machine.notice('run-opaque', 'an encoded command is run', encoded.span, shell);
    if (text !== undefined) machine.runText(text, shell, encoded.span, undefined);
  }
  const source = call.args.map((arg) => arg.text).join(' ');
  if (
    /\b(?:iex|Invoke-Expression)\b/iu.test(source) &&
    /\b(?:iwr|irm|curl|wget|Invoke-WebRequest|Invoke-RestMethod|Download\w+)\b/iu.test(source)
  )
    machine.notice('run-download', 'what was downloaded is run', call.span, shell);
}

function runInterpreter(machine: Machine, call: Call, one: Interpreter, shell: Shell): string | undefined {
  const found = readArguments(call.args, nameSet(`${one.code} ${one.valued}`));
  const codes = codeOf(found, one, call);
  const inner = inFrame(forkShell(shell), call.program, { source: 'code' });
  const unless = one.unless !== undefined && hasOption(found, one.unless);
  if (
    codes.length === 0 &&
    !unless &&
    (one.language !== 'editor' || /^(?:ed|ex|gdb|lldb)$/u.test(call.program)) &&
    one.operand !== true
  ) {
    const [file] = found.operands;
    const stdin = file === undefined || file.text === '-' || file.text === '/dev/stdin';
    const text = stdin ? call.input : readPath(shell, file.text);
    if (text !== undefined) codes.push({ text, span: file?.span ?? call.span });
  }
  // `python -m timeit CODE` runs it too.
  if (one.language === 'python' && optionValue(found, '-m')?.text === 'timeit') codes.push(...found.operands);
  for (const code of codes) runCode(machine, code, one, inner, call);
  const printed = codes.length === 1 ? printedText(codes[0]?.text ?? '') : undefined;
  if (printed !== undefined) return printed;
  if (one.operand === true || one.language === 'editor') return undefined;
  return codes.some((code) => decodes.test(code.text)) ? mark.decoded : mark.unknown;
}

function codeOf(found: Arguments, one: Interpreter, call: Call): Arg[] {
  const names = nameSet(one.code);
  const codes = found.options.flatMap(({ name, value }) =>
    names.has(name) && value !== undefined ? [value] : [],
  );
  if (one.language === 'editor') {
    codes.push(
      ...call.args
        .filter((arg) => /^\+[!:]/u.test(arg.text))
        .map((arg) => ({ ...arg, text: arg.text.slice(1) })),
    );
  }
  if (codes.length > 0 || one.language === 'editor') return codes;
  const [first] = found.operands;
  if (one.language === 'javascript' && first?.text === 'eval' && found.operands[1] !== undefined)
    return [found.operands[1]];
  return one.operand === true && first !== undefined && !hasOption(found, '-f') ? [first] : [];
}

function runCode(machine: Machine, code: Arg, one: Interpreter, shell: Shell, call: Call): void {
  if (code.text.includes(mark.download))
    machine.notice('run-download', 'what was downloaded is run', code.span, shell);
  if (code.text.includes(mark.installer)) {
    machine.notice('run-installer', 'an installer from the network is run', code.span, shell);
  }
  if (code.text.includes(mark.decoded))
    machine.notice('run-opaque', 'what a decoder made is run', code.span, shell);
  if (runsInput.test(code.text) && call.input !== undefined)
    machine.runText(call.input, shell, code.span, undefined);
  if (deletesInput(code.text) && call.input !== undefined) {
    const paths = call.input.split(/[\n\0]+/u).filter((path) => path !== '');
    machine.run(
      ['rm', '-r', ...paths].map((text) => ({ text, span: code.span })),
      shell,
      { variables: new Map(), input: undefined, redirects: [], span: call.span },
    );
  }
  const setting = { variables: new Map<string, string>(), input: undefined, redirects: [], span: code.span };
  for (const action of readCode(one.language, code.text)) {
    if (action.kind === 'text') machine.runText(action.text, shell, code.span, undefined);
    else if (action.kind === 'notice') machine.notice(action.effect, action.detail, code.span, shell);
    else
      machine.run(
        action.words.map((text) => ({ text: text.replace(/^\$HOME(?=\/|$)/u, mark.home), span: code.span })),
        shell,
        { ...setting, span: call.span },
      );
  }
}
