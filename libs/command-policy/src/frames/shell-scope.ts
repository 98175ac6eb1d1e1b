import type { ParsedScript, Word } from '../parse/syntax.js';
import { wellKnownVariables } from '../words/environment.js';
import { expandText } from '../words/expand.js';
import { mark } from '../words/marks.js';
import { textValue, type WordScope } from '../words/scope.js';
import type { Span } from './call.js';
import type { Machine } from './machine.js';
import { readPath } from './read-path.js';
import { forkShell, inFrame, type Shell } from './shell.js';

/** Where a node stands in the command line. */
export const spanOf = (shell: Shell, node: { readonly pos: number; readonly end: number }): Span =>
  shell.span ?? { start: node.pos, end: node.end };

/** What the evaluation of words may ask of the shell. */
export function scopeOf(machine: Machine, shell: Shell, choose: WordScope['choose'] = () => 0): WordScope {
  return {
    lookup: (name) => {
      const known = shell.variables.get(name);
      if (known !== undefined) return known;
      if (name === 'PWD') return textValue(shell.cwd);
      const usual = wellKnownVariables.get(name);
      return usual === undefined ? undefined : textValue(usual);
    },
    assign: (name, value) => void shell.variables.set(name, value),
    positional: shell.positional,
    choose,
    substitute: (script, part) => {
      // An escaped backtick has a source of its own: its offsets are not the line's.
      const span = script.source === undefined ? shell.span : spanOf(shell, part);
      const inner = inFrame(forkShell(shell), '$(…)', { span });
      const file = onlyInput(script);
      const output =
        file === undefined
          ? machine.walk(script.commands, inner, undefined)
          : readPath(shell, expandText(file, scopeOf(machine, shell)));
      return output.replace(/\n+$/u, '');
    },
    prompt: (text) => {
      const script = promptScript(text);
      if (script !== '')
        machine.runText(
          script,
          inFrame(forkShell(shell), '@P'),
          shell.span ?? { start: 0, end: 0 },
          undefined,
        );
    },
    substituteProcess: (script, operator) => {
      const path = `/dev/fd/${shell.files.size + shell.outlets.size + 63}`;
      const inner = inFrame(forkShell(shell), `${operator}(…)`);
      if (operator === '<') {
        shell.files.set(path, machine.walk(script.commands, inner, undefined));
      } else {
        // Judged now with unknown input, and again with what is written to it where that is known.
        machine.walk(script.commands, inner, mark.file);
        shell.outlets.set(path, script);
      }
      return path;
    },
  };
}

/** The commands in the substitutions of a prompt, which is expanded and not run. */
export const promptScript = (text: string): string =>
  [...text.matchAll(/\$\(([^)]*)\)|`([^`]*)`/gu)].map((found) => found[1] ?? found[2] ?? '').join('; ');

/** `$(< file)` prints the file. */
function onlyInput(script: ParsedScript): Word | undefined {
  const command = script.commands.length === 1 ? script.commands[0]?.command : undefined;
  if (command?.type !== 'Command' || command.name !== undefined || command.redirects.length !== 1)
    return undefined;
  const redirect = command.redirects[0];
  return redirect?.type === 'Redirect' && redirect.operator === '<' ? redirect.target : undefined;
}
