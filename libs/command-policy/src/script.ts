import type { Judgement } from './decide/judge.js';
import { parseCommand } from './parse/parse-command.js';
import type { Policy, PolicyContext } from './policy.js';

const shells = /^(?:ba|da|z|k|a|mk)?sh$/u;

export interface ScriptOptions {
  /** What would run it (`bash`, `/usr/bin/env python3`); else its `#!` line says, else it is a shell script. */
  readonly interpreter?: string;
  readonly context?: PolicyContext;
}

/** Judges a script: a shell's as its text, another language's as running such a file is. */
export function judgeScriptWith(policy: Policy, text: string, options: ScriptOptions = {}): Judgement {
  const interpreter =
    options.interpreter ?? /^#!\s*(.+)$/mu.exec(text.split('\n', 1)[0] ?? '')?.[1]?.trim() ?? 'sh';
  const words = interpreter.split(/\s+/u).filter((word) => !/^(?:\S*\/)?env$/u.test(word) && word !== '-S');
  const program = words[0]?.split('/').at(-1) ?? 'sh';
  const line = shells.test(program) ? text : `${words.join(' ')} ./script`;
  return policy.judge(parseCommand(line), options.context);
}
