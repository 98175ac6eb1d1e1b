import type { Effect } from '../effects/effect.js';
import { effectsOf } from '../effects/effects.js';
import type { PathContext } from '../effects/paths.js';
import type { Call, Span } from '../frames/call.js';
import type { Trace } from '../frames/trace.js';
import { rules } from './rules/index.js';
import type { Rule, Verdict } from './rules/rule.js';
import { matchesRule, type UserRule } from './user-rules.js';

/** Why a command is not simply allowed. */
export interface Finding {
  /** The id of the rule: a built-in one, or the user's. */
  readonly rule: string;
  readonly verdict: 'ask' | 'deny';
  /** What it would do and to what, for a person. */
  readonly message: string;
  /** A command line that is allowed and may do instead. */
  readonly suggestion?: string;
  /** The part of the command line it is about, in UTF-16 offsets. */
  readonly span: Span;
  /** What led there: `sudo`, `bash -c`, `ssh node2`, … outermost first. */
  readonly frames: readonly string[];
  /** Built in and not to be switched off. */
  readonly core: boolean;
}

export interface Judgement {
  readonly verdict: Verdict;
  readonly findings: readonly Finding[];
}

/** Judges a traced command line: built-in rules, then the user's, the strictest finding first. */
export function judgeTrace(trace: Trace, context: PathContext, userRules: readonly UserRule[]): Judgement {
  const findings: Finding[] = [];
  for (const effect of effectsOf(trace, context)) {
    const finding = judgeEffect(effect, userRules);
    if (finding !== undefined) findings.push(finding);
    findings.push(...judgeEffectByUser(effect, userRules));
  }
  for (const call of trace.calls) findings.push(...judgeCall(call, userRules));
  if (trace.exhausted) findings.push(tooComplex);
  return decide(findings);
}

export function decide(findings: readonly Finding[]): Judgement {
  const seen = new Set<string>();
  const unique = findings.filter((finding) => {
    const key = `${finding.rule} ${finding.verdict} ${finding.span.start} ${finding.span.end}`;
    return seen.has(key) ? false : seen.add(key);
  });
  const ordered = [...unique].sort((a, b) => Number(b.verdict === 'deny') - Number(a.verdict === 'deny'));
  return { verdict: ordered[0]?.verdict ?? 'allow', findings: ordered };
}

const tooComplex: Finding = {
  rule: 'too-complex',
  verdict: 'ask',
  message: 'is too large or too tangled to be followed to its end',
  span: { start: 0, end: 0 },
  frames: [],
  core: true,
};

function judgeEffect(effect: Effect, userRules: readonly UserRule[]): Finding | undefined {
  const builtIn = rules.find(
    (rule) => rule.effects.includes(effect.effect) && (rule.scopes?.includes(effect.scope) ?? true),
  );
  if (builtIn === undefined) return undefined;
  const allowed = userRules.some(
    (rule) => rule.verdict === 'allow' && matchesRule(rule, effect.call, effect),
  );
  return allowed && builtIn.core !== true ? undefined : builtInFinding(builtIn, effect);
}

function builtInFinding(rule: Rule, effect: Effect): Finding {
  return {
    rule: rule.id,
    verdict: rule.verdict,
    message: `${rule.message} (${effect.target})`,
    ...(rule.suggestion === undefined ? {} : { suggestion: rule.suggestion }),
    span: effect.span,
    frames: effect.frames,
    core: rule.core ?? false,
  };
}

/** A user's rules that tighten; those with an effect or a scope were not asked yet where no built-in rule spoke. */
function judgeCall(call: Call, userRules: readonly UserRule[]): Finding[] {
  return userRules.flatMap((rule) => {
    if (rule.verdict === 'allow' || !matchesRule(rule, call, undefined)) return [];
    return [userFinding(rule, rule.verdict, call.span, call.frames)];
  });
}

function judgeEffectByUser(effect: Effect, userRules: readonly UserRule[]): Finding[] {
  return userRules.flatMap((rule) => {
    const named = rule.match.effect !== undefined || rule.match.scope !== undefined;
    if (rule.verdict === 'allow' || !named || !matchesRule(rule, effect.call, effect)) return [];
    return [userFinding(rule, rule.verdict, effect.span, effect.frames)];
  });
}

const userFinding = (
  rule: UserRule,
  verdict: 'ask' | 'deny',
  span: Span,
  frames: readonly string[],
): Finding => ({
  rule: rule.id,
  verdict,
  message: rule.message ?? `is not allowed by the rule "${rule.id}"`,
  ...(rule.suggestion === undefined ? {} : { suggestion: rule.suggestion }),
  span,
  frames,
  core: false,
});
