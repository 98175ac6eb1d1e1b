import { mark } from '../words/marks.js';
import { hasOption, nameSet, optionValue, readArguments } from './arguments.js';
import { fd, parallel, xargs } from './batches.js';
import type { Step } from './builtins.js';
import { findFiles } from './find.js';
import { valuedOptions } from './global-options.js';
import { feedOutlet } from './outlets.js';
import { readPath } from './read-path.js';
import { asScript } from './run-text.js';
import { forkShell, inFrame, writeFile, writtenFile } from './shell.js';

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
  if (hasOption(found, '-l')) return `${mark.file}\n`;
  const operand = found.operands[0]?.text;
  const text = operand === undefined || operand === '-' ? call.input : readPath(shell, operand);
  if (text !== undefined && text.trim() === '')
    machine.notice('change-scheduled', 'nothing is left of the schedule', call.span, shell);
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
    if (title === 'su' && call.args.some((arg) => /^(?:-\w*c|--command(?:=.*)?)$/u.test(arg.text)))
      return undefined;
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

/** `aws ssm send-command --parameters commands=…`: the texts in it run on other machines. */
const systemsManager: Step = (machine, call, shell) => {
  if (!call.args.some((arg) => arg.text === 'send-command')) return undefined;
  const given = optionValue(readArguments(call.args, nameSet('--parameters')), '--parameters');
  const text = /"?commands"?\s*[=:]\s*([\s\S]*)/u.exec(given?.text ?? '')?.[1] ?? '';
  const quoted = [...text.matchAll(/"((?:[^"\\]|\\.)*)"/gu)].map((found) => found[1] ?? '');
  const host = inFrame(shell, 'aws ssm', {
    place: { kind: 'host', throwaway: false, mounts: [] },
    cwd: '/root',
  });
  for (const line of quoted.length > 0 ? quoted : [text])
    machine.runText(line, forkShell(host), given?.span ?? call.span, undefined);
  return mark.unknown;
};

/** `sbatch` without a file reads its script. */
const batchScript: Step = (machine, call, shell) => {
  const { operands } = readArguments(call.args, nameSet(valuedOptions(call)));
  const wraps = call.args.some((arg) => arg.text.startsWith('--wrap'));
  if (call.input === undefined || operands.length > 0 || wraps) return undefined;
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

/** The commands in a line of a makefile: a recipe, `target: ; recipe`, `$(shell …)`. */
function recipeOf(line: string): string[] {
  const called = [...line.matchAll(/\$\(shell ([^)]*)/gu)].map((found) => found[1] ?? '');
  if (line.startsWith('\t')) return [line.replace(/^\t[@-]*/u, ''), ...called];
  const semicolon = line.indexOf(';');
  const head = semicolon < 0 ? '' : line.slice(0, semicolon);
  return head.includes(':') && !head.includes('=') ? [line.slice(semicolon + 1), ...called] : called;
}

/** A makefile on standard input, or given as text: its recipes and its `$(shell …)`. */
const make: Step = (machine, call, shell) => {
  const found = readArguments(call.args, nameSet(`${valuedOptions(call)} --eval`));
  const fromInput = optionValue(found, '-f', '--file')?.text === '-' ? (call.input ?? '') : '';
  const stored = [
    optionValue(found, '-f', '--file', '--makefile')?.text ?? '',
    'GNUmakefile',
    'makefile',
    'Makefile',
  ]
    .map((name) => (name === '' ? undefined : writtenFile(shell, name)))
    .find((text) => text !== undefined);
  const source = `${stored ?? ''}\n${fromInput}\n${optionValue(found, '--eval')?.text ?? ''}`;
  const recipes = source.split('\n').flatMap(recipeOf);
  const inner = inFrame(forkShell(shell), 'make', { source: 'code' });
  if (source.includes(mark.download))
    machine.notice('run-download', 'a makefile from the network is run', call.span, shell);
  for (const recipe of recipes) machine.runText(recipe, inner, call.span, undefined);
  return undefined;
};

/** What database clients hand to a shell: `\! cmd`, `.shell cmd`, `system cmd`. */
const database: Step = (machine, call, shell) => {
  const file = optionValue(readArguments(call.args, nameSet('-f --file -h -U -d -p -c -e')), '-f', '--file');
  const stored = file === undefined ? undefined : writtenFile(shell, file.text);
  // The same as if it had been given on standard input.
  if (stored !== undefined) machine.emit({ ...call, args: [], input: stored });
  const inner = inFrame(forkShell(shell), call.program, { source: 'code' });
  for (const text of [...call.args.map((arg) => arg.text), call.input ?? '']) {
    for (const line of text.matchAll(/(?:^|\n|;)\s*(?:\\!|\.(?:shell|system)\b|system\b)\s*([^\n;]+)/gu)) {
      machine.runText(line[1] ?? '', inner, call.span, undefined);
    }
  }
  return undefined;
};

/** Programs that run others in ways a table line cannot say. */
export const runners: ReadonlyMap<string, Step> = new Map(
  Object.entries<Step>({
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
    aws: systemsManager,
  }),
);
