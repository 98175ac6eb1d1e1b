import type { Judgement } from './decide/judge.js';
import { parseCommand, type ParsedCommand } from './parse/parse-command.js';
import type { Policy, PolicyContext } from './policy.js';

const shells = /^(?:r?ba|da|z|k|a|mk|fi|t?c)?sh(?:93)?$/u;

export interface ScriptOptions {
  /** What would run it (`bash`, `/usr/bin/env python3`); else its `#!` line says, else it is a shell script. */
  readonly interpreter?: string;
  readonly context?: PolicyContext;
}

/** A script as a command line: a shell's is its text, another language's is running such a file. */
export function parseScript(text: string, options: Pick<ScriptOptions, 'interpreter'> = {}): ParsedCommand {
  const interpreter =
    options.interpreter ?? /^#!\s*(.+)$/mu.exec(text.split('\n', 1)[0] ?? '')?.[1]?.trim() ?? 'sh';
  const words = interpreter.split(/\s+/u).filter((word) => !/^(?:\S*\/)?env$/u.test(word) && word !== '-S');
  // `#!/bin/busybox sh`, `sudo bash`, `env FOO=1 bash`: the shell need not come first.
  const isShell = words.some((word) => shells.test(word.split('/').at(-1) ?? ''));
  return parseCommand(isShell ? text : `${words.join(' ')} ./script`);
}

/** Judges a script as the command line that `parseScript` makes of it. */
export function judgeScriptWith(policy: Policy, text: string, options: ScriptOptions = {}): Judgement {
  return policy.judge(parseScript(text, options), options.context);
}
