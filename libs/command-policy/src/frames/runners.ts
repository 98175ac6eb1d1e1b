import { unescapeEcho } from './decoders.js';
import { mark } from '../words/marks.js';
import { hasOption, nameSet, optionValue, readArguments } from './arguments.js';
import type { Arg, Call } from './call.js';
import type { Step } from './builtins.js';
import { valuedOptions } from './global-options.js';
import { findFiles } from './find.js';
import type { Machine } from './machine.js';
import { feedOutlet } from './outlets.js';
import { readPath } from './read-path.js';
import { asScript } from './run-text.js';
import { forkShell, inFrame, writeFile, type Shell } from './shell.js';
import { runJoined } from './unwrap.js';

const setting = (call: Call, input?: string) => ({
  variables: call.variables,
  input,
  redirects: [],
  span: call.span,
});

const maxBatches = 12;

const xargs: Step = (machine, call, shell) => {
  const valued = nameSet(
    '-I -i -J -n -P -L -s -d -E -a --replace --max-args --max-procs --arg-file --delimiter --max-lines',
  );
  const found = readArguments(call.args, valued, 0);
  const file = optionValue(found, '-a', '--arg-file');
  const input = file === undefined ? (call.input ?? mark.unknown) : readPath(shell, file.text);
  const replaced =
    optionValue(found, '-I', '-J', '--replace')?.text ??
    (hasOption(found, '-i', '--replace') ? '{}' : undefined);
  const command = found.rest.length > 0 ? found.rest : [{ text: 'echo', span: call.span }];
  const given = optionValue(found, '-d', '--delimiter')?.text;
  const delimiter = given === undefined ? undefined : unescapeEcho(given);
  const whole = hasOption(found, '-0', '--null') && !input.includes('\0');
  const split = whole || replaced !== undefined ? /\n/u : delimiter === undefined ? /[\s\0]+/u : delimiter;
  const items = input.split(split).filter((item) => item.trim() !== '');
  const inner = inFrame(forkShell(shell), 'xargs');
  const batches = replaced === undefined ? [items] : items.slice(0, maxBatches).map((item) => [item]);
  return runBatches(machine, command, batches, replaced, inner, call);
};

function runBatches(
  machine: Machine,
  command: readonly Arg[],
  batches: readonly (readonly string[])[],
  replaced: string | undefined,
  shell: Shell,
  call: Call,
): string {
  let output: string = mark.unknown;
  for (const batch of batches.length > 0 ? batches : [[mark.unknown]]) {
    const words =
      replaced === undefined
        ? [...command, ...batch.map((text) => ({ text: text.trim(), span: call.span }))]
        : command.map((word) => ({ ...word, text: word.text.replaceAll(replaced, batch[0]?.trim() ?? '') }));
    output = machine.run(words, shell, setting(call));
  }
  return output;
}

const parallel: Step = (machine, call, shell) => {
  const at = call.args.findIndex((arg) => arg.text.startsWith(':::'));
  const before = at < 0 ? call.args : call.args.slice(0, at);
  const found = readArguments(
    before,
    nameSet('-j --jobs -P -S --sshlogin -N -n -I --delay --timeout -a --joblog --retries --colsep -d'),
    0,
  );
  const given = at < 0 ? undefined : call.args.slice(at + 1).map((arg) => arg.text);
  const items = given ?? (call.input ?? mark.unknown).split('\n').filter((item) => item !== '');
  const inner = inFrame(forkShell(shell), 'parallel');
  const hasPlace = found.rest.some((word) => /\{[.\d/]*\}/u.test(word.text));
  for (const item of (items.length > 0 ? items : ['']).slice(0, maxBatches)) {
    const words =
      found.rest.length === 0
        ? [{ text: item, span: call.span }]
        : found.rest.map((word) => ({ ...word, text: word.text.replaceAll(/\{[.\d/]*\}/gu, item) }));
    runJoined(
      machine,
      hasPlace || found.rest.length === 0 ? words : [...words, { text: item, span: call.span }],
      inner,
      undefined,
    );
  }
  return mark.unknown;
};

