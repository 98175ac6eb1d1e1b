import type { Judgement } from './decide/judge.js';
import type { ParsedCommand } from './parse/parse-command.js';
import { createPolicy, type PolicyContext } from './policy.js';
import { judgeScriptWith, type ScriptOptions } from './script.js';
import type { Workload } from './workload/classify.js';

export {
  maxCommandBytes,
  parseCommand,
  type ParsedCommand,
  type ParseProblem,
} from './parse/parse-command.js';
export { createPolicy, type Policy, type PolicyContext, type PolicyOptions } from './policy.js';
export { PolicyError } from './decide/errors.js';
export type { Finding, Judgement } from './decide/judge.js';
export { rules } from './decide/rules/index.js';
export type { Rule, Verdict } from './decide/rules/rule.js';
export type { UserRule } from './decide/user-rules.js';
export { effectNames, scopeNames, type EffectName, type Scope } from './effects/effect.js';
export type { Span } from './frames/call.js';
export { canonicalKind } from './workload/kinds.js';
export type { Workload, WorkloadPatterns } from './workload/classify.js';
export { judgeScriptWith, parseScript, type ScriptOptions } from './script.js';

/** May it run, by the built-in policy alone? */
export function judge(command: ParsedCommand, context?: PolicyContext): Judgement {
  return createPolicy().judge(command, context);
}

/** Is it heavy, by the built-in patterns alone? */
export function classify(command: ParsedCommand): Workload {
  return createPolicy().classify(command);
}

/** Judges a script by the built-in policy alone: a shell's as its text, another language's as running such a file is. */
export function judgeScript(text: string, options: ScriptOptions = {}): Judgement {
  return judgeScriptWith(createPolicy(), text, options);
}
