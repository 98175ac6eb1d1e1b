/** A user's rule that does not load. `code` is what to branch on. */
export class PolicyError extends Error {
  readonly code = 'policy-rule-invalid';
  /** The rule's id. */
  readonly rule: string;
  /** The key or the example that is wrong. */
  readonly what: string;

  constructor(rule: string, what: string, problem: string) {
    super(
      `The policy's rule "${rule}" is not valid: ${what}: ${problem}. Correct it in the configuration's policy.rules.`,
    );
    this.name = 'PolicyError';
    this.rule = rule;
    this.what = what;
  }
}
