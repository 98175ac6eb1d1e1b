import { effectNames, scopeNames, type Effect } from '../effects/effect.js';
import type { Call } from '../frames/call.js';
import { matchesGlob } from '../words/glob.js';
import { show } from '../words/marks.js';
import { PolicyError } from './errors.js';
import type { Verdict } from './rules/rule.js';

/** A rule of the user's (`policy.rules`). All that `match` names must hold; its texts are globs over words as evaluated. */
export interface UserRule {
  readonly id: string;
  readonly verdict: Verdict;
  readonly match: {
    /** The plain name of a program that would run. */
    readonly program?: string;
    /** Each must match one of its arguments. */
    readonly arguments?: readonly string[];
    readonly effect?: string;
    readonly scope?: string;
    /** The program and its arguments, joined by spaces. */
    readonly command?: string;
  };
  readonly message?: string;
  readonly suggestion?: string;
  /** Command lines that it must and must not match; checked when the rule is loaded. */
  readonly examples?: { readonly match?: readonly string[]; readonly noMatch?: readonly string[] };
}

const matchKeys = ['program', 'arguments', 'effect', 'scope', 'command'];

const ruleKeys = ['id', 'verdict', 'match', 'message', 'suggestion', 'examples'];

const isTexts = (value: unknown): boolean =>
  value === undefined || (Array.isArray(value) && value.every((one) => typeof one === 'string'));

/** Throws {@link PolicyError} for a rule that cannot mean anything. */
export function checkRule(rule: UserRule, seen: ReadonlySet<string>): void {
  if (typeof rule !== 'object' || rule === null)
    throw new PolicyError(String(rule), 'rule', 'it must be an object');
  if (typeof rule.id !== 'string' || rule.id === '')
    throw new PolicyError(JSON.stringify(rule.id), 'id', 'it must be a text');
  const refuse = (what: string, problem: string): never => {
    throw new PolicyError(rule.id, what, problem);
  };
  if (seen.has(rule.id)) refuse('id', 'another rule has it too');
  if (!['allow', 'ask', 'deny'].includes(rule.verdict))
    refuse('verdict', `"${rule.verdict as string}" is not allow, ask or deny`);
  for (const key of Object.keys(rule))
    if (!ruleKeys.includes(key)) refuse(key, `unknown; known are ${ruleKeys.join(', ')}`);
  for (const key of ['message', 'suggestion'] as const)
    if (rule[key] !== undefined && typeof rule[key] !== 'string') refuse(key, 'it must be a text');
  for (const key of ['match', 'noMatch'] as const)
    if (!isTexts(rule.examples?.[key])) refuse(`examples.${key}`, 'it must be a list of texts');
  const keys = Object.keys(rule.match ?? {});
  if (keys.length === 0) refuse('match', 'it names nothing');
  for (const key of keys)
    if (!matchKeys.includes(key)) refuse(`match.${key}`, `unknown; known are ${matchKeys.join(', ')}`);
  const { effect, scope } = rule.match;
  if (effect !== undefined && !effectNames.some((name) => matchesGlob(effect, name)))
    refuse('match.effect', `"${effect}" is no effect; known are ${effectNames.join(', ')}`);
  if (scope !== undefined && !scopeNames.some((name) => matchesGlob(scope, name)))
    refuse('match.scope', `"${scope}" is no scope; known are ${scopeNames.join(', ')}`);
  for (const key of ['program', 'command', 'effect', 'scope'] as const) {
    if (rule.match[key] !== undefined && typeof rule.match[key] !== 'string')
      refuse(`match.${key}`, 'it must be a text');
  }
  if (
    rule.match.arguments !== undefined &&
    (!isTexts(rule.match.arguments) || rule.match.arguments.length === 0)
  )
    refuse('match.arguments', 'it must be a list of texts');
}

/** Does the rule speak of this call, or of this effect of it? */
export function matchesRule(rule: UserRule, call: Call | undefined, effect: Effect | undefined): boolean {
  const { match } = rule;
  const needsCall =
    match.program !== undefined || match.arguments !== undefined || match.command !== undefined;
  if (needsCall && (call === undefined || !matchesCall(rule, call))) return false;
  const needsEffect = match.effect !== undefined || match.scope !== undefined;
  if (!needsEffect) return needsCall;
  if (effect === undefined) return false;
  return (
    (match.effect === undefined || matchesGlob(match.effect, effect.effect)) &&
    (match.scope === undefined || matchesGlob(match.scope, effect.scope))
  );
}

function matchesCall({ match }: UserRule, call: Call): boolean {
  const args = call.args.map((arg) => show(arg.text));
  if (match.program !== undefined && !matchesGlob(match.program, call.program)) return false;
  if (match.arguments?.every((pattern) => args.some((arg) => matchesGlob(pattern, arg))) === false)
    return false;
  return match.command === undefined || matchesGlob(match.command, [call.program, ...args].join(' '));
}
