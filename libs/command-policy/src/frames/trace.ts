import { isTooDeep, parseSyntax, type ParsedScript } from '../parse/syntax.js';
import { mark } from '../words/marks.js';
import type { Call, Notice } from './call.js';
import type { Machine } from './machine.js';
import { runText } from './run-text.js';
import { runWords } from './run.js';
import { forkCost, forkShell, inFrame, newShell, type Shell } from './shell.js';
import { walkStatements } from './walk.js';

/** Everything a command line would start, and what was noticed on the way. */
export interface Trace {
  readonly calls: readonly Call[];
  readonly notices: readonly Notice[];
  /** The line is too large or too tangled to follow to its end. */
  readonly exhausted: boolean;
}

const maxSteps = 60_000;
const maxDepth = 120;

/** Follows a parsed command line. Nothing is run. */
export function trace(script: ParsedScript): Trace {
  const calls: Call[] = [];
  const notices: Notice[] = [];
  const ends: (() => void)[] = [];
  const definitions: (readonly [name: string, shell: Shell])[] = [];
  let steps = 0;
  let exhausted = false;
  let quiet = false;
  const machine: Machine = {
    walk: (statements, shell, input) => walkStatements(machine, statements, shell, input),
    run: (words, shell, setting) => runWords(machine, words, shell, setting),
    runText: (text, shell, span, input) => runText(machine, text, shell, span, input),
    parse: (text) => parseSyntax(text).script,
    emit: (call) => void calls.push(call),
    later: (run) => void ends.push(run),
    defined: (name, inner) => void definitions.push([name, inner]),
    notice: (effect, detail, span, shell) => {
      const note: Notice = { effect, detail, span, frames: shell.frames, place: shell.place };
      if (!(quiet && effect === 'run-unknown')) notices.push(note);
    },
    step: (inner, cost = 1) => {
      steps += cost;
      exhausted ||= steps > maxSteps || inner.depth > maxDepth;
      return !exhausted;
    },
  };
  const shell = newShell();
  try {
    machine.walk(script.commands, shell, undefined);
    for (const end of ends) end();
    quiet = true;
    for (const [name, inner] of definitions) followUncalled(machine, name, inner);
  } catch (error) {
    if (!isTooDeep(error)) throw error;
    exhausted = true;
  }
  return { calls, notices, exhausted };
}

/** A function that the line defines and never calls may be called by what it exports or traps; its arguments are not known. */
function followUncalled(machine: Machine, name: string, shell: Shell): void {
  const defined = shell.functions.get(name);
  if (defined === undefined || defined.called) return;
  const span = defined.span ?? { start: defined.node.pos, end: defined.node.end };
  if (!machine.step(shell, forkCost(shell))) return;
  const inner = inFrame(forkShell(shell), 'uncalled', { positional: [mark.file], source: 'code' });
  machine.run([{ text: name, span }], inner, {
    variables: new Map(),
    input: undefined,
    redirects: [],
    span,
  });
}