/** `at now`, `batch`: their input is a script for later. */
const later: Step = (machine, call, shell) => {
  const file = optionValue(readArguments(call.args, nameSet('-f -q')), '-f');
  const text = file === undefined || file.text === '-' ? call.input : readPath(shell, file.text);
  if (text !== undefined)
    machine.runText(asScript(text), inFrame(forkShell(shell), call.program), call.span, undefined);
  return '';
};

/** Lines of a crontab: five fields or `@daily`, then a command. */
const crontab: Step = (machine, call, shell) => {
  const found = readArguments(call.args, nameSet('-u'));
  if (hasOption(found, '-l')) return mark.file;
  const operand = found.operands[0]?.text;
  const text = operand === undefined || operand === '-' ? call.input : readPath(shell, operand);
  for (const line of (text ?? '').split('\n')) {
    const entry = /^\s*(?:@\w+|(?:\S+\s+){4}\S+)\s+(.+)$/u.exec(line);
    if (entry !== null && !line.trim().startsWith('#')) {
      machine.runText(entry[1] ?? '', inFrame(forkShell(shell), 'crontab'), call.span, undefined);
    }
  }
  return '';
};

const tee: Step = (machine, call, shell) => {
  const found = readArguments(call.args, nameSet(''));
  const text = call.input ?? mark.unknown;
  for (const target of found.operands) {
    writeFile(shell, target.text, text, hasOption(found, '-a', '--append'));
    feedOutlet(machine, target.text, text, shell);
  }
  return text;
};

/** `sudo -s`/`-i` with words hands them to a shell; `su -` and `ssh host` without words read a script. */
const fromInput =
  (title: string): Step =>
  (machine, call, shell) => {
    if (call.input === undefined) return undefined;
    const found = readArguments(
      call.args,
      nameSet('-p -i -o -l -F -L -R -D -W -J -b -c -E -e -I -m -O -Q -S -w -B'),
      1,
    );
    if (found.rest.length > 0) return undefined;
    const host = inFrame(
      shell,
      title,
      title === 'ssh' ? { place: { kind: 'host', throwaway: false, mounts: [] }, cwd: mark.home } : {},
    );
    machine.runText(asScript(call.input), host, call.span, undefined);
    return mark.unknown;
  };

const ansible: Step = (machine, call, shell) => {
  const found = readArguments(
    call.args,
    nameSet('-i -m -a -u -f -e -l --limit --module-name --args --inventory --user'),
  );
  const module = optionValue(found, '-m', '--module-name')?.text ?? 'command';
  const text = optionValue(found, '-a', '--args');
  if (text === undefined || !/(?:^|\.)(?:shell|command|raw)$/u.test(module)) return undefined;
  machine.runText(
    text.text,
    inFrame(shell, 'ansible', { place: { kind: 'host', throwaway: false, mounts: [] }, cwd: mark.home }),
    text.span,
    undefined,
  );
  return mark.unknown;
};

/** `salt '*' cmd.run 'text'`. */
const salt: Step = (machine, call, shell) => {
  const at = call.args.findIndex((arg) => /^cmd\.(?:run|shell|run_all)$/u.test(arg.text));
  const text = call.args[at + 1];
  if (at < 0 || text === undefined) return undefined;
  machine.runText(
    text.text,
    inFrame(shell, 'salt', { place: { kind: 'host', throwaway: false, mounts: [] }, cwd: '/root' }),
    text.span,
    undefined,
  );
  return mark.unknown;
};

/** `sbatch` without a file reads its script. */
const batchScript: Step = (machine, call, shell) => {
  const { operands } = readArguments(call.args, nameSet(valuedOptions(call)));
  if (call.input === undefined || operands.length > 0) return undefined;
  return machine.runText(asScript(call.input), inFrame(forkShell(shell), call.program), call.span, undefined);
};

