import { unescapeEcho } from '../words/escapes.js';
import { bounded, mark } from '../words/marks.js';
import { hasOption, nameSet, optionValue, readArguments } from './arguments.js';
import type { Step } from './builtins.js';
import type { Arg, Call } from './call.js';
import type { Machine } from './machine.js';
import { readPath } from './read-path.js';
import { forkShell, inFrame, type Shell } from './shell.js';
import { runJoined } from './unwrap.js';

const setting = (call: Call, input?: string) => ({
  variables: call.variables,
  input,
  redirects: [],
  span: call.span,
});

const maxBatches = 24;

/** A name in the folder, that nothing can be hidden in. */
const isPlain = (item: string): boolean => /^[\w.-]+$/u.test(item) && !item.startsWith('-');

/** Not all are followed where there are many: the paths from elsewhere are. */
const fewest = (items: readonly string[]): readonly string[] =>
  items.length <= maxBatches
    ? items
    : [...items]
        .sort((a, b) => Number(/^[/~.\u0001-\u0004]/u.test(b)) - Number(/^[/~.\u0001-\u0004]/u.test(a)))
        .slice(0, maxBatches);

export const xargs: Step = (machine, call, shell) => {
  const valued = nameSet(
    '-I -J -n -P -L -s -d -E -a --max-args --max-procs --arg-file --delimiter --max-lines --max-chars --process-slot-var --eof',
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
  const whole = hasOption(found, '-0', '--null');
  const ends = input.includes('\0') ? '\0' : /\n/u;
  const split = whole || replaced !== undefined ? ends : delimiter === undefined ? /[\s\0]+/u : delimiter;
  const quoted = whole || delimiter !== undefined;
  const items = input
    .split(split)
    .map((item) => (quoted ? item : item.replaceAll(/["'\\]/gu, '')))
    .filter((item) => item.trim() !== '');
  const inner = inFrame(forkShell(shell, { functions: new Map(), aliases: new Map() }), 'xargs');
  if (replaced !== undefined && items.length > maxBatches && items.some((item) => !isPlain(item)))
    machine.notice('run-unknown', 'there are more items than can be followed', call.span, shell);
  const batches = replaced === undefined ? [items] : fewest(items).map((item) => [item]);
  return runBatches(machine, command, batches, replaced, inner, call);
};

/** Not done where the result would be too long to be worth it. */
const put = (text: string, place: string, item: string): string =>
  (text.length / place.length) * item.length > 1_000_000 ? mark.unknown : text.replaceAll(place, item);

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
        : command.map((word) => ({
            ...word,
            text: bounded(put(word.text, replaced, batch[0]?.trim() ?? '')),
          }));
    output = machine.run(words, shell, setting(call));
  }
  return output;
}

export const parallel: Step = (machine, call, shell) => {
  const at = call.args.findIndex((arg) => arg.text.startsWith(':::'));
  const before = at < 0 ? call.args : call.args.slice(0, at);
  const found = readArguments(
    before,
    nameSet(
      '-j --jobs -P -S --sshlogin -N -n -I --delay --timeout -a --joblog --retries --colsep -d --halt --tmpdir --memfree --load --results --env --basefile --transferfile --return --wd --workdir --tagstring --block --recstart --recend --max-args --arg-file --trim --nice --rpl',
    ),
    0,
  );
  const given = at < 0 ? undefined : call.args.slice(at + 1).map((arg) => arg.text);
  const items = given ?? (call.input ?? mark.unknown).split('\n').filter((item) => item !== '');
  const inner = inFrame(forkShell(shell), 'parallel');
  const hasPlace = found.rest.some((word) => /\{[.\d/]*\}/u.test(word.text));
  for (const item of fewest(items.length > 0 ? items : [''])) {
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

/** `fd PATTERN FOLDER… -x command`: the command runs on what is found below the folders. */
export const fd: Step = (machine, call, shell) => {
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
