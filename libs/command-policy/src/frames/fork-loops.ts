import type { Statement } from '../parse/syntax.js';
import type { Machine } from './machine.js';
import { spanOf } from './shell-scope.js';
import type { Shell } from './shell.js';

/** A loop without an end that starts processes in the background and never waits. */
export function noteLoop(
  machine: Machine,
  node: {
    readonly pos: number;
    readonly end: number;
    readonly clause?: { readonly commands: readonly Statement[] };
    readonly body: { readonly commands: readonly Statement[] };
  },
  shell: Shell,
): void {
  const endless = node.clause === undefined || node.clause.commands.every((s) => isAlwaysTrue(s));
  const forks = node.body.commands.some(startsInBackground);
  const waits = node.body.commands.some((s) => s.background !== true && /^(?:wait|sleep)$/u.test(headOf(s)));
  if (endless && forks && !waits) {
    machine.notice('fork-loop', 'an endless loop that starts processes', spanOf(shell, node), shell);
  }
}

function startsInBackground(statement: Statement): boolean {
  if (statement.background === true) return true;
  const { command } = statement;
  return (
    (command.type === 'Subshell' || command.type === 'BraceGroup') &&
    command.body.commands.some(startsInBackground)
  );
}

const headOf = (statement: Statement): string =>
  statement.command.type === 'Command' ? (statement.command.name?.value ?? '') : '';
const isAlwaysTrue = (statement: Statement): boolean => {
  const { command } = statement;
  return (
    /^(?:true|:)$/u.test(headOf(statement)) ||
    (command.type === 'ArithmeticCommand' && /^\s*1\s*$/u.test(command.body))
  );
};