/** `screen -X stuff 'text'` types it. */
const screen: Step = (machine, call, shell) => {
  const at = call.args.findIndex((arg) => arg.text === 'stuff');
  const text = call.args[at + 1];
  if (at < 0 || text === undefined) return undefined;
  return machine.runText(
    text.text.replaceAll(/\\[nr]|\^M/gu, ' '),
    inFrame(forkShell(shell), 'screen'),
    text.span,
    undefined,
  );
};

/** `fd PATTERN FOLDER… -x command`: the command runs on what is found below the folders. */
const fd: Step = (machine, call, shell) => {
  const at = call.args.findIndex((arg) => /^(?:-x|-X|--exec|--exec-batch)$/u.test(arg.text));
  if (at < 0) return undefined;
  const valued = nameSet(
    '-e --extension -t --type -d --max-depth -E --exclude -S --size --changed-within --changed-before',
  );
  const { operands } = readArguments(call.args.slice(0, at), valued);
  const folders = operands.length > 1 ? operands.slice(1).map((arg) => arg.text) : ['.'];
  const whole = operands[0] === undefined || operands[0].text === '.';
  const narrowed =
    !whole || call.args.some((arg) => /^(?:-e|--extension|-S|--size|--changed-.*)$/u.test(arg.text));
  const items = folders.map((folder) => [`${folder}/${narrowed ? mark.token : mark.star}`]);
  const command = call.args.slice(at + 1);
  const replaced = command.some((word) => word.text.includes('{}')) ? '{}' : undefined;
  return runBatches(machine, command, items, replaced, inFrame(forkShell(shell), 'fd'), call);
};

/** A makefile on standard input, or given as text: its recipes and its `$(shell …)`. */
const make: Step = (machine, call, shell) => {
  const found = readArguments(call.args, nameSet(`${valuedOptions(call)} --eval`));
  const fromInput = optionValue(found, '-f', '--file')?.text === '-' ? (call.input ?? '') : '';
  const source = `${fromInput}\n${optionValue(found, '--eval')?.text ?? ''}`;
  const lines = [...source.matchAll(/(?:^[^\n=]*:[^\n=;]*;|^\t@?-?|\$\(shell )([^\n)]+)/gmu)];
  const inner = inFrame(forkShell(shell), 'make', { source: 'code' });
  for (const line of lines) machine.runText(line[1] ?? '', inner, call.span, undefined);
  return undefined;
};

/** What database clients hand to a shell: `\! cmd`, `.shell cmd`, `system cmd`. */
const database: Step = (machine, call, shell) => {
  const inner = inFrame(forkShell(shell), call.program, { source: 'code' });
  for (const text of [...call.args.map((arg) => arg.text), call.input ?? '']) {
    for (const line of text.matchAll(/(?:^|\n|;)\s*(?:\\!|\.(?:shell|system)\b|system\b)\s*([^\n;]+)/gu)) {
      machine.runText(line[1] ?? '', inner, call.span, undefined);
    }
  }
  return undefined;
};

/** Programs that run others in ways a table line cannot say. */
export const runners: Readonly<Record<string, Step | undefined>> = {
  __proto__: null as never,
  xargs,
  gxargs: xargs,
  parallel,
  sem: parallel,
  bfs: findFiles,
  fd,
  fdfind: fd,
  screen,
  sbatch: batchScript,
  qsub: batchScript,
  bsub: batchScript,
  make,
  gmake: make,
  psql: database,
  mysql: database,
  mariadb: database,
  sqlite3: database,
  duckdb: database,
  find: findFiles,
  gfind: findFiles,
  at: later,
  batch: later,
  crontab,
  tee,
  ssh: fromInput('ssh'),
  su: fromInput('su'),
  ansible,
  salt,
};
