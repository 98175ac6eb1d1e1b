import { PolicyError } from './decide/errors.js';
import { decide, judgeTrace, type Finding, type Judgement } from './decide/judge.js';
import { checkRule, type UserRule } from './decide/user-rules.js';
import { trace, type Trace } from './frames/trace.js';
import { parseCommand, type ParsedCommand } from './parse/parse-command.js';
import { classifyTrace, type Workload, type WorkloadPatterns } from './workload/classify.js';

/** What the judging process knows of the place a command would run in. */
export interface PolicyContext {
  /** The user's home, absolute. Without it `~` and `$HOME` stay symbols, which is enough to judge them. */
  readonly home?: string;
  /** The working folder, absolute. Without it relative paths count as inside of it. */
  readonly cwd?: string;
  /** Our own configuration, state folder and known hosts: changing them is refused whatever the rules say. */
  readonly protectedPaths?: readonly string[];
}

export interface PolicyOptions {
  /** The user's rules; they may tighten, and may allow what is not core. */
  readonly rules?: readonly UserRule[];
  readonly workload?: WorkloadPatterns;
}

export interface Policy {
  parse(text: string): ParsedCommand;
  /** May it run? A command that was not understood is never allowed. */
  judge(command: ParsedCommand, context?: PolicyContext): Judgement;
  /** Is it heavy, of what kind, and what does it need? One that was not understood is light and not quick. */
  classify(command: ParsedCommand): Workload;
}

/**
 * Makes a policy from the user's rules. Throws {@link PolicyError} (`policy-rule-invalid`) for a rule that does not
 * load: an unknown key, effect or scope, or an example that contradicts it.
 */
export function createPolicy(options: PolicyOptions = {}): Policy {
  const rules = options.rules ?? [];
  checkRules(rules);
  const patterns = options.workload ?? {};
  const traces = new WeakMap<ParsedCommand, Trace>();
  const traceOf = (command: ParsedCommand & { ok: true }): Trace => {
    const known = traces.get(command);
    if (known !== undefined) return known;
    const made = trace(command.script);
    traces.set(command, made);
    return made;
  };
  return {
    parse: parseCommand,
    judge: (command, context = {}) =>
      command.ok ? judgeTrace(traceOf(command), context, rules) : decide([unparsable(command)]),
    classify: (command) =>
      command.ok
        ? classifyTrace(traceOf(command), patterns)
        : { weight: 'light', programs: [], quick: false },
  };
}

function unparsable(command: ParsedCommand & { ok: false }): Finding {
  return {
    rule: 'unparsable',
    verdict: 'deny',
    message: command.error.message,
    span: { start: 0, end: command.text.length },
    frames: [],
    core: true,
  };
}

function checkRules(rules: readonly UserRule[]): void {
  const seen = new Set<string>();
  for (const rule of rules) {
    checkRule(rule, seen);
    seen.add(rule.id);
    const { match = [], noMatch = [] } = rule.examples ?? {};
    for (const text of match)
      if (!speaksOf(rule, text)) throw new PolicyError(rule.id, 'examples.match', `"${text}" is not matched`);
    for (const text of noMatch)
      if (speaksOf(rule, text)) throw new PolicyError(rule.id, 'examples.noMatch', `"${text}" is matched`);
  }
}

/** Does the rule match the example at all? Tried as a denial, so that what it would allow shows too. */
function speaksOf(rule: UserRule, text: string): boolean {
  const command = parseCommand(text);
  if (!command.ok)
    throw new PolicyError(rule.id, 'examples', `"${text}" is no valid command: ${command.error.message}`);
  const alone: UserRule = { id: rule.id, verdict: 'deny', match: rule.match };
  return judgeTrace(trace(command.script), {}, [alone]).findings.some((finding) => finding.rule === rule.id);
}
